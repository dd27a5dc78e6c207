// The halftime forecast in a line and a bar, with what came of it.

import { Show, type Component } from "solid-js";
import { IntervalBar } from "../../charts/IntervalBar";
import { interval, margin } from "../../state/words";
import { FORECAST_SECONDS } from "./asof";
import type { Model } from "./model";
import { outcomeOf } from "./outcome";

export const HalftimeLine: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const forecast = () => m.shown()?.prediction ?? null;
  const early = () => (m.scrub.at() ?? m.until()) < FORECAST_SECONDS;
  const actual = () => outcomeOf(m, "halftime");
  const lower = () => forecast()!.lower95 ?? forecast()!.interval_lower;
  const upper = () => forecast()!.upper95 ?? forecast()!.interval_upper;
  const now = () => actual() ?? (m.shown()!.score_home ?? 0) - (m.shown()!.score_away ?? 0);
  const inside = () => actual() !== null && actual()! >= lower() && actual()! <= upper();
  return (
    <Show
      when={forecast()}
      fallback={
        <p class="dim">
          {early() ? `It is made at 18:00 of game time; ${m.shown()?.pattern.length ?? 0} of 18 minutes are known.` : "None was made of this game: some of its first 18 minutes is not known."}
        </p>
      }
    >
      {(made) => (
        <div class="halftime">
          <p>
            <b class="large">{margin(made().point_forecast, m.game()!)}</b>{" "}
            <span class="dim">95% {interval(lower(), upper(), m.game()!, made().point_forecast)}</span>
          </p>
          <IntervalBar
            point={made().point_forecast}
            lower95={lower()}
            upper95={upper()}
            lower80={made().lower80 ?? null}
            upper80={made().upper80 ?? null}
            actual={now()}
            colour={m.colours()[made().point_forecast >= 0 ? "home" : "away"]}
            label={`Halftime forecast ${margin(made().point_forecast, m.game()!)}; ${actual() === null ? "now" : "it came"} ${margin(now(), m.game()!)}`}
          />
          <p class="dim">
            <Show when={actual() !== null} fallback={`Now ${margin(now(), m.game()!)} (◆).`}>
              It came {margin(actual()!, m.game()!)} (◆), {inside() ? "inside" : "outside"} the interval, {Math.abs(actual()! - made().point_forecast).toFixed(1)} off.
            </Show>
          </p>
        </div>
      )}
    </Show>
  );
};
