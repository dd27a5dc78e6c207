// The last values of something as a line without axes; from zero, so that a flat line is not made a mountain.

import { createMemo, type Component } from "solid-js";
import "./plot.css";

const WIDTH = 100;
const HEIGHT = 28;
const PAD = 2;

/** A path on 100 by 28, newest at the right; a gap where nothing was known. */
export function sparkPath(values: readonly (number | null)[], room: number): string {
  let top = 0;
  for (const value of values) if (value !== null) top = Math.max(top, value);
  const scale = top > 0 ? (HEIGHT - 2 * PAD) / top : 0;
  const step = WIDTH / Math.max(1, room - 1);
  const start = WIDTH - (values.length - 1) * step;
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = Math.round((start + index * step) * 100) / 100;
    const y = Math.round((HEIGHT - PAD - value * scale) * 100) / 100;
    // A value between two gaps is a dot: a line of no length with round ends.
    path += drawing ? `L${x} ${y}` : `M${x} ${y}h0`;
    drawing = true;
  });
  return path;
}

export interface SparklineProps {
  values: readonly (number | null)[];
  /** How many values the width has room for. */
  room: number;
}

/** Beside the value in words, and so nothing for a screen reader. */
export const Sparkline: Component<SparklineProps> = (props) => {
  const path = createMemo(() => sparkPath(props.values, props.room));
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2={WIDTH} y1={HEIGHT - PAD} y2={HEIGHT - PAD} />
      <path d={path()} />
    </svg>
  );
};
