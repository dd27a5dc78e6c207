// Who will probably win, as a bar of two parts: away on the left as it is listed first, home on the right.

import { Show, type Component } from "solid-js";
import { chances, short } from "../state/words";
import type { Game } from "../stream";
import { inkOn, type Colours } from "../style/teams";

export const WinBar: Component<{ game: Game; colours: Colours }> = (props) => {
  const home = () => props.game.win_probability_home;
  const words = () => chances(home()!);
  return (
    <Show
      when={home() !== null}
      fallback={
        <div class="winbar unknown">
          <span>No chance to win is known yet</span>
        </div>
      }
    >
      <div
        class="winbar"
        role="img"
        aria-label={`Chance to win: ${short(props.game, "away")} ${words().away}, ${short(props.game, "home")} ${words().home}`}
      >
        <span class="winbar-part" style={{ background: props.colours.away, color: inkOn(props.colours.away), "flex-grow": 1 - home()! }}>
          {words().away}
        </span>
        <span class="winbar-part" style={{ background: props.colours.home, color: inkOn(props.colours.home), "flex-grow": home()! }}>
          {words().home}
        </span>
      </div>
    </Show>
  );
};
