// The frame around every view: banner, header, connection, the view itself, and what lies over it.

import { createEffect, createMemo, ErrorBoundary, onMount, Show, Suspense, type Component } from "solid-js";
import { Dynamic } from "solid-js/web";
import { createLive } from "../state/live";
import { excitement, ranked } from "../state/excitement";
import type { Game } from "../stream";
import { VIEWS } from "../views";
import { createAnnouncer } from "./announcer";
import { Banner, bannerWords } from "./Banner";
import { ConnectionBar } from "./ConnectionBar";
import { AppContext, type App } from "./context";
import { announceEvents } from "./events";
import { Header } from "./Header";
import { Help } from "./Help";
import { createKeys } from "./keys";
import { createRouter, href } from "./router";
import { Search } from "./Search";
import { createThemes } from "./theme";
import { Toasts } from "./Toasts";

export const Shell: Component = () => {
  const themes = createThemes();
  const app: App = {
    live: createLive(),
    router: createRouter(),
    theme: themes.theme,
    keys: createKeys(),
    announcer: createAnnouncer(),
  };
  const { live, router, keys } = app;
  const route = router.route;
  const entry = createMemo(() => VIEWS.find((view) => view.name === route().view));
  let help: HTMLDialogElement | undefined;
  let search: HTMLDialogElement | undefined;
  let main: HTMLElement | undefined;

  // `#/game` alone is the game that is most worth a look.
  createEffect(() => {
    if (route().view !== "game" || route().gameId !== null) return;
    const games = live.ids().flatMap((id) => live.game(id) ?? []);
    const best = ranked(games, (game: Game) => excitement(game, live.series(game.game_id)))[0];
    if (best) router.replace({ view: "game", gameId: best.game_id });
  });

  createEffect(() => {
    const game = route().gameId === null ? undefined : live.game(route().gameId!);
    const place = game ? `${game.away_team ?? "away"} at ${game.home_team ?? "home"}` : entry()?.title;
    const unreal = bannerWords(live.sources()).map((each) => each.kind);
    document.title = [place, "Courtside", unreal.length && `(${unreal.join(", ")})`].filter(Boolean).join(" · ");
  });

  // Nothing lies over a place that was gone to.
  createEffect(() => {
    route();
    help?.close();
    search?.close();
  });

  // A reader of the page begins at the top of a new view.
  let shown = route().view;
  createEffect(() => {
    if (route().view === shown) return;
    shown = route().view;
    window.scrollTo(0, 0);
    main?.focus({ preventScroll: true });
  });

  keys.bind(
    { keys: ["?"], what: "This list of keys", run: () => help?.showModal() },
    { keys: ["/"], what: "Search games, players and pages", run: () => search?.showModal() },
    ...VIEWS.map((view, index) => ({
      keys: [String(index + 1)],
      what: view.title,
      run: () => router.go({ view: view.name }),
    })),
  );
  announceEvents(app);
  onMount(() => document.documentElement.classList.add("ready"));

  return (
    <AppContext.Provider value={app}>
      <button class="skip" onClick={() => main?.focus()}>
        Skip to the content
      </button>
      <div class="notices">
        <Banner />
        <ConnectionBar />
      </div>
      <Header themes={themes} onHelp={() => help?.showModal()} onSearch={() => search?.showModal()} />
      {/* System looks for itself, and its red must stay red when the connection is lost. */}
      <main ref={main} id="main" tabindex={-1} classList={{ old: live.connection().phase === "lost" && route().view !== "system" }}>
        <ErrorBoundary
          fallback={(error: unknown, reset) => (
            <div class="panel empty" role="alert">
              <h1>This view failed</h1>
              <p>{String(error)}</p>
              <button class="button" onClick={reset}>
                Draw it again
              </button>
            </div>
          )}
        >
          <Suspense fallback={<p class="dim loading">Loading …</p>}>
            <Show when={entry()} fallback={<NotFound />}>
              {(view) => <Dynamic component={view().component} route={route()} />}
            </Show>
          </Suspense>
        </ErrorBoundary>
      </main>
      <p class="unseen" role="status" aria-live="polite" id="said">
        {app.announcer.said()}
      </p>
      <Toasts />
      <Help ref={(dialog) => (help = dialog)} />
      <Search ref={(dialog) => (search = dialog)} />
    </AppContext.Provider>
  );
};

const NotFound: Component = () => (
  <div class="panel empty">
    <h1>There is nothing here</h1>
    <p>The address names no view of this page.</p>
    <a class="button" href={href({ view: "tonight" })}>
      Tonight's games
    </a>
  </div>
);
