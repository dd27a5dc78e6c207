// The lead over a game as the paths of a drawing: steps, and what lies between them and the line.

import type { LeadPoint } from "../stream/series";

export const WIDTH = 600;
export const HALF = 50;
const REGULATION_SECONDS = 2_880;
const LEAST_REACH = 10;

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

const round = (value: number) => Math.round(value * 10) / 10;
