import { describe, expect, it } from "vitest";
import { begin } from "../src/stream/reducer";
import { lastUntil, MOST_POINTS, Series } from "../src/stream/series";
import { message, play, recorded, TOTALS } from "./support";

const fresh = () => new Series(begin(message("game_status", {
  status: "live", previous: "scheduled", reopened: false,
  home_team: "BOS", away_team: "NYK", home_name: null, away_name: null, start_time: null,
}, 1)));
const leads = (series: Series) => series.lead.map(({ at, lead }) => [at, lead]);
const correction = (changes: object) =>
  message("correction", {
    reason: "plays_edited", revised: [], inserted: [], retracted: [],
    score_before: { home: 0, away: 0 }, score_after: { home: 0, away: 0 }, totals: TOTALS, ...changes,
  });

describe("the series of a game", () => {
  it("ends, after every message with all its corrections, where the server's timeline ends", () => {
    const { messages, timeline } = recorded();
    const series = new Series(begin(messages[0]!));
    for (const each of messages.slice(1)) series.apply(each);
    expect(series.stale).toBe(false);
    const points = timeline.points.map((point) => [point.elapsed_seconds, point.differential]);
    expect(leads(series).slice(1)).toEqual(points);
    expect(series.win.length).toBeGreaterThan(50);
    expect(series.win.at(-1)!.home % 1).toBe(0);
    expect(series.fan.at(-1)!.halftime).toBeNull();
  });

  it("never runs backwards in time", () => {
    const { messages } = recorded();
    const series = new Series(begin(messages[0]!));
    for (const each of messages.slice(1)) {
      series.apply(each);
      for (const points of [series.lead, series.win, series.fan]) {
        const [one, other] = points.slice(-2);
        if (one && other) expect(other.at).toBeGreaterThanOrEqual(one.at);
      }
    }
  });

  it("begins a game that is under way with its lead by minute, and is exact from there, wherever that is", () => {
    const { messages, checkpoints, timeline } = recorded();
    let compared = 0;
    for (const { snapshot } of checkpoints.filter((each) => each.snapshot.elapsed_seconds !== null)) {
      const series = new Series(snapshot);
      expect(series.whole).toBe(snapshot.elapsed_seconds === 0);
      for (const each of messages) if (each.seq > snapshot.seq) series.apply(each);
      const since = (points: [number, number][]) => points.filter(([at]) => at > snapshot.elapsed_seconds!);
      const expected = since(timeline.points.map((each) => [each.elapsed_seconds, each.differential]));
      expect(since(leads(series) as [number, number][]), `from ${snapshot.elapsed_seconds} s`).toEqual(expected);
      compared += expected.length;
    }
    expect(compared).toBeGreaterThan(500);
  });

  it("is whole, and right, once it was filled in from the timeline", () => {
    const { checkpoints, timeline } = recorded();
    const series = new Series(checkpoints.at(-1)!.snapshot);
    const before = series.revision;
    series.backfill(timeline);
    expect(series.revision).toBeGreaterThan(before);
    expect(series.whole).toBe(true);
    expect(leads(series).slice(1)).toEqual(timeline.points.map((each) => [each.elapsed_seconds, each.differential]));
    expect(series.winAt(600)).not.toBeNull();
  });

  it("takes no basket twice where the timeline was ahead of the stream", () => {
    const { checkpoints, timeline, messages } = recorded();
    const middle = checkpoints.find((each) => (each.snapshot.elapsed_seconds ?? 0) > 900)!;
    const series = new Series(middle.snapshot);
    series.backfill(timeline);
    const before = leads(series);
    for (const each of messages) if (each.seq > middle.seq && each.type === "play") series.apply(each);
    expect(leads(series)).toEqual(before);
  });

  it("puts inserted baskets in their place, takes retracted ones out, and revises others", () => {
    const series = fresh();
    for (const each of [play(1, 10, 2, 2, 0), play(2, 20, 2, 2, 2), play(3, 30, 3, 2, 5)]) series.apply(message("play", each));
    series.apply(correction({ inserted: [play(9, 15, 1, 3, 0)], revised: [play(2, 20, 2, 3, 2)], retracted: [play(3, 30, 3, 2, 5)] }));
    expect(leads(series)).toEqual([[0, 0], [10, 2], [15, 3], [20, 1]]);
    expect(series.stale).toBe(false);
  });

  it("says that it is stale where a correction reaches behind what it was told", () => {
    const { checkpoints } = recorded();
    const series = new Series(checkpoints.find((each) => (each.snapshot.elapsed_seconds ?? 0) > 900)!.snapshot);
    series.apply(correction({ revised: [{ ...play(5, 300, 0, 0, 0), score_home: series.leadAt(300), score_away: 0 }] }));
    expect(series.stale).toBe(false);
    series.apply(correction({ retracted: [play(5, 300, 2, 2, 0)] }));
    expect(series.stale).toBe(true);
  });

  it("gives way to plays where it knew only the score", () => {
    const series = fresh();
    const score = { home_team: "BOS", away_team: "NYK", period: 1, game_clock: "11:00", current_differential: 4, pattern_length: 0, ready_for_prediction: false, possession: null, momentum: null };
    series.apply(message("score_update", { ...score, elapsed_seconds: 60, score_home: 4, score_away: 0 }));
    expect(leads(series)).toEqual([[0, 0], [60, 4]]);
    series.apply(message("play", play(1, 20, 2, 2, 0)));
    series.apply(message("play", play(2, 55, 2, 4, 0)));
    series.apply(message("score_update", { ...score, elapsed_seconds: 60, score_home: 4, score_away: 0 }));
    expect(leads(series)).toEqual([[0, 0], [20, 2], [55, 4]]);
  });

  it("is bounded", () => {
    const series = fresh();
    for (let id = 1; id <= MOST_POINTS + 50; id += 1) series.apply(message("play", play(id, id, 1, id, 0)));
    expect(series.lead.length).toBe(MOST_POINTS);
    expect(series.lead[0]!.at).toBe(0);
  });

  it("finds the last point that is not later", () => {
    const points = [0, 10, 10, 20].map((at) => ({ at }));
    expect([-1, 0, 9, 10, 25].map((at) => lastUntil(points, at))).toEqual([-1, 0, 0, 2, 3]);
  });
});
