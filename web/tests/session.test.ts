import { beforeEach, describe, expect, it } from "vitest";
import type { GameSnapshot } from "../src/stream/contract";
import { begin } from "../src/stream/reducer";
import { MOST_GONE, StreamSession, type Told } from "../src/stream/session";
import { message, play } from "./support";

const at = (seq: number, gameId = "g1", epoch = "e1") =>
  message("play", play(seq, seq * 10, 2, seq * 2, 0), seq, { game_id: gameId, epoch });
const control = (type: string, data: object) => ({ type, timestamp: "2026-02-12T00:00:00.000Z", data });
const standing = (seq: number, gameId = "g1", epoch = "e1"): GameSnapshot => begin(at(seq, gameId, epoch)) as GameSnapshot;
const snapshot = (games: GameSnapshot[], recovered: boolean | null = null, unknown: string[] = []) =>
  control("snapshot", { recovered, unknown, games });
const subscribed = control("subscribed", { games: null, types: null, resumed: [] });

describe("the session", () => {
  let told: Told[];
  let sent: { op: string; games?: string[]; types?: string[]; resume: Record<string, { epoch: string; seq: number }> }[];
  let session: StreamSession;
  const say = (...frames: object[]) => frames.forEach((frame) => session.receive(JSON.stringify(frame)));
  const seqs = (id = "g1") =>
    told.flatMap((each) => (each.kind === "message" && each.message.game_id === id ? [each.message.seq] : []));

  beforeEach(() => {
    told = [];
    sent = [];
    session = new StreamSession({}, (each) => told.push(each), (frame) => sent.push(JSON.parse(frame) as (typeof sent)[0]));
    session.connected();
  });

  it("takes the games as they stand and then every message once", () => {
    say(snapshot([standing(4)]), subscribed, at(5), at(6), at(6), at(5));
    expect(seqs()).toEqual([5, 6]);
    expect(session.games.get("g1")!.score_home).toBe(standing(4).score_home);
    expect(sent).toEqual([{ op: "subscribe", resume: {} }]);
  });

  it("asks after a break for what came meanwhile and gives it out in order, whatever came first", () => {
    say(snapshot([standing(4)]), subscribed, at(5));
    session.connected();
    say(snapshot([standing(9)]));
    expect(sent[1]!.resume).toEqual({ g1: { epoch: "e1", seq: 5 } });
    // Live messages may come before the replayed ones are through.
    say(at(9), at(6), at(7));
    expect(seqs()).toEqual([5]);
    say(at(8), subscribed);
    expect(seqs()).toEqual([5, 6, 7, 8, 9]);
    say(at(10));
    expect(session.games.get("g1")!.seq).toBe(10);
    expect(session.coalesced).toBe(0);
  });

  it("keeps the newest of the games that left, for what is still said of them, and lets go of the others", () => {
    const ids = Array.from({ length: MOST_GONE + 1 }, (_, index) => `g${index}`);
    say(snapshot(ids.map((id) => standing(4, id))), subscribed);
    for (const id of ids) say(control("heartbeat", { positions: {}, gone: [id] }));
    session.connected();
    say(snapshot(ids.map((id) => standing(9, id))));
    // What was let go of is taken as it stands now, and nothing of its past is asked for.
    expect(Object.keys(sent[1]!.resume)).toEqual(ids.slice(1));
    expect(told.at(-1)).toMatchObject({ kind: "snapshot", games: [{ game_id: "g0", seq: 9 }] });
    expect([...session.games.keys()].sort()).toEqual([...ids].sort());
  });

  it("replaces what it knows where the server cannot resume", () => {
    say(snapshot([standing(4)]), subscribed, at(5));
    session.connected();
    say(snapshot([standing(2, "g1", "e2")]), snapshot([standing(2, "g1", "e2")], false), at(3, "g1", "e2"), subscribed);
    expect(told.filter((each) => each.kind === "snapshot" && each.reset)).toHaveLength(1);
    expect(session.games.get("g1")!.epoch).toBe("e2");
    expect(seqs()).toEqual([5, 3]);
  });

  it("drops what was held of an epoch that is over", () => {
    say(snapshot([standing(4)]), subscribed);
    session.connected();
    say(snapshot([standing(1, "g1", "e2")]), at(5), snapshot([standing(1, "g1", "e2")], false), subscribed);
    expect(seqs()).toEqual([]);
    expect(session.games.get("g1")!.epoch).toBe("e2");
  });

  it("takes games off that left, while it was there or away, and back when they are heard of again", () => {
    say(snapshot([standing(4), standing(4, "g2")]), subscribed, control("heartbeat", { positions: {}, gone: ["g1"] }));
    expect([...session.games.keys()]).toEqual(["g2"]);
    say(at(5));
    expect([...session.games.keys()]).toEqual(["g2", "g1"]);
    session.connected();
    say(snapshot([]), snapshot([], false, ["g1", "g2"]), subscribed);
    expect(session.games.size).toBe(0);
    expect(told.at(-1)).toEqual({ kind: "gone", gameIds: ["g1", "g2"] });
  });

  it("moves its place on with heartbeats, so that nothing is asked for twice", () => {
    const news = control("heartbeat", { positions: { g1: { epoch: "e1", seq: 30 } }, gone: [] });
    say(snapshot([standing(4)]), subscribed, news);
    session.connected();
    say(snapshot([standing(30)]));
    expect(sent[1]!.resume["g1"]!.seq).toBe(30);
  });

  it("counts what was left out for a page that lags, and skips types that it does not know", () => {
    say(snapshot([standing(4)]), subscribed, at(8), { ...at(9), type: "tomorrow" });
    expect(session.coalesced).toBe(3);
    expect(session.skipped).toBe(1);
    say(at(9));
    expect(seqs()).toEqual([8]);
  });

  it("begins a game anew where its epoch changes under it", () => {
    say(snapshot([standing(4)]), subscribed, at(5), at(1, "g1", "e2"));
    const game = session.games.get("g1")!;
    expect([game.epoch, game.seq, game.last_plays.length]).toEqual(["e2", 1, 1]);
  });

  it("keeps to the games and types that were chosen", () => {
    const chosen = new StreamSession(
      { games: ["g2"], types: ["play"] },
      (each) => told.push(each),
      (frame) => sent.push(JSON.parse(frame) as (typeof sent)[0]),
    );
    chosen.connected();
    for (const frame of [snapshot([standing(4), standing(4, "g2")]), subscribed, at(5), at(9, "g2")]) {
      chosen.receive(JSON.stringify(frame));
    }
    expect([...chosen.games.keys()]).toEqual(["g2"]);
    expect(sent).toEqual([{ op: "subscribe", games: ["g2"], types: ["play"], resume: {} }]);
    expect(chosen.coalesced).toBe(0);
  });

  it("passes on what the server refuses", () => {
    say(control("error", { field: "types", reason: "'x' is not a message type" }));
    expect(told).toEqual([{ kind: "refused", field: "types", reason: "'x' is not a message type" }]);
  });
});
