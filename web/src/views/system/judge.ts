// What a row of looks at the server means: values, whether they are well, and what to do where they are not.
// Nothing is called well that is not known.

import type { Game } from "../../stream";
import { faultAdvice, faultWords } from "./advice";
import { durations, metric, newest, rates, spanSeconds, trend, type Looks, type Trend } from "./looks";
import { byteWords, minuteWords, msWords, numberWords, rateWords, spanWords } from "./words";

/** `plain` is a value that can be neither good nor bad. */
export type Level = "good" | "watch" | "bad" | "unknown" | "plain";

export interface Gauge {
  name: string;
  value: string;
  level: Level;
  /** What to do; null where nothing is to be done. */
  advice: string | null;
  trend: Trend;
}

export interface Group {
  title: string;
  gauges: readonly Gauge[];
}

export interface BoardGame {
  id: string;
  title: string;
  status: Game["status"];
}

const MINUTE = 60_000;
/** An engine's step takes a tenth of this, a commit to a healthy disk a fifth. */
const SLOW_STEP_MS = 20;
const SLOW_COMMIT_MS = 100;
const SLOW_FANOUT_MS = 50;
/** Ten seconds is when a poll is given up. */
const SLOW_POLL_MS = 3_000;
/** A live file is asked for every ten seconds unless it is set otherwise. */
const OLD_SCOREBOARD_SECONDS = 90;
/** The longest sleep between polls of the scoreboard is five minutes while no game is on. */
const ASLEEP_SCOREBOARD_SECONDS = 660;
/** Time-outs with reviews take four minutes; halftime is not counted. */
const QUIET_GAME_SECONDS = 180;
const DEAD_GAME_SECONDS = 480;
const LONG_QUEUE = 100;

interface Limits {
  watch: number;
  bad: number;
  advice: string;
}

function gauge(name: string, values: Trend, words: (value: number) => string, limits?: Limits, none = "not known"): Gauge {
  const value = newest(values);
  if (value === null) return { name, value: none, level: none === "not known" ? "unknown" : "plain", advice: null, trend: values };
  const level: Level = !limits ? "plain" : value >= limits.bad ? "bad" : value >= limits.watch ? "watch" : "good";
  return { name, value: words(value), level, advice: level === "bad" || level === "watch" ? limits!.advice : null, trend: values };
}

/** A rate needs two looks; what is only about to be known is no trouble. */
function pace(looks: Looks, ...[name, values, words, limits, none]: Parameters<typeof gauge>): Gauge {
  if (looks.length === 1 && looks[0]!.failure === null) return { name, value: "measuring", level: "plain", advice: null, trend: values };
  return gauge(name, values, words, limits, none);
}

const told = (name: string, value: string, level: Level = "plain", advice: string | null = null): Gauge => ({ name, value, level, advice, trend: [] });

export function judge(looks: Looks, board: readonly BoardGame[]): readonly Group[] {
  return [server(looks), feed(looks), games(looks, board), stream(looks), journal(looks)];
}

function server(looks: Looks): Group {
  const now = looks[looks.length - 1];
  const health = now?.health ?? null;
  const reasons = now?.ready?.reasons ?? health?.reasons ?? [];
  const ready = now?.ready?.ready ?? null;
  const errors = rates(looks, failedCalls, MINUTE);
  return {
    title: "Server",
    gauges: [
      now?.failure && !health
        ? told("Reached", "no", "bad", `${now.failure}. Is courtside run still running?`)
        : told("Ready", ready === null ? "not known" : ready ? "yes" : "no", ready === null ? "unknown" : ready ? "good" : "bad", reasons.length ? reasons.join("; ") : null),
      gauge("Uptime", trend(looks, (look) => look.health?.uptime_seconds ?? null), spanWords),
      pace(looks, "Calls over HTTP", rates(looks, metric("courtside_http_requests_total")), rateWords),
      pace(looks, "Failed calls", errors, minuteWords, { watch: 1e-9, bad: 0.1, advice: "The server made mistakes (status 500 and up): its log says which." }),
      duration(looks, "Engine step", "courtside_step_seconds", { watch: SLOW_STEP_MS, bad: 5 * SLOW_STEP_MS, advice: "Steps are slow: the machine is busy with something else." }, "no step lately"),
      gauge("Waiting for the engine", trend(looks, (look) => queue(look.metrics, "pipeline")), numberWords, { watch: LONG_QUEUE, bad: 10 * LONG_QUEUE, advice: "More comes than is worked off: look at processor and disk of the machine." }),
    ],
  };
}

