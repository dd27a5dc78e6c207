// What the time charts of a game have in common: one axis of game time, the quarters, the moment that is
// looked at with what came later veiled, and the hand that draws it.

import type uPlot from "uplot";
import { axis, type Inks } from "../../charts/LineChart";
import { periodWords } from "../../state/clock";
import { periodAt, periodEnd } from "./story";

const AXIS_WIDTH = 44;
const SYNC = "game";

export interface Frame {
  /** Seconds of game time that the axis reaches to. */
  length: () => number;
  /** The moment that is looked at; null is now. */
  at: () => number | null;
  /** Told where the pointer is, in seconds of game time. */
  onPoint: (at: number | null) => void;
}

/** Options that all charts share; `draw` comes before the lines, `over` after them, `last` over the veil. */
export function frame(
  inks: Inks,
  { length, at, onPoint }: Frame,
  parts: { draw: (chart: uPlot) => void; over: (chart: uPlot) => void; last: (chart: uPlot) => void; times: boolean },
): Required<Pick<uPlot.Options, "cursor" | "legend" | "padding" | "hooks">> & { x: uPlot.Axis; scale: uPlot.Scale } {
  return {
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false, setScale: false },
      sync: { key: SYNC, setSeries: false },
    },
    legend: { show: false },
    padding: [8, 10, 0, 0],
    x: {
      ...axis(inks),
      show: true,
      size: parts.times ? 24 : 4,
      splits: () => quarterStarts(length()).map(middleOf),
      values: (_, splits) => (parts.times ? splits.map((split) => periodWords(periodAt(split))) : splits.map(() => "")),
      grid: { show: false },
      ticks: { show: false },
    },
    scale: { time: false, range: () => [0, length()] },
    hooks: {
      drawClear: [
        (chart) => {
          quarters(chart, inks, length());
          parts.draw(chart);
        },
      ],
      draw: [
        (chart) => {
          parts.over(chart);
          veil(chart, inks, at());
          parts.last(chart);
        },
      ],
      setCursor: [
        (chart) => {
          const left = chart.cursor.left ?? -1;
          onPoint(left < 0 ? null : chart.posToVal(left, "x"));
        },
      ],
    },
  };
}

/** An axis of margins without sign: which half is whose is written in the chart. */
export function marginAxis(inks: Inks): uPlot.Axis {
  return { ...axis(inks), size: AXIS_WIDTH, values: (_, splits) => splits.map((split) => (split === 0 ? "0" : `+${Math.abs(split)}`)) };
}

export function shareAxis(inks: Inks): uPlot.Axis {
  return {
    ...axis(inks),
    size: AXIS_WIDTH,
    splits: () => [0, 0.5, 1],
    values: (_, splits) => splits.map((split) => `${Math.round(100 * Math.max(split, 1 - split))}%`),
  };
}

function quarterStarts(length: number): number[] {
  const starts = [0];
  for (let period = 1; periodEnd(period) < length; period += 1) starts.push(periodEnd(period));
  return starts;
}

const middleOf = (start: number) => (start + periodEnd(periodAt(start + 1))) / 2;

function quarters(chart: uPlot, inks: Inks, length: number): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = inks.line;
  ctx.lineWidth = devicePixelRatio;
  for (const start of quarterStarts(length).slice(1)) {
    const x = Math.round(chart.valToPos(start, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function veil(chart: uPlot, inks: Inks, at: number | null): void {
  if (at === null) return;
  const { ctx, bbox } = chart;
  const x = Math.max(bbox.left, Math.round(chart.valToPos(at, "x", true)));
  ctx.save();
  ctx.globalAlpha = 0.78;
  ctx.fillStyle = inks.surface;
  ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
  ctx.globalAlpha = 1;
  ctx.fillStyle = inks.accent;
  ctx.fillRect(x - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
  ctx.restore();
}

/** Words in a corner of the plot, such as whose half it is; the ground keeps lines off them. */
export function cornerWords(chart: uPlot, words: string, colour: string, ground: string, corner: "top" | "bottom"): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `700 ${12 * ratio}px system-ui, sans-serif`;
  ctx.fillStyle = colour;
  ctx.textAlign = "left";
  ctx.textBaseline = corner;
  const y = corner === "top" ? bbox.top + 4 * ratio : bbox.top + bbox.height - 4 * ratio;
  const text = words.length > 16 ? `${words.slice(0, 15)}…` : words;
  ctx.lineJoin = "round";
  ctx.lineWidth = 5 * ratio;
  ctx.strokeStyle = ground;
  ctx.strokeText(text, bbox.left + 6 * ratio, y);
  ctx.fillText(text, bbox.left + 6 * ratio, y);
  ctx.restore();
}

export const withAlpha = (hex: string, share: number) =>
  `${hex}${Math.round(share * 255).toString(16).padStart(2, "0")}`;

/** Pressing and dragging over the chart looks back to that moment. */
export function scrubOn(chart: uPlot, to: (at: number) => void): void {
  const { over } = chart;
  const moment = (event: PointerEvent) => {
    const box = over.getBoundingClientRect();
    return chart.posToVal(Math.min(box.width, Math.max(0, event.clientX - box.left)), "x");
  };
  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    over.setPointerCapture(event.pointerId);
    to(moment(event));
  });
  // The page would take the focus, and show that it has.
  over.addEventListener("mousedown", (event) => event.preventDefault());
  over.addEventListener("pointermove", (event) => {
    if (over.hasPointerCapture(event.pointerId)) to(moment(event));
  });
}
