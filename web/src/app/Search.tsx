import { createEffect, createMemo, createSignal, For, Show, type Component } from "solid-js";
import { full, short, statusWords } from "../state/words";
import type { Game } from "../stream";
import { VIEWS } from "../views";
import { useApp } from "./context";
import type { Place } from "./router";

interface Hit {
  place: Place;
  title: string;
  what: string;
}

const MOST_HITS = 12;

/** Games by team, players by name, views; arrows choose, Enter goes. */
export const Search: Component<{ ref: (dialog: HTMLDialogElement) => void }> = (props) => {
  const { live, router } = useApp();
  const [wanted, setWanted] = createSignal("");
  const [chosen, setChosen] = createSignal(0);
  const [open, setOpen] = createSignal(false);
  let dialog: HTMLDialogElement | undefined;
  let input: HTMLInputElement | undefined;

  const hits = createMemo<readonly Hit[]>(() => (open() ? find(plain(wanted())) : []));
  createEffect(() => {
    hits();
    setChosen(0);
  });

  function find(text: string): Hit[] {
    const first: Hit[] = [];
    const found: Hit[] = [];
    const players: Hit[] = [];
    for (const id of live.ids()) {
      const game = live.game(id);
      if (!game) continue;
      const place: Place = { view: "game", gameId: id };
      const names = [game.home_team, game.away_team, game.home_name, game.away_name, id].filter(Boolean).join(" ");
      if (plain(names).includes(text)) {
        (startsWord(plain(names), text) ? first : found).push({ place, title: `${full(game, "away")} at ${full(game, "home")}`, what: [statusWords(game.status), scoreWords(game)].filter(Boolean).join(" ") });
      }
      if (text.length < 2) continue;
      for (const player of game.players) {
        if (!player.name || !plain(player.name).includes(text)) continue;
        const params = { tab: "players" };
        players.push({
          place: { ...place, params },
          title: player.name,
          what: `${short(game, player.side)}, ${player.points} points`,
        });
      }
    }
    const views = VIEWS.filter((view) => plain(view.title).includes(text)).map((view) => ({
      place: { view: view.name } as Place,
      title: view.title,
      what: "View",
    }));
    return [...first, ...found, ...players, ...views].slice(0, MOST_HITS);
  }

  function go(hit: Hit | undefined): void {
    if (!hit) return;
    dialog?.close();
    router.go(hit.place);
  }

  function onKey(event: KeyboardEvent): void {
    const last = hits().length - 1;
    if (event.key === "ArrowDown") setChosen((index) => Math.min(last, index + 1));
    else if (event.key === "ArrowUp") setChosen((index) => Math.max(0, index - 1));
    // A search field would only empty itself at the first press.
    else if (event.key === "Escape") dialog?.close();
    else if (event.key === "Enter") go(hits()[chosen()]);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      class="dialog search"
      aria-label="Search"
      ref={(element) => {
        dialog = element;
        props.ref(element);
        new MutationObserver(() => {
          setOpen(element.open);
          if (element.open) setWanted("");
        }).observe(element, { attributeFilter: ["open"] });
      }}
      onClick={(event) => event.target === dialog && dialog?.close()}
    >
      <div class="dialog-body">
        <input
          ref={input}
          type="search"
          role="combobox"
          aria-label="Search games, players and views"
          aria-expanded="true"
          aria-controls="hits"
          aria-autocomplete="list"
          aria-activedescendant={hits().length ? `hit-${chosen()}` : undefined}
          placeholder="Team, player or view"
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={wanted()}
          onInput={(event) => setWanted(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <ul id="hits" class="hits" role="listbox" aria-label="Found">
          <For each={hits()}>
            {(hit, index) => (
              <li
                id={`hit-${index()}`}
                role="option"
                aria-selected={index() === chosen()}
                onPointerMove={() => setChosen(index())}
                onClick={() => go(hit)}
              >
                <b>{hit.title}</b>
                <span class="dim">{hit.what}</span>
              </li>
            )}
          </For>
        </ul>
        <Show when={open() && hits().length === 0}>
          <p class="dim">Nothing of that name tonight.</p>
        </Show>
      </div>
    </dialog>
  );
};

/** Away first, as the game is named. */
function scoreWords(game: Game): string {
  return game.score_home === null || game.score_away === null || game.elapsed_seconds === null ? "" : `${game.score_away}–${game.score_home}`;
}

const startsWord = (words: string, text: string) => ` ${words}`.includes(` ${text}`);

const MARKS = /\p{Mn}/gu;

/** Without accents and capitals. */
function plain(text: string): string {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase().trim();
}
