// One game: who, how it stands, how it went, and what will probably come of it.

import { createMemo, For, Show, untrack, type Accessor, type Component } from "solid-js";
import { useApp, useColours } from "../../app/context";
import { href } from "../../app/router";
import { whenWords } from "../../app/times";
import { IntervalBar } from "../../charts/IntervalBar";
import { WinBar } from "../../charts/WinBar";
import { Worm } from "../../charts/Worm";
import { clockWords, periodWords, ticking } from "../../state/clock";
import { count, full, interval, margin, short, span, statusWords, type Side } from "../../state/words";
import type { Game, MlPrediction, Run, Series } from "../../stream";
import type { Colours } from "../../style/teams";
import { createSight } from "./sight";

const PATTERN_MINUTES = 18;
const HALF_SECONDS = 1_440;
/** A run is worth a badge from here on. */
const BADGE_POINTS = 6;
/** The momentum at which its bar is full, in points. */
const FULL_MOMENTUM = 10;
/** Seconds of a game in a second, from which on its clock is moved on once a second. */
const FAST = 2;

interface GameCardProps {
  id: string;
  now: Accessor<number>;
  /** The same, written once a second. */
  second: Accessor<number>;
  /** The same for what is out of sight. */
  seldom: Accessor<number>;
}

export const GameCard: Component<GameCardProps> = (props) => {
  const { live } = useApp();
  const [inSight, watch] = createSight();
  /** At once where it can be seen, and seldom where not. */
  const calm = <Value,>(read: () => Value): Value => {
    if (inSight()) return read();
    props.seldom();
    return untrack(read);
  };
  const game = createMemo(() => calm(() => live.game(props.id)));
  // It is always the same object, and grows.
  const series = createMemo(() => calm(() => live.series(props.id)), undefined, { equals: false });
  // Where games run many times as fast, every clock would be written anew with every step.
  const slow = () => (live.pace(props.id)?.speed ?? 1) < FAST;
  const now = () => (inSight() ? (slow() ? props.now() : props.second()) : props.seldom());
  return <Show when={game()}>{(known) => <Card game={known()} series={series()} now={now} watch={watch} />}</Show>;
};

interface CardProps {
  game: Game;
  series: Series | undefined;
  now: Accessor<number>;
  watch: (element: Element) => void;
}

const Card: Component<CardProps> = (props) => {
  const game = () => props.game;
  const colours = useColours(game);
  const series = () => props.series;
  const begun = () => game().elapsed_seconds !== null;
  const over = () => game().status === "final";
  const run = createMemo(() => {
    const current = game().current_run;
    return current && current.points >= BADGE_POINTS && !over() ? current : null;
  });
  return (
    <article ref={(element) => props.watch(element)} class="card panel" classList={{ live: game().status === "live", over: over() }}>
      <header class="card-head">
        <h2 class="unseen">
          <a class="card-link" href={href({ view: "game", gameId: game().game_id })}>
            {short(game(), "away")} at {short(game(), "home")}
          </a>
        </h2>
        <Status game={game()} now={props.now} />
        <Show when={game().source === "simulated" || game().source === "replay"}>
          <span class="source">{game().source}</span>
        </Show>
      </header>
      <Team game={game()} side="away" colour={colours().away} run={run()} />
      <Team game={game()} side="home" colour={colours().home} run={run()} />
      <Show when={begun()} fallback={<Before game={game()} />}>
        <Worm
          lead={series()?.lead ?? []}
          revision={series()?.revision ?? 0}
          until={game().elapsed_seconds}
          colours={colours()}
          label={`Lead by game time; now ${margin((game().score_home ?? 0) - (game().score_away ?? 0), game())}`}
        />
      </Show>
      {/* Who won needs no chance, and before a game there may be none to tell. */}
      <Show when={!over() && (begun() || game().win_probability_home !== null)}>
        <WinBar game={game()} colours={colours()} />
      </Show>
      <Show when={begun()}>
        <Facts game={game()} colours={colours()} />
        <Halftime game={game()} colours={colours()} atHalf={halftimeLead(game(), series()?.leadAt(HALF_SECONDS))} />
      </Show>
    </article>
  );
};

/** The margin at the half once it is over. */
function halftimeLead(game: Game, lead: number | undefined): number | null {
  const over = game.status === "halftime" || (game.period ?? 0) > 2 || game.status === "final";
  return over && lead !== undefined ? lead : null;
}

const Status: Component<{ game: Game; now: Accessor<number> }> = (props) => {
  const { live } = useApp();
  const words = createMemo(() => {
    const { status, period, start_time: start } = props.game;
    switch (status) {
      case "live": {
        const left = ticking(props.game, live.pace(props.game.game_id), props.now());
        return [period === null ? "" : periodWords(period), left === null ? "" : clockWords(left)].join(" ").trim();
      }
      case "final":
        return period !== null && period > 4 ? periodWords(period) : "";
      case "scheduled":
        return start ? whenWords(start, props.now()) : "time not known";
      default:
        return "";
    }
  });
  const head = () => {
    const { status, period } = props.game;
    return status === "break" && period !== null ? `End of ${periodWords(period)}` : statusWords(status);
  };
  return (
    <p class="status">
      <span class={`status-word ${props.game.status}`}>{head()}</span>{" "}
      <span class="clock">{words()}</span>
    </p>
  );
};

