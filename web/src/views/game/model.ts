// All that the parts of the view share: the game now, the game at the moment that is looked at, its past.

import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { useApp, useColours } from "../../app/context";
import type { Route } from "../../app/router";
import { CallError, getGame, getTimeline } from "../../state/calls";
import { Series, type Game, type PlayData } from "../../stream";
import type { Hello, PlayerLine } from "../../stream/contract";
import type { FanPoint } from "../../stream/series";
import type { Colours } from "../../style/teams";
import { createAging } from "./aged";
import { asOf, playsUntil } from "./asof";
import { wholeFan, type Past } from "./past";
import { createScrub, type Scrub } from "./scrub";
import { story, type Story } from "./story";
import { usePast } from "./usePast";

const NOT_KNOWN = 404;
const AGAIN_MS = 3_000;

export interface Model {
  id: string;
  /** As it stands; undefined where the server knows of no such game. */
  game: Accessor<Game | undefined>;
  /** It has been tipped off. */
  begun: Accessor<boolean>;
  /** As it stands at the moment that is looked at. */
  shown: Accessor<Game | undefined>;
  /** The server was asked and knows of no such game. */
  missing: Accessor<boolean>;
  scrub: Scrub;
  series: Accessor<Series | undefined>;
  fan: Accessor<readonly FanPoint[]>;
  story: Accessor<Story>;
  past: Accessor<Past>;
  /** With the times of the moment that is looked at. */
  players: Accessor<readonly PlayerLine[]>;
  plays: Accessor<readonly PlayData[]>;
  /** Those until the moment that is looked at. */
  happened: Accessor<readonly PlayData[]>;
  loaded: Accessor<boolean>;
  colours: Accessor<Colours>;
  /** The game's end, or how far it has come, in seconds of game time. */
  until: Accessor<number>;
  refresh(): void;
}

export function createModel(id: string, route: () => Route): Model {
  const { live, router } = useApp();
  const [old, setOld] = createSignal<{ game: Game; series: Series } | null>(null);
  const [missing, setMissing] = createSignal(false);
  const game = createMemo(() => live.game(id) ?? old()?.game);
  // The series grows in place: its revision makes it new.
  const series = createMemo(() => live.series(id) ?? old()?.series, undefined, { equals: false });
  const until = createMemo(() => {
    const lead = series()?.lead;
    return Math.max(game()?.elapsed_seconds ?? 0, lead?.[lead.length - 1]?.at ?? 0);
  });
  live.wholePast(() => id);

  // A game that has left the board may still be in the journal.
  let closed = false;
  onCleanup(() => (closed = true));
  async function fetchOld(): Promise<void> {
    try {
      const found = await getGame(id);
      const timeline = await getTimeline(id);
      const path = new Series(found);
      path.backfill(timeline);
      setOld({ game: found, series: path });
      setMissing(false);
    } catch (error) {
      if (error instanceof CallError && error.status === NOT_KNOWN) setMissing(true);
      // The server is away; the connection bar says so.
      else setTimeout(() => !closed && live.game(id) === undefined && void fetchOld(), AGAIN_MS);
    }
  }
  // Asked once a connection, when its games are known: with a new one the journal may be another.
  let asked: Hello | null = null;
  createEffect(() => {
    const hello = live.hello();
    live.ids();
    if (live.game(id) !== undefined) {
      asked = null;
    } else if (hello !== null && hello !== asked && live.counts.snapshots > 0) {
      asked = hello;
      void fetchOld();
    }
  });

  const { past, plays, loaded, refresh } = usePast(id, game, live);
  const scrub = createScrub(route, router, until);
  // To look back is to need what was said since.
  createEffect(on(() => scrub.at() !== null, (looking) => looking && refresh()));
  const fan = createMemo(() => wholeFan(past().forecasts, series()?.fan ?? []));
  const shown = createMemo(() => {
    const now = game();
    const at = scrub.at();
    if (!now || at === null) return now;
    return asOf(now, at, { series: series(), past: past(), fan: fan(), plays: plays() });
  });
  const age = createAging();
  const players = createMemo((): readonly PlayerLine[] => {
    const now = game();
    // Also while the past is looked at: a line is as old as the moment at which it was first seen.
    const lines = now ? age(now.players, now.status === "final" ? null : now.elapsed_seconds) : [];
    return scrub.at() === null ? lines : (shown()?.players ?? []);
  });
  return {
    id,
    game,
    begun: () => (game()?.elapsed_seconds ?? null) !== null,
    shown,
    missing,
    scrub,
    series,
    fan,
    story: createMemo(() => story(series()?.lead ?? [])),
    past,
    players,
    plays,
    happened: createMemo(() => {
      const at = scrub.at();
      return at === null ? plays() : playsUntil(plays(), at);
    }),
    loaded,
    // One object for the same teams: the charts are made anew with another.
    colours: createMemo(useColours(game)),
    until,
    refresh,
  };
}
