// Home's chance to win over the game, on the time axis of the lead.

import { createMemo, type Component } from "solid-js";
import { percent, short } from "../../state/words";
import { shareAxis } from "./chartParts";
import { GameChart, twoSided } from "./GameChart";
import type { Model } from "./model";
import { sides, steps } from "./steps";
import { gameLength } from "./story";

export const WinChart: Component<{ model: Model; height: number; onPoint: (at: number | null) => void }> = (props) => {
  const m = props.model;
  const data = createMemo(() => sides(steps(m.series()?.win ?? [], (point) => point.home, m.until()), 0.5));
  const said = createMemo(() => {
    const game = m.shown();
    const home = game?.win_probability_home ?? null;
    return game && home !== null
      ? `Chance to win by game time: ${short(game, "home")} ${percent(home)}, ${short(game, "away")} ${percent(1 - home)}`
      : "Chance to win by game time; not known yet";
  });
  return (
    <GameChart
      model={m}
      data={data()}
      length={gameLength(m.until())}
      height={props.height}
      label={said()}
      times={false}
      axis={shareAxis}
      range={() => [0, 1]}
      series={(inks, colours) => twoSided(inks, colours, 0.5)}
      onPoint={props.onPoint}
    />
  );
};
