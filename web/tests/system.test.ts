import { describe, expect, test } from "vitest";
import { sparkPath } from "../src/charts/spark";
import { look } from "../src/state/probe";
import { Metrics } from "../src/state/prometheus";
import type { Health } from "../src/stream/contract";
import { judge, worst, type BoardGame, type Gauge } from "../src/views/system/judge";
import { durations, metric, rates, type Snapshot } from "../src/views/system/looks";

const HEALTH: Health = {
  ready: true,
  reasons: [],
  version: "1",
  source: "nba",
  uptime_seconds: 90,
  games: 1,
  live_games: 1,
  clients: 2,
  journal: "ok",
  model_version: "m",
  feed: { polls: 10, faults: 0, circuits_open: 0, scoreboard_age_ms: 4_000 },
};

function snapshot(atSeconds: number, text: string | null, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    atMs: atSeconds * 1_000,
    health: HEALTH,
    ready: { ready: true, reasons: [] },
    metrics: text === null ? null : new Metrics(text),
    failure: null,
    page: { messages: 0, busyMs: 0 },
    ages: new Map(),
    ...changes,
  };
}

const sent = (total: number) => `# TYPE courtside_messages_total counter\ncourtside_messages_total{type="play"} ${total}\n`;
function find(looks: readonly Snapshot[], name: string, board: readonly BoardGame[] = []): Gauge {
  return judge(looks, board).flatMap((group) => group.gauges).find((each) => each.name === name)!;
}

describe("metrics", () => {
  test("labels are read with their escapes, and sums go over all of them", () => {
    const metrics = new Metrics('# TYPE a_total counter\na_total{kind="x\\"},y=\\n",z="1"} 2\na_total{kind="b",z="1"} 3.5e0\nother 1\n');
    expect(metrics.all("a_total")[0]!.labels).toEqual({ kind: 'x"},y=\n', z: "1" });
    expect(metrics.sum("a_total")).toBe(5.5);
    expect(metrics.by("a_total", "kind")).toEqual([["b", 3.5], ['x"},y=\n', 2]]);
  });

  test("a metric that counted nothing is 0, and one that is not there is not known", () => {
    const metrics = new Metrics("# TYPE a_total counter\n# TYPE b_seconds histogram\n");
    expect([metrics.sum("a_total"), metrics.sum("b_seconds_count"), metrics.sum("c_total")]).toEqual([0, 0, null]);
  });
});

describe("rates", () => {
  const read = metric("courtside_messages_total");

  test("they are growth by time, and unknown at first, after a restart and where a look failed", () => {
    const looks = [snapshot(0, sent(100)), snapshot(3, sent(130)), snapshot(6, null), snapshot(9, sent(190))];
    expect(rates(looks, read)).toEqual([null, 10, null, 10]);
    expect(rates([snapshot(0, sent(100)), snapshot(3, sent(5))], read)).toEqual([null, null]);
  });

  test("they forget what is longer ago than their span", () => {
    const looks = [0, 10, 20, 30].map((at) => snapshot(at, sent(at < 20 ? 0 : 60)));
    expect(rates(looks, read, 10_000)).toEqual([null, 0, 6, 0]);
  });

  test("a duration is the mean of what came since, and unknown where nothing came", () => {
    const text = (sum: number, count: number) => `x_sum ${sum}\nx_count ${count}\n`;
    const looks = [snapshot(0, text(1, 10)), snapshot(3, text(1.02, 14)), snapshot(60, text(1.02, 14))];
    expect(durations(looks, "x", 3_000).map((value) => value && Math.round(value))).toEqual([null, 5, null]);
  });
});

describe("verdicts", () => {
  test("nothing is well that is not known", () => {
    const looks = [snapshot(0, null, { health: null, ready: null, failure: "/health: answered 500" })];
    expect(find(looks, "Reached").level).toBe("bad");
    expect(find(looks, "Failed calls").level).toBe("unknown");
    expect(find(looks, "Engine step").level).toBe("unknown");
    expect(find(looks, "Polls").value).toBe("not known");
  });

  test("a server that is not ready says why", () => {
    const looks = [snapshot(0, "", { ready: { ready: false, reasons: ["the disk is full; free some"] } })];
    expect(find(looks, "Ready")).toMatchObject({ level: "bad", advice: "the disk is full; free some" });
    expect(worst(judge(looks, []))).toBe("bad");
  });

  test("an old scoreboard is bad while a game is on and as it should be between nights", () => {
    const feed = { ...HEALTH.feed, scoreboard_age_ms: 300_000 };
    const at = (live_games: number) => find([snapshot(0, "", { health: { ...HEALTH, live_games, feed } })], "Scoreboard's age").level;
    expect([at(1), at(0)]).toEqual(["bad", "good"]);
  });

  test("a fault that comes now says what to do; one of long ago is only a number", () => {
    const faults = (timeouts: number) => `# TYPE courtside_faults_total counter\ncourtside_faults_total{kind="timeout"} ${timeouts}\ncourtside_faults_total{kind="stale"} 4\n`;
    const looks = [snapshot(0, faults(1)), snapshot(3, faults(2))];
    expect(find(looks, "Fault: timeout")).toMatchObject({ value: "2", level: "watch" });
    expect(find(looks, "Fault: timeout").advice).toContain("network");
    expect(find(looks, "Fault: stale")).toMatchObject({ value: "4", level: "plain", advice: null });
  });

  test("silence is news only of a game that is played", () => {
    const looks = [snapshot(0, "", { ages: new Map([["g", 600]]) })];
    const level = (status: BoardGame["status"]) => find(looks, "CHI at BOS", [{ id: "g", title: "CHI at BOS", status }]).level;
    expect([level("live"), level("halftime")]).toEqual(["bad", "plain"]);
  });

  test("a source that asks no feed has no polls to be judged by", () => {
    const looks = [snapshot(0, "", { health: { ...HEALTH, source: "simulate", feed: {} } })];
    expect(find(looks, "Polls")).toMatchObject({ value: "this source has none", level: "plain" });
  });
});

test("one look takes 503 of readiness for an answer, and says what failed of the rest", async () => {
  const answers: Record<string, Response> = {
    "/health": new Response("broken", { status: 500 }),
    "/ready": Response.json({ ready: false, reasons: ["full"] }, { status: 503 }),
    "/metrics": new Response("a 1\n"),
  };
  const seen = await look((path) => Promise.resolve(answers[String(path)]!));
  expect(seen.health).toBeNull();
  expect(seen.ready).toEqual({ ready: false, reasons: ["full"] });
  expect(seen.metrics!.sum("a")).toBe(1);
  expect(seen.failure).toBe("/health: answered 500");
});

test("a sparkline ends at the right, starts from zero, and has a gap where nothing was known", () => {
  expect(sparkPath([0, null, 4], 3)).toBe("M0 26h0M100 2h0");
  expect(sparkPath([2, 4], 3)).toBe("M50 14h0L100 2");
});
