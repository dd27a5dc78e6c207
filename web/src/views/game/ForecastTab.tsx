// How the game will probably go on, how that was seen before, and what the halftime forecast is made of.

import { createMemo, createSignal, For, Show, type Component } from "solid-js";
import { href } from "../../app/router";
import { IntervalBar } from "../../charts/IntervalBar";
import { interval, margin, percent, short } from "../../state/words";
import type { MarginForecast, MlPrediction, SimilarGame } from "../../stream";
import { FanChart } from "./FanChart";
import { halftimeOutcome, HalftimeLine } from "./Halftime";
import type { Model } from "./model";

const MEMBERS: Readonly<Record<string, string>> = {
  dejavu: "Déjà vu: games that went alike",
  linear: "Linear: ratings and the path",
  lstm: "Neural net over the path",
  persistence: "The lead stays",
  trees: "Trees over all that is known",
};

const KNOWN: Readonly<Record<string, string>> = {
  score: "the score path and the clock alone",
  teams: "the path and the teams' ratings",
  players: "the path, the teams and who plays",
  market: "the path, the teams and the market's spread",
};

export const ForecastTab: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const [, setPointed] = createSignal<number | null>(null);
  const running = () => m.shown()?.forecast ?? null;
  const title = () => {
    if (m.scrub.at() !== null) return "How it looked then";
    return m.game()?.status === "final" ? "How it ended" : "How it will probably go on";
  };
  return (
    <div class="forecast-tab">
      <section class="panel part" aria-labelledby="running-title">
        <h2 id="running-title">{title()}</h2>
        <Show when={running()} fallback={<p class="dim">{m.scrub.at() === null ? "No forecast of this game is known yet." : "What was forecast at that time is not known: this server came to the game later."}</p>}>
          {(forecast) => (
            <div class="horizons">
              <Show when={forecast().halftime}>{(half) => <Horizon model={m} title="At the half" forecast={half()} />}</Show>
              <Horizon model={m} title="At the end" forecast={forecast().final} />
              <dl class="board-facts">
                <Show when={forecast().run_probability !== null && m.game()?.status !== "final"}>
                  <div>
                    <dt>A run within minutes</dt>
                    <dd>{percent(forecast().run_probability!)}</dd>
                  </div>
                </Show>
                <div>
                  <dt>Made from</dt>
                  <dd>{KNOWN[forecast().known] ?? forecast().known}</dd>
                </div>
                <div>
                  <dt>Model</dt>
                  <dd class="version">{forecast().model_version}</dd>
                </div>
              </dl>
            </div>
          )}
        </Show>
      </section>
      <section class="panel part course" aria-labelledby="fan-final-title">
        <h2 id="fan-final-title">Forecasts of the final margin</h2>
        <FanChart model={m} horizon="final" height={260} onPoint={setPointed} />
      </section>
      <section class="panel part course" aria-labelledby="fan-half-title">
        <h2 id="fan-half-title">Forecasts of the margin at the half</h2>
        <FanChart model={m} horizon="halftime" height={260} onPoint={setPointed} />
      </section>
      <section class="panel part" aria-labelledby="explained-title">
        <h2 id="explained-title">The halftime forecast at 18:00</h2>
        <HalftimeLine model={m} />
        <Show when={m.shown()?.prediction}>{(made) => <Explained model={m} forecast={made()} />}</Show>
      </section>
      <Similar model={m} />
      <Others model={m} />
    </div>
  );
};

const Horizon: Component<{ model: Model; title: string; forecast: MarginForecast }> = (props) => {
  const game = () => props.model.game()!;
  const shown = () => props.model.shown()!;
  const now = () => (shown().score_home ?? 0) - (shown().score_away ?? 0);
  const f = () => props.forecast;
  const words = () => `80% ${interval(f().lower80, f().upper80, game(), f().median)}, 95% ${interval(f().lower95, f().upper95, game(), f().median)}`;
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
        actual={now()}
        colour={props.model.colours()[f().median >= 0 ? "home" : "away"]}
        label={`${props.title} ${margin(f().median, game())}; ${words()}`}
      />
      <p class="dim">{words()}</p>
    </div>
  );
};

