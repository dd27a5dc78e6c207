// The client's side of the stream without any I/O: frames in, what they mean out, and frames to send.
//
// The session remembers, per game, the last message that it gave out. On the next connection it asks
// for what came after; until the server says `subscribed`, messages of those games are held and then
// given out in order, so that none is missed and none comes twice.

import type { ControlMessage, GameMessage, GameSnapshot, Hello, Position, SnapshotData } from "./contract";
import { apply, begin, type Game } from "./reducer";

/** A page that stays open for months asks only for the newest games again: the server bounds a request. */
export const MOST_RESUMED = 500;
/** Of games that left the newest so many are kept, for what is corrected of them later: two full slates. */
export const MOST_GONE = 30;

export type Told =
  | { kind: "message"; message: GameMessage; game: Game }
  /** Games as they stand; with `reset` messages of them were missed. */
  | { kind: "snapshot"; games: readonly Game[]; reset: boolean }
  | { kind: "gone"; gameIds: readonly string[] }
  | { kind: "hello"; hello: Hello }
  /** The server did not take what was sent. */
  | { kind: "refused"; field: string | null; reason: string };

export interface Selection {
  /** Only these games; all where absent. */
  games?: readonly string[];
  /** Only these types of messages; all where absent. */
  types?: readonly string[];
}

/** Survives connections: `connected` at the start of each, then `receive` for every frame. */
export class StreamSession {
  readonly games = new Map<string, Game>();
  /** Messages of types that this client does not know yet. */
  skipped = 0;
  /** Messages that were left out because this client lagged: newer state came instead. */
  coalesced = 0;

  readonly #onlyGames: ReadonlySet<string> | null;
  readonly #onlyTypes: ReadonlySet<string> | null;
  /** The game with the newest message is last. */
  readonly #positions = new Map<string, Position>();
  /** Games that left, for messages about them that come after all. */
  readonly #gone = new Map<string, Game>();
  #resuming: ReadonlySet<string> = new Set();
  #held = new Map<string, GameMessage[]>();
  #leftEarly: string[] = [];
  #subscribed = false;

  constructor(
    readonly selection: Selection,
    readonly tell: (told: Told) => void,
    readonly send: (frame: string) => void,
  ) {
    this.#onlyGames = selection.games ? new Set(selection.games) : null;
    this.#onlyTypes = selection.types ? new Set(selection.types) : null;
  }

  /** A new connection is up: nothing that came on the one before is still to come. */
  connected(): void {
    this.#subscribed = false;
    this.#resuming = new Set();
    this.#held = new Map();
    this.#leftEarly = [];
  }

  /** Throws `SyntaxError` for a frame that is not JSON. */
  receive(frame: string): void {
    const message = JSON.parse(frame) as GameMessage | ControlMessage;
    if ("game_id" in message) this.#message(message);
    else this.#control(message);
  }

