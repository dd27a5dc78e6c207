import { createMemo, For, Show, type Component } from "solid-js";
import type { Source } from "../stream/contract";
import { useApp } from "./context";

export interface BannerWords {
  kind: "simulated" | "replay";
  head: string;
  text: string;
}

const WORDS: readonly BannerWords[] = [
  { kind: "simulated", head: "SIMULATED", text: "Invented plays and players. None of this is a real game." },
  { kind: "replay", head: "REPLAY", text: "Recorded games, played again. Nothing here is live." },
];

/** What must be said about where the games come from. */
export function bannerWords(sources: ReadonlySet<Source>): readonly BannerWords[] {
  return WORDS.filter((each) => sources.has(each.kind));
}

/** Stays in sight while there is a game on the page that is not being played. */
export const Banner: Component = () => {
  const { live } = useApp();
  const words = createMemo(() => bannerWords(live.sources()));
  return (
    <Show when={words().length}>
      <aside id="banner" class="banner" aria-label="Where these games come from">
        <For each={words()}>
          {(each) => (
            <p>
              <strong>{each.head}</strong> <span>{each.text}</span>
            </p>
          )}
        </For>
      </aside>
    </Show>
  );
};
