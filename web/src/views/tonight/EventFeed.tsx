// What happened in all games, newest first.

import { createEffect, createMemo, createSignal, For, onCleanup, Show, untrack, type Component } from "solid-js";
import { useApp, useColours } from "../../app/context";
import { Icon } from "../../app/Icon";
import { href } from "../../app/router";
import { beQuiet, quiet } from "../../app/Toasts";
import { secondWords } from "../../state/clock";
import { eventWords, short } from "../../state/words";
import type { EventMessage, FeedEvent } from "../../stream";
import { earlier, joined } from "./earlier";

/** Each line is laid out with every one that comes: more are shown when they are asked for. */
const SHOWN = 30;
/** First the games are drawn, then their past is asked for. */
const AFTER_MS = 400;

/** Asked for once, and kept while the page lives, whatever view it shows. */
const [before, setBefore] = createSignal<readonly FeedEvent[] | null>(null);

const KINDS: readonly { name: string; title: string; types: readonly EventMessage["type"][] }[] = [
  { name: "leads", title: "Leads", types: ["lead_change", "tie"] },
  { name: "runs", title: "Runs", types: ["scoring_run", "alert"] },
  { name: "forecasts", title: "Forecasts", types: ["ml_prediction", "external_prediction", "result"] },
  { name: "corrections", title: "Corrections", types: ["correction"] },
  { name: "status", title: "Status", types: ["game_status"] },
];

export const EventFeed: Component = () => {
  const { live } = useApp();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  createEffect(() => {
    if (before() !== null || waiting !== undefined || !live.ids().length) return;
    if (live.connection().phase !== "live") return;
    waiting = setTimeout(() => void earlier(untrack(games)).then(setBefore), AFTER_MS);
  });
  onCleanup(() => clearTimeout(waiting));
  const games = () => live.ids().flatMap((id) => live.game(id) ?? []);
  const events = createMemo(() => joined(live.events(), before() ?? []));
  const [kind, setKind] = createSignal<string | null>(null);
  const [most, setMost] = createSignal(SHOWN);
  const found = createMemo(() => {
    const types = KINDS.find((each) => each.name === kind())?.types;
    return types ? events().filter((event) => types.includes(event.message.type)) : events();
  });
  const shown = createMemo(() => found().slice(0, most()));
  function choose(name: string): void {
    setKind((before) => (before === name ? null : name));
    setMost(SHOWN);
  }
  return (
    <section class="feed panel" aria-labelledby="feed-title">
      <div class="feed-head">
        <h2 id="feed-title">Events</h2>
        <button
          class="tool"
          aria-pressed={quiet()}
          aria-label="No alerts over the page"
          title={quiet() ? "Alerts are only in this list" : "Alerts also show over the page"}
          onClick={() => beQuiet(!quiet())}
        >
          <Icon name={quiet() ? "mute" : "bell"} />
        </button>
        <div class="kinds" role="group" aria-label="Which events">
          <For each={KINDS}>
            {(each) => (
              <button
                class="button"
                aria-pressed={kind() === each.name}
                onClick={() => choose(each.name)}
              >
                {each.title}
              </button>
            )}
          </For>
        </div>
      </div>
      <Show
        when={shown().length}
        fallback={<p class="feed-empty dim">{kind() === null ? "Nothing yet. Lead changes, runs, corrections, forecasts and results come here." : "Nothing of this kind yet."}</p>}
      >
        <ol class="events" id="events" tabindex={0} aria-label="Events, newest first">
          <For each={shown()}>{(event) => <Line event={event} />}</For>
          <Show when={found().length > most()}>
            <li class="more">
              <button class="button" onClick={() => setMost((before) => before + SHOWN)}>
                Earlier events
              </button>
            </li>
          </Show>
        </ol>
      </Show>
    </section>
  );
};

/** A recording tells of its own night, also what of it came before this page. */
const toldMs = ({ message, receivedMs }: FeedEvent) => (message.source === "replay" ? Date.parse(message.timestamp) : receivedMs);

const Line: Component<{ event: FeedEvent }> = (props) => {
  const { live } = useApp();
  const game = () => live.game(props.event.gameId);
  const colours = useColours(game);
  // Told once: the words are those of the moment, whatever the game does next.
  const words = eventWords(props.event.message, game());
  const known = game();
  const pair = known ? `${short(known, "away")} at ${short(known, "home")}` : props.event.gameId;
  const colour = () => (words.side ? colours()[words.side] : "var(--line-strong)");
  return (
    <li class={`event ${props.event.message.type}`} style={{ "--team": colour() }}>
      <a href={href({ view: "game", gameId: props.event.gameId })}>
        <span class="event-head">
          <b>{words.label}</b> <span class="dim">{pair}</span> <time class="dim">{secondWords(toldMs(props.event))}</time>
        </span>
        <span class="event-text">{words.text}</span>
      </a>
    </li>
  );
};
