// One play in words: when, who, what, the score after it, and what it did to the chance to win.

import { Show, type Component } from "solid-js";
import { clockSeconds, clockWords, periodWords } from "../../state/clock";
import { short } from "../../state/words";
import type { PlayData } from "../../stream";
import type { Model } from "./model";

/** Below this a change of the chance to win is not worth a number. */
const LEAST_CHANGE = 0.005;
const MARKS = { revised: "revised", inserted: "added later", retracted: "taken back" } as const;

interface RowPlace {
  index: number;
  of: number;
  /** Pixels from the top of the list, and of the row itself. */
  top: number;
  height: number;
}

export const PlayRow: Component<{ play: PlayData; model: Model; place?: RowPlace }> = (props) => {
  const play = () => props.play;
  const m = () => props.model;
  const colour = () => (play().side ? m().colours()[play().side!] : "var(--line-strong)");
  const clock = () => {
    const left = clockSeconds(play().game_clock);
    return `${periodWords(play().period)} ${left === null ? play().game_clock : clockWords(left)}`;
  };
  const mark = (): keyof typeof MARKS | undefined => {
    const past = m().past();
    return past.retracted.has(play().play_id) ? "retracted" : past.marks.get(play().play_id);
  };
  const words = () => play().description || [play().player, play().action, play().sub_type].filter(Boolean).join(" ");
  return (
    <li
      class="play"
      classList={{ scored: play().points > 0, revised: mark() === "revised", inserted: mark() === "inserted", retracted: mark() === "retracted" }}
      style={{
        "--team": colour(),
        ...(props.place ? { position: "absolute", inset: "0 0 auto", height: `${props.place.height}px`, transform: `translateY(${props.place.top}px)` } : {}),
      }}
      aria-posinset={props.place && props.place.index + 1}
      aria-setsize={props.place?.of}
    >
      <button class="play-clock" title="Look at this moment" aria-label={`Look at ${clock()}`} onClick={() => m().scrub.to(play().elapsed_seconds)}>
        {clock()}
      </button>
      <span class="play-team">{play().team ?? ""}</span>
      <span class="play-text">
        <Show when={mark()}>{(kind) => <b class="mark">{MARKS[kind()]}</b>}</Show> {words()}
      </span>
      <span class="play-score">
        {play().points > 0 ? `${play().score_away}–${play().score_home}` : ""}
      </span>
      <Change play={play()} model={m()} />
    </li>
  );
};

/** The change, for the team that it helped. */
const Change: Component<{ play: PlayData; model: Model }> = (props) => {
  const change = () => props.play.win_probability_change ?? null;
  const side = () => (change()! > 0 ? "home" : "away");
  return (
    <Show when={change() !== null && Math.abs(change()!) >= LEAST_CHANGE && props.model.game()} fallback={<span class="play-change" />}>
      {(game) => (
        <span class="play-change" style={{ color: props.model.colours()[side()] }} title="Change of the chance to win">
          {short(game(), side())} +{Math.abs(change()! * 100).toFixed(Math.abs(change()!) < 0.0995 ? 1 : 0)}%
        </span>
      )}
    </Show>
  );
};
