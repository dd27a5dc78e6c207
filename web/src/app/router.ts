// Where the page is, kept in the part of its address that the server never sees: a link to it can be
// shared, and the browser's back goes back.
//
//     #/                          tonight
//     #/game/0022500776?tab=players&t=1080

import { createSignal, type Accessor } from "solid-js";

export const VIEW_NAMES = ["tonight", "game", "accuracy", "edges", "system"] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

export interface Route {
  /** Null where the address names nothing. */
  view: ViewName | null;
  /** The game of the view `game`. */
  gameId: string | null;
  /** Whatever the view keeps in the address: a tab, a moment, a filter. */
  params: Readonly<Record<string, string>>;
}

export interface Place {
  view: ViewName;
  gameId?: string | null;
  params?: Readonly<Record<string, string | number | null | undefined>>;
}

export interface Router {
  route: Accessor<Route>;
  go(place: Place): void;
  /** As `go`, without a step in the browser's history. */
  replace(place: Place): void;
  /** Changes some of the present params; null takes one away. Leaves no step in the history. */
  setParams(changes: Readonly<Record<string, string | number | null>>): void;
}

export function href(place: Place): string {
  const path = place.view === "tonight" ? "/" : `/${place.view}${place.gameId ? `/${encodeURIComponent(place.gameId)}` : ""}`;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(place.params ?? {})) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const query = params.toString();
  return `#${path}${query ? `?${query}` : ""}`;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const [first = "", second, ...rest] = path.split("/").filter(Boolean);
  const name = first === "" ? "tonight" : first;
  const view = (VIEW_NAMES as readonly string[]).includes(name) ? (name as ViewName) : null;
  const deeper = view === "game" ? rest.length > 0 : second !== undefined;
  return {
    view: deeper ? null : view,
    gameId: view === "game" && second !== undefined ? decoded(second) : null,
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function createRouter(): Router {
  const [route, setRoute] = createSignal(parse(location.hash));
  const read = () => setRoute(parse(location.hash));
  window.addEventListener("hashchange", read);
  window.addEventListener("popstate", read);
  const replace = (place: Place) => {
    history.replaceState(history.state, "", href(place));
    read();
  };
  return {
    route,
    go(place) {
      const to = href(place);
      if (to !== location.hash) location.hash = to;
    },
    replace,
    setParams(changes) {
      const { view, gameId, params } = route();
      if (view) replace({ view, gameId, params: { ...params, ...changes } });
    },
  };
}
