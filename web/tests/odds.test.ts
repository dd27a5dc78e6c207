import { expect, test } from "vitest";
import { americanWords, decimalWords, spreadWords } from "../src/views/edges/odds";

test.each([
  [0.5, "−100", "2.00"],
  [0.6, "−150", "1.67"],
  [0.4, "+150", "2.50"],
  [0.05, "+1,900", "20.0"],
])("a chance of %s is %s and %s", (chance, american, decimal) => {
  expect(americanWords(chance)).toBe(american);
  expect(decimalWords(chance)).toBe(decimal);
});

test.each([0, 1, 0.001, 0.999])("a chance of %s is not quoted", (chance) => {
  expect([americanWords(chance), decimalWords(chance)]).toEqual(["–", "–"]);
});

test("a spread is what the favourite gives", () => {
  expect([4.5, -4.5, 0, 0.1].map(spreadWords)).toEqual(["−4.5", "+4.5", "pick", "pick"]);
});
