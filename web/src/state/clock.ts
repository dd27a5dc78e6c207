// Game clocks that tick between messages, and times in words.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { Game, Pace } from "../stream";

const clocks = new Set<() => void>();

/** Wall time that is read anew every `everyMs` at least, for as long as the owner lives. */
export function createNow(everyMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  const read = () => {
    clearInterval(timer);
    timer = setInterval(() => setNow(Date.now()), everyMs);
    setNow(Date.now());
  };
  read();
  clocks.add(read);
  onCleanup(() => {
    clocks.delete(read);
    clearInterval(timer);
  });
  return now;
}

/** Read all clocks now, as something is drawn anyway: a frame for each of them costs as much once more. */
export function readClocks(): void {
  for (const read of clocks) read();
}

/** Plays after which the clock stands until the next one. */
const STOPPING = new Set(["foul", "freethrow", "timeout", "violation", "ejection", "period", "game", "jumpball"]);
/** A clock that runs on by itself for longer would be guessing: a shot must have come. */
const LONGEST_SECONDS = 24;

/** Seconds left in the period as of `nowMs`, run on from the last message where play goes on. */
export function ticking(game: Game, pace: Pace | undefined, nowMs: number): number | null {
  const told = clockSeconds(game.game_clock);
  if (told === null || game.status !== "live") return told;
  const last = pace?.last;
  const speed = game.source === "nba" || game.source === "push" ? 1 : pace?.speed;
  if (!last || speed === null || speed === undefined) return told;
  const play = game.last_plays[game.last_plays.length - 1];
  if (!play || STOPPING.has(play.action)) return told;
  const run = Math.min(LONGEST_SECONDS, (Math.max(0, nowMs - last.seenMs) / 1_000) * speed);
  return Math.max(0, told - run);
}

/** `MM:SS[.t]` in seconds. */
export function clockSeconds(text: string | null): number | null {
  if (text === null) return null;
  const [minutes, seconds] = text.split(":");
  const total = Number(minutes) * 60 + Number(seconds);
  return Number.isFinite(total) ? total : null;
}

/** `5:04`, and below a minute `0:41.3` where tenths are known. */
export function clockWords(seconds: number): string {
  const tenths = seconds < 60 && seconds % 1 !== 0;
  const whole = tenths ? Math.floor(seconds * 10) / 10 : Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole - minutes * 60;
  return `${minutes}:${tenths ? rest.toFixed(1).padStart(4, "0") : String(Math.floor(rest)).padStart(2, "0")}`;
}

/** `Q3`, `OT`, `2OT`. */
export function periodWords(period: number): string {
  if (period <= 4) return `Q${period}`;
  return period === 5 ? "OT" : `${period - 4}OT`;
}

/** Seconds of game time as `Q2 5:04`, what is left of the period. */
export function momentWords(elapsed: number): string {
  const overtime = Math.max(0, Math.ceil((elapsed - 2_880) / 300));
  const period = overtime > 0 ? 4 + overtime : Math.min(4, Math.floor(elapsed / 720) + 1);
  const end = period <= 4 ? period * 720 : 2_880 + (period - 4) * 300;
  return `${periodWords(period)} ${clockWords(end - elapsed)}`;
}

const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const SECOND = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** Times in the viewer's zone. */
export const timeWords = (time: string | number) => HOUR.format(new Date(time));
export const secondWords = (time: string | number) => SECOND.format(new Date(time));
export const dayWords = (time: string | number) => DAY.format(new Date(time));
