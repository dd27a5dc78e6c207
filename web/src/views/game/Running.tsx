// How the game will probably go on, or how that was seen then, or how it ended against what was said.

import { Show, type Component } from "solid-js";
import { IntervalBar } from "../../charts/IntervalBar";
import { interval, margin, percent } from "../../state/words";
import type { MarginForecast, RunningForecast } from "../../stream";
import { knownWords } from "./Explained";
import type { Model } from "./model";

export const Running: Component<{ model: Model }> = (props) => {
  const m = props.model;
  return (
    <section class="panel part" aria-labelledby="running-title">
      <h2 id="running-title">{m.scrub.at() === null ? "How it will probably go on" : "How it looked then"}</h2>
      <Show
        when={m.shown()?.forecast}
        fallback={<p class="dim">{m.scrub.at() === null ? "No forecast of this game is known yet." : "What was forecast at that time is not known: this server came to the game later."}</p>}
      >
        {(forecast) => (
          <div class="horizons">
            <Show when={forecast().halftime}>{(half) => <Horizon model={m} title="At the half" forecast={half()} mark={now(m)} marked="Now" />}</Show>
            <Horizon model={m} title="At the end" forecast={forecast().final} mark={now(m)} marked="Now" />
            <Show when={m.scrub.at() === null}>
              <MadeFrom forecast={forecast()} />
            </Show>
          </div>
        )}
      </Show>
    </section>
  );
};

const MadeFrom: Component<{ forecast: RunningForecast }> = (props) => (
  <dl class="board-facts">
    <Show when={props.forecast.run_probability !== null}>
      <div>
        <dt>8–0 run within 3 minutes</dt>
        <dd>{percent(props.forecast.run_probability!)}</dd>
      </div>
    </Show>
    <div>
      <dt>Made from</dt>
      <dd>{knownWords(props.forecast.known)}</dd>
    </div>
    <div>
      <dt>Model</dt>
      <dd class="version">{props.forecast.model_version}</dd>
    </div>
  </dl>
);

/** The game is over: what was said of its end at 18:00, against what came. */
export const Ended: Component<{ model: Model; outcome: number }> = (props) => {
  const m = props.model;
  const result = () => m.past().results.get("final");
  const words = () => {
    const told = result();
    if (!told || told.inside_interval === null || told.absolute_error === null) return null;
    return `${told.inside_interval ? "Inside" : "Outside"} the interval, ${told.absolute_error.toFixed(1)} off.`;
  };
  return (
    <section class="panel part" aria-labelledby="ended-title">
      <h2 id="ended-title">How it ended</h2>
      <div class="horizons">
        <p>
          <b class="large">{margin(props.outcome, m.game()!)}</b>
        </p>
        <Show when={m.game()?.prediction?.final} fallback={<p class="dim">No forecast of the end was made at 18:00.</p>}>
          {(final) => <Horizon model={m} title="Forecast at 18:00" forecast={final()} mark={props.outcome} marked="It came" after={words()} />}
        </Show>
      </div>
    </section>
  );
};

const now = (model: Model): number | null => {
  const { score_home: home, score_away: away } = model.shown()!;
  return home === null || away === null ? null : home - away;
};

interface HorizonProps {
  model: Model;
  title: string;
  forecast: MarginForecast;
  /** Where the diamond stands. */
  mark: number | null;
  marked: string;
  after?: string | null;
}

const Horizon: Component<HorizonProps> = (props) => {
  const game = () => props.model.game()!;
  const f = () => props.forecast;
  const words = () => `80% ${interval(f().lower80, f().upper80, game(), f().median)}, 95% ${interval(f().lower95, f().upper95, game(), f().median)}`;
  const mark = () => (props.mark === null ? "" : `${props.marked} ${margin(props.mark, game())}`);
  return (
    <div class="horizon">
      <p>
        <span class="dim">{props.title}</span> <b class="large">{margin(f().median, game())}</b>
      </p>
      <IntervalBar
        point={f().median}
        lower95={f().lower95}
        upper95={f().upper95}
        lower80={f().lower80}
        upper80={f().upper80}
        actual={props.mark}
        colour={props.model.colours()[f().median >= 0 ? "home" : "away"]}
        label={`${props.title} ${margin(f().median, game())}; ${words()}; ${mark()}`}
      />
      <p class="dim">
        {words()}
        <Show when={mark()}>
          . {mark()} (◆). {props.after}
        </Show>
      </p>
    </div>
  );
};
