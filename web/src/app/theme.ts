import { createEffect, createMemo, createSignal, type Accessor } from "solid-js";
import type { Theme } from "../style/teams";
import { kept, keep } from "./keep";

export type Choice = Theme | "system";

export interface Themes {
  /** What is shown. */
  theme: Accessor<Theme>;
  /** What was chosen. */
  choice: Accessor<Choice>;
  choose(choice: Choice): void;
}

const isChoice = (text: string): text is Choice => ["light", "dark", "system"].includes(text);

/** The system's theme until another is chosen; the choice is kept on this device. */
export function createThemes(): Themes {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const [system, setSystem] = createSignal<Theme>(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => setSystem(dark.matches ? "dark" : "light"));
  const [choice, setChoice] = createSignal<Choice>(kept("theme", isChoice) ?? "system");
  const theme = createMemo<Theme>(() => {
    const chosen = choice();
    return chosen === "system" ? system() : chosen;
  });
  createEffect(() => (document.documentElement.dataset["theme"] = theme()));
  return {
    theme,
    choice,
    choose(next) {
      setChoice(next);
      keep("theme", next);
    },
  };
}
