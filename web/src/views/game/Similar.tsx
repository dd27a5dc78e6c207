// Games of history that went like this one until 18:00: their paths over its own, and what became of them.

import { createMemo, createSignal, For, Show, type Component } from "solid-js";
import { useApp } from "../../app/context";
import { href } from "../../app/router";
import { Plot, type Scales } from "../../charts/Plot";
import { margin, short } from "../../state/words";
import type { SimilarGame } from "../../stream";
import type { Model } from "./model";
import { apart, HALF_MINUTES, leadTicks, overlay, PATTERN_MINUTES, type Overlay, type OverlayGame, type OverlayPoint } from "./overlay";

const HEIGHT = 300;
const NUMBER_GAP = 17;
const DASHES = ["none", "7 3", "2 3", "8 3 2 3", "4 2"];

export const Similar: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const { live } = useApp();
  const [lit, setLit] = createSignal<number | null>(null);
  const games = (): readonly SimilarGame[] => m.shown()?.prediction?.explanation.similar_games ?? [];
  const later = (minute: number) => ((m.scrub.at() ?? m.until()) >= minute * 60 ? (m.series()?.leadAt(minute * 60) ?? null) : null);
  const drawn = createMemo(() => overlay(m.shown()?.prediction?.pattern ?? [], games(), later));
  return (
    <Show when={games().length}>
      <section class="panel part similar-part" aria-labelledby="similar-title">
        <h2 id="similar-title">Games whose first 18 minutes went alike</h2>
        <div class="similar-body">
          <Show when={drawn()}>{(paths) => <Paths model={m} paths={paths()} games={games()} lit={lit()} />}</Show>
          <div>
            <table class="similar">
              <caption class="unseen">Similar games of history, the nearest first</caption>
              <thead>
                <tr>
                  <th scope="col">Game</th>
                  <th scope="col" class="number">At 18:00</th>
                  <th scope="col" class="number">At the half</th>
                  <th scope="col" class="number">Distance</th>
                </tr>
              </thead>
              <tbody>
                <For each={games()}>
                  {(each, index) => (
                    <tr class={`alike-${index() % 5}`} classList={{ lit: lit() === index() }} onMouseEnter={() => setLit(index())} onMouseLeave={() => setLit(null)}>
                      <th scope="row">
                        <div class="alike-game">
                          <i class="alike-number">{index() + 1}</i>
                          <span>
                            <Show when={live.game(each.game_id)} fallback={`${each.away_team} at ${each.home_team}`}>
                              <a href={href({ view: "game", gameId: each.game_id })}>
                                {each.away_team} at {each.home_team}
                              </a>
                            </Show>{" "}
                            <span class="dim">{each.date}</span>
                          </span>
                        </div>
                      </th>
                      <td class="number">{each.pattern?.length === PATTERN_MINUTES ? theirs(each.pattern[PATTERN_MINUTES - 1]!, each) : "–"}</td>
                      <td class="number">{theirs(each.halftime_differential, each)}</td>
                      <td class="number">{each.distance.toFixed(1)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <p class="dim">
              Home and away are matched side by side. The distance is in points, in a typical minute.
              <Show when={drawn()}> Each path is moved up or down so that all meet at 18:00, for their shapes are compared; from there the dots lead to where each stood at the half.</Show>
            </p>
          </div>
        </div>
      </section>
    </Show>
  );
};

function theirs(points: number, game: SimilarGame): string {
  return points === 0 ? "level" : `${points > 0 ? game.home_team : game.away_team} +${Math.abs(points)}`;
}

const Paths: Component<{ model: Model; paths: Overlay; games: readonly SimilarGame[]; lit: number | null }> = (props) => {
  const m = props.model;
  const said = () => {
    const from = props.paths.own.find((point) => point.minute === PATTERN_MINUTES)!.lead;
    const ends = props.paths.games.map((game) => `${game.index + 1}: ${margin(game.end, m.game()!)}`).join(", ");
    const own = props.paths.own[props.paths.own.length - 1]!;
    const came = own.minute > PATTERN_MINUTES ? `; it stood ${margin(own.lead, m.game()!)} after ${own.minute} minutes` : "";
    return `Lead by minute: this game, ${margin(from, m.game()!)} at 18:00${came}; from there the similar games would have come to ${ends} at the half`;
  };
  return (
    <div class="similar-paths">
      <Plot
        x={{ from: 0, to: HALF_MINUTES + 2, ticks: [0, 6, 12, 18, 24], words: (minute) => `${minute}:00`, title: "Game time" }}
        y={{ from: props.paths.low - 2, to: props.paths.high + 2, ticks: leadTicks(props.paths.low, props.paths.high), words: (lead) => (lead === 0 ? "0" : `+${Math.abs(lead)}`), title: "Lead in this game" }}
        height={HEIGHT}
        label={said()}
      >
        {(scales) => <Drawn {...props} scales={scales} />}
      </Plot>
      <p class="legend dim">
        <span>
          <i class="key own-key" /> this game
        </span>
        <span>
          <i class="key alike-key" /> the others, by their numbers
        </span>
      </p>
    </div>
  );
};

const Drawn: Component<{ model: Model; paths: Overlay; lit: number | null; scales: Scales }> = (props) => {
  const s = () => props.scales;
  const line = (path: readonly OverlayPoint[]) => path.map((point, index) => `${index ? "L" : "M"}${s().x(point.minute).toFixed(1)} ${s().y(point.lead).toFixed(1)}`).join("");
  const numbers = () => apart(props.paths.games.map((game) => s().y(game.end)), NUMBER_GAP);
  const onward = (game: OverlayGame): OverlayPoint[] => [game.path[game.path.length - 1]!, { minute: HALF_MINUTES, lead: game.end }];
  const own = () => props.paths.own[props.paths.own.length - 1]!;
  const colours = () => props.model.colours();
  const name = (side: "home" | "away") => {
    const text = short(props.model.game()!, side);
    return text.length > 16 ? `${text.slice(0, 15)}…` : text;
  };
  return (
    <>
      <line class="overlay-zero" x1={s().x(0)} x2={s().x(HALF_MINUTES)} y1={s().y(0)} y2={s().y(0)} />
      <line class="overlay-made" x1={s().x(PATTERN_MINUTES)} x2={s().x(PATTERN_MINUTES)} y1={s().y(props.paths.high + 2)} y2={s().y(props.paths.low - 2)} />
      <For each={props.paths.games}>
        {(game, place) => (
          <g class={`overlay-game alike-${game.index % 5}`} classList={{ faded: props.lit !== null && props.lit !== game.index, lit: props.lit === game.index }}>
            <path d={line(game.path)} stroke-dasharray={DASHES[game.index % 5]} />
            <path class="overlay-onward" d={line(onward(game))} stroke-dasharray="1 4" />
            <path class="overlay-leader" d={`M${s().x(HALF_MINUTES)} ${s().y(game.end)}L${s().x(HALF_MINUTES + 1.6)} ${numbers()[place()]}`} />
            <circle cx={s().x(HALF_MINUTES)} cy={s().y(game.end)} r="4" />
            <circle class="overlay-disc" cx={s().x(HALF_MINUTES + 1.6)} cy={numbers()[place()]} r="8" />
            <text x={s().x(HALF_MINUTES + 1.6)} y={numbers()[place()]! + 4} text-anchor="middle">
              {game.index + 1}
            </text>
          </g>
        )}
      </For>
      <path class="overlay-own" d={line(props.paths.own)} />
      <circle class="overlay-now" cx={s().x(own().minute)} cy={s().y(own().lead)} r="5" />
      <text class="overlay-side" x={s().x(0) + 6} y={s().y(props.paths.high + 2) + 12} fill={colours().home}>
        {name("home")}
      </text>
      <text class="overlay-side" x={s().x(0) + 6} y={s().y(props.paths.low - 2) - 5} fill={colours().away}>
        {name("away")}
      </text>
    </>
  );
};
