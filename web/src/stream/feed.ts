// What people would want to be told, newest first, across all games; bounded.

import type { GameMessage } from "./contract";

export const MOST_EVENTS = 1_000;

const TOLD = [
  "lead_change",
  "tie",
  "scoring_run",
  "alert",
  "correction",
  "ml_prediction",
  "external_prediction",
  "result",
  "game_status",
] as const;

export type EventMessage = Extract<GameMessage, { type: (typeof TOLD)[number] }>;

export interface FeedEvent {
  /** Rises by one per event; names it for as long as the page lives. */
  id: number;
  gameId: string;
  receivedMs: number;
  message: EventMessage;
}

const KINDS: ReadonlySet<string> = new Set(TOLD);

export class Feed {
  /** Newest first. */
  events: readonly FeedEvent[] = [];
  #last = 0;

  /** The event, where the message is one. */
  note(message: GameMessage, nowMs: number): FeedEvent | null {
    if (!KINDS.has(message.type)) return null;
    const told = message as EventMessage;
    // A run is news when it starts and grows; its end is news of the next basket.
    if (told.type === "scoring_run" && told.data.phase === "ended") return null;
    const event = { id: (this.#last += 1), gameId: told.game_id, receivedMs: nowMs, message: told };
    const run = runOf(told);
    const kept = run === null ? this.events : this.events.filter((each) => runOf(each.message) !== run);
    this.events = [event, ...kept].slice(0, MOST_EVENTS);
    return event;
  }
}

/** Names the run that a message is about: one that grows is one line, alert or not, and not one for each basket. */
function runOf(message: EventMessage): string | null {
  if (message.type !== "scoring_run" && !(message.type === "alert" && message.data.kind === "scoring_run")) return null;
  return `${message.game_id} ${message.epoch} ${message.data.side} ${message.data.since_seconds}`;
}
