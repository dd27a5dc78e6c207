import { expect, test } from "vitest";
import { whenWords } from "../src/app/times";
import { dayWords, timeWords } from "../src/state/clock";
import { tickWords } from "../src/views/accuracy/ticks";
import { dealt, redealt } from "../src/views/system/columns";
import { americanOdds } from "../src/views/edges/odds";

const DAY = 86_400_000;
const NOON = new Date(2026, 1, 12, 12).getTime();
const at = (days: number, minutes = 0) => new Date(NOON + days * DAY + minutes * 60_000).toISOString();

test("a time of today is told without its day", () => {
  expect(whenWords(at(0, 60), NOON)).toBe(timeWords(at(0, 60)));
  expect(whenWords(at(1), NOON)).toBe(`${dayWords(at(1))}, ${timeWords(at(1))}`);
});

test("ticks of some days are days, each where it begins", () => {
  const day = (days: number) => dayWords(at(days));
  expect(tickWords([at(0), at(0, 5), at(1), undefined])).toEqual([day(0), "", day(1), ""]);
});

test("ticks of one day are times, each where it is another", () => {
  expect(tickWords([at(0), at(0), at(0, 5), undefined])).toEqual([timeWords(at(0)), "", timeWords(at(0, 5)), ""]);
});

test("panels are dealt to columns that end about alike, in their own order", () => {
  const heights = [8, 4, 12, 11, 7, 11];
  expect(dealt(heights, 1)).toEqual([[0, 1, 2, 3, 4, 5]]);
  const columns = dealt(heights, 3);
  expect(columns.flat().sort()).toEqual([0, 1, 2, 3, 4, 5]);
  const lengths = columns.map((column) => column.reduce((sum, index) => sum + heights[index]!, 0));
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(3);
  for (const column of columns) expect(column).toEqual([...column].sort((one, other) => one - other));
  expect(columns[0]![0]).toBe(0);
});

test("panels stay in their columns until that is much too long, or there are other columns", () => {
  const before = dealt([8, 4, 12], 2);
  expect(redealt(before, [8, 4, 14], 2)).toBe(before);
  expect(redealt(before, [18, 9, 9], 2)).toEqual(dealt([18, 9, 9], 2));
  expect(redealt(before, [8, 4, 12], 3)).toHaveLength(3);
  expect(redealt(before, [8, 4, 12, 3], 2).flat()).toHaveLength(4);
});

test.each([
  [0.5, -100],
  [0.6, -150],
  [0.783, -360],
  [0.12, 730],
  [0.96, -2_400],
])("the odds of %s are %s, in steps that a book would use", (chance, odds) => {
  expect(americanOdds(chance)).toBe(odds);
});
