import { describe, expect, it } from "vitest";
import type { GameSnapshot } from "../src/stream/contract";
import { apply, begin, type Game } from "../src/stream/reducer";
import { message, play, recorded, TOTALS } from "./support";

/** What is as of a player's last message, a minute of game time ago at most. */
const AS_OF_ITS_MESSAGE = ["seconds_played", "stint_seconds", "rest_seconds", "fatigue", "plus_minus"];

function comparable(game: GameSnapshot, field: keyof GameSnapshot): unknown {
  if (field === "players") {
    const lines = game.players.map((line) => {
      const counts = Object.entries(line).filter(([name]) => !AS_OF_ITS_MESSAGE.includes(name));
      return [line.player_id, Object.fromEntries(counts)] as const;
    });
    return Object.fromEntries(lines);
  }
  // A snapshot knows what a play left of possession for the newest only.
  if (field === "last_plays") return game.last_plays.map((each) => ({ ...each, possession: null }));
  return game[field];
}

describe("the reducer", () => {
  it("makes of every message of a game what the Python reducer makes of it", () => {
    const { messages, checkpoints } = recorded();
    const due = new Map(checkpoints.map((each) => [each.seq, each.reduced]));
    let game: Game | undefined;
    let compared = 0;
    for (const each of messages) {
      game = game ? apply(game, each) : begin(each);
      const expected = due.get(game.seq);
      if (!expected) continue;
      expect(game).toEqual(expected);
      compared += 1;
    }
    expect(compared).toBe(due.size);
    expect(compared).toBeGreaterThan(15);
  });

  it("agrees with the server's snapshot in every field that messages keep", () => {
    const { kept, messages, checkpoints } = recorded();
    const due = new Map(checkpoints.map((each) => [each.seq, each.snapshot]));
    let game: Game | undefined;
    let retracted = false;
    for (const each of messages) {
      game = game ? apply(game, each) : begin(each);
      if (each.type === "correction" && each.data.retracted.length) retracted = true;
      if (each.type === "play") retracted = false;
      const expected = due.get(game.seq);
      if (!expected) continue;
      for (const field of kept) {
        // After a retraction the list of last plays is shorter for a while.
        if (field === "last_plays" && retracted) continue;
        expect(comparable(game, field), `${field} after ${game.seq}`).toEqual(comparable(expected, field));
      }
    }
  });

  it("leaves what a message does not touch the same object", () => {
    const before = begin(message("play", play(1, 20, 2, 2, 0), 1));
    const after = apply(before, message("win_probability", { home: 0.6, away: 0.4, change: null, play_id: 1, elapsed_seconds: 20 }, 2));
    expect(after).not.toBe(before);
    expect(after.last_plays).toBe(before.last_plays);
    expect(after.players).toBe(before.players);
  });

  it("changes nothing for a message that is not newer", () => {
    const game = begin(message("play", play(1, 20, 2, 2, 0), 5));
    expect(apply(game, message("play", play(2, 30, 2, 4, 0), 5))).toBe(game);
  });

  it("takes the halftime forecast back with the pattern that it was made from", () => {
    const { messages } = recorded();
    const forecast = messages.find((each) => each.type === "ml_prediction")!;
    const score = messages.find((each) => each.type === "score_update")!;
    const game = begin({ ...forecast, seq: 1 });
    expect(game.prediction).not.toBeNull();
    if (score.type !== "score_update") throw new Error("unreachable");
    const after = apply(game, { ...score, seq: 2, data: { ...score.data, ready_for_prediction: false } });
    expect(after.prediction).toBeNull();
  });

  it("sets score, counts and last plays right after a correction", () => {
    let game = begin(message("play", play(1, 20, 2, 2, 0), 1));
    game = apply(game, message("play", play(2, 30, 2, 4, 0), 2));
    game = apply(
      game,
      message(
        "correction",
        {
          reason: "plays_edited",
          revised: [play(2, 30, 3, 5, 0)],
          inserted: [],
          retracted: [play(1, 20, 2, 2, 0)],
          score_before: { home: 4, away: 0 },
          score_after: { home: 3, away: 0 },
          totals: { ...TOTALS, ties: 3 },
        },
        3,
      ),
    );
    expect([game.score_home, game.score_away, game.ties]).toEqual([3, 0, 3]);
    expect(game.last_plays.map((each) => [each.play_id, each.points])).toEqual([[2, 3]]);
  });
});
