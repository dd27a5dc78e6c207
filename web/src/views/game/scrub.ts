// The moment that is looked at: now, or one of the past. It is kept in the address, but not written there
// for every move of a finger: browsers refuse that.

import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import type { Route, Router } from "../../app/router";

const WRITE_MS = 250;

export interface Scrub {
  /** Seconds of game time; null is now. */
  at: Accessor<number | null>;
  to(at: number | null): void;
  by(seconds: number): void;
}

/** The `t` of an address: whole or tenth seconds of game time; null where it is none. */
export function momentOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}(\.\d)?$/.test(text)) return null;
  return Number(text);
}

export function createScrub(route: () => Route, router: Router, until: Accessor<number | null>): Scrub {
  const [at, setAt] = createSignal(momentOf(route().params["t"]));
  let written = route().params["t"];
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  createEffect(on(() => route().params["t"], (text) => {
    if (text === written) return;
    written = text;
    setAt(momentOf(text));
  }, { defer: true }));

  function to(moment: number | null): void {
    const end = until() ?? 0;
    const next = moment === null || moment >= end ? null : Math.max(0, Math.round(moment));
    if (next === at()) return;
    setAt(next);
    clearTimeout(timer);
    timer = setTimeout(() => {
      written = next === null ? undefined : String(next);
      router.setParams({ t: next });
    }, WRITE_MS);
  }

  return {
    // A moment that the game has not come to is none of its past.
    at: () => {
      const moment = at();
      return moment !== null && moment < (until() ?? 0) ? moment : null;
    },
    to,
    by(seconds) {
      to((at() ?? until() ?? 0) + seconds);
    },
  };
}