function failedCalls({ metrics }: Looks[number]): number | null {
  const name = "courtside_http_requests_total";
  if (!metrics || metrics.sum(name) === null) return null;
  return metrics.all(name).reduce((total, { labels, value }) => total + (labels["status"]?.startsWith("5") ? value : 0), 0);
}

/** A duration of which there is none now is no fault; one that the server does not measure is not known. */
function duration(looks: Looks, title: string, name: string, limits: Limits, none: string): Gauge {
  const measured = looks[looks.length - 1]?.metrics?.sum(`${name}_count`) ?? null;
  if (measured === null) return gauge(title, durations(looks, name), msWords);
  return pace(looks, title, durations(looks, name), msWords, limits, none);
}

type Known = Looks[number]["metrics"];
const queue = (metrics: Known, name: string) => metrics?.all("courtside_queue_depth").find((sample) => sample.labels["queue"] === name)?.value ?? null;

function feed(looks: Looks): Group {
  const now = looks[looks.length - 1];
  const facts = now?.health?.feed ?? {};
  const number = (name: string) => (look: Looks[number]): number | null => {
    const value = look.health?.feed[name];
    return typeof value === "number" ? value : null;
  };
  const source = told("Source", now?.health?.source ?? "not known", now?.health ? "plain" : "unknown");
  const words = Object.entries(facts).flatMap(([name, value]) => (typeof value === "string" ? [told(faultWords(name), value)] : []));
  const faultRate = rates(looks, metric("courtside_faults_total"), MINUTE);
  const kinds = now?.metrics?.by("courtside_faults_total", "kind") ?? [];
  const perKind = kinds.map(([kind, total]): Gauge => {
    const rate = rates(looks, (look) => look.metrics?.by("courtside_faults_total", "kind").find(([name]) => name === kind)?.[1] ?? (look.metrics ? 0 : null), MINUTE);
    const fresh = (newest(rate) ?? 0) > 0;
    return { name: `Fault: ${faultWords(kind)}`, value: numberWords(total), level: fresh ? "watch" : "plain", advice: fresh ? faultAdvice(kind) : null, trend: rate };
  });
  const polled = number("polls");
  if (now && polled(now) === null) {
    const asks = now.health ? told("Polls", "this source has none") : told("Polls", "not known", "unknown");
    return { title: "Feed", gauges: [source, ...words, asks, ...(kinds.length ? perKind : [])] };
  }
  const live = (now?.health?.live_games ?? 0) > 0;
  const pollRate = rates(looks, polled, MINUTE);
  const silent = live && spanSeconds(looks) >= 60 && newest(pollRate) === 0;
  const times = endpointTimes(looks);
  const oldest = live ? OLD_SCOREBOARD_SECONDS : ASLEEP_SCOREBOARD_SECONDS;
  return {
    title: "Feed",
    gauges: [
      source,
      ...words,
      silent
        ? { ...pace(looks, "Polls", pollRate, minuteWords), level: "bad", advice: "A game is on and nothing was asked for a minute: restart the server and look at its log." }
        : pace(looks, "Polls", pollRate, minuteWords),
      ...times,
      gauge("Scoreboard's age", trend(looks, (look) => scaled(number("scoreboard_age_ms")(look))), spanWords, {
        watch: oldest,
        bad: 3 * oldest,
        advice: "The scoreboard has not come for long: see the faults below, and whether this machine reaches the feed.",
      }),
      gauge("Files that keep failing", trend(looks, number("circuits_open")), numberWords, { watch: 1, bad: 4, advice: "They are only probed now and then until they answer. Many at once: the feed or the network is down." }),
      pace(looks, "Faults", faultRate, minuteWords, { watch: 1 / 60, bad: 10 / 60, advice: "Kinds and what to do about them stand below." }),
      ...perKind,
    ],
  };
}

const scaled = (ms: number | null) => (ms === null ? null : ms / 1_000);

function endpointTimes(looks: Looks): readonly Gauge[] {
  const now = looks[looks.length - 1];
  const endpoints = [...new Set(now?.metrics?.all("courtside_poll_seconds_count").map(({ labels }) => labels["endpoint"] ?? ""))];
  const limits = { watch: SLOW_POLL_MS, bad: 2 * SLOW_POLL_MS, advice: "The feed answers slowly: look at the network, or wait." };
  return endpoints.map((endpoint) => {
    const only = (suffix: string) => (look: Looks[number]) => look.metrics?.all(`courtside_poll_seconds_${suffix}`).find((sample) => sample.labels["endpoint"] === endpoint)?.value ?? null;
    const [spent, done] = [rates(looks, only("sum"), MINUTE), rates(looks, only("count"), MINUTE)];
    const mean = spent.map((seconds, index) => {
      const count = done[index];
      return seconds === null || !count ? null : (1_000 * seconds) / count;
    });
    return pace(looks, `Poll time, ${faultWords(endpoint)}`, mean, msWords, limits, "no poll lately");
  });
}

