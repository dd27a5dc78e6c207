// The players of both teams: what they did, and who is on court since when.

import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, type Component } from "solid-js";
import { momentWords } from "../../state/clock";
import { full, percent, signed, type Side } from "../../state/words";
import type { PlayerLine } from "../../stream";
import type { Model } from "./model";
import { COLUMNS, minutesWords, sorted, type ColumnName } from "./columns";
import type { Stint } from "./past";
import { gameLength, periodEnd } from "./story";

/** Stints come with messages that this page may not have heard; asked for again at most this often. */
const REFRESH_MS = 5_000;

export const Players: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const [by, setBy] = createSignal<{ column: ColumnName; down: boolean }>({ column: "seconds_played", down: true });
  const stints = createMemo(() => m.past().stints(m.scrub.at() ?? Infinity));
  let asked = performance.now();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  createEffect(on(() => m.game()?.players, () => {
    if (waiting !== undefined) return;
    waiting = setTimeout(() => {
      waiting = undefined;
      asked = performance.now();
      m.refresh();
    }, Math.max(0, asked + REFRESH_MS - performance.now()));
  }, { defer: true }));
  onCleanup(() => clearTimeout(waiting));
  const sort = (column: ColumnName) => setBy((before) => ({ column, down: before.column === column ? !before.down : column !== "name" }));
  const late = () => {
    const at = m.scrub.at();
    const from = m.past().linesFrom;
    return at !== null && from !== null && from > 0 && at < from ? from : null;
  };
  return (
    <Show
      when={m.players().length}
      fallback={
        <div class="panel empty">
          <p>
            {late() === null
              ? "No player of this game is known: its source tells the score only, or it has not begun."
              : `The players are known from ${momentWords(late()!)} on, when this server came to the game.`}
          </p>
        </div>
      }
    >
      <div class="teams">
        <For each={["away", "home"] as const}>
          {(side) => <TeamTable model={m} side={side} by={by()} sort={sort} stints={stints()} />}
        </For>
      </div>
      <p class="dim note">
        The bar is the game from left to right, filled while a player was on court. On and off: for how long. Load is the fatigue index: 0 fresh, 100 spent, as of each player's last report.
      </p>
    </Show>
  );
};

interface TableProps {
  model: Model;
  side: Side;
  by: { column: ColumnName; down: boolean };
  sort: (column: ColumnName) => void;
  stints: Map<number, Stint[]>;
}

const TeamTable: Component<TableProps> = (props) => {
  const m = props.model;
  const lines = createMemo(() => sorted(m.players().filter((line) => line.side === props.side), props.by));
  const ids = createMemo(() => lines().map((line) => line.player_id), undefined, {
    equals: (one, other) => one.length === other.length && one.every((id, index) => id === other[index]),
  });
  const line = (id: number) => lines().find((each) => each.player_id === id);
  return (
    <section class="panel part team-players" style={{ "--team": m.colours()[props.side] }} aria-labelledby={`players-${props.side}`}>
      <h2 id={`players-${props.side}`}>{full(m.game()!, props.side)}</h2>
      <table class="players">
        <thead>
          <tr>
            <For each={COLUMNS}>
              {(column) => (
                <th scope="col" class={column.kind} aria-sort={props.by.column !== column.name ? undefined : props.by.down ? "descending" : "ascending"}>
                  <button aria-label={`${column.title}: sort by ${column.full}`} title={column.full} onClick={() => props.sort(column.name)}>
                    {column.title}
                    <span class="arrow" aria-hidden="true">
                      {props.by.column !== column.name ? "" : props.by.down ? "▾" : "▴"}
                    </span>
                  </button>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={ids()}>{(id) => <Show when={line(id)}>{(known) => <Row line={known()} model={m} stints={props.stints.get(id) ?? []} />}</Show>}</For>
        </tbody>
      </table>
    </section>
  );
};

const Row: Component<{ line: PlayerLine; model: Model; stints: readonly Stint[] }> = (props) => {
  const l = () => props.line;
  const over = () => props.model.game()?.status === "final" && props.model.scrub.at() === null;
  return (
    <tr classList={{ on: l().on_court && !over(), unused: l().seconds_played === 0 && !l().on_court }}>
      <th scope="row">
        <span class="player-name">{l().name ?? `Player ${l().player_id}`}</span>
        <span class="stint">
          {over() ? (l().starter ? "started" : "") : stintWords(l())}
        </span>
        <Rotation model={props.model} stints={props.stints} on={l().on_court && !over()} />
      </th>
      <td>{minutesWords(l().seconds_played)}</td>
      <td class="strong">{l().points}</td>
      <td>{l().rebounds}</td>
      <td>{l().assists}</td>
      <td classList={{ many: l().fouls >= 5 }}>{l().fouls}</td>
      <td>{l().plus_minus === 0 ? "0" : signed(l().plus_minus)}</td>
      <td class="wide">
        {l().field_goals_made}/{l().field_goals_attempted}
      </td>
      <td class="wide">
        {l().three_pointers_made}/{l().three_pointers_attempted}
      </td>
      <td class="wide">
        {l().free_throws_made}/{l().free_throws_attempted}
      </td>
      <td class="fatigue" title={`Fatigue ${percent(l().fatigue)}`}>
        <span>{Math.round(l().fatigue * 100)}</span>
        <i aria-hidden="true">
          <i style={{ width: `${100 * l().fatigue}%` }} />
        </i>
      </td>
    </tr>
  );
};

function stintWords(line: PlayerLine): string {
  if (line.on_court) return line.stint_seconds === null ? "on" : `on ${minutesWords(line.stint_seconds)}`;
  if (line.seconds_played === 0) return "not played";
  return line.rest_seconds === null ? "off" : `off ${minutesWords(line.rest_seconds)}`;
}

const Rotation: Component<{ model: Model; stints: readonly Stint[]; on: boolean }> = (props) => {
  const length = () => gameLength(props.model.until());
  const share = (seconds: number) => `${((100 * seconds) / length()).toFixed(2)}%`;
  const now = () => props.model.scrub.at() ?? props.model.until();
  const said = () =>
    props.stints.map((stint, index) => `${momentWords(stint.from)} to ${props.on && index === props.stints.length - 1 ? "now" : momentWords(stint.to)}`).join(", ");
  return (
    <span class="rotation" role="img" aria-label={props.stints.length ? `On court ${said()}` : "Not on court as far as is known"} title={said()}>
      <For each={[1, 2, 3]}>{(period) => <i class="rotation-period" style={{ left: share(periodEnd(period)) }} />}</For>
      <For each={props.stints}>
        {(stint, index) => (
          <i
            class="rotation-stint"
            style={{ left: share(stint.from), width: share((props.on && index() === props.stints.length - 1 ? now() : stint.to) - stint.from) }}
          />
        )}
      </For>
    </span>
  );
};