const Explained: Component<{ model: Model; forecast: MlPrediction }> = (props) => {
  const members = createMemo(() => {
    const { weights, members: said } = props.forecast.explanation;
    return Object.entries(said ?? {})
      .map(([name, forecast]) => ({ name, forecast, weight: weights[name] ?? null }))
      .sort((one, other) => (other.weight ?? 0) - (one.weight ?? 0));
  });
  const game = () => props.model.game()!;
  return (
    <div class="explained">
      <Show when={members().length} fallback={<p class="dim">The model does not say what its members forecast.</p>}>
        <table class="members">
          <caption class="unseen">What each member of the model forecast, and its weight</caption>
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col" class="number">Forecast</th>
              <th scope="col" class="number">Weight</th>
              <td />
            </tr>
          </thead>
          <tbody>
            <For each={members()}>
              {(member) => (
                <tr>
                  <th scope="row">{MEMBERS[member.name] ?? member.name}</th>
                  <td class="number">{margin(member.forecast, game())}</td>
                  <td class="number">{member.weight === null ? "–" : percent(member.weight)}</td>
                  <td class="weight" aria-hidden="true">
                    <i style={{ width: `${100 * (member.weight ?? 0)}%` }} />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <p class="dim">
        Made from {KNOWN[props.forecast.known ?? ""] ?? "what is not said"} by <span class="version">{props.forecast.model_version}</span>
        {props.forecast.revises === null || props.forecast.revises === undefined ? "." : "; revised after a correction."}
      </p>
    </div>
  );
};

const Similar: Component<{ model: Model }> = (props) => {
  const games = (): readonly SimilarGame[] => props.model.shown()?.prediction?.explanation.similar_games ?? [];
  const game = () => props.model.game()!;
  const reach = createMemo(() => Math.max(10, ...games().map((each) => Math.abs(each.halftime_differential)), Math.abs(halftimeOutcome(props.model) ?? 0)) + 2);
  const place = (points: number) => `${(50 + (50 * points) / reach()).toFixed(2)}%`;
  return (
    <Show when={games().length}>
      <section class="panel part similar-part" aria-labelledby="similar-title">
        <h2 id="similar-title">Games whose first 18 minutes went alike</h2>
        <table class="similar">
          <caption class="unseen">Similar games of history, the nearest first</caption>
          <thead>
            <tr>
              <th scope="col">Game</th>
              <th scope="col" class="number">At the half</th>
              <td class="strip">
                <span>{short(game(), "away")}</span>
                <span>{short(game(), "home")}</span>
              </td>
              <th scope="col" class="number">Distance</th>
            </tr>
          </thead>
          <tbody>
            <For each={games()}>
              {(each) => (
                <tr>
                  <th scope="row">
                    {each.away_team} at {each.home_team} <span class="dim">{each.date}</span>
                  </th>
                  <td class="number">
                    {each.halftime_differential === 0 ? "level" : `${each.halftime_differential > 0 ? each.home_team : each.away_team} +${Math.abs(each.halftime_differential)}`}
                  </td>
                  <td class="strip" aria-hidden="true">
                    <i class="strip-zero" />
                    <i class="strip-point" style={{ left: place(each.halftime_differential) }} />
                    <Show when={halftimeOutcome(props.model) !== null}>
                      <i class="strip-outcome" style={{ left: place(halftimeOutcome(props.model)!) }} />
                    </Show>
                  </td>
                  <td class="number">{each.distance.toFixed(1)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <p class="dim">
          Home and away are matched side by side; the distance is in points.
          <Show when={halftimeOutcome(props.model) !== null}> The line is what came of this game.</Show>
        </p>
      </section>
    </Show>
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
