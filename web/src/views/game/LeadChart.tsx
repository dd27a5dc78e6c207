// The lead over the game, large: home above the line, away below; runs shaded, lead changes and ties marked,
// and the forecasts of the half and of the end where they fall.

import { createEffect, createMemo, on, type Component } from "solid-js";
import uPlot from "uplot";
import { LineChart } from "../../charts/LineChart";
import { momentWords } from "../../state/clock";
import { count, margin, short } from "../../state/words";
import type { MarginForecast } from "../../stream";
import { cornerWords, frame, marginAxis, scrubOn, withAlpha } from "./chartParts";
import type { Model } from "./model";
import { gameLength } from "./story";

const LEAST_REACH = 10;
const HALF_SECONDS = 1_440;

export const LeadChart: Component<{ model: Model; onPoint: (at: number | null) => void }> = (props) => {
  const m = props.model;
  let chart: uPlot | undefined;
  const length = createMemo(() => gameLength(m.until()));
  const data = createMemo((): uPlot.AlignedData => {
    const at: number[] = [];
    const lead: number[] = [];
    for (const point of m.series()?.lead ?? []) {
      at.push(point.at);
      lead.push(point.lead);
    }
    const last = lead[lead.length - 1];
    if (last !== undefined && m.until() > at[at.length - 1]!) {
      at.push(m.until());
      lead.push(last);
    }
    return [at, lead, lead.map((points) => Math.max(0, points)), lead.map((points) => Math.min(0, points))];
  });
  const said = createMemo(() => {
    const game = m.shown();
    if (!game) return "";
    const { changes, ties, runs } = m.story();
    const now = (game.score_home ?? 0) - (game.score_away ?? 0);
    return `Lead by game time, ${margin(now, game)} at ${momentWords(m.scrub.at() ?? m.until())}; ${count(changes.length, "lead change")}, ${count(ties.length, "tie")}, ${count(runs.length, "run")} of eight or more`;
  });
  createEffect(on([m.scrub.at, m.shown], () => chart?.redraw(false), { defer: true }));

  return (
    <LineChart
      data={data()}
      height={280}
      label={said()}
      onChart={(made) => {
        chart = made;
        scrubOn(made, m.scrub.to);
      }}
      options={(inks) => {
        const colours = m.colours();
        const stepped = uPlot.paths.stepped!({ align: 1 });
        const shared = frame(
          inks,
          { length, at: m.scrub.at, onPoint: props.onPoint },
          {
            times: true,
            draw: (plot) => {
              for (const run of m.story().runs) shade(plot, run, colours[run.side]);
              const game = m.game();
              if (!game) return;
              cornerWords(plot, short(game, "home"), colours.home, "top");
              cornerWords(plot, short(game, "away"), colours.away, "bottom");
            },
            over: (plot) => {
              zero(plot, inks.dim);
              for (const tie of m.story().ties) dot(plot, tie, inks.dim, inks.surface);
              for (const change of m.story().changes) diamond(plot, change.at, colours[change.side], inks.surface);
            },
            last: (plot) => {
              const forecast = m.shown()?.forecast;
              if (!forecast || m.shown()?.status === "final") return;
              if (forecast.halftime) whisker(plot, HALF_SECONDS, forecast.halftime, inks.ink);
              whisker(plot, length(), forecast.final, inks.ink, -6);
            },
          },
        );
        return {
          cursor: shared.cursor!,
          legend: shared.legend!,
          padding: shared.padding!,
          hooks: shared.hooks!,
          scales: { x: shared.scale, y: { range: () => reach(data()[1] as number[], m.shown()?.forecast ?? null) } },
          axes: [shared.x, marginAxis(inks)],
          series: [
            {},
            { stroke: inks.ink, width: 1.75, paths: stepped, points: { show: false } },
            { stroke: "transparent", fill: withAlpha(colours.home, 0.35), paths: stepped, points: { show: false } },
            { stroke: "transparent", fill: withAlpha(colours.away, 0.35), paths: stepped, points: { show: false } },
          ],
        };
      }}
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
