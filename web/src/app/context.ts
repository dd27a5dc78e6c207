// What every view may use.

import { createContext, useContext, type Accessor } from "solid-js";
import type { Live } from "../state/live";
import { teamColours, type Colours, type Theme } from "../style/teams";
import type { Game } from "../stream";
import type { Announcer } from "./announcer";
import type { Keys } from "./keys";
import type { Route, Router } from "./router";

export interface App {
  live: Live;
  router: Router;
  theme: Accessor<Theme>;
  keys: Keys;
  announcer: Announcer;
}

/** Every view is a component that takes this. */
export interface ViewProps {
  route: Route;
}

export const AppContext = createContext<App>();

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("a view was drawn outside of the application");
  return app;
}

/** Colours of a game's teams in the present theme. */
export function useColours(game: () => Pick<Game, "home_team" | "away_team"> | undefined): () => Colours {
  const { theme } = useApp();
  return () => {
    const known = game();
    return teamColours(known?.home_team ?? null, known?.away_team ?? null, theme());
  };
}
