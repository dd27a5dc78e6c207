// The games as they stand with their past, and who wants to know when they change. Changes are gathered
// and told together, five times in two seconds at most, however many messages came.

import type { Hello } from "./contract";
import { Feed, type FeedEvent } from "./feed";
import { Pace } from "./pace";
import type { Game } from "./reducer";
import { Series } from "./series";
import type { Told } from "./session";

export interface Changes {
  /** Games that are new, have changed, or (no longer in `games`) have left. */
  games: ReadonlySet<string>;
  /** Games came or left. */
  board: boolean;
  events: readonly FeedEvent[];
}

export interface Counts {
  /** Messages about games since the page was loaded. */
  messages: number;
  snapshots: number;
  resets: number;
  /** Milliseconds that went into taking messages in, drawing not included. */
  busyMs: number;
}

export type Schedule = (flush: () => void) => void;

export class Store {
  readonly games = new Map<string, Game>();
  readonly series = new Map<string, Series>();
  readonly pace = new Map<string, Pace>();
  readonly feed = new Feed();
  readonly counts: Counts = { messages: 0, snapshots: 0, resets: 0, busyMs: 0 };
  hello: Hello | null = null;
  refused: string | null = null;

  readonly #listeners = new Set<(changes: Changes) => void>();
  #changed = new Set<string>();
  #events: FeedEvent[] = [];
  #board = false;
  #scheduled = false;

  constructor(
    readonly schedule: Schedule = calmly(),
    readonly now: () => number = Date.now,
  ) {}

  /** Be told of changes, once for all that came together; the function that is returned ends it. */
  listen(listener: (changes: Changes) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take(told: Told): void {
    switch (told.kind) {
      case "message": {
        const { message, game } = told;
        const id = message.game_id;
        this.counts.messages += 1;
        const before = this.games.get(id);
        this.games.set(id, game);
        const series = this.series.get(id);
        if (!before || !series || before.epoch !== game.epoch) {
          this.#board = true;
          this.series.set(id, new Series(game));
          this.pace.set(id, new Pace());
        } else {
          series.apply(message);
        }
        if (message.type === "score_update") {
          this.pace.get(id)!.seen(message.data.elapsed_seconds, this.now());
        }
        const event = this.feed.note(message, this.now());
        if (event) this.#events.push(event);
        this.#changed.add(id);
        break;
      }
      case "snapshot":
        this.counts.snapshots += 1;
        if (told.reset) this.counts.resets += 1;
        for (const game of told.games) {
          this.games.set(game.game_id, game);
          this.series.set(game.game_id, new Series(game));
          this.pace.set(game.game_id, new Pace());
          this.#changed.add(game.game_id);
        }
        this.#board = true;
        break;
      case "gone":
        for (const id of told.gameIds) {
          this.games.delete(id);
          this.series.delete(id);
          this.pace.delete(id);
          this.#changed.add(id);
        }
        this.#board = true;
        break;
      case "hello":
        this.hello = told.hello;
        break;
      case "refused":
        this.refused = told.field ? `${told.field}: ${told.reason}` : told.reason;
        break;
    }
    this.touch();
  }

  /** Tell of a change that no message made, such as a past that was filled in. */
  changed(gameId: string): void {
    this.#changed.add(gameId);
    this.touch();
  }

  private touch(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.schedule(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const changes = { games: this.#changed, board: this.#board, events: this.#events };
    this.#changed = new Set();
    this.#events = [];
    this.#board = false;
    for (const listener of this.#listeners) listener(changes);
  }
}

/** Drawing costs more than taking in: nobody reads numbers that change more often than this. Where little happens
 * everything is told at once. */
const CALM_MS = 400;
/** The messages of one play come right after each other. */
const BURST_MS = 15;
const HIDDEN_MS = 1_000;

/** Once what comes together is there, and not sooner than two fifths of a second after the time before; a page
 * out of sight is told once a second. */
function calmly(): Schedule {
  let last = -CALM_MS;
  return (flush) => {
    const run = () => {
      last = performance.now();
      flush();
    };
    const hidden = typeof document !== "undefined" && document.hidden;
    setTimeout(run, hidden ? HIDDEN_MS : Math.max(BURST_MS, last + CALM_MS - performance.now()));
  };
}
