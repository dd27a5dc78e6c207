// Panels of unlike heights in columns that end about alike.

/** So much longer may the longest column be than need be before panels are dealt anew: they should stay put. */
const SLACK = 4;

export type Columns = readonly (readonly number[])[];

/** Indices of the panels by column: the tallest first, each to the column that is shortest by then. */
export function dealt(heights: readonly number[], columns: number): Columns {
  const sums = Array.from({ length: Math.max(1, columns) }, () => 0);
  const made: number[][] = sums.map(() => []);
  const tallest = heights.map((_, index) => index).sort((one, other) => heights[other]! - heights[one]! || one - other);
  for (const index of tallest) {
    const shortest = sums.indexOf(Math.min(...sums));
    sums[shortest]! += heights[index]!;
    made[shortest]!.push(index);
  }
  // Read from the top left, panels come as nearly as may be in their own order.
  const ordered = made.filter((column) => column.length).map((column) => column.sort((one, other) => one - other));
  return ordered.sort((one, other) => one[0]! - other[0]!);
}

/** As it was, while that still holds these panels in so many columns and is not much longer than it need be. */
export function redealt(before: Columns, heights: readonly number[], columns: number): Columns {
  const next = dealt(heights, columns);
  const same = before.length === next.length && before.flat().length === heights.length;
  return same && longest(before, heights) <= longest(next, heights) + SLACK ? before : next;
}

const longest = (columns: Columns, heights: readonly number[]) =>
  Math.max(0, ...columns.map((column) => column.reduce((sum, index) => sum + (heights[index] ?? 0), 0)));
