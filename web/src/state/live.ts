// The stream as signals: a view reads `live.game(id)` and is drawn anew when that game changes, at most
// five times in two seconds.

import { batch, createEffect, createSignal, onCleanup, type Accessor } from "solid-js";
import { openStream, type ConnectionState, type Counts, type FeedEvent, type Game, type Hello, type Series } from "../stream";
import type { Source } from "../stream/contract";
import type { Pace } from "../stream/pace";
import { getTimeline } from "./calls";
import { readClocks } from "./clock";

export interface Live {
  /** Games on the board; the list is a new one only when one came or left. */
  ids: Accessor<readonly string[]>;
  /** A game as it stands; undefined while it is not on the board. What did not change stays the same object. */
  game(id: string): Game | undefined;
  /** Its past, always the same object; whoever reads it is drawn anew when it grew. */
  series(id: string): Series | undefined;
  /** How fast its clock runs. */
  pace(id: string): Pace | undefined;
  /** Newest first, all games. */
  events: Accessor<readonly FeedEvent[]>;
  /** Be called with what has just happened; ends with the owner. */
  onEvents(listener: (events: readonly FeedEvent[]) => void): void;
  connection: Accessor<ConnectionState>;
  hello: Accessor<Hello | null>;
  /** Where the games come from; simulated and replayed ones must be told from real ones. */
  sources: Accessor<ReadonlySet<Source>>;
  /** Not a signal: read it when you draw. */
  counts: Readonly<Counts>;
  /** Be given every frame as it came; ends with the owner. */
  onFrame(listener: (frame: string) => void): void;
  /** Take the whole past of a game from the server, while the owner lives. */
  wholePast(id: () => string): void;
  retryNow(): void;
}

const ASK_AGAIN_MS = 3_000;
/** A page that stays open for months lets go of what is known of games that left that long ago. */
const MOST_CELLS = 500;

interface Cell {
  read: Accessor<Game | undefined>;
  write: (game: Game | undefined) => void;
  grown: Accessor<number>;
  grow: (revision: number) => void;
}

export function createLive(url?: string): Live {
  const stream = openStream(url === undefined ? {} : { url });
  const store = stream.store;
  const cells = new Map<string, Cell>();
  const listeners = new Set<(events: readonly FeedEvent[]) => void>();
  const [ids, setIds] = createSignal<readonly string[]>([]);
  const [events, setEvents] = createSignal<readonly FeedEvent[]>([]);
  const [connection, setConnection] = createSignal<ConnectionState>(stream.state);
  const [hello, setHello] = createSignal<Hello | null>(null);
  const [sources, setSources] = createSignal<ReadonlySet<Source>>(new Set());

  const asking = new Set<string>();
  function fill(id: string): void {
    const series = store.series.get(id);
    if (!series || asking.has(id)) return;
    asking.add(id);
    getTimeline(id)
      .then((timeline) => {
        // A snapshot may have taken its place meanwhile.
        if (store.series.get(id) !== series) return;
        series.backfill(timeline);
        store.changed(id);
      })
      // Asked again at the next change, but not at once: the server may be away.
      .catch(() => new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS)))
      .finally(() => asking.delete(id));
  }

  function cell(id: string): Cell {
    const known = cells.get(id);
    if (known) return known;
    const [read, write] = createSignal(store.games.get(id));
    const [grown, grow] = createSignal(store.series.get(id)?.revision ?? -1);
    const made = { read, write: (game: Game | undefined) => void write(() => game), grown, grow };
    cells.set(id, made);
    for (const old of cells.keys()) {
      if (cells.size <= MOST_CELLS) break;
      if (!store.games.has(old) && old !== id) cells.delete(old);
    }
    return made;
  }

  function stir(id: string): void {
    const known = cells.get(id);
    if (!known) return;
    known.write(store.games.get(id));
    known.grow(store.series.get(id)?.revision ?? -1);
  }

  store.listen((changes) =>
    batch(() => {
      for (const id of changes.games) {
        stir(id);
        if (store.series.get(id)?.stale) fill(id);
      }
      if (changes.board) {
        setIds([...store.games.keys()]);
        const found = new Set<Source>();
        for (const game of store.games.values()) found.add(game.source);
        setSources(found);
      }
      if (changes.events.length) {
        setEvents(store.feed.events);
        for (const listener of listeners) listener(changes.events);
      }
      setHello(store.hello);
      readClocks();
    }),
  );
  stream.onState(setConnection);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) stream.check();
  });
  window.addEventListener("online", () => stream.retryNow());

  return {
    ids,
    game: (id) => cell(id).read(),
    series: (id) => {
      const known = cell(id);
      known.read();
      known.grown();
      return store.series.get(id);
    },
    pace: (id) => store.pace.get(id),
    events,
    onEvents(listener) {
      listeners.add(listener);
      onCleanup(() => listeners.delete(listener));
    },
    connection,
    hello,
    sources,
    counts: store.counts,
    onFrame: (listener) => void onCleanup(stream.onFrame(listener)),
    wholePast(id) {
      const ask = () => store.series.get(id())?.whole === false && fill(id());
      onCleanup(store.listen(ask));
      createEffect(ask);
    },
    retryNow: () => stream.retryNow(),
  };
}
