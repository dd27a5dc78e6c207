// Values and rates out of a row of looks. Null is what is not known.

import type { Look } from "../../state/probe";

export interface Snapshot extends Look {
  /** Messages that this page took in since it was loaded, and the milliseconds that went into them. */
  page: { messages: number; busyMs: number };
  /** Seconds since each game of the board said something, by game. */
  ages: ReadonlyMap<string, number>;
}

export type Looks = readonly Snapshot[];
export type Trend = readonly (number | null)[];
type Read = (look: Snapshot) => number | null;

/** How far back a rate looks: one poll alone is noise. */
const SPAN_MS = 15_000;

export const trend = (looks: Looks, read: Read): Trend => looks.map(read);
export const newest = (values: Trend): number | null => values[values.length - 1] ?? null;
export const metric = (name: string): Read => (look) => look.metrics?.sum(name) ?? null;

/** Growth a second of something that only grows, at each look. */
export function rates(looks: Looks, read: Read, spanMs = SPAN_MS): Trend {
  return grown(looks, spanMs, (now, before) => {
    const [a, b] = [read(before), read(now)];
    const seconds = (now.atMs - before.atMs) / 1_000;
    // What has shrunk began anew: the server was restarted.
    return a === null || b === null || b < a || seconds <= 0 ? null : (b - a) / seconds;
  });
}

/** Milliseconds that one of a histogram's observations took on average, at each look; null where none came. */
export function durations(looks: Looks, name: string, spanMs = SPAN_MS): Trend {
  const [sum, count] = [metric(`${name}_sum`), metric(`${name}_count`)];
  return grown(looks, spanMs, (now, before) => {
    const [sumNow, sumBefore, countNow, countBefore] = [sum(now), sum(before), count(now), count(before)];
    if (sumNow === null || sumBefore === null || countNow === null || countBefore === null) return null;
    return countNow <= countBefore ? null : (1_000 * (sumNow - sumBefore)) / (countNow - countBefore);
  });
}

function grown(looks: Looks, spanMs: number, between: (now: Snapshot, before: Snapshot) => number | null): Trend {
  let start = 0;
  return looks.map((now, index) => {
    while (start < index - 1 && now.atMs - looks[start]!.atMs > spanMs) start += 1;
    // A look that failed has nothing to start from: the nearest one after it has.
    for (let from = start; from < index; from += 1) {
      const rate = between(now, looks[from]!);
      if (rate !== null) return rate;
    }
    return null;
  });
}

export const spanSeconds = (looks: Looks) => (looks.length < 2 ? 0 : (looks[looks.length - 1]!.atMs - looks[0]!.atMs) / 1_000);
