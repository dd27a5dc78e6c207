// Every game as a card, the most exciting first, and what happened in all of them.

import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, type Component } from "solid-js";
import { useApp, type ViewProps } from "../../app/context";
import { createNow } from "../../state/clock";
import { excitement, STATUS_ORDER } from "../../state/excitement";
import { count } from "../../state/words";
import type { Game } from "../../stream";
import { EventFeed } from "./EventFeed";
import { GameCard } from "./GameCard";
import { moveCards } from "./move";
import { settled, type Standing } from "./order";
import "./tonight.css";

type Filter = "all" | "live" | "upcoming" | "final";

const FILTERS: readonly { name: Filter; title: string; has: (game: Game) => boolean }[] = [
  { name: "all", title: "All", has: () => true },
  { name: "live", title: "Live", has: ({ status }) => status === "live" || status === "halftime" || status === "break" },
  { name: "upcoming", title: "Upcoming", has: ({ status }) => status === "scheduled" || status === "postponed" },
  { name: "final", title: "Final", has: ({ status }) => status === "final" },
];
const SETTLE_MS = 5_000;
/** Cards out of sight are drawn that often. */
const SELDOM_MS = 5_000;

export const Tonight: Component<ViewProps> = (props) => {
  const { live, router, keys } = useApp();
  const now = createNow(250);
  // Whoever reads a memo is looked at whenever what that reads is written; these are written when their time has come.
  const [second, setSecond] = createSignal(Date.now());
  const [seldom, setSeldom] = createSignal(Date.now());
  createEffect(() => {
    setSecond(Math.floor(now() / 1_000) * 1_000);
    setSeldom(Math.floor(now() / SELDOM_MS) * SELDOM_MS);
  });
  const games = createMemo(() => live.ids().flatMap((id) => live.game(id) ?? []));
  const filter = () => FILTERS.find((each) => each.name === props.route.params["show"]) ?? FILTERS[0]!;
  const counts = createMemo(() => FILTERS.map((each) => games().filter(each.has).length));
  const [order, setOrder] = createSignal<readonly string[]>([]);
  const visible = createMemo(
    () => order().filter((id) => {
      const game = live.game(id);
      return game !== undefined && filter().has(game);
    }),
    [],
    { equals: (before, after) => before.length === after.length && before.every((id, index) => id === after[index]) },
  );
  let grid: HTMLDivElement | undefined;

  function settle(): void {
    const standings: Standing[] = live.ids().flatMap((id) => {
      const game = live.game(id);
      if (!game) return [];
      const start = game.status === "scheduled" && game.start_time ? -Date.parse(game.start_time) / 3_600_000 : 0;
      return { id, group: STATUS_ORDER[game.status], score: start || excitement(game, live.series(id)) };
    });
    const next = settled(order(), standings);
    if (next.length !== order().length || next.some((id, index) => id !== order()[index])) {
      moveCards(grid, () => setOrder(next));
    }
  }
  // Cards come and go at once, but change places only now and then, and not under a pointer or the focus.
  createEffect(on(live.ids, settle));
  const timer = setInterval(() => {
    if (!grid?.matches(":hover, :focus-within")) settle();
  }, SETTLE_MS);
  onCleanup(() => clearInterval(timer));

  keys.bind(
    { keys: ["ArrowLeft", "ArrowRight"], what: "Next card", run: (event) => step(event.key === "ArrowRight" ? 1 : -1) },
    { keys: ["ArrowUp", "ArrowDown"], what: "Card above or below", run: (event) => row(event.key === "ArrowDown" ? 1 : -1) },
  );
  const links = () => [...(grid?.querySelectorAll<HTMLAnchorElement>(".card-link") ?? [])];
  function step(by: number): boolean {
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    const next = all[at < 0 ? 0 : at + by];
    next?.focus();
    return next !== undefined;
  }
  function row(by: number): boolean {
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    // Without a card in focus these keys scroll, as everywhere.
    if (at < 0) return false;
    const columns = getComputedStyle(grid!).gridTemplateColumns.split(" ").length;
    all[at + by * columns]?.focus();
    return true;
  }

  return (
    <div class="tonight">
      <div class="tonight-games">
        <div class="view-head">
          <h1>Tonight</h1>
          <Show when={games().length}>
            <p class="dim">
              {count(games().length, "game")}, {counts()[1]} live
            </p>
            <div class="filters" role="group" aria-label="Which games">
              <For each={FILTERS}>
                {(each, index) => (
                  <button
                    class="button"
                    aria-pressed={filter().name === each.name}
                    onClick={() => router.setParams({ show: each.name === "all" ? null : each.name })}
                  >
                    {each.title} <span class="count">{counts()[index()]}</span>
                  </button>
                )}
              </For>
            </div>
          </Show>
        </div>
        <Show when={games().length} fallback={<NoGames />}>
          <div class="cards" ref={grid}>
            <For each={visible()}>{(id) => <GameCard id={id} now={now} second={second} seldom={seldom} />}</For>
          </div>
          <Show when={visible().length === 0}>
            <div class="panel empty">
              <p>No game of this kind now.</p>
              <button class="button" onClick={() => router.setParams({ show: null })}>
                Show all {games().length}
              </button>
            </div>
          </Show>
        </Show>
      </div>
      <EventFeed />
    </div>
  );
};

const NoGames: Component = () => {
  const { live } = useApp();
  return (
    <div class="panel empty" id="empty">
      <Show when={live.connection().phase !== "connecting" && live.hello()} fallback={<p class="dim">Connecting …</p>}>
        <h2>No games yet</h2>
        <p>They appear here by themselves as soon as the source has some. To have some at once:</p>
        <p>
          <code>courtside run --source simulate</code> plays invented games,
        </p>
        <p>
          <code>courtside run --source replay --recordings DIR</code> plays recorded ones,
        </p>
        <p>
          and <a href="/docs">POST /games</a> takes those of your own program.
        </p>
      </Show>
    </div>
  );
};
