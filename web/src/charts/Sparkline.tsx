// The last values of something as a line without axes; from zero, so that a flat line is not made a mountain.

import { createMemo, type Component } from "solid-js";
import "./plot.css";
import { HEIGHT, PAD, sparkPath, WIDTH } from "./spark";

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