function games(looks: Looks, board: readonly BoardGame[]): Group {
  const ages = looks[looks.length - 1]?.ages;
  const gauges = board.map(({ id, title, status }) => {
    // It came after the last look: the next one sees it.
    if (ages && !ages.has(id)) return told(title, "measuring");
    const values = trend(looks, (look) => look.ages.get(id) ?? null);
    // Only while it is played is silence news.
    const limits = status === "live"
      ? { watch: QUIET_GAME_SECONDS, bad: DEAD_GAME_SECONDS, advice: "A live game that says nothing: compare it with the feed's own page; the other games tell whether the feed as a whole is quiet." }
      : undefined;
    return gauge(title, values, (seconds) => (seconds < 1 ? "now" : `${spanWords(seconds)} ago`), limits);
  });
  return { title: "Last word of each game", gauges: ages && gauges.length ? gauges : [told("Games", "none on the board")] };
}

function stream(looks: Looks): Group {
  const closed = looks[looks.length - 1]?.metrics?.by("courtside_clients_closed_total", "reason") ?? [];
  const clients = trend(looks, (look) => look.health?.clients ?? null);
  const behind = trend(looks, metric("courtside_clients_behind"));
  return {
    title: "Stream",
    gauges: [
      gauge("Clients", clients, numberWords),
      gauge("Clients behind", behind, numberWords, { watch: 1, bad: Math.max(3, (newest(clients) ?? 0) / 2), advice: "Messages wait for them: slow networks, or a busy machine. Who stays behind is closed, and resumes." }),
      gauge("Waiting for clients", trend(looks, (look) => queue(look.metrics, "clients")), numberWords, { watch: LONG_QUEUE, bad: 50 * LONG_QUEUE, advice: "Clients read more slowly than messages come; newer ones take the place of older ones meanwhile." }),
      pace(looks, "Messages published", rates(looks, metric("courtside_messages_total")), rateWords),
      pace(looks, "Messages sent", rates(looks, metric("courtside_messages_sent_total")), rateWords),
      pace(looks, "Messages replaced", rates(looks, metric("courtside_messages_coalesced_total")), rateWords),
      duration(looks, "Handing out", "courtside_fanout_seconds", { watch: SLOW_FANOUT_MS, bad: 5 * SLOW_FANOUT_MS, advice: "Many clients or a busy machine: see the processor of the server." }, "no message lately"),
      pace(looks, "This page takes in", rates(looks, (look) => look.page.messages), rateWords),
      pace(looks, "This page, a message", pageTime(looks), msWords, { watch: 0.5, bad: 5, advice: "This device takes long for a message: close other pages." }, "no message lately"),
      ...closed.map(([reason, total]) => told(`Closed: ${faultWords(reason)}`, numberWords(total))),
    ],
  };
}

function pageTime(looks: Looks): Trend {
  const [busy, taken] = [rates(looks, (look) => look.page.busyMs), rates(looks, (look) => look.page.messages)];
  return busy.map((ms, index) => {
    const count = taken[index];
    return ms === null || !count ? null : ms / count;
  });
}

function journal(looks: Looks): Group {
  const said = looks[looks.length - 1]?.health?.journal ?? null;
  const state = said === null ? told("State", "not known", "unknown") : said === "ok" ? told("State", "ok", "good") : told("State", "in trouble", "bad", said);
  return {
    title: "Journal",
    gauges: [
      state,
      gauge("Size", trend(looks, metric("courtside_journal_bytes")), byteWords),
      pace(looks, "Growth", rates(looks, metric("courtside_journal_bytes"), MINUTE), (perSecond) => `${byteWords(Math.round(perSecond * 60))} /min`),
      duration(looks, "Commit", "courtside_commit_seconds", { watch: SLOW_COMMIT_MS, bad: 10 * SLOW_COMMIT_MS, advice: "The disk is slow: put the data directory on a faster one, or see what else writes." }, "no commit lately"),
      pace(looks, "Commits", rates(looks, metric("courtside_commit_seconds_count")), rateWords),
    ],
  };
}

/** The worst of all. */
export function worst(groups: readonly Group[]): Level {
  const levels = new Set(groups.flatMap((group) => group.gauges.map((each) => each.level)));
  for (const level of ["bad", "watch", "unknown"] as const) if (levels.has(level)) return level;
  return "good";
}
