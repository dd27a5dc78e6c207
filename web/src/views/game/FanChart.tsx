// The forecasts of one margin, each drawn at the moment it was made: they narrow toward the outcome. The
// lead goes along, so that one sees what was made of what.

import { createMemo, type Component } from "solid-js";
import type uPlot from "uplot";
import { interval, margin } from "../../state/words";
import { lastUntil } from "../../stream";
import { marginAxis, withAlpha } from "./chartParts";
import { fanData } from "./fan";
import { GameChart, stepped } from "./GameChart";
import type { Model } from "./model";
import { outcomeOf } from "./outcome";
import { gameLength, HALF_SECONDS } from "./story";

export interface FanProps {
  model: Model;
  horizon: "halftime" | "final";
  height: number;
  onPoint: (at: number | null) => void;
}

export const FanChart: Component<FanProps> = (props) => {
  const m = props.model;
  const length = createMemo(() => (props.horizon === "halftime" ? HALF_SECONDS : gameLength(m.until())));
  const data = createMemo(() => fanData(m.fan(), m.series()?.lead ?? [], props.horizon, Math.min(m.until(), length())));
  const outcome = createMemo(() => outcomeOf(m, props.horizon));
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
  return (
    <GameChart
      model={m}
      data={data()}
      length={length()}
      height={props.height}
      label={said()}
      times
      axis={marginAxis}
      range={(_, low, high) => around(low, high, outcome())}
      bands={(inks) => [
        { series: [2, 1], fill: withAlpha(inks.accent, 0.16) },
        { series: [4, 3], fill: withAlpha(inks.accent, 0.26) },
      ]}
      series={(inks) => [
        ...Array.from({ length: 4 }, () => stepped({ stroke: "transparent" })),
        stepped({ stroke: inks.accent, width: 2.25 }),
        stepped({ stroke: inks.ink, width: 1.25 }),
      ]}
      over={(plot, inks) => {
        level(plot, 0, inks.dim, []);
        if (outcome() !== null) level(plot, outcome()!, inks.ink, [6, 4]);
      }}
      onPoint={props.onPoint}
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
