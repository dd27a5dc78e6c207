import { describe, expect, test } from "vitest";
import { whenWords } from "../src/app/times";
import { CallError } from "../src/state/calls";
import { dayWords, timeWords } from "../src/state/clock";
import type { Game } from "../src/stream";
import type { GameMessage, GameMessages } from "../src/stream/contract";
import { tickWords } from "../src/views/accuracy/ticks";
import { americanOdds } from "../src/views/edges/odds";
import { Ages } from "../src/views/system/ages";
import { dealt, redealt } from "../src/views/system/columns";
import { earlier, joined } from "../src/views/tonight/earlier";

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

describe("what was before the page", () => {
  const tie = (seq: number, second: number, game = "g1") =>
    ({ type: "tie", game_id: game, epoch: "e", seq, source: "nba", timestamp: `2026-02-12T00:00:0${second}.000Z`, data: { score_home: seq } }) as unknown as GameMessage;
  const game = (seq: number, id = "g1") => ({ game_id: id, epoch: "e", seq, updated: id === "g1" ? "2026-02-12T00:00:02Z" : "2026-02-12T00:00:01Z" }) as Game;

  test("is what the games told last, up to how they stand, newest first", async () => {
    const asked: string[] = [];
    const found = await earlier([game(500), game(3, "g2"), game(0, "g3")], async (path) => {
      asked.push(path);
      if (path.includes("g2")) return { messages: [tie(1, 3, "g2"), tie(4, 9, "g2")] } as unknown as GameMessages;
      return { messages: [tie(499, 1), { ...tie(500, 4), type: "play" }] } as unknown as GameMessages;
    });
    expect(asked).toEqual(["/games/g1/messages?after_seq=380&limit=120&epoch=e", "/games/g2/messages?after_seq=0&limit=120&epoch=e"]);
    expect(found.map((event) => [event.gameId, event.message.seq])).toEqual([["g2", 1], ["g1", 499]]);
    expect(found.every((event) => event.id < 0)).toBe(true);
    expect(joined([], found)).toEqual(found);
    const live = { ...found[0]!, id: 7 };
    expect(joined([live], found).map((event) => event.id)).toEqual([7, found[1]!.id]);
  });

  test("is left out where it cannot be asked for", async () => {
    const found = await earlier([game(5), game(5, "g2")], async (path) => {
      if (path.includes("g1")) throw new CallError(503, "away");
      return { messages: [tie(2, 1, "g2")] } as unknown as GameMessages;
    });
    expect(found.map((event) => event.gameId)).toEqual(["g2"]);
  });
});

test("how long a game was silent goes by its messages, and of a recording by when they came", () => {
  const ages = new Ages();
  const told = (source: Game["source"], seq: number) => ({ game_id: "g1", epoch: "e", source, seq, updated: "2026-02-12T00:00:00Z" });
  const start = Date.parse("2026-02-12T00:00:00Z");
  expect(ages.of(told("nba", 1), start + 90_000)).toBe(90);
  expect(ages.of(told("nba", 1), start - 90_000)).toBe(0);
  const later = start + 365 * 86_400_000;
  expect([ages.of(told("replay", 1), later), ages.of(told("replay", 1), later + 5_000)]).toEqual([0, 5]);
  expect(ages.of(told("replay", 2), later + 6_000)).toBe(0);
});
