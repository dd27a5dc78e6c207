// Who plays and how it stands, with the score of each period and a link that can be shared.

import { createMemo, createSignal, For, Show, type Component } from "solid-js";
import { useApp } from "../../app/context";
import { WinBar } from "../../charts/WinBar";
import { clockWords, createNow, dayWords, momentWords, periodWords, ticking, timeWords } from "../../state/clock";
import { count, full, margin, short, statusWords, type Side } from "../../state/words";
import type { Game } from "../../stream";
import type { Model } from "./model";
import { periodScores } from "./story";

export const Scoreboard: Component<{ model: Model; game: Game }> = (props) => {
  const m = props.model;
  return (
    <header class="scoreboard panel">
      <h1 class="unseen">
        {full(props.game, "away")} at {full(props.game, "home")}
      </h1>
      <div class="board-head">
        <Moment model={m} game={props.game} />
        <Show when={props.game.source === "simulated" || props.game.source === "replay"}>
          <span class="source">{props.game.source}</span>
        </Show>
        <Share />
      </div>
      <div class="board-teams">
        <TeamLine model={m} game={props.game} side="away" />
        <TeamLine model={m} game={props.game} side="home" />
      </div>
      <Show when={props.game.elapsed_seconds !== null}>
        <LineScore model={m} game={props.game} />
      </Show>
      <div class="board-foot">
        <WinBar game={props.game} colours={m.colours()} />
      </div>
      <Facts game={props.game} />
    </header>
  );
};

const Moment: Component<{ model: Model; game: Game }> = (props) => {
  const { live } = useApp();
  const now = createNow(200);
  const words = createMemo(() => {
    const at = props.model.scrub.at();
    if (at !== null) return momentWords(at);
    const { status, period, start_time: start } = props.game;
    if (status === "live") {
      const left = ticking(props.game, live.pace(props.game.game_id), now());
      return [period === null ? "" : periodWords(period), left === null ? "" : clockWords(left)].join(" ").trim();
    }
    if (status === "break") return period === null ? "" : `End of ${periodWords(period)}`;
    if (status === "scheduled") return start ? `${dayWords(start)}, ${timeWords(start)}` : "time not known";
    return status === "final" && period !== null && period > 4 ? periodWords(period) : "";
  });
  return (
    <p class="status">
      <Show when={props.model.scrub.at() === null} fallback={<span class="status-word then">As it stood</span>}>
        <span class={`status-word ${props.game.status}`}>{statusWords(props.game.status)}</span>
      </Show>{" "}
      <span class="clock">{words()}</span>
    </p>
  );
};

/** Names that are longer come from scrapers that know no tricodes. */
const TRICODE = 4;

const TeamLine: Component<{ model: Model; game: Game; side: Side }> = (props) => {
  const named = () => full(props.game, props.side) !== short(props.game, props.side);
  const has = () => props.game.possession === props.side && props.game.status === "live";
  const behind = () => {
    const { score_home: home, score_away: away } = props.game;
    return home !== null && away !== null && (props.side === "home" ? home < away : away < home);
  };
  return (
    <div class={`board-team ${props.side}`} classList={{ behind: behind(), long: short(props.game, props.side).length > TRICODE }} style={{ "--team": props.model.colours()[props.side] }}>
      <span class="code">{short(props.game, props.side)}</span>
      <span class="name">
        {named() ? full(props.game, props.side) : ""}
        <Small game={props.game} side={props.side} />
      </span>
      <span class="ball-place">
        <Show when={has()}>
          <span class="ball" role="img" aria-label="has the ball" title="has the ball" />
        </Show>
      </span>
      <span class="score">{props.game[`score_${props.side}`] ?? "–"}</span>
    </div>
  );
};

const Small: Component<{ game: Game; side: Side }> = (props) => {
  const words = () => {
    const timeouts = props.game[`timeouts_${props.side}`];
    const fouls = props.game[`team_fouls_${props.side}`];
    return [
      timeouts !== null && count(timeouts, "timeout"),
      fouls !== null && count(fouls, "team foul"),
      props.game[`bonus_${props.side}`] && "in the bonus",
    ].filter(Boolean).join(" · ");
  };
  return (
    <Show when={props.game.status !== "final" && words()}>
      <span class="team-small">{words()}</span>
    </Show>
  );
};

const LineScore: Component<{ model: Model; game: Game }> = (props) => {
  const periods = createMemo(() => periodScores(props.model.series()?.lead ?? [], props.model.scrub.at() ?? props.model.until()));
  return (
    <table class="line-score">
      <caption class="unseen">Points by period</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Team</span>
          </th>
          <For each={periods()}>{(each) => <th scope="col">{periodWords(each.period)}</th>}</For>
          <th scope="col" class="total">
            <span aria-hidden="true">T</span>
            <span class="unseen">Total</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={["away", "home"] as const}>
          {(side) => (
            <tr>
              <th scope="row">{short(props.game, side)}</th>
              <For each={periods()}>{(each) => <td>{each[side] ?? "–"}</td>}</For>
              <td class="total">{props.game[`score_${side}`] ?? "–"}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
};

const Facts: Component<{ game: Game }> = (props) => {
  const facts = () => {
    const { momentum, lead_changes: changes, ties, pace, current_run: run } = props.game;
    return [
      momentum !== null && props.game.status !== "final" && { name: "Momentum", text: margin(momentum, props.game) },
      run !== null && run.points >= 6 && props.game.status !== "final" && { name: "Run", text: `${run.team} ${run.points}–0` },
      changes !== null && { name: "Lead changes", text: String(changes) },
      ties !== null && { name: "Ties", text: String(ties) },
      pace !== null && { name: "Pace", text: pace.toFixed(1) },
    ].filter((fact) => fact !== false);
  };
  return (
    <Show when={facts().length}>
      <dl class="board-facts">
        <For each={facts()}>
          {(fact) => (
            <div>
              <dt>{fact.name}</dt>
              <dd>{fact.text}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  );
};

const SAID_MS = 2_500;

const Share: Component = () => {
  const { announcer } = useApp();
  const [state, setState] = createSignal<"" | "copied" | "shown">("");
  async function share(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      setState("copied");
      announcer.say("The link is copied");
      setTimeout(() => setState(""), SAID_MS);
    } catch {
      // Only pages of a secure origin may write to the clipboard: the link is shown to be copied by hand.
      setState("shown");
    }
  }
  return (
    <div class="share">
      <Show when={state() === "shown"}>
        <input aria-label="Link to this game and moment" readOnly value={location.href} ref={(field) => queueMicrotask(() => field.select())} onBlur={() => setState("")} />
      </Show>
      <button class="button" title="The link keeps the game, the tab and the moment" onClick={() => void share()}>
        {state() === "copied" ? "Link copied" : "Share link"}
      </button>
    </div>
  );
};
