// Keys of the page and of the view that is shown. `?` lists whatever is bound at the moment.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import { keep, kept } from "./keep";

export interface Binding {
  /** As in `KeyboardEvent.key`. */
  keys: readonly string[];
  what: string;
  /** Return false to leave the key to the browser. */
  run: (event: KeyboardEvent) => boolean | void;
}

export interface Keys {
  bindings: Accessor<readonly Binding[]>;
  /** For as long as the owner lives; a later binding of the same key comes first. */
  bind(...bindings: Binding[]): void;
  /** Keys that are single letters may be turned off: speech input would press them by mistake. */
  letters: Accessor<boolean>;
  setLetters(on: boolean): void;
}

const isSwitch = (text: string): text is "on" | "off" => text === "on" || text === "off";

export function createKeys(): Keys {
  const [bindings, setBindings] = createSignal<readonly Binding[]>([]);
  const [letters, setLetters] = createSignal(kept("letters", isSwitch) !== "off");

  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (!letters() && event.key.length === 1) return;
    for (const binding of bindings()) {
      if (!binding.keys.includes(event.key)) continue;
      if (binding.run(event) === false) continue;
      event.preventDefault();
      return;
    }
  });

  return {
    bindings,
    bind(...added) {
      setBindings((before) => [...added, ...before]);
      onCleanup(() => setBindings((before) => before.filter((each) => !added.includes(each))));
    },
    letters,
    setLetters(on) {
      setLetters(on);
      keep("letters", on ? "on" : "off");
    },
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}
