// The past of the game that is looked at, fetched once and then kept up with by the stream: all plays, and
// what was said of forecasts, players and corrections.

import { createEffect, createSignal, on, onCleanup, untrack, type Accessor } from "solid-js";
import { getPlays } from "../../state/calls";
import type { Live } from "../../state/live";
import type { Game, GameMessage, PlayData } from "../../stream";
import { getMessagesAfter } from "./messages";
import { Past } from "./past";

const AGAIN_MS = 3_000;
/** Corrections come in flocks; the plays are asked for after the last. */
const SETTLE_MS = 400;

export interface GamePast {
  /** The same object each time; whoever reads it is drawn anew when it grew. */
  past: Accessor<Past>;
  /** All plays in order, each with what it did to the chance to win as far as it was told. */
  plays: Accessor<readonly PlayData[]>;
  /** The first answers have come. */
  loaded: Accessor<boolean>;
  /** Catch up with what was said since the last time. */
  refresh(): void;
}

export function usePast(id: string, game: Accessor<Game | undefined>, live: Live): GamePast {
  const kept = new Past();
  const [past, setPast] = createSignal(kept, { equals: false });
  const [plays, setPlays] = createSignal<readonly PlayData[]>([]);
  const [loaded, setLoaded] = createSignal(false);
  let closed = false;
  let fetchingPlays = false;
  let fetchingPast = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => {
    closed = true;
    clearTimeout(timer);
  });

  async function fetchPlays(): Promise<void> {
    if (fetchingPlays || closed) return;
    fetchingPlays = true;
    try {
      const known = await getPlays(id);
      if (closed) return;
      setPlays(known);
      setLoaded(true);
      append();
    } catch {
      // The server is away; the connection bar says so.
      timer = setTimeout(() => void fetchPlays(), AGAIN_MS);
    } finally {
      fetchingPlays = false;
    }
  }

  async function refresh(): Promise<void> {
    if (fetchingPast || closed) return;
    fetchingPast = true;
    try {
      const messages: GameMessage[] = await getMessagesAfter(id, kept.epoch, kept.seq);
      if (closed) return;
      kept.take(messages);
      setPast(kept);
    } catch {
      setTimeout(() => void refresh(), AGAIN_MS);
    } finally {
      fetchingPast = false;
    }
  }

  /** Takes the newest plays of the stream; where more came than it keeps, all are asked for. */
  function append(): void {
    // A bare score is no play.
    const newest = (game()?.last_plays ?? []).filter((play) => play.action !== "score");
    if (newest.length === 0) return;
    const known = untrack(plays);
    const last = known[known.length - 1];
    const fresh = last ? newest.filter((play) => play.order > last.order) : newest;
    if (fresh.length === 0) return;
    if (fresh.length === newest.length && untrack(loaded)) {
      void fetchPlays();
      return;
    }
    setPlays([...known, ...fresh]);
  }

  createEffect(on(() => game()?.epoch, (epoch) => {
    if (epoch === undefined) return;
    void fetchPlays();
    void refresh();
  }));
  createEffect(on(() => game()?.last_plays, () => append(), { defer: true }));
  live.onEvents((events) => {
    for (const event of events) {
      if (event.gameId !== id) continue;
      const { message } = event;
      if (message.type === "correction") {
        clearTimeout(timer);
        timer = setTimeout(() => void fetchPlays(), SETTLE_MS);
      }
      if (message.type === "correction" || message.type === "external_prediction" || message.type === "result") void refresh();
    }
  });
  return { past, plays, loaded, refresh: () => void refresh() };
}
