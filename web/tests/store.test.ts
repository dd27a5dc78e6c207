import { describe, expect, it } from "vitest";
import { Feed, MOST_EVENTS } from "../src/stream/feed";
import { Pace } from "../src/stream/pace";
import { apply, begin, type Game } from "../src/stream/reducer";
import { Store, type Changes } from "../src/stream/store";
import { message, play, recorded } from "./support";

function store(): { store: Store; told: Changes[]; flush: () => void } {
  const waiting: (() => void)[] = [];
  const told: Changes[] = [];
  const made = new Store((flush) => waiting.push(flush), () => 0);
  made.listen((changes) => told.push(changes));
  return { store: made, told, flush: () => waiting.splice(0).forEach((each) => each()) };
}

describe("the store", () => {
  it("tells of many messages once a frame, with every game that changed", () => {
    const { store: made, told, flush } = store();
    const { messages } = recorded();
    let game: Game | undefined;
    for (const each of messages) {
      game = game ? apply(game, each) : begin(each);
      made.take({ kind: "message", message: each, game });
    }
    expect(told).toHaveLength(0);
    flush();
    expect(told).toHaveLength(1);
    expect([...told[0]!.games]).toEqual([messages[0]!.game_id]);
    expect(told[0]!.board).toBe(true);
    expect(told[0]!.events.length).toBeGreaterThan(30);
    expect(made.counts.messages).toBe(messages.length);
    flush();
    expect(told).toHaveLength(1);
  });

  it("forgets a game that left, with its past", () => {
    const { store: made, told, flush } = store();
    made.take({ kind: "snapshot", games: [begin(message("play", play(1, 10, 2, 2, 0), 1))], reset: false });
    flush();
    made.take({ kind: "gone", gameIds: ["g1"] });
    flush();
    expect([made.games.size, made.series.size, made.pace.size]).toEqual([0, 0, 0]);
    expect(told.map((each) => each.board)).toEqual([true, true]);
    expect([...told[1]!.games]).toEqual(["g1"]);
  });

  it("begins a game's past anew with its epoch", () => {
    const { store: made } = store();
    const old = begin(message("play", play(1, 10, 2, 2, 0), 1));
    made.take({ kind: "snapshot", games: [old], reset: false });
    const before = made.series.get("g1");
    const again = message("play", play(1, 10, 2, 2, 0), 1, { epoch: "e2" });
    made.take({ kind: "message", message: again, game: begin(again) });
    expect(made.series.get("g1")).not.toBe(before);
  });
});

describe("the feed", () => {
  const run = (points: number, phase: "started" | "extended" | "ended") =>
    message("scoring_run", {
      phase, side: "home", team: "BOS", points, since_seconds: 100, period: 1, game_clock: "08:00", elapsed_seconds: 150,
    });

  it("has a run that grows once, with its newest count", () => {
    const feed = new Feed();
    feed.note(run(8, "started"), 0);
    feed.note(message("tie", { ties: 1, score_home: 4, score_away: 4, period: 1, game_clock: "07:00", elapsed_seconds: 300 }), 0);
    feed.note(run(11, "extended"), 0);
    expect(feed.note(run(11, "ended"), 0)).toBeNull();
    expect(feed.events.map((each) => each.message.type)).toEqual(["scoring_run", "tie"]);
    expect(feed.events[0]!.message.data).toMatchObject({ points: 11 });
  });

  it("is bounded, and leaves out what is no news", () => {
    const feed = new Feed();
    expect(feed.note(message("play", play(1, 10, 2, 2, 0)), 0)).toBeNull();
    for (let index = 0; index < MOST_EVENTS + 20; index += 1) {
      feed.note(message("tie", { ties: index, score_home: 4, score_away: 4, period: 1, game_clock: "07:00", elapsed_seconds: 300 }), 0);
    }
    expect(feed.events).toHaveLength(MOST_EVENTS);
    expect(feed.events[0]!.message.data).toMatchObject({ ties: MOST_EVENTS + 19 });
  });
});

describe("the pace", () => {
  it("sees how fast game time runs while play goes on", () => {
    const pace = new Pace();
    expect(pace.speed).toBeNull();
    // Twenty seconds of play in one, with the clock standing in between.
    for (let step = 0; step < 12; step += 1) pace.seen(step * 20, step * 1_000 + (step >= 6 ? 5_000 : 0));
    expect(pace.speed).toBeCloseTo(20);
    expect(pace.last).toEqual({ at: 220, seenMs: 16_000 });
  });

  it("learns nothing from a burst after a break", () => {
    const pace = new Pace();
    for (let step = 0; step < 12; step += 1) pace.seen(step * 20, step);
    expect(pace.speed).toBeNull();
  });
});
