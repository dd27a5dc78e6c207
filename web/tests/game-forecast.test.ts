import { describe, expect, it } from "vitest";
import type { PlayData, PlayerLine, SimilarGame } from "../src/stream/contract";
import { memberWords } from "../src/state/members";
import { aged, createAging } from "../src/views/game/aged";
import { correctionWords } from "../src/views/game/corrections";
import { apart, leadTicks, overlay } from "../src/views/game/overlay";
import type { CorrectionNote } from "../src/views/game/past";
import { sides, steps } from "../src/views/game/steps";

const PATTERN = Array.from({ length: 18 }, (_, minute) => minute);
const alike = (pattern: number[] | null, half: number) =>
  ({ game_id: "1", date: "2020-01-01", home_team: "BOS", away_team: "NYK", halftime_differential: half, distance: 1, pattern }) as SimilarGame;

describe("similar games over a game", () => {
  it("stand where the game stood at 18:00, and come from there to their own half", () => {
    const drawn = overlay(PATTERN, [alike(PATTERN.map((lead) => lead - 4), 10)], () => null)!;
    expect(drawn.games[0]!.path[18]).toEqual({ minute: 18, lead: 17 });
    expect(drawn.games[0]!.path[0]).toEqual({ minute: 0, lead: 4 });
    expect(drawn.games[0]!.end).toBe(14);
    expect([drawn.low, drawn.high]).toEqual([0, 17]);
  });

  it("the game itself goes on as far as it has been played", () => {
    const drawn = overlay(PATTERN, [alike(PATTERN, 0)], (minute) => (minute <= 20 ? -minute : null))!;
    expect(drawn.own.at(-1)).toEqual({ minute: 20, lead: -20 });
    expect(drawn.own).toHaveLength(21);
    expect(drawn.low).toBe(-20);
  });

  it("are not drawn where their paths or the game's own is not known, and keep their numbers", () => {
    expect(overlay(PATTERN, [alike(null, 3)], () => null)).toBeNull();
    expect(overlay([...PATTERN.slice(0, 17), null], [alike(PATTERN, 3)], () => null)).toBeNull();
    expect(overlay(PATTERN, [alike(null, 3), alike(PATTERN, 3)], () => null)!.games.map((game) => game.index)).toEqual([1]);
  });

  it("numbers at equal ends are kept apart, in their order and around their place", () => {
    expect(apart([100, 20, 100], 16)).toEqual([100 - 16 / 3, 20 - 16 / 3, 116 - 16 / 3]);
    expect(apart([10, 50], 16)).toEqual([10, 50]);
  });

  it("has few round numbers beside it, nought among them", () => {
    expect(leadTicks(-8, 11)).toEqual([-5, 0, 5, 10]);
    expect(leadTicks(0, 5)).toEqual([0, 2, 4]);
    expect(leadTicks(-30, 45).length).toBeLessThan(8);
  });
});

describe("a player's clock", () => {
  const line = (values: Partial<PlayerLine>) => ({ on_court: true, seconds_played: 60, stint_seconds: 60, rest_seconds: null, ...values }) as PlayerLine;

  it("runs on court with the stint, and on the bench with the rest", () => {
    expect(aged(line({}), 30)).toMatchObject({ seconds_played: 90, stint_seconds: 90 });
    expect(aged(line({ on_court: false, stint_seconds: null, rest_seconds: 5 }), 30)).toMatchObject({ seconds_played: 60, rest_seconds: 35 });
  });

  it("is not known where it was not told", () => {
    expect(aged(line({ stint_seconds: null }), 30).stint_seconds).toBeNull();
    expect(aged(line({ on_court: false, rest_seconds: null }), 30).rest_seconds).toBeNull();
  });

  it("begins when a line is first seen, and stands while the time is not known", () => {
    const age = createAging();
    const told = [line({})];
    expect(age(told, null)).toBe(told);
    expect(age(told, 100)[0]!.stint_seconds).toBe(60);
    expect(age(told, 110)[0]!.stint_seconds).toBe(70);
    expect(age([line({ stint_seconds: 75 })], 115)[0]!.stint_seconds).toBe(75);
  });
});

describe("a correction in words", () => {
  const play = (values: Partial<PlayData>) => ({ action: "2pt", points: 0, description: "x", elapsed_seconds: 10, ...values }) as PlayData;
  const note = (data: object) =>
    ({ seq: 1, timestamp: "", data: { revised: [], inserted: [], retracted: [], score_before: { home: 5, away: 4 }, score_after: { home: 5, away: 4 }, ...data } }) as unknown as CorrectionNote;

  it("names the play that scored and how many others there are, at the first of them", () => {
    const said = correctionWords(note({ revised: [play({ elapsed_seconds: 20 }), play({ points: 2, description: "dunk" })], score_after: { home: 3, away: 4 } }));
    expect(said).toEqual({ at: 10, text: "2 plays revised, 4–5 is now 4–3", play: "dunk", others: 1 });
  });

  it("counts no bare score as a play", () => {
    const said = correctionWords(note({ retracted: [play({ action: "score", description: "" })], score_after: { home: 2, away: 4 } }));
    expect(said).toEqual({ at: 10, text: "4–5 went back to 4–2", play: null, others: 0 });
  });
});

it("a step chart holds its last value until the game has come to now", () => {
  const points = [{ at: 0, lead: 0 }, { at: 10, lead: -2 }];
  expect(steps(points, (point) => point.lead, 30)).toEqual([[0, 10, 30], [0, -2, -2]]);
  expect(steps(points, (point) => point.lead, 10)).toEqual([[0, 10], [0, -2]]);
  expect(steps([] as typeof points, (point) => point.lead, 30)).toEqual([[], []]);
  expect(sides([[0, 10], [3, -2]], 0)).toEqual([[0, 10], [3, -2], [3, 0], [0, -2]]);
});

it("a member of the model that nobody has words for keeps its name", () => {
  expect([memberWords("stern"), memberWords("constructor")]).toEqual(["Stern: strength, time and chance", "constructor"]);
});
