// What stands out in the path of a score: who took the lead and when, when it was level, unanswered runs,
// and the score of each period.

import type { LeadPoint } from "../../stream/series";
import { lastUntil } from "../../stream/series";
import type { Side } from "../../state/words";

/** A run is worth shading from here on, in points. */
export const SHADED_POINTS = 8;
export const HALF_SECONDS = 1_440;
const QUARTER_SECONDS = 720;
const REGULATION_SECONDS = 2_880;
const OVERTIME_SECONDS = 300;

export interface ShadedRun {
  side: Side;
  points: number;
  /** Seconds of game time of its first and its last basket. */
  from: number;
  to: number;
}

export interface Story {
  changes: { at: number; side: Side }[];
  ties: number[];
  runs: ShadedRun[];
}

/** A tie between two leads of the same team is no lead change; 0–0 is no tie. */
export function story(lead: readonly LeadPoint[]): Story {
  const told: Story = { changes: [], ties: [], runs: [] };
  let leader: Side | null = null;
  let run: ShadedRun | null = null;
  const keep = () => {
    if (run && run.points >= SHADED_POINTS) told.runs.push(run);
    run = null;
  };
  for (let index = 1; index < lead.length; index += 1) {
    const before = lead[index - 1]!;
    const point = lead[index]!;
    if (point.lead === 0) {
      if (before.lead !== 0) told.ties.push(point.at);
    } else {
      const side: Side = point.lead > 0 ? "home" : "away";
      if (leader !== null && leader !== side) told.changes.push({ at: point.at, side });
      leader = side;
    }
    const scored = gained(before, point);
    if (scored === null) {
      keep();
    } else if (scored.points > 0) {
      if (run !== null && (run as ShadedRun).side === scored.side) {
        (run as ShadedRun).points += scored.points;
        (run as ShadedRun).to = point.at;
      } else {
        keep();
        run = { side: scored.side, points: scored.points, from: point.at, to: point.at };
      }
    }
  }
  keep();
  return told;
}

/** Who scored between two points; null where both did, or where the scores are not known. */
function gained(before: LeadPoint, point: LeadPoint): { side: Side; points: number } | null {
  if (before.home === null || before.away === null || point.home === null || point.away === null) return null;
  const home = point.home - before.home;
  const away = point.away - before.away;
  if (home < 0 || away < 0 || (home > 0 && away > 0)) return null;
  return home > 0 ? { side: "home", points: home } : { side: "away", points: away };
}

/** The score at a moment; null where only the lead is known. */
export function scoreAt(lead: readonly LeadPoint[], at: number): { home: number; away: number } | null {
  const point = lead[lastUntil(lead, at)];
  if (!point || point.home === null || point.away === null) return null;
  return { home: point.home, away: point.away };
}

/** The end of a period in seconds of game time. */
export function periodEnd(period: number): number {
  return period <= 4 ? period * QUARTER_SECONDS : REGULATION_SECONDS + (period - 4) * OVERTIME_SECONDS;
}

/** The period that a moment belongs to; its last second is its own. */
export function periodAt(at: number): number {
  if (at <= REGULATION_SECONDS) return Math.max(1, Math.ceil(at / QUARTER_SECONDS));
  return 4 + Math.ceil((at - REGULATION_SECONDS) / OVERTIME_SECONDS);
}

/** How long the game is as far as one knows: regulation, and each overtime that has begun. */
export function gameLength(until: number | null): number {
  return periodEnd(Math.max(4, until === null ? 4 : periodAt(until)));
}

export interface PeriodScore {
  period: number;
  home: number | null;
  away: number | null;
}

/** Points of each team in each period that has begun by `until`. */
export function periodScores(lead: readonly LeadPoint[], until: number): PeriodScore[] {
  const scores: PeriodScore[] = [];
  for (let period = 1; period <= periodAt(until); period += 1) {
    const start = period === 1 ? { home: 0, away: 0 } : scoreAt(lead, periodEnd(period - 1));
    const end = scoreAt(lead, Math.min(until, periodEnd(period)));
    scores.push({
      period,
      home: start && end ? end.home - start.home : null,
      away: start && end ? end.away - start.away : null,
    });
  }
  return scores;
}
