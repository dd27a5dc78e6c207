// A forecast of a margin on a line: 95% and 80% interval, the point, and the margin as it is or came to be.

import { createMemo, Show, type Component } from "solid-js";

export interface IntervalProps {
  point: number;
  lower95: number;
  upper95: number;
  lower80?: number | null;
  upper80?: number | null;
  /** The margin now, or the outcome. */
  actual: number | null;
  colour: string;
  label: string;
}

export const IntervalBar: Component<IntervalProps> = (props) => {
  const scale = createMemo(() => {
    const ends = [props.lower95, props.upper95, props.actual ?? props.point, 0];
    const low = Math.min(...ends) - 2;
    const high = Math.max(...ends) + 2;
    return (points: number) => `${(((points - low) / (high - low)) * 100).toFixed(2)}%`;
  });
  const span = (lower: number, upper: number) => {
    const at = scale();
    return { left: at(lower), width: `calc(${at(upper)} - ${at(lower)})` };
  };
  return (
    <div class="interval" role="img" aria-label={props.label} style={{ "--team": props.colour }}>
      <i class="interval-zero" style={{ left: scale()(0) }} />
      <i class="interval-95" style={span(props.lower95, props.upper95)} />
      <Show when={props.lower80 !== null && props.lower80 !== undefined && props.upper80 !== null && props.upper80 !== undefined}>
        <i class="interval-80" style={span(props.lower80!, props.upper80!)} />
      </Show>
      <i class="interval-point" style={{ left: scale()(props.point) }} />
      <Show when={props.actual !== null}>
        <i class="interval-actual" style={{ left: scale()(props.actual!) }} />
      </Show>
    </div>
  );
};
