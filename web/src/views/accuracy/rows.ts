// The log of forecasts as rows: found, sorted, and as a file.

import type { PredictionRecord } from "../../stream/contract";

export type SortBy = "made" | "game" | "horizon" | "model" | "forecast" | "width" | "persistence" | "outcome" | "error" | "chance";
export type Outcome = "all" | "inside" | "outside" | "open";

export interface Row {
  record: PredictionRecord;
  /** The margin at 18:00. */
  anchor: number | null;
}

export interface Order {
  by: SortBy;
  down: boolean;
}

export const names = ({ away_team: away, home_team: home }: PredictionRecord) => `${away ?? "away"} at ${home ?? "home"}`;

/** Inside the 95% interval where there is one, and else inside the model's own. */
export const inside = (record: PredictionRecord): boolean | null => record.inside95 ?? record.inside_interval;

export function bounds(record: PredictionRecord): { lower: number; upper: number } | null {
  const lower = record.lower95 ?? record.interval_lower;
  const upper = record.upper95 ?? record.interval_upper;
  return lower === null || upper === null ? null : { lower, upper };
}

const KEYS: Record<SortBy, (row: Row) => string | number | null> = {
  made: ({ record }) => record.made_at,
  game: ({ record }) => names(record),
  horizon: ({ record }) => record.horizon,
  model: ({ record }) => record.model_version,
  forecast: ({ record }) => record.point_forecast,
  width: ({ record }) => {
    const range = bounds(record);
    return range && range.upper - range.lower;
  },
  persistence: ({ anchor }) => anchor,
  outcome: ({ record }) => record.actual,
  error: ({ record }) => record.absolute_error,
  chance: ({ record }) => record.win_probability_home ?? null,
};

/** What is not known comes last, however it is sorted. */
export function sorted(rows: readonly Row[], { by, down }: Order): readonly Row[] {
  const key = KEYS[by];
  const turn = down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = key(one);
    const b = key(other);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (a !== b) return (a < b ? -1 : 1) * turn;
    return one.record.made_at < other.record.made_at ? 1 : -1;
  });
}

export function found(rows: readonly Row[], text: string, outcome: Outcome): readonly Row[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ record }) => {
    const held = inside(record);
    if (outcome === "open" && record.actual !== null) return false;
    if (outcome === "inside" && held !== true) return false;
    if (outcome === "outside" && held !== false) return false;
    const line = `${names(record)} ${record.game_id} ${record.model_version} ${record.horizon}`.toLocaleLowerCase();
    return words.every((word) => line.includes(word));
  });
}

const COLUMNS: readonly [string, (row: Row) => string | number | boolean | null | undefined][] = [
  ["made_at", ({ record }) => record.made_at],
  ["game_id", ({ record }) => record.game_id],
  ["away_team", ({ record }) => record.away_team],
  ["home_team", ({ record }) => record.home_team],
  ["horizon", ({ record }) => record.horizon],
  ["model_version", ({ record }) => record.model_version],
  ["ours", ({ record }) => record.ours],
  ["point_forecast", ({ record }) => record.point_forecast],
  ["interval_lower", ({ record }) => record.interval_lower],
  ["interval_upper", ({ record }) => record.interval_upper],
  ["coverage", ({ record }) => record.coverage],
  ["lower80", ({ record }) => record.lower80],
  ["upper80", ({ record }) => record.upper80],
  ["margin_at_18_00", ({ anchor }) => anchor],
  ["actual", ({ record }) => record.actual],
  ["absolute_error", ({ record }) => record.absolute_error],
  ["inside_interval", ({ record }) => record.inside_interval],
  ["inside80", ({ record }) => record.inside80],
  ["win_probability_home", ({ record }) => record.win_probability_home],
  ["brier", ({ record }) => record.brier],
];

/** RFC 4180; what is not known is empty. */
export function csv(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, read]) => cell(read(row))).join(","));
  return [COLUMNS.map(([name]) => name).join(","), ...lines, ""].join("\r\n");
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  // A spreadsheet takes these for a formula, and names come from outside.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
