// One WebSocket after another: connects, notices silence, and comes back with patience.

import { Backoff } from "./backoff";

export type ConnectionState =
  | { phase: "connecting" }
  | { phase: "live"; sinceMs: number }
  /** What is shown is as of `lastHeardMs`; null where nothing was ever heard. */
  | { phase: "lost"; sinceMs: number; lastHeardMs: number | null; retryAtMs: number; reason: string };

/** The part of a `WebSocket` that is used here. */
export interface Socket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface ConnectionOptions {
  open: () => Socket;
  onOpen: () => void;
  onFrame: (frame: string) => void;
  onState: (state: ConnectionState) => void;
  backoff?: Backoff;
  now?: () => number;
}

/** After this long without a word the server is asked for one: between heartbeats it may have none. */
export const ASK_AFTER_MS = 2_000;
/** So long it may take to answer; with the above less than the five seconds in which a loss must show. */
export const ANSWER_WITHIN_MS = 2_000;
/** A connection that is not up by then is tried anew. */
export const CONNECT_WITHIN_MS = 8_000;
const CHECK_EVERY_MS = 500;

export class Connection {
  #socket: Socket | null = null;
  #state: ConnectionState = { phase: "connecting" };
  #lastHeardMs: number | null = null;
  #startedMs = 0;
  #askedMs: number | null = null;
  #up = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #check: ReturnType<typeof setInterval> | undefined;
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  readonly #now: () => number;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
    this.#now = options.now ?? Date.now;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#check = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.#connect();
  }

  /** Ends the connection for good. */
  stop(): void {
    clearInterval(this.#check);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Try now instead of when the wait is over. */
  retryNow(): void {
    if (this.#state.phase !== "lost") return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  send(frame: string): void {
    if (this.#up) this.#socket?.send(frame);
  }

  /** Is the server still there? Also worth a call when the page comes back into sight. */
  check(): void {
    const now = this.#now();
    if (!this.#socket) return;
    if (!this.#up) {
      if (now - this.#startedMs > CONNECT_WITHIN_MS) this.#lost("the server does not answer");
      return;
    }
    if (this.#askedMs !== null) {
      if (now - this.#askedMs >= ANSWER_WITHIN_MS) this.#lost("the server has fallen silent");
    } else if (now - (this.#lastHeardMs ?? this.#startedMs) >= ASK_AFTER_MS) {
      // Timers of a hidden page run late: only an unanswered question tells a loss from a late look.
      this.#askedMs = now;
      this.#socket.send('{"op":"ping"}');
    }
  }

  #connect(): void {
    const socket = this.#options.open();
    this.#socket = socket;
    this.#up = false;
    this.#startedMs = this.#now();
    this.#askedMs = null;
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#up = true;
      this.#startedMs = this.#now();
      this.#options.onOpen();
    };
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#lastHeardMs = this.#now();
      this.#askedMs = null;
      if (this.#state.phase !== "live") {
        this.#backoff.succeeded();
        this.#set({ phase: "live", sinceMs: this.#lastHeardMs });
      }
      this.#options.onFrame(event.data as string);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#lost(reasonOf(event.code, this.#up));
    };
  }

  #lost(reason: string): void {
    this.#drop();
    const wait = this.#backoff.failed();
    const now = this.#now();
    const sinceMs = this.#state.phase === "lost" ? this.#state.sinceMs : now;
    this.#set({
      phase: "lost",
      sinceMs,
      lastHeardMs: this.#lastHeardMs,
      retryAtMs: now + wait,
      reason,
    });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#up = false;
    socket?.close();
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function reasonOf(code: number, wasUp: boolean): string {
  switch (code) {
    case 1001:
      return "the server is stopping";
    case 1013:
      return "this page could not keep up";
    default:
      return wasUp ? "the connection broke" : "the server does not answer";
  }
}
