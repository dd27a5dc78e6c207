// Home's chance to win over the game, on the time axis of the lead.

import { createEffect, createMemo, on, type Component } from "solid-js";
import uPlot from "uplot";
import { LineChart } from "../../charts/LineChart";
import { percent, short } from "../../state/words";
import { cornerWords, frame, scrubOn, shareAxis, withAlpha } from "./chartParts";
import type { Model } from "./model";
import { gameLength } from "./story";

export const WinChart: Component<{ model: Model; onPoint: (at: number | null) => void }> = (props) => {
  const m = props.model;
  let chart: uPlot | undefined;
  const length = createMemo(() => gameLength(m.until()));
  const data = createMemo((): uPlot.AlignedData => {
    const at: number[] = [];
    const home: number[] = [];
    for (const point of m.series()?.win ?? []) {
      at.push(point.at);
      home.push(point.home);
    }
    const last = home[home.length - 1];
    if (last !== undefined && m.until() > at[at.length - 1]!) {
      at.push(m.until());
      home.push(last);
    }
    return [at, home, home.map((share) => Math.max(0.5, share)), home.map((share) => Math.min(0.5, share))];
  });
  const said = createMemo(() => {
    const game = m.shown();
    const home = game?.win_probability_home ?? null;
    return game && home !== null
      ? `Chance to win by game time: ${short(game, "home")} ${percent(home)}, ${short(game, "away")} ${percent(1 - home)}`
      : "Chance to win by game time; not known yet";
  });
  createEffect(on([m.scrub.at], () => chart?.redraw(false), { defer: true }));

  return (
    <LineChart
      data={data()}
      height={150}
      label={said()}
      onChart={(made) => {
        chart = made;
        scrubOn(made, m.scrub.to);
      }}
      options={(inks) => {
        const colours = m.colours();
        const stepped = uPlot.paths.stepped!({ align: 1 });
        const shared = frame(
          inks,
          { length, at: m.scrub.at, onPoint: props.onPoint },
          {
            times: false,
            draw: (plot) => {
              const game = m.game();
              if (!game) return;
              cornerWords(plot, short(game, "home"), colours.home, "top");
              cornerWords(plot, short(game, "away"), colours.away, "bottom");
            },
          },
        );
        return {
          cursor: shared.cursor!,
          legend: shared.legend!,
          padding: shared.padding!,
          hooks: shared.hooks!,
          scales: { x: shared.scale, y: { range: () => [0, 1] } },
          axes: [shared.x, shareAxis(inks)],
          series: [
            {},
            { stroke: inks.ink, width: 1.75, paths: stepped, points: { show: false } },
            { stroke: "transparent", fill: withAlpha(colours.home, 0.35), fillTo: 0.5, paths: stepped, points: { show: false } },
            { stroke: "transparent", fill: withAlpha(colours.away, 0.35), fillTo: 0.5, paths: stepped, points: { show: false } },
          ],
        };
      }}
    />
  );
};
