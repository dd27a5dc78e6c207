// How the game will probably go on, how that was seen before, and what the halftime forecast is made of.

import { createSignal, For, Show, type Component } from "solid-js";
import { href } from "../../app/router";
import { interval, margin } from "../../state/words";
import { Explained } from "./Explained";
import { FanChart } from "./FanChart";
import { HalftimeLine } from "./Halftime";
import type { Model } from "./model";
import { outcomeOf } from "./outcome";
import { Ended, Running } from "./Running";
import { Similar } from "./Similar";

const FAN_HEIGHT = 250;

export const ForecastTab: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const [, setPointed] = createSignal<number | null>(null);
  const ended = () => outcomeOf(m, "final");
  return (
    <div class="forecast-tab">
      <div class="column">
        <Show when={ended() !== null} fallback={<Running model={m} />}>
          <Ended model={m} outcome={ended()!} />
        </Show>
        <section class="panel part" aria-labelledby="explained-title">
          <h2 id="explained-title">The halftime forecast at 18:00</h2>
          <HalftimeLine model={m} />
          <Show when={m.shown()?.prediction}>{(made) => <Explained model={m} forecast={made()} />}</Show>
        </section>
        <Others model={m} />
      </div>
      <div class="column">
        <Show when={m.begun()}>
          <section class="panel part course" aria-labelledby="fan-final-title">
            <h2 id="fan-final-title">Forecasts of the final margin</h2>
            <FanChart model={m} horizon="final" height={FAN_HEIGHT} onPoint={setPointed} />
          </section>
          <section class="panel part course" aria-labelledby="fan-half-title">
            <h2 id="fan-half-title">Forecasts of the margin at the half</h2>
            <FanChart model={m} horizon="halftime" height={FAN_HEIGHT} onPoint={setPointed} />
          </section>
        </Show>
      </div>
      <Similar model={m} />
    </div>
  );
};

const Others: Component<{ model: Model }> = (props) => {
  const game = () => props.model.game()!;
  return (
    <Show when={props.model.past().externals.length}>
      <section class="panel part" aria-labelledby="others-title">
        <h2 id="others-title">Other models</h2>
        <ul class="others">
          <For each={props.model.past().externals}>
            {(each) => (
              <li>
                <b>{each.model}</b> {margin(each.point_forecast, game())} at {each.horizon === "final" ? "the end" : "the half"}
                <Show when={each.interval_lower !== null && each.interval_upper !== null}>
                  <span class="dim"> {interval(each.interval_lower!, each.interval_upper!, game(), each.point_forecast)}</span>
                </Show>
              </li>
            )}
          </For>
        </ul>
        <p class="dim">
          They came by a call; how they did against ours is in <a href={href({ view: "accuracy" })}>Accuracy</a>.
        </p>
      </section>
    </Show>
  );
};
