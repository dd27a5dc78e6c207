import { For, type Component } from "solid-js";
import { VIEWS } from "../views";
import { useApp } from "./context";
import { Icon } from "./Icon";
import { href } from "./router";
import type { Choice, Themes } from "./theme";

const NEXT: Record<Choice, Choice> = { system: "light", light: "dark", dark: "system" };
const THEME_WORDS: Record<Choice, string> = { system: "as the system", light: "light", dark: "dark" };
const THEME_ICONS = { system: "screen", light: "light", dark: "dark" } as const;
const PHASES = { live: "live", connecting: "connecting", lost: "connection lost" } as const;

export const Header: Component<{ themes: Themes; onHelp: () => void; onSearch: () => void }> = (props) => {
  const { live, router } = useApp();
  return (
    <header class="top">
      <a class="brand" href={href({ view: "tonight" })}>
        <Icon name="ball" />
        <span>Courtside</span>
      </a>
      <nav class="views" aria-label="Views">
        <For each={VIEWS}>
          {(view) => (
            <a
              href={href({ view: view.name })}
              aria-current={router.route().view === view.name ? "page" : undefined}
            >
              <Icon name={view.icon} />
              <span>{view.title}</span>
            </a>
          )}
        </For>
      </nav>
      <div class="tools">
        <p id="connection" class={`connection ${live.connection().phase}`}>
          <i aria-hidden="true" />
          <span>{PHASES[live.connection().phase]}</span>
        </p>
        <button class="tool" aria-label="Search" title="Search (/)" onClick={() => props.onSearch()}>
          <Icon name="search" />
        </button>
        <button
          class="tool"
          id="theme"
          aria-label={`Colours: ${THEME_WORDS[props.themes.choice()]}. Change`}
          title={`Colours: ${THEME_WORDS[props.themes.choice()]}`}
          onClick={() => props.themes.choose(NEXT[props.themes.choice()])}
        >
          <Icon name={THEME_ICONS[props.themes.choice()]} />
        </button>
        <button class="tool help-button" aria-label="Keys and help" title="Keys and help (?)" onClick={() => props.onHelp()}>
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
};
