// The stream of a Courtside server in a browser, without any framework:
//
//     const stream = openStream();
//     stream.store.listen(({ games }) => {
//       for (const id of games) console.log(stream.store.games.get(id));
//     });
//
// It connects, keeps every game as it stands, comes back after a break where it was, and says when what
// it knows is old.

import { Backoff } from "./backoff";
import { Connection, type ConnectionState, type Socket } from "./connection";
import { StreamSession, type Selection } from "./session";
import { Store } from "./store";

export type * from "./contract";
export type { ConnectionState } from "./connection";
export type { FeedEvent, EventMessage } from "./feed";
export type { Game } from "./reducer";
export type { Changes, Counts } from "./store";
export { apply, begin } from "./reducer";
export { Series, lastUntil } from "./series";
export { Pace } from "./pace";
export { Store } from "./store";

export interface StreamOptions extends Selection {
  /** `ws://HOST:PORT/` or, of the HTTP port, `ws://HOST:PORT/ws/live`; of this page's own server where absent. */
  url?: string;
  store?: Store;
  backoff?: Backoff;
  open?: (url: string) => Socket;
}

export interface Stream {
  readonly store: Store;
  readonly state: ConnectionState;
  /** Be told when the connection comes, breaks or waits; the function that is returned ends it. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Be given every frame as it came; the function that is returned ends it. */
  onFrame(listener: (frame: string) => void): () => void;
  retryNow(): void;
  /** Look at once whether the server is still there. */
  check(): void;
  close(): void;
}

export function openStream(options: StreamOptions = {}): Stream {
  const store = options.store ?? new Store();
  const url = options.url ?? ownServer();
  const listeners = new Set<(state: ConnectionState) => void>();
  const taps = new Set<(frame: string) => void>();
  const open = options.open ?? ((address: string): Socket => new WebSocket(address));
  const session: StreamSession = new StreamSession(
    options,
    (told) => store.take(told),
    (frame) => connection.send(frame),
  );
  const connection: Connection = new Connection({
    open: () => open(url),
    onOpen: () => session.connected(),
    onFrame: (frame) => {
      const started = performance.now();
      session.receive(frame);
      store.counts.busyMs += performance.now() - started;
      for (const tap of taps) tap(frame);
    },
    onState: (state) => listeners.forEach((listener) => listener(state)),
    ...(options.backoff && { backoff: options.backoff }),
  });
  connection.start();
  return {
    store,
    get state() {
      return connection.state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFrame(listener) {
      taps.add(listener);
      return () => taps.delete(listener);
    },
    retryNow: () => connection.retryNow(),
    check: () => connection.check(),
    close: () => connection.stop(),
  };
}

function ownServer(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`;
}
