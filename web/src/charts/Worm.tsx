// The lead over the game as a small step chart: above the line home leads, below it away.

import { createMemo, For, Show, type Component } from "solid-js";
import type { LeadPoint } from "../stream/series";
import type { Colours } from "../style/teams";

const WIDTH = 600;
const HALF = 50;
const REGULATION_SECONDS = 2_880;
const LEAST_REACH = 10;

export interface WormProps {
  lead: readonly LeadPoint[];
  /** Seconds of game time until which the lead is known; null before the game. */
  until: number | null;
  colours: Colours;
  label: string;
  /** Read it to be drawn anew: the points grow in place. */
  revision: number;
}

export interface WormPaths {
  line: string;
  home: string;
  away: string;
  /** Where the line ends, in the units of the drawing. */
  end: { x: number; y: number } | null;
  quarters: readonly number[];
  /** The largest lead that has room. */
  reach: number;
}

/** The drawing, on 600 by 100. */
export function wormPaths(lead: readonly LeadPoint[], until: number | null): WormPaths {
  const last = Math.max(until ?? 0, lead[lead.length - 1]?.at ?? 0);
  const overtimes = Math.max(0, Math.ceil((last - REGULATION_SECONDS) / 300));
  const length = REGULATION_SECONDS + overtimes * 300;
  let reach = LEAST_REACH;
  for (const point of lead) reach = Math.max(reach, Math.abs(point.lead));
  const x = (at: number) => round((at / length) * WIDTH);
  const y = (points: number) => round(HALF - (points / reach) * (HALF - 4));
  const quarters = [720, 1440, 2160, ...Array.from({ length: overtimes }, (_, index) => 2_880 + index * 300)].map(x);
  if (until === null || lead.length === 0) return { line: "", home: "", away: "", end: null, quarters, reach };
  let line = "";
  let home = `M0 ${HALF}`;
  let away = home;
  for (const point of lead) {
    const at = x(point.at);
    line += line ? `H${at}V${y(point.lead)}` : `M${at} ${y(point.lead)}`;
    home += `H${at}V${y(Math.max(0, point.lead))}`;
    away += `H${at}V${y(Math.min(0, point.lead))}`;
  }
  const end = { x: x(last), y: y(lead[lead.length - 1]!.lead) };
  const close = `H${end.x}V${HALF}Z`;
  return { line: `${line}H${end.x}`, home: home + close, away: away + close, end, quarters, reach };
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

const round = (value: number) => Math.round(value * 10) / 10;
