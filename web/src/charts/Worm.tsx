// The lead over the game as a small step chart: above the line home leads, below it away.

import { createMemo, For, Show, type Component } from "solid-js";
import type { LeadPoint } from "../stream/series";
import type { Colours } from "../style/teams";
import { HALF, WIDTH, wormPaths } from "./wormPaths";

export { wormPaths };

export interface WormProps {
  lead: readonly LeadPoint[];
  /** Seconds of game time until which the lead is known; null before the game. */
  until: number | null;
  colours: Colours;
  label: string;
  /** Read it to be drawn anew: the points grow in place. */
  revision: number;
}

export const Worm: Component<WormProps> = (props) => {
  const paths = createMemo(() => {
    void props.revision;
    return wormPaths(props.lead, props.until);
  });
  return (
    <div class="worm">
      <svg viewBox={`0 0 ${WIDTH} ${2 * HALF}`} preserveAspectRatio="none" role="img" aria-label={props.label}>
        <For each={paths().quarters}>{(at) => <line class="worm-quarter" x1={at} x2={at} y1="0" y2={2 * HALF} />}</For>
        <path d={paths().home} fill={props.colours.home} class="worm-area" />
        <path d={paths().away} fill={props.colours.away} class="worm-area" />
        <line class="worm-zero" x1="0" x2={WIDTH} y1={HALF} y2={HALF} />
        <path d={paths().line} class="worm-line" />
      </svg>
      <Show when={paths().end}>
        {(end) => <i class="worm-end" style={{ left: `${end().x / (WIDTH / 100)}%`, top: `${end().y}%` }} />}
      </Show>
    </div>
  );
};
