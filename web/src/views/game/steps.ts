// Points of a game's past as the columns of a step chart.

import type { AlignedData } from "uplot";

/** Times and values; the last value holds until the game has come to `until`. */
export function steps<Point extends { at: number }>(points: readonly Point[], value: (point: Point) => number, until: number): [number[], number[]] {
  const at = points.map((point) => point.at);
  const values = points.map(value);
  const last = values[values.length - 1];
  if (last !== undefined && until > at[at.length - 1]!) {
    at.push(until);
    values.push(last);
  }
  return [at, values];
}

/** The same with what lies above and below `level` as columns of their own. */
export function sides([at, values]: [number[], number[]], level: number): AlignedData {
  return [at, values, values.map((value) => Math.max(level, value)), values.map((value) => Math.min(level, value))];
}
