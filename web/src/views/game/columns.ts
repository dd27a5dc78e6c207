// The columns of the players' tables and their order.

import type { PlayerLine } from "../../stream/contract";

export const COLUMNS = [
  { name: "name", title: "Player", full: "name", kind: "who" },
  { name: "seconds_played", title: "Min", full: "minutes", kind: "number played" },
  { name: "points", title: "Pts", full: "points", kind: "number" },
  { name: "rebounds", title: "Reb", full: "rebounds", kind: "number" },
  { name: "assists", title: "Ast", full: "assists", kind: "number" },
  { name: "fouls", title: "PF", full: "fouls", kind: "number" },
  { name: "plus_minus", title: "+/−", full: "plus-minus", kind: "number plus" },
  { name: "field_goals_made", title: "FG", full: "field goals", kind: "number wide" },
  { name: "three_pointers_made", title: "3P", full: "three-pointers", kind: "number wide" },
  { name: "free_throws_made", title: "FT", full: "free throws", kind: "number wide" },
  { name: "fatigue", title: "Load", full: "fatigue", kind: "number load" },
] as const;

export type ColumnName = (typeof COLUMNS)[number]["name"];

/** Equals are in the order of their points, then of their names. */
export function sorted(lines: readonly PlayerLine[], by: { column: ColumnName; down: boolean }): PlayerLine[] {
  const sign = by.down ? -1 : 1;
  const name = (line: PlayerLine) => line.name ?? "";
  return [...lines].sort((one, other) => {
    const order = by.column === "name" ? name(one).localeCompare(name(other)) : one[by.column] - other[by.column];
    return sign * order || other.points - one.points || name(one).localeCompare(name(other)) || one.player_id - other.player_id;
  });
}

/** `31:04` */
export function minutesWords(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
