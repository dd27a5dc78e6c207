// The game at a glance: its course, what happened last, the halftime forecast in a line.

import { createMemo, createSignal, For, Show, type Component } from "solid-js";
import { momentWords } from "../../state/clock";
import { margin, percent, short } from "../../state/words";
import { correctionWords } from "./corrections";
import { FanChart } from "./FanChart";
import { HalftimeLine } from "./Halftime";
import { LeadChart } from "./LeadChart";
import type { Model } from "./model";
import { PlayRow } from "./PlayRow";
import { Running } from "./Running";
import { WinChart } from "./WinChart";

const LAST_PLAYS = 8;
const KEYS = [
  ["run-key", "run of 8 or more"],
  ["diamond-key", "lead change"],
  ["tie-key", "tie"],
  ["median-key", "forecast"],
  ["band-key", "80% and 95%"],
  ["lead-key", "lead"],
  ["dash-key", "outcome"],
] as const;

export const Overview: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const [pointed, setPointed] = createSignal<number | null>(null);
  const last = createMemo(() => m.happened().slice(-LAST_PLAYS).reverse());
  return (
    <Show when={m.begun()} fallback={<Before model={m} />}>
      <div class="overview">
        <section class="course panel" aria-labelledby="course-title">
          <div class="part-head">
            <h2 id="course-title">Lead</h2>
            <Readout model={m} at={pointed()} />
          </div>
          <LeadChart model={m} height={300} onPoint={setPointed} />
          <h2>Chance to win</h2>
          <WinChart model={m} height={160} onPoint={setPointed} />
          <h2>Forecast of the final margin</h2>
          <FanChart model={m} horizon="final" height={200} onPoint={setPointed} />
          <p class="legend dim">
            <For each={KEYS}>
              {([key, words]) => (
                <span>
                  <i class={`key ${key}`} /> {words}
                </span>
              )}
            </For>
            <span>Drag to look back.</span>
          </p>
        </section>
        <div class="aside">
          <section class="panel part" aria-labelledby="half-title">
            <h2 id="half-title">Halftime forecast</h2>
            <HalftimeLine model={m} />
          </section>
          <section class="panel part" aria-labelledby="last-title">
            <h2 id="last-title">{m.scrub.at() === null ? "Last plays" : "Plays until then"}</h2>
            <Show when={last().length} fallback={<p class="dim">{m.loaded() ? "No play is known of this game: its source tells the score only." : "Loading …"}</p>}>
              <ol class="plays short">
                <For each={last()}>{(play) => <PlayRow play={play} model={m} />}</For>
              </ol>
            </Show>
          </section>
          <Corrections model={m} />
        </div>
      </div>
    </Show>
  );
};

const Before: Component<{ model: Model }> = (props) => (
  <div class="not-begun">
    <div class="panel empty">
      <h2>{props.model.game()?.status === "postponed" ? "This game is postponed" : "This game has not begun"}</h2>
      <p class="dim">Its lead, plays and players come here from the tip.</p>
    </div>
    <Show when={props.model.game()?.forecast}>
      <Running model={props.model} />
    </Show>
  </div>
);

/** What stood at the moment under the pointer, or at the one that is looked at. */
const Readout: Component<{ model: Model; at: number | null }> = (props) => {
  const words = createMemo(() => {
    const m = props.model;
    const game = m.game();
    const series = m.series();
    if (!game || !series) return "";
    const at = Math.min(props.at ?? m.scrub.at() ?? Infinity, m.until());
    const home = series.winAt(at);
    const chance = home === null ? "" : ` · ${home >= 0.5 ? short(game, "home") : short(game, "away")} ${percent(Math.max(home, 1 - home))}`;
    return `${momentWords(at)} · ${margin(series.leadAt(at), game)}${chance}`;
  });
  return <p class="readout">{words()}</p>;
};

const MOST_CORRECTIONS = 6;

const Corrections: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const known = createMemo(() => [...m.past().corrections].reverse());
  return (
    <Show when={known().length}>
      <section class="panel part corrections" aria-labelledby="corrections-title">
        <h2 id="corrections-title">Corrections</h2>
        <ul>
          <For each={known().slice(0, MOST_CORRECTIONS)}>
            {(note) => {
              const { at, text, play, others } = correctionWords(note);
              return (
                <li>
                  <Show when={at !== null}>
                    <button class="play-clock" title="Look at this moment" aria-label={`Look at ${momentWords(at!)}`} onClick={() => m.scrub.to(at!)}>
                      {momentWords(at!)}
                    </button>{" "}
                  </Show>
                  {text}
                  <Show when={play !== null}>
                    <span class="corrected-play dim">
                      {play}
                      {others > 0 ? ` and ${others} more` : ""}
                    </span>
                  </Show>
                </li>
              );
            }}
          </For>
        </ul>
        <p class="dim">
          <Show when={known().length > MOST_CORRECTIONS}>{known().length - MOST_CORRECTIONS} more before; all are marked among the plays. </Show>
          What is shown of the past is as it is now known.
        </p>
      </section>
    </Show>
  );
};
