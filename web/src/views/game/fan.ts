// The series of a fan chart: forecasts and the lead on one axis of time.

import type { AlignedData } from "uplot";
import { lastUntil, type FanPoint, type LeadPoint } from "../../stream/series";

/** Time; lower and upper 95%, lower and upper 80%, median, lead. What is not known is null. */
export function fanData(
  fan: readonly FanPoint[],
  lead: readonly LeadPoint[],
  horizon: "halftime" | "final",
  until: number,
): AlignedData {
  const times = new Set<number>([until]);
  for (const point of fan) if (point.at <= until) times.add(point.at);
  for (const point of lead) if (point.at <= until) times.add(point.at);
  const at = [...times].sort((one, other) => one - other);
  const columns: (number | null)[][] = [[], [], [], [], [], []];
  for (const moment of at) {
    const made = fan[lastUntil(fan, moment)]?.[horizon] ?? null;
    const row = [
      made?.lower95 ?? null,
      made?.upper95 ?? null,
      made?.lower80 ?? null,
      made?.upper80 ?? null,
      made?.median ?? null,
      lead[lastUntil(lead, moment)]?.lead ?? null,
    ];
    row.forEach((value, index) => columns[index]!.push(value));
  }
  return [at, ...columns] as AlignedData;
}
