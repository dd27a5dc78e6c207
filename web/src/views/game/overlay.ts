// The first half of a game with those of similar games over it, each moved up or down so that all stand
// where this game stood at 18:00: the model compares their shapes so.

import type { SimilarGame } from "../../stream";

export const PATTERN_MINUTES = 18;
export const HALF_MINUTES = 24;

export interface OverlayPoint {
  minute: number;
  lead: number;
}

export interface OverlayGame {
  /** Its place among the similar games, from 0. */
  index: number;
  path: OverlayPoint[];
  /** At the half; what came between is not known. */
  end: number;
}

export interface Overlay {
  own: OverlayPoint[];
  games: OverlayGame[];
  low: number;
  high: number;
}

/** `later` is this game's lead after a minute beyond the eighteenth, null where it has not come to it; null
 * where the paths are not known. */
export function overlay(
  pattern: readonly (number | null)[],
  similar: readonly SimilarGame[],
  later: (minute: number) => number | null,
): Overlay | null {
  const anchor = pattern[PATTERN_MINUTES - 1];
  if (anchor === null || anchor === undefined) return null;
  const own = points(pattern, 0);
  for (let minute = PATTERN_MINUTES + 1; minute <= HALF_MINUTES; minute += 1) {
    const lead = later(minute);
    if (lead === null) break;
    own.push({ minute, lead });
  }
  const games = similar.flatMap((game, index) => {
    const last = game.pattern?.[PATTERN_MINUTES - 1];
    if (!game.pattern || last === undefined) return [];
    const shift = anchor - last;
    return [{ index, path: points(game.pattern, shift), end: game.halftime_differential + shift }];
  });
  if (games.length === 0) return null;
  const leads = [...own, ...games.flatMap((game) => game.path)].map((point) => point.lead).concat(games.map((game) => game.end));
  return { own, games, low: Math.min(0, ...leads), high: Math.max(0, ...leads) };
}

function points(pattern: readonly (number | null)[], shift: number): OverlayPoint[] {
  const path = [{ minute: 0, lead: shift }];
  pattern.forEach((lead, index) => {
    if (lead !== null) path.push({ minute: index + 1, lead: lead + shift });
  });
  return path;
}

/** Places on a line, as near to the wished ones as a distance of `gap` between them allows. */
export function apart(wished: readonly number[], gap: number): number[] {
  const order = wished.map((_, index) => index).sort((one, other) => wished[one]! - wished[other]!);
  const placed = [...wished];
  for (let turn = 1; turn < order.length; turn += 1) {
    const [before, here] = [order[turn - 1]!, order[turn]!];
    placed[here] = Math.max(placed[here]!, placed[before]! + gap);
  }
  const pushed = order.reduce((sum, index) => sum + placed[index]! - wished[index]!, 0) / Math.max(1, order.length);
  return placed.map((place) => place - pushed);
}

/** Round numbers within the reach, five at most on either side of nought. */
export function leadTicks(low: number, high: number): number[] {
  const step = [2, 5, 10, 20].find((size) => (high - low) / size <= 6) ?? 50;
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick === 0 ? 0 : tick);
  return ticks;
}
