// The bar to look back with: the whole game from left to right, with its lead as a small path.

import { createMemo, Show, type Component } from "solid-js";
import { HALF, WIDTH, wormPaths } from "../../charts/wormPaths";
import { momentWords } from "../../state/clock";
import { margin } from "../../state/words";
import type { Model } from "./model";
import { gameLength } from "./story";

const STEP_SECONDS = 10;
const LARGE_STEP_SECONDS = 60;

export const ScrubBar: Component<{ model: Model }> = (props) => {
  const m = props.model;
  const at = () => m.scrub.at() ?? m.until();
  const said = createMemo(() => {
    const game = m.shown();
    if (!game) return "";
    const score = game.score_home === null || game.score_away === null ? "" : `, ${margin(game.score_home - game.score_away, game)}`;
    return `${m.scrub.at() === null ? "now, " : ""}${momentWords(at())}${score}`;
  });
  const path = createMemo(() => wormPaths(m.series()?.lead ?? [], m.until()).line);
  const length = () => Math.max(1, m.until());
  const over = () => m.game()?.status === "final";
  const toNow = () => (m.scrub.at() === null ? (over() ? "At the end" : "Live") : over() ? "To the end" : "Back to live");

  function onKey(event: KeyboardEvent): void {
    const large = event.shiftKey || event.key.startsWith("Page");
    const size = large ? LARGE_STEP_SECONDS : STEP_SECONDS;
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowDown":
      case "PageDown":
        m.scrub.by(-size);
        break;
      case "ArrowRight":
      case "ArrowUp":
      case "PageUp":
        m.scrub.by(size);
        break;
      case "Home":
        m.scrub.to(0);
        break;
      case "End":
      case "Escape":
        m.scrub.to(null);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  return (
    <Show when={m.game()?.elapsed_seconds}>
      <div class="scrub panel" classList={{ then: m.scrub.at() !== null }}>
        <button class="button scrub-step" aria-label="Ten seconds back" onClick={() => m.scrub.by(-STEP_SECONDS)}>
          ‹
        </button>
        <div class="scrub-track">
          <svg viewBox={`0 0 ${(WIDTH * length()) / gameLength(m.until())} ${2 * HALF}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={path()} />
          </svg>
          <input
            type="range"
            min="0"
            max={Math.ceil(length())}
            step="1"
            value={Math.round(at())}
            aria-label="Moment of the game"
            aria-valuetext={said()}
            onInput={(event) => m.scrub.to(Number(event.currentTarget.value))}
            onKeyDown={onKey}
          />
        </div>
        <button class="button scrub-step" aria-label="Ten seconds on" onClick={() => m.scrub.by(STEP_SECONDS)} disabled={m.scrub.at() === null}>
          ›
        </button>
        <button class="button scrub-live" aria-pressed={m.scrub.at() === null} aria-label={toNow()} onClick={() => m.scrub.to(null)}>
          <span class="wide-words">{toNow()}</span>
          <span class="narrow-words">{over() ? "End" : "Live"}</span>
        </button>
      </div>
    </Show>
  );
};