  #control(message: ControlMessage): void {
    switch (message.type) {
      case "hello":
        this.tell({ kind: "hello", hello: message.data });
        break;
      case "snapshot":
        if (message.data.recovered === false) this.#reset(message.data);
        else this.#opening(message.data);
        break;
      case "subscribed":
        this.#release();
        break;
      case "heartbeat":
        if (!this.#subscribed) {
          this.#leftEarly.push(...message.data.gone);
          break;
        }
        for (const [id, position] of Object.entries(message.data.positions)) this.#advance(id, position);
        this.#leave(message.data.gone);
        break;
      case "error":
        this.tell({ kind: "refused", field: message.data.field, reason: message.data.reason });
        break;
      default:
        break;
    }
  }

  /** How things stand on connecting: taken for games that are new, unless their messages are wanted. */
  #opening(data: SnapshotData): void {
    const shown = new Set(data.games.map((game) => game.game_id));
    const known = [...this.#positions].filter(([id]) => shown.has(id) || !this.#gone.has(id));
    const resume = new Map(known.slice(-MOST_RESUMED));
    for (const id of resume.keys()) {
      const back = shown.has(id) ? this.#gone.get(id) : undefined;
      if (back === undefined) continue;
      this.#gone.delete(id);
      this.games.set(id, back);
    }
    const tooMany = known.slice(0, -MOST_RESUMED).flatMap(([id]) => (shown.has(id) ? [] : [id]));
    this.#resuming = new Set(resume.keys());
    this.#take(
      data.games.filter((game) => this.#wanted(game.game_id) && !resume.has(game.game_id)),
      false,
    );
    this.send(
      JSON.stringify({
        op: "subscribe",
        ...(this.#onlyGames && { games: [...this.#onlyGames] }),
        ...(this.#onlyTypes && { types: [...this.#onlyTypes] }),
        resume: Object.fromEntries(resume),
      }),
    );
    this.#leave(tooMany);
  }

  #reset(data: SnapshotData): void {
    this.#take(
      data.games.filter((game) => this.#wanted(game.game_id)),
      true,
    );
    this.#leave(data.unknown);
    for (const id of data.unknown) {
      this.#gone.delete(id);
      this.#positions.delete(id);
    }
  }

  #take(games: readonly GameSnapshot[], reset: boolean): void {
    for (const game of games) {
      this.games.set(game.game_id, game);
      this.#gone.delete(game.game_id);
      this.#positions.set(game.game_id, { epoch: game.epoch, seq: game.seq });
    }
    this.tell({ kind: "snapshot", games, reset });
  }

  #leave(ids: readonly string[]): void {
    const known = ids.filter((id) => this.games.has(id));
    for (const id of known) {
      this.#gone.set(id, this.games.get(id)!);
      this.games.delete(id);
    }
    while (this.#gone.size > MOST_GONE) {
      const oldest = this.#gone.keys().next().value!;
      this.#gone.delete(oldest);
      this.#positions.delete(oldest);
    }
    if (known.length) this.tell({ kind: "gone", gameIds: known });
  }

  #message(message: GameMessage): void {
    if (!this.#wanted(message.game_id)) return;
    if (this.#onlyTypes && !this.#onlyTypes.has(message.type)) return;
    if (!this.#subscribed && this.#resuming.has(message.game_id)) {
      const held = this.#held.get(message.game_id);
      if (held) held.push(message);
      else this.#held.set(message.game_id, [message]);
      return;
    }
    this.#give(message);
  }

  #give(message: GameMessage): void {
    const { game_id: id, epoch, seq } = message;
    const last = this.#positions.get(id);
    if (last?.epoch === epoch) {
      if (seq <= last.seq) return;
      if (!this.#onlyTypes) this.coalesced += seq - last.seq - 1;
    }
    this.#positions.delete(id);
    this.#positions.set(id, { epoch, seq });
    if (!KNOWN.has(message.type)) {
      this.skipped += 1;
      return;
    }
    const known = this.games.get(id) ?? this.#gone.get(id);
    this.#gone.delete(id);
    const game = known?.epoch === epoch ? apply(known, message) : begin(message);
    this.games.set(id, game);
    this.tell({ kind: "message", message, game });
  }

  /** What was asked for has been sent: give out what was held, oldest first. */
  #release(): void {
    this.#subscribed = true;
    const held = this.#held;
    this.#held = new Map();
    for (const [id, messages] of held) {
      // Of an epoch that is no longer the game's, nothing is wanted: a snapshot took its place.
      const epoch = this.#positions.get(id)?.epoch;
      messages.sort((one, other) => one.seq - other.seq);
      for (const message of messages) if (epoch === undefined || message.epoch === epoch) this.#give(message);
    }
    const left = this.#leftEarly;
    this.#leftEarly = [];
    this.#leave(left);
  }

  /** Up to here everything that was subscribed to has come; the rest need not be asked for again. */
  #advance(id: string, position: Position): void {
    const last = this.#positions.get(id);
    if (last && last.epoch === position.epoch && position.seq > last.seq) this.#positions.set(id, position);
  }

  #wanted(id: string): boolean {
    return this.#onlyGames === null || this.#onlyGames.has(id);
  }
}

const KNOWN: ReadonlySet<string> = new Set<GameMessage["type"]>([
  "score_update",
  "pattern_progress",
  "ml_prediction",
  "forecast",
  "win_probability",
  "external_prediction",
  "lead_change",
  "tie",
  "scoring_run",
  "alert",
  "play",
  "player_stats",
  "correction",
  "game_status",
  "result",
]);
