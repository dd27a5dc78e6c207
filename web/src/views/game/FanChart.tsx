// The forecasts of one margin, each drawn at the moment it was made: they narrow toward the outcome. The
// lead goes along, so that one sees what was made of what.

import { createEffect, createMemo, on, type Component } from "solid-js";
import uPlot from "uplot";
import { LineChart } from "../../charts/LineChart";
import { interval, margin, short } from "../../state/words";
import { lastUntil } from "../../stream";
import { cornerWords, frame, marginAxis, scrubOn, withAlpha } from "./chartParts";
import { fanData } from "./fan";
import type { Model } from "./model";
import { gameLength } from "./story";

const HALF_SECONDS = 1_440;

export interface FanProps {
  model: Model;
  horizon: "halftime" | "final";
  height: number;
  onPoint: (at: number | null) => void;
}

export const FanChart: Component<FanProps> = (props) => {
  const m = props.model;
  let chart: uPlot | undefined;
  const length = createMemo(() => (props.horizon === "halftime" ? HALF_SECONDS : gameLength(m.until())));
  const data = createMemo(() => fanData(m.fan(), m.series()?.lead ?? [], props.horizon, Math.min(m.until(), length())));
  const outcome = createMemo(() => {
    const game = m.game();
    if (!game) return null;
    if (props.horizon === "final") return game.status === "final" ? (game.score_home ?? 0) - (game.score_away ?? 0) : null;
    const over = game.status === "halftime" || game.status === "final" || (game.period ?? 0) > 2;
    return over ? (m.series()?.leadAt(HALF_SECONDS) ?? null) : null;
  });
  const said = createMemo(() => {
    const game = m.game();
    const fan = m.fan();
    if (!game || fan.length === 0) return "Forecasts by game time; none is known yet";
    const point = fan[lastUntil(fan, Math.min(m.scrub.at() ?? Infinity, length()))]?.[props.horizon];
    const what = props.horizon === "final" ? "the final margin" : "the margin at the half";
    const now = point ? `: ${margin(point.median, game)}, 80% ${interval(point.lower80, point.upper80, game, point.median)}` : "";
    const came = outcome() === null ? "" : `; it came ${margin(outcome()!, game)}`;
    return `Forecasts of ${what} by the time they were made${now}${came}`;
  });
  createEffect(on([m.scrub.at, outcome], () => chart?.redraw(false), { defer: true }));

  return (
    <LineChart
      data={data()}
      height={props.height}
      label={said()}
      onChart={(made) => {
        chart = made;
        scrubOn(made, m.scrub.to);
      }}
      options={(inks) => {
        const colours = m.colours();
        const stepped = uPlot.paths.stepped!({ align: 1 });
        const hidden = { stroke: "transparent", paths: stepped, points: { show: false } };
        const shared = frame(
          inks,
          { length, at: m.scrub.at, onPoint: props.onPoint },
          {
            times: true,
            draw: (plot) => {
              const game = m.game();
              if (!game) return;
              cornerWords(plot, short(game, "home"), colours.home, "top");
              cornerWords(plot, short(game, "away"), colours.away, "bottom");
            },
            over: (plot) => {
              level(plot, 0, inks.dim, []);
              if (outcome() !== null) level(plot, outcome()!, inks.ink, [6, 4]);
            },
          },
        );
        return {
          cursor: shared.cursor!,
          legend: shared.legend!,
          padding: shared.padding!,
          hooks: shared.hooks!,
          scales: { x: shared.scale, y: { range: (_, low, high) => around(low, high, outcome()) } },
          axes: [shared.x, marginAxis(inks)],
          bands: [
            { series: [2, 1], fill: withAlpha(inks.accent, 0.16) },
            { series: [4, 3], fill: withAlpha(inks.accent, 0.26) },
          ],
          series: [
            {},
            hidden,
            hidden,
            hidden,
            hidden,
            { stroke: inks.accent, width: 2.25, paths: stepped, points: { show: false } },
            { stroke: inks.ink, width: 1.25, paths: stepped, points: { show: false } },
          ],
        };
      }}
    />
  );
};

function around(low: number | null, high: number | null, outcome: number | null): [number, number] {
  const ends = [low ?? 0, high ?? 0, outcome ?? 0, -10, 10];
  return [Math.min(...ends) - 2, Math.max(...ends) + 2];
}

function level(plot: uPlot, points: number, colour: string, dash: number[]): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(points, "y", true));
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = (dash.length ? 1.75 : 1) * devicePixelRatio;
  ctx.setLineDash(dash.map((part) => part * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
