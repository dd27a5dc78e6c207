// What a log of forecasts says about how good they are. Margins are home minus away, in points.

import type { PredictionRecord } from "../../stream/contract";

/** A forecast whose outcome is known. */
export interface Settled {
  record: PredictionRecord;
  actual: number;
  error: number;
  /** What the margin at 18:00 would have been off by; null where nobody saw that margin. */
  persistenceError: number | null;
}

export interface ModelChoice {
  key: string;
  version: string;
  ours: boolean;
  forecasts: number;
}

const PATTERN_MINUTES = 18;

/** A scraper may call its model as we call ours. */
export const modelKey = (record: PredictionRecord) => `${record.ours ? "" : "external:"}${record.model_version}`;

/** Models of the log: ours before others', and the one that forecast last before older ones. */
export function modelsOf(records: readonly PredictionRecord[]): readonly ModelChoice[] {
  const found = new Map<string, ModelChoice & { last: string }>();
  for (const record of records) {
    const key = modelKey(record);
    const known = found.get(key);
    if (!known) {
      found.set(key, { key, version: record.model_version, ours: record.ours, forecasts: 1, last: record.made_at });
      continue;
    }
    known.forecasts += 1;
    if (record.made_at > known.last) known.last = record.made_at;
  }
  return [...found.values()].sort(
    (one, other) => Number(other.ours) - Number(one.ours) || (one.last < other.last ? 1 : one.last > other.last ? -1 : 0),
  );
}

/** The margin at 18:00 by game: a forecast of somebody else has no pattern, but ours of the same game has. */
export function anchorsOf(records: readonly PredictionRecord[]): ReadonlyMap<string, number> {
  const anchors = new Map<string, number>();
  for (const { game_id: id, pattern } of records) {
    const last = pattern.length === PATTERN_MINUTES ? pattern[PATTERN_MINUTES - 1] : null;
    if (last !== null && last !== undefined) anchors.set(id, last);
  }
  return anchors;
}

/** Oldest first. */
export function settledOf(records: readonly PredictionRecord[], anchors: ReadonlyMap<string, number>): readonly Settled[] {
  const settled: Settled[] = [];
  for (const record of records) {
    const { actual, game_id: id } = record;
    if (actual === null) continue;
    const anchor = anchors.get(id);
    settled.push({
      record,
      actual,
      error: record.absolute_error ?? Math.abs(actual - record.point_forecast),
      persistenceError: anchor === undefined ? null : Math.abs(actual - anchor),
    });
  }
  return settled.sort((one, other) => (one.record.made_at < other.record.made_at ? -1 : 1));
}

export function mean(values: readonly (number | null)[]): number | null {
  let total = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    total += value;
    count += 1;
  }
  return count ? total / count : null;
}

/** Fewer than this say nothing yet. */
export const LEAST_OF_WINDOW = 3;

/** At each place the mean of the last `window` values that are known. */
export function rolling(values: readonly (number | null)[], window: number): (number | null)[] {
  const held: number[] = [];
  let total = 0;
  return values.map((value) => {
    if (value !== null) {
      held.push(value);
      total += value;
      if (held.length > window) total -= held.shift()!;
    }
    return held.length >= LEAST_OF_WINDOW ? total / held.length : null;
  });
}

const flag = (value: boolean | null | undefined) => (value === null || value === undefined ? null : Number(value));

export interface CoverageLine {
  /** What share should be inside. */
  nominal: number;
  inside: readonly (number | null)[];
}

/** By the intervals that a model gives: 80% and 95%, or the one of its own. */
export function coverageLines(settled: readonly Settled[]): readonly CoverageLine[] {
  const lines: CoverageLine[] = [
    { nominal: 0.95, inside: settled.map(({ record }) => flag(record.inside95)) },
    { nominal: 0.8, inside: settled.map(({ record }) => flag(record.inside80)) },
  ];
  const known = lines.filter((line) => line.inside.some((value) => value !== null));
  if (known.length) return known;
  const nominal = mean(settled.map(({ record }) => (record.inside_interval === null ? null : record.coverage)));
  if (nominal === null) return [];
  return [{ nominal, inside: settled.map(({ record }) => flag(record.inside_interval)) }];
}

export interface ReliabilityBin {
  /** Mean of the chances that were said. */
  said: number;
  /** Share of games that home won. */
  came: number;
  low: number;
  high: number;
  games: number;
}

/** Home's chance to win against how often home won, in tenths; a bin nobody fell into is not there. */
export function reliability(settled: readonly Settled[], bins = 10): readonly ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ said: 0, won: 0, games: 0 }));
  for (const { record, actual } of settled) {
    const chance = record.win_probability_home;
    if (chance === null || chance === undefined || actual === 0) continue;
    const bin = sums[Math.min(bins - 1, Math.floor(chance * bins))]!;
    bin.said += chance;
    bin.won += Number(actual > 0);
    bin.games += 1;
  }
  return sums.flatMap(({ said, won, games }) => {
    if (!games) return [];
    const [low, high] = wilson(won, games);
    return [{ said: said / games, came: won / games, low, high, games }];
  });
}

/** 95% interval of a share; E. B. Wilson, "Probable inference", 1927. */
export function wilson(hits: number, of: number): [number, number] {
  const z = 1.959964;
  const share = hits / of;
  const scale = 1 + (z * z) / of;
  const middle = (share + (z * z) / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** The smallest reach, a multiple of five, that has room for all margins. */
export function reachOf(settled: readonly Settled[]): number {
  let reach = 10;
  for (const { record, actual } of settled) reach = Math.max(reach, Math.abs(record.point_forecast), Math.abs(actual));
  return Math.ceil(reach / 5) * 5;
}
