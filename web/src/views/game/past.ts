// What the stream said about one game before this page listened, kept so that any moment of it can be
// shown again: forecasts with their intervals, the players' lines, corrections.

import type { Correction, ExternalPrediction, GameMessage, PlayData, PlayerLine, Result, ScoreUpdate } from "../../stream/contract";
import { lastUntil, type FanPoint } from "../../stream/series";
import { aged } from "./aged";

export type Mark = "revised" | "inserted";

export interface CorrectionNote {
  seq: number;
  timestamp: string;
  data: Correction;
}

interface Lines {
  at: number;
  players: readonly PlayerLine[];
  removed: readonly number[];
}

/** A player's time on court without a break, in seconds of game time. */
export interface Stint {
  from: number;
  to: number;
}

/** Two reports of a stint that begin this close are of the same one: clocks are told in tenths. */
const SAME_STINT_SECONDS = 2;

export class Past {
  epoch: string | null = null;
  /** The last message that is known. */
  seq = 0;
  forecasts: FanPoint[] = [];
  corrections: CorrectionNote[] = [];
  /** Plays that a correction changed or added, by id. */
  marks = new Map<number, Mark>();
  /** Plays that a correction took back, as they were. */
  retracted = new Map<number, PlayData>();
  externals: ExternalPrediction[] = [];
  results = new Map<Result["horizon"], Result>();
  #lines: Lines[] = [];
  #scores: (ScoreUpdate & { at: number })[] = [];

  /** What a further page of messages tells; one of a new epoch begins anew. */
  take(messages: readonly GameMessage[]): void {
    for (const message of messages) {
      if (message.epoch !== this.epoch) this.#restart(message.epoch);
      if (message.seq <= this.seq) continue;
      this.seq = message.seq;
      this.#note(message);
    }
  }

  #restart(epoch: string): void {
    this.epoch = epoch;
    this.seq = 0;
    this.forecasts = [];
    this.corrections = [];
    this.marks = new Map();
    this.retracted = new Map();
    this.externals = [];
    this.results = new Map();
    this.#lines = [];
    this.#scores = [];
  }

  #note(message: GameMessage): void {
    switch (message.type) {
      case "forecast": {
        const at = message.data.elapsed_seconds ?? 0;
        while (this.forecasts.length && this.forecasts[this.forecasts.length - 1]!.at >= at) this.forecasts.pop();
        this.forecasts.push({ at, halftime: message.data.halftime, final: message.data.final });
        break;
      }
      case "player_stats":
        this.#lines.push({ at: message.data.elapsed_seconds, players: message.data.players, removed: message.data.removed ?? [] });
        break;
      case "score_update":
        if (message.data.elapsed_seconds !== null) this.#scores.push({ ...message.data, at: message.data.elapsed_seconds });
        break;
      case "correction":
        this.corrected({ seq: message.seq, timestamp: message.timestamp, data: message.data });
        break;
      case "external_prediction":
        this.externals = [...this.externals.filter((each) => each.model !== message.data.model || each.horizon !== message.data.horizon), message.data];
        break;
      case "result":
        if (message.data.actual === null) this.results.delete(message.data.horizon);
        else this.results.set(message.data.horizon, message.data);
        break;
      default:
    }
  }

  corrected(note: CorrectionNote): void {
    const { revised, inserted, retracted } = note.data;
    // That plays came after a bare score is no news of any play.
    if (revised.length + inserted.length + retracted.length === 0 && note.data.reason === "play_by_play_took_over") return;
    if (this.corrections.some((each) => each.seq === note.seq)) return;
    this.corrections.push(note);
    for (const play of revised) this.marks.set(play.play_id, "revised");
    for (const play of inserted) {
      this.marks.set(play.play_id, "inserted");
      this.retracted.delete(play.play_id);
    }
    for (const play of retracted) {
      // A bare score that was wrong is no play that was taken back.
      if (play.action === "score") continue;
      this.marks.delete(play.play_id);
      this.retracted.set(play.play_id, play);
    }
  }

  /** The first moment at which the players' lines are known; null where they never were. */
  get linesFrom(): number | null {
    return this.#lines[0]?.at ?? null;
  }

  /** The players at that moment, from what was told of each last. */
  linesAt(at: number): PlayerLine[] {
    const lines = new Map<number, PlayerLine>();
    for (const step of this.#lines) {
      if (step.at > at) continue;
      for (const line of step.players) lines.set(line.player_id, aged(line, at - step.at));
      for (const id of step.removed) lines.delete(id);
    }
    return [...lines.values()];
  }

  /** What a score update said last by then. */
  scoreUpdateAt(at: number): ScoreUpdate | null {
    for (let index = this.#scores.length - 1; index >= 0; index -= 1) {
      if (this.#scores[index]!.at <= at) return this.#scores[index]!;
    }
    return null;
  }

  /** Who was on court when, as far as it was told by `until`. */
  stints(until: number): Map<number, Stint[]> {
    const all = new Map<number, Stint[]>();
    for (const step of this.#lines) {
      if (step.at > until) continue;
      for (const line of step.players) {
        const known = all.get(line.player_id) ?? [];
        all.set(line.player_id, known);
        const last = known[known.length - 1];
        if (line.on_court && line.stint_seconds !== null) {
          const from = Math.max(0, step.at - line.stint_seconds);
          if (last && Math.abs(last.from - from) < SAME_STINT_SECONDS) last.to = step.at;
          else if (!last || from >= last.to - SAME_STINT_SECONDS) known.push({ from, to: step.at });
        } else if (last && line.rest_seconds !== null) {
          last.to = Math.max(last.from, Math.max(last.to, step.at - line.rest_seconds));
        }
      }
    }
    return all;
  }
}

/** The forecasts of a game, those of before this page first. */
export function wholeFan(before: readonly FanPoint[], since: readonly FanPoint[]): FanPoint[] {
  const first = since[0]?.at ?? Infinity;
  return [...before.filter((point) => point.at < first), ...since];
}

export function forecastAt(fan: readonly FanPoint[], at: number): FanPoint | null {
  return fan[lastUntil(fan, at)] ?? null;
}