const Team: Component<{ game: Game; side: Side; colour: string; run: Run | null }> = (props) => {
  const score = () => props.game[`score_${props.side}`];
  const behind = () => {
    const { score_home: home, score_away: away } = props.game;
    return home !== null && away !== null && (props.side === "home" ? home < away : away < home);
  };
  const named = () => full(props.game, props.side) !== short(props.game, props.side);
  return (
    <div class={`team ${props.side}`} classList={{ behind: behind() }} style={{ "--team": props.colour }}>
      <span class="code" title={full(props.game, props.side)}>
        {short(props.game, props.side)}
      </span>
      <span class="name">{named() ? full(props.game, props.side) : ""}</span>
      <Show when={props.run?.side === props.side && props.run}>
        {(run) => <span class="run">{run().points}–0 run</span>}
      </Show>
      <Show when={props.game.possession === props.side && props.game.status === "live"}>
        <span class="ball" role="img" aria-label="has the ball" title="has the ball" />
      </Show>
      <span class="score">{score() ?? (props.game.status === "scheduled" || props.game.status === "postponed" ? "" : "–")}</span>
    </div>
  );
};

const Before: Component<{ game: Game }> = (props) => (
  <Show when={props.game.status === "postponed"}>
    <p class="before dim">It shows here again when it has a new time.</p>
  </Show>
);

const Facts: Component<{ game: Game; colours: Colours }> = (props) => (
  <dl class="facts">
    <Show when={props.game.status !== "final"} fallback={<Leads game={props.game} />}>
      <Momentum game={props.game} colours={props.colours} />
    </Show>
    <div>
      <dt>Lead changes</dt>
      <dd>
        {props.game.lead_changes ?? 0}, {count(props.game.ties ?? 0, "tie")}
      </dd>
    </div>
  </dl>
);

const Momentum: Component<{ game: Game; colours: Colours }> = (props) => {
  const value = () => props.game.momentum ?? 0;
  const side = (): Side => (value() >= 0 ? "home" : "away");
  const share = () => Math.min(50, (Math.abs(value()) / FULL_MOMENTUM) * 50);
  return (
    <div>
      <dt>Momentum</dt>
      <dd class="momentum">
        {/* Away to the left, home to the right, as in the bar above. */}
        <span class="meter" aria-hidden="true">
          <i
            style={{
              background: props.colours[side()],
              width: `${share()}%`,
              left: side() === "home" ? "50%" : `${50 - share()}%`,
            }}
          />
        </span>
        <b>{props.game.momentum === null ? "–" : margin(value(), props.game)}</b>
      </dd>
    </div>
  );
};

/** Of a game that is over: how far each was ahead. */
const Leads: Component<{ game: Game }> = (props) => {
  const lead = (side: Side) => {
    const points = props.game[`biggest_lead_${side}`];
    return points ? `${short(props.game, side)} +${points}` : null;
  };
  return (
    <div>
      <dt>Biggest lead</dt>
      <dd>{[lead("away"), lead("home")].filter(Boolean).join(", ") || "–"}</dd>
    </div>
  );
};

const Halftime: Component<{ game: Game; colours: Colours; atHalf: number | null }> = (props) => {
  const length = () => props.game.pattern.length;
  return (
    <Show
      when={props.game.prediction}
      fallback={
        <Show when={length() < PATTERN_MINUTES && props.game.status !== "final"} fallback={<p class="half dim">No halftime forecast of this game.</p>}>
          <div class="half">
            <p>
              <span class="dim">Halftime forecast at 18:00</span> <b class="range">{length()}/18 min</b>
            </p>
            <div class="minutes" aria-hidden="true">
              <For each={Array.from({ length: PATTERN_MINUTES })}>
                {(_, index) => <i classList={{ on: index() < length(), quarter: index() === 11 }} />}
              </For>
            </div>
          </div>
        </Show>
      }
    >
      {(forecast) => <Forecast forecast={forecast()} game={props.game} colours={props.colours} atHalf={props.atHalf} />}
    </Show>
  );
};

const Forecast: Component<{ forecast: MlPrediction; game: Game; colours: Colours; atHalf: number | null }> = (props) => {
  const point = () => props.forecast.point_forecast;
  const lower = () => props.forecast.lower95 ?? props.forecast.interval_lower;
  const upper = () => props.forecast.upper95 ?? props.forecast.interval_upper;
  const range = () => interval(lower(), upper(), props.game, point());
  const inside = () => props.atHalf !== null && props.atHalf >= lower() && props.atHalf <= upper();
  const now = () => props.atHalf ?? (props.game.score_home ?? 0) - (props.game.score_away ?? 0);
  const said = () => `At the half ${margin(point(), props.game)}; 95%: ${range()}`;
  return (
    <div class="half">
      <p>
        <span class="dim">{props.atHalf === null ? "Halftime" : "Forecast"}</span>{" "}
        <b class="half-point">{margin(point(), props.game)}</b>{" "}
        <Show when={props.atHalf !== null} fallback={<span class="range dim">95%: {span(lower(), upper(), point())}</span>}>
          <span class="range dim">
            came {margin(props.atHalf!, props.game)}{" "}
            <i class="held" classList={{ out: !inside() }} title={`${inside() ? "inside" : "outside"} the 95% interval`} aria-hidden="true">
              {inside() ? "●" : "×"}
            </i>
            <span class="unseen">, {inside() ? "inside" : "outside"} the interval</span>
          </span>
        </Show>
      </p>
      <IntervalBar
        point={point()}
        lower95={lower()}
        upper95={upper()}
        lower80={props.forecast.lower80 ?? null}
        upper80={props.forecast.upper80 ?? null}
        actual={now()}
        colour={props.colours[point() >= 0 ? "home" : "away"]}
        label={`${said()}; ${props.atHalf === null ? "now" : "it came"} ${margin(now(), props.game)}`}
      />
    </div>
  );
};
