import type { PredictionRecord } from "../../stream/contract";
import { dayWords } from "../../state/clock";
import { signed } from "../../state/words";
import { names } from "./rows";

/** A margin, seen from who is ahead: `BOS +3.5`. */
export function ahead(points: number, record: PredictionRecord): string {
  const rounded = Math.round(points * 10) / 10;
  if (rounded === 0) return "level";
  return `${(rounded > 0 ? record.home_team : record.away_team) ?? (rounded > 0 ? "home" : "away")} +${Math.abs(rounded)}`;
}

/** An interval, seen from who the forecast favours: `−4 to +17`. */
export function range(lower: number, upper: number, record: PredictionRecord): string {
  const sign = record.point_forecast < 0 ? -1 : 1;
  const [from, to] = [lower * sign, upper * sign].sort((one, other) => one - other) as [number, number];
  return `${end(from)} to ${end(to)}`;
}

const end = (points: number) => (Math.round(points * 10) === 0 ? "0" : signed(points));

export const longNames = (record: PredictionRecord) => `${names(record)}, ${dayWords(record.made_at)}`;

export const horizonWords = (horizon: string) => (horizon === "final" ? "Final" : horizon === "halftime" ? "Halftime" : horizon);
