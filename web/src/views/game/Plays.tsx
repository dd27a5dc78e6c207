// All plays, newest first; only those in sight are drawn, however many there are.

import { createMemo, createSignal, For, onCleanup, onMount, Show, type Component } from "solid-js";
import { useApp } from "../../app/context";
import { count, short } from "../../state/words";
import type { PlayData } from "../../stream";
import type { Model } from "./model";
import { PlayRow } from "./PlayRow";
import { windowOf } from "./window";

const FILTERS = ["all", "scores", "away", "home", "swings", "corrections"] as const;
type Filter = (typeof FILTERS)[number];
/** A play that moved the chance to win by this much swung the game. */
const SWING = 0.04;
const WIDE_ROW = 44;
const NARROW_ROW = 68;

export const Plays: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const { router } = useApp();
  const filter = (): Filter => FILTERS.find((each) => each === router.route().params["plays"]) ?? "all";
  const has = (play: PlayData): boolean => {
    switch (filter()) {
      case "scores":
        return play.points > 0;
      case "home":
      case "away":
        return play.side === filter();
      case "swings":
        return Math.abs(play.win_probability_change ?? 0) >= SWING;
      case "corrections":
        return m.past().marks.has(play.play_id) || m.past().retracted.has(play.play_id);
      default:
        return true;
    }
  };
  const shown = createMemo(() => {
    const at = m.scrub.at() ?? Infinity;
    const known = new Set(m.happened().map((play) => play.play_id));
    const gone = [...m.past().retracted.values()].filter((play) => play.elapsed_seconds <= at && !known.has(play.play_id));
    const all = gone.length ? [...m.happened(), ...gone].sort((one, other) => one.order - other.order) : m.happened();
    return all.filter(has).reverse();
  });
  const title = (each: Filter): string => {
    const game = m.game()!;
    const titles: Record<Filter, string> = {
      all: "All",
      scores: "Scores",
      away: short(game, "away"),
      home: short(game, "home"),
      swings: "Swings",
      corrections: "Corrections",
    };
    return titles[each];
  };

  const narrow = matchMedia("(max-width: 759px)");
  const [row, setRow] = createSignal(narrow.matches ? NARROW_ROW : WIDE_ROW);
  const onWidth = () => setRow(narrow.matches ? NARROW_ROW : WIDE_ROW);
  narrow.addEventListener("change", onWidth);
  onCleanup(() => narrow.removeEventListener("change", onWidth));
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(600);
  const part = createMemo(() => windowOf(shown().length, row(), top(), height()), undefined, {
    equals: (one, other) => one.from === other.from && one.to === other.to,
  });
  const drawn = createMemo(() => shown().slice(part().from, part().to));

  return (
    <section class="panel part" aria-labelledby="plays-title">
      <div class="part-head">
        <h2 id="plays-title">{m.plays().length ? count(shown().length, "play") : "Plays"}</h2>
        <Show when={m.plays().length}>
          <div class="filters" role="group" aria-label="Which plays">
            <For each={FILTERS}>
              {(each) => (
                <button class="button" aria-pressed={filter() === each} onClick={() => router.setParams({ plays: each === "all" ? null : each })}>
                  {title(each)}
                </button>
              )}
            </For>
          </div>
        </Show>
      </div>
      <Show
        when={shown().length}
        fallback={<p class="dim">{!m.loaded() ? "Loading …" : m.plays().length ? "No play of this kind yet." : "No play is known of this game: it has not begun, or its source tells the score only."}</p>}
      >
        <List onTop={setTop} onHeight={setHeight}>
          <ol class="plays" style={{ height: `${shown().length * row()}px` }}>
            <For each={drawn()}>
              {(play, index) => {
                const place = () => part().from + index();
                return <PlayRow play={play} model={m} place={{ index: place(), of: shown().length, top: place() * row(), height: row() }} />;
              }}
            </For>
          </ol>
        </List>
      </Show>
    </section>
  );
};

const List: Component<{ children: Element | unknown; onTop: (top: number) => void; onHeight: (height: number) => void }> = (props) => {
  let box: HTMLDivElement | undefined;
  onMount(() => {
    const watcher = new ResizeObserver(() => box && props.onHeight(box.clientHeight));
    watcher.observe(box!);
    onCleanup(() => watcher.disconnect());
  });
  return (
    <div class="plays-box" tabindex={0} role="region" aria-label="Plays, newest first" ref={box} onScroll={(event) => props.onTop(event.currentTarget.scrollTop)}>
      {props.children as Element}
    </div>
  );
};
