import { describe, expect, it } from "vitest";
import type { GameMessage, MarginForecast, PlayData, PlayerLine } from "../src/stream";
import type { LeadPoint } from "../src/stream/series";
import { playsUntil } from "../src/views/game/asof";
import { sorted } from "../src/views/game/columns";
import { fanData } from "../src/views/game/fan";
import { Past, wholeFan } from "../src/views/game/past";
import { momentOf } from "../src/views/game/scrub";
import { gameLength, periodAt, periodScores, story } from "../src/views/game/story";
import { windowOf } from "../src/views/game/window";

const path = (...steps: [at: number, home: number, away: number][]): LeadPoint[] =>
  [[0, 0, 0] as [number, number, number], ...steps].map(([at, home, away]) => ({ at, lead: home - away, home, away, playId: null }));
const margin = (median: number): MarginForecast => ({ median, lower80: median - 4, upper80: median + 4, lower95: median - 8, upper95: median + 8 });
const message = (seq: number, type: string, data: object, epoch = "e") =>
  ({ type, seq, epoch, data, game_id: "g", source: "nba", timestamp: "2026-01-01T00:00:00Z" }) as unknown as GameMessage;
const line = (id: number, values: Partial<PlayerLine>) =>
  ({ player_id: id, name: `P${id}`, side: "home", on_court: false, points: 0, seconds_played: 0, stint_seconds: null, rest_seconds: null, ...values }) as PlayerLine;

describe("what stands out in a score path", () => {
  it("counts a lead change when another team leads than the one that led last, ties between or not", () => {
    const told = story(path([10, 2, 0], [20, 2, 2], [30, 4, 2], [40, 4, 5], [50, 6, 5]));
    expect(told.changes).toEqual([{ at: 40, side: "away" }, { at: 50, side: "home" }]);
    expect(told.ties).toEqual([20]);
  });

  it("shades unanswered runs of eight or more from their first basket to their last", () => {
    const told = story(path([10, 3, 0], [20, 6, 0], [30, 8, 0], [40, 8, 2], [50, 10, 2]));
    expect(told.runs).toEqual([{ side: "home", points: 8, from: 10, to: 30 }]);
  });

  it("makes no run of a step in which both teams scored, and of scores that are not known", () => {
    const bare: LeadPoint = { at: 60, lead: 12, home: null, away: null, playId: null };
    expect(story(path([10, 9, 1])).runs).toEqual([]);
    expect(story([...path(), bare]).runs).toEqual([]);
  });

  it("gives each period the points that were made in it, overtime too", () => {
    const lead = path([700, 20, 18], [720, 22, 18], [1_400, 40, 41], [2_100, 60, 60], [2_880, 90, 90], [3_000, 95, 92]);
    expect(periodScores(lead, 3_180).map((each) => [each.home, each.away])).toEqual([[22, 18], [18, 23], [20, 19], [30, 30], [5, 2]]);
    expect([periodAt(0), periodAt(720), periodAt(721), periodAt(2_881)]).toEqual([1, 1, 2, 5]);
    expect([gameLength(null), gameLength(2_880), gameLength(2_881)]).toEqual([2_880, 2_880, 3_180]);
  });
});

describe("the past of a game", () => {
  it("tells the players as they were told of by then, and the stints of each", () => {
    const past = new Past();
    past.take([
      message(1, "player_stats", { elapsed_seconds: 0, players: [line(1, { on_court: true, stint_seconds: 0 })] }),
      message(2, "player_stats", { elapsed_seconds: 300, players: [line(1, { on_court: true, stint_seconds: 300, points: 4 })] }),
      message(3, "player_stats", { elapsed_seconds: 480, players: [line(1, { rest_seconds: 120, points: 6 })] }),
      message(4, "player_stats", { elapsed_seconds: 600, players: [line(1, { on_court: true, stint_seconds: 60, points: 6 })] }),
    ]);
    expect(past.linesAt(400)[0]!.points).toBe(4);
    expect(past.stints(Infinity).get(1)).toEqual([{ from: 0, to: 360 }, { from: 540, to: 600 }]);
    expect(past.stints(300).get(1)).toEqual([{ from: 0, to: 300 }]);
  });

  it("takes no message twice, and begins anew with a new epoch", () => {
    const past = new Past();
    const forecast = message(5, "forecast", { elapsed_seconds: 60, halftime: margin(1), final: margin(2) });
    past.take([forecast, forecast]);
    expect(past.forecasts).toHaveLength(1);
    past.take([message(1, "forecast", { elapsed_seconds: 30, halftime: null, final: margin(3) }, "f")]);
    expect(past.forecasts.map((each) => each.at)).toEqual([30]);
  });

  it("marks what was revised and added, and keeps what was taken back", () => {
    const past = new Past();
    const play = (id: number) => ({ play_id: id }) as PlayData;
    past.take([message(1, "correction", { reason: "plays_edited", revised: [play(1)], inserted: [play(2)], retracted: [play(3)] })]);
    past.take([message(2, "correction", { reason: "play_by_play_took_over", revised: [], inserted: [], retracted: [] })]);
    expect([past.marks.get(1), past.marks.get(2), past.retracted.has(3)]).toEqual(["revised", "inserted", true]);
    expect(past.corrections).toHaveLength(1);
  });

  it("joins the forecasts of before this page to those since", () => {
    const at = (seconds: number) => ({ at: seconds, halftime: null, final: margin(0) });
    expect(wholeFan([at(1), at(2), at(3)], [at(2), at(4)]).map((each) => each.at)).toEqual([1, 2, 4]);
  });
});

it("a fan has no band where no forecast was known", () => {
  const data = fanData([{ at: 20, halftime: null, final: margin(5) }], path([10, 2, 0], [30, 4, 0]), "final", 40);
  expect(data[0]).toEqual([0, 10, 20, 30, 40]);
  expect(data[5]).toEqual([null, null, 5, 5, 5]);
  expect(data[6]).toEqual([0, 2, 2, 4, 4]);
});

it("an address names a moment only in seconds", () => {
  expect(["1080", "12.5", "-3", "1e9", "abc", undefined].map(momentOf)).toEqual([1_080, 12.5, null, null, null, null]);
});

it("plays after the moment that is looked at have not happened", () => {
  const plays = [0, 10, 10, 20].map((at) => ({ elapsed_seconds: at }) as PlayData);
  expect(playsUntil(plays, 10)).toHaveLength(3);
  expect(playsUntil(plays, 99)).toBe(plays);
});

it("players are sorted by a column, and by points where it is equal", () => {
  const lines = [line(1, { fouls: 2, points: 3 }), line(2, { fouls: 4, points: 0 }), line(3, { fouls: 2, points: 9 })];
  expect(sorted(lines, { column: "fouls", down: true }).map((each) => each.player_id)).toEqual([2, 3, 1]);
  expect(sorted(lines, { column: "name", down: false }).map((each) => each.player_id)).toEqual([1, 2, 3]);
});

it("of a long list only the rows in sight and a few beyond are drawn", () => {
  expect(windowOf(1_000, 44, 4_400, 600)).toEqual({ from: 92, to: 122 });
  expect(windowOf(3, 44, 0, 600)).toEqual({ from: 0, to: 3 });
});
