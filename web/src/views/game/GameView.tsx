// One game, whole.

import { Show, type Component } from "solid-js";
import { useApp, useColours, type ViewProps } from "../../app/context";
import { href } from "../../app/router";
import { WinBar } from "../../charts/WinBar";
import { Worm } from "../../charts/Worm";
import { momentWords } from "../../state/clock";
import { full, margin } from "../../state/words";

const GameView: Component<ViewProps> = (props) => {
  const { live } = useApp();
  const id = () => props.route.gameId ?? "";
  const game = () => live.game(id());
  const colours = useColours(game);
  live.wholePast(id);
  return (
    <Show
      when={game()}
      fallback={
        <div class="panel empty">
          <h1>This game is not on the board</h1>
          <p>It may not have begun, or it is over for long.</p>
          <a class="button" href={href({ view: "tonight" })}>
            Tonight's games
          </a>
        </div>
      }
    >
      {(known) => (
        <section class="panel empty">
          <h1>
            {full(known(), "away")} {known().score_away} at {full(known(), "home")} {known().score_home}
          </h1>
          <p class="dim">{known().elapsed_seconds === null ? "" : momentWords(known().elapsed_seconds!)}</p>
          <Worm
            lead={live.series(id())?.lead ?? []}
            revision={live.series(id())?.revision ?? 0}
            until={known().elapsed_seconds}
            colours={colours()}
            label={`Lead by game time; now ${margin((known().score_home ?? 0) - (known().score_away ?? 0), known())}`}
          />
          <WinBar game={known()} colours={colours()} />
        </section>
      )}
    </Show>
  );
};

export default GameView;
