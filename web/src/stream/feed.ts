// What people would want to be told, newest first, across all games; bounded.

import type { GameMessage } from "./contract";

export const MOST_EVENTS = 300;

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
    const kept = this.events.filter((each) => !replaces(told, each.message));
    this.events = [event, ...kept].slice(0, MOST_EVENTS);
    return event;
  }
}

/** A run that grows is one line, not one for each basket. */
function replaces(fresh: EventMessage, old: EventMessage): boolean {
  return (
    fresh.type === "scoring_run" &&
    old.type === "scoring_run" &&
    fresh.game_id === old.game_id &&
    fresh.epoch === old.epoch &&
    fresh.data.side === old.data.side &&
    fresh.data.since_seconds === old.data.since_seconds
  );
}
