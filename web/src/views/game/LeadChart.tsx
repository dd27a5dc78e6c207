// The lead over the game, large: home above the line, away below; runs shaded, lead changes and ties marked,
// and the forecasts of the half and of the end where they fall.

import { createMemo, type Component } from "solid-js";
import type uPlot from "uplot";
import { momentWords } from "../../state/clock";
import { count, margin } from "../../state/words";
import type { MarginForecast } from "../../stream";
import { marginAxis, withAlpha } from "./chartParts";
import { GameChart, twoSided } from "./GameChart";
import type { Model } from "./model";
import { sides, steps } from "./steps";
import { gameLength, HALF_SECONDS } from "./story";

const LEAST_REACH = 10;

export const LeadChart: Component<{ model: Model; height: number; onPoint: (at: number | null) => void }> = (props) => {
  const m = props.model;
  const length = createMemo(() => gameLength(m.until()));
  const data = createMemo(() => sides(steps(m.series()?.lead ?? [], (point) => point.lead, m.until()), 0));
  const said = createMemo(() => {
    const game = m.shown();
    if (!game) return "";
    const at = m.scrub.at() ?? m.until();
    const { changes, ties, runs } = m.story();
    const until = { changes: changes.filter((each) => each.at <= at), ties: ties.filter((each) => each <= at), runs: runs.filter((each) => each.from <= at) };
    const now = (game.score_home ?? 0) - (game.score_away ?? 0);
    return `Lead by game time, ${margin(now, game)} at ${momentWords(at)}; ${count(until.changes.length, "lead change")}, ${count(until.ties.length, "tie")}, ${count(until.runs.length, "run")} of eight or more`;
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
      range={() => reach(data()[1] as number[], m.shown()?.forecast ?? null)}
      series={(inks, colours) => twoSided(inks, colours, 0)}
      draw={(plot, _, colours) => {
        for (const run of m.story().runs) shade(plot, run, colours[run.side]);
      }}
      over={(plot, inks, colours) => {
        zero(plot, inks.dim);
        for (const tie of m.story().ties) dot(plot, tie, inks.dim, inks.surface);
        for (const change of m.story().changes) diamond(plot, change.at, colours[change.side], inks.surface);
      }}
      last={(plot, inks) => {
        const forecast = m.shown()?.forecast;
        if (!forecast || m.shown()?.status === "final") return;
        if (forecast.halftime) whisker(plot, HALF_SECONDS, forecast.halftime, inks.ink);
        whisker(plot, length(), forecast.final, inks.ink, -6);
      }}
      onPoint={props.onPoint}
    />
  );
};

/** As far up as down, so that nothing looks larger than it is. */
function reach(lead: readonly number[], forecast: { final: MarginForecast; halftime: MarginForecast | null } | null): [number, number] {
  let most = LEAST_REACH;
  for (const points of lead) most = Math.max(most, Math.abs(points));
  if (forecast) most = Math.max(most, Math.abs(forecast.final.lower80), Math.abs(forecast.final.upper80));
  return [-most - 4, most + 4];
}

function shade(plot: uPlot, run: { from: number; to: number; points: number }, colour: string): void {
  const { ctx, bbox } = plot;
  const left = plot.valToPos(run.from, "x", true);
  const width = Math.max(2 * devicePixelRatio, plot.valToPos(run.to, "x", true) - left);
  ctx.save();
  ctx.fillStyle = withAlpha(colour, 0.16);
  ctx.fillRect(left, bbox.top, width, bbox.height);
  ctx.fillStyle = colour;
  ctx.fillRect(left, bbox.top, width, 3 * devicePixelRatio);
  const words = `${run.points}–0`;
  ctx.font = `700 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  if (ctx.measureText(words).width < width - 4) {
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.fillText(words, left + width / 2, bbox.top + 6 * devicePixelRatio);
  }
  ctx.restore();
}

function zero(plot: uPlot, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(bbox.left, Math.round(plot.valToPos(0, "y", true)), bbox.width, devicePixelRatio);
  ctx.restore();
}

function diamond(plot: uPlot, at: number, colour: string, ground: string): void {
  const { ctx } = plot;
  const x = plot.valToPos(at, "x", true);
  const y = plot.valToPos(0, "y", true);
  const size = 5.5 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.strokeStyle = ground;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

function dot(plot: uPlot, at: number, colour: string, ground: string): void {
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.arc(plot.valToPos(at, "x", true), plot.valToPos(0, "y", true), 3 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fillStyle = ground;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

/** A forecast at the moment that it is of: 95% thin, 80% thick, the median a dot. */
function whisker(plot: uPlot, at: number, forecast: MarginForecast, colour: string, shift = 0): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const x = plot.valToPos(at, "x", true) + shift * ratio;
  const y = (points: number) => Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(points, "y", true)));
  const line = (from: number, to: number, width: number, alpha: number) => {
    ctx.globalAlpha = alpha;
    ctx.fillRect(x - (width * ratio) / 2, y(to), width * ratio, y(from) - y(to));
  };
  ctx.save();
  ctx.fillStyle = colour;
  line(forecast.lower95, forecast.upper95, 2, 0.45);
  line(forecast.lower80, forecast.upper80, 6, 0.45);
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.arc(x, y(forecast.median), 4 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.restore();
}
