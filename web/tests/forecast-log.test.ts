import { describe, expect, test } from "vitest";
import type { PredictionRecord } from "../src/stream/contract";
import { csv, found, sorted, type Row } from "../src/views/accuracy/rows";
import { anchorsOf, coverageLines, modelsOf, reliability, rolling, settledOf, wilson } from "../src/views/accuracy/measures";
import { range } from "../src/views/accuracy/words";

const PATTERN = [...Array.from({ length: 17 }, () => 0), 4];

function record(changes: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    game_id: "g1",
    made_at: "2026-02-12T01:00:00.000Z",
    horizon: "halftime",
    model_version: "m1",
    point_forecast: 5,
    interval_lower: -6,
    interval_upper: 16,
    coverage: 0.95,
    pattern: PATTERN,
    home_team: "BOS",
    away_team: "CHI",
    actual: 8,
    absolute_error: 3,
    inside_interval: true,
    ours: true,
    inside80: true,
    inside95: true,
    ...changes,
  };
}

const row = (changes: Partial<PredictionRecord>, anchor: number | null = null): Row => ({ record: record(changes), anchor });

describe("measures", () => {
  test("others' forecasts are held against the margin at 18:00 that ours has of the same game", () => {
    const records = [record(), record({ ours: false, model_version: "theirs", pattern: [], actual: 10 })];
    const settled = settledOf(records, anchorsOf(records));
    expect(settled.map((each) => each.persistenceError)).toEqual([4, 6]);
  });

  test("a margin at 18:00 that nobody saw is not known, and a pattern that is not whole has none", () => {
    const records = [record({ pattern: [1, 2] }), record({ game_id: "g2", pattern: [...PATTERN.slice(0, 17), null] })];
    expect(settledOf(records, anchorsOf(records)).map((each) => each.persistenceError)).toEqual([null, null]);
  });

  test("what is not settled is left out, and the rest is oldest first", () => {
    const records = [record({ game_id: "b", made_at: "2026-02-13" }), record({ actual: null }), record({ game_id: "a", made_at: "2026-02-12" })];
    expect(settledOf(records, new Map()).map((each) => each.record.game_id)).toEqual(["a", "b"]);
  });

  test("a rolling mean says nothing before three values, skips what is not known, and forgets", () => {
    expect(rolling([1, null, 2, 3, 7], 3)).toEqual([null, null, null, 2, 4]);
  });

  test("ours come before others', even where they carry one name", () => {
    const models = modelsOf([record({ ours: false }), record(), record()]);
    expect(models.map(({ key, forecasts }) => [key, forecasts])).toEqual([["m1", 2], ["external:m1", 1]]);
  });

  test("a model without 80% and 95% is judged by the interval of its own", () => {
    const theirs = record({ inside80: null, inside95: null, coverage: 0.9, inside_interval: false });
    const lines = coverageLines(settledOf([theirs], new Map()));
    expect(lines).toEqual([{ nominal: 0.9, inside: [0] }]);
    expect(coverageLines(settledOf([record({ inside80: null, inside95: null, inside_interval: null })], new Map()))).toEqual([]);
  });

  test("reliability counts games by what was said; one that ended level counts for nobody", () => {
    const of = (chance: number, actual: number) => record({ horizon: "final", win_probability_home: chance, actual });
    const bins = reliability(settledOf([of(0.72, 5), of(0.78, -3), of(1, 9), of(0.1, 0)], new Map()));
    expect(bins.map(({ said, came, games }) => [said, came, games])).toEqual([[0.75, 0.5, 2], [1, 1, 1]]);
  });

  test("Wilson's interval is that of the paper's formula, and stays between 0 and 1", () => {
    const [low, high] = wilson(8, 10);
    expect(low).toBeCloseTo(0.4902, 3);
    expect(high).toBeCloseTo(0.9433, 3);
    expect(wilson(0, 5)[0]).toBeCloseTo(0, 9);
    expect(wilson(5, 5)[1]).toBeCloseTo(1, 9);
  });
});

describe("the log", () => {
  test("what is not known comes last, whichever way it is sorted", () => {
    const rows = [row({ game_id: "a", absolute_error: null }), row({ game_id: "b", absolute_error: 2 }), row({ game_id: "c", absolute_error: 9 })];
    const ids = (down: boolean) => sorted(rows, { by: "error", down }).map((each) => each.record.game_id);
    expect(ids(true)).toEqual(["c", "b", "a"]);
    expect(ids(false)).toEqual(["b", "c", "a"]);
  });

  test("it is found by all words, and by how it came out", () => {
    const rows = [row({}), row({ home_team: "LAL", inside95: false }), row({ home_team: "LAL", actual: null, inside95: null, inside_interval: null })];
    expect(found(rows, "chi lal", "all")).toHaveLength(2);
    expect(found(rows, "", "outside")).toEqual([rows[1]]);
    expect(found(rows, "", "open")).toEqual([rows[2]]);
  });

  test("a file of it quotes what must be quoted, runs no formula, and leaves empty what is not known", () => {
    const [head, line] = csv([row({ home_team: '=HYPERLINK("x")', away_team: "A, B", point_forecast: -4.5, actual: null })]).split("\r\n");
    expect(head!.split(",").slice(0, 4)).toEqual(["made_at", "game_id", "away_team", "home_team"]);
    expect(line).toContain('g1,"A, B","\'=HYPERLINK(""x"")",halftime,m1,true,-4.5,-6,16,0.95,,,,,3,');
  });

  test("an interval is seen from who the forecast favours", () => {
    expect(range(-6, 16, record())).toBe("−6 to +16");
    expect(range(-16, 0, record({ point_forecast: -8 }))).toBe("0 to +16");
  });
});
