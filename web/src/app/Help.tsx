import { For, type Component } from "solid-js";
import { useApp } from "./context";
import { Icon } from "./Icon";

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  " ": "Space",
};

export const Help: Component<{ ref: (dialog: HTMLDialogElement) => void }> = (props) => {
  const { keys } = useApp();
  let dialog: HTMLDialogElement | undefined;
  return (
    <dialog
      class="dialog"
      aria-labelledby="help-title"
      ref={(element) => {
        dialog = element;
        props.ref(element);
      }}
      onClick={(event) => event.target === dialog && dialog?.close()}
    >
      <div class="dialog-body">
        <header>
          <h2 id="help-title">Keys</h2>
          <button class="tool" aria-label="Close" onClick={() => dialog?.close()}>
            <Icon name="close" />
          </button>
        </header>
        <dl class="keys">
          <For each={keys.bindings()}>
            {(binding) => (
              <div>
                <dt>
                  <For each={binding.keys}>{(key) => <kbd>{NAMES[key] ?? key}</kbd>}</For>
                </dt>
                <dd>{binding.what}</dd>
              </div>
            )}
          </For>
        </dl>
        <label class="check">
          <input type="checkbox" checked={keys.letters()} onChange={(event) => keys.setLetters(event.currentTarget.checked)} />
          Keys that are single letters, digits or signs
        </label>
        <p class="dim">
          Margins are home minus away. A forecast says how likely a margin is, not what will be: its 95% interval
          should miss one time in twenty. <a href="/docs">HTTP calls</a>, <a href="/asyncapi.json">stream</a>,{" "}
          <a href="/static/licences.txt">licences</a>.
        </p>
      </div>
    </dialog>
  );
};
