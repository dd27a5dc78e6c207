import type { PredictionRecord } from "../../stream/contract";
import { dayWords } from "../../state/clock";
import { names } from "./log";

/** A margin, seen from who is ahead: `BOS +3.5`. */
export function ahead(points: number, record: PredictionRecord): string {
  const rounded = Math.round(points * 10) / 10;
  if (rounded === 0) return "level";
  return `${(rounded > 0 ? record.home_team : record.away_team) ?? (rounded > 0 ? "home" : "away")} +${Math.abs(rounded)}`;
}

export const longNames = (record: PredictionRecord) => `${names(record)}, ${dayWords(record.made_at)}`;

export const horizonWords = (horizon: string) => (horizon === "final" ? "Final" : horizon === "halftime" ? "Halftime" : horizon);
