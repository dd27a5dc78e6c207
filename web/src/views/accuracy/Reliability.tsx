// How often home won where it was said to win this often; on the diagonal chances are honest.

import { For, type Component } from "solid-js";
import { Plot, type PlotAxis } from "../../charts/Plot";
import { count, percent } from "../../state/words";
import type { ReliabilityBin } from "./measures";

const AXIS: Omit<PlotAxis, "title"> = {
  from: 0,
  to: 1,
  ticks: [0, 0.25, 0.5, 0.75, 1],
  words: (value) => `${Math.round(value * 100)}%`,
};

export const Reliability: Component<{ bins: readonly ReliabilityBin[]; height: number }> = (props) => {
  const label = () =>
    `Reliability of home's chance to win at 18:00: ${props.bins
      .map((bin) => `said ${percent(bin.said)}, home won ${Math.round(bin.came * bin.games)} of ${bin.games}`)
      .join("; ")}`;
  return (
    <>
      <Plot
        x={{ ...AXIS, title: "home's chance that was said" }}
        y={{ ...AXIS, title: "share that home won" }}
        height={props.height}
        label={label()}
      >
        {(scales) => (
          <>
            <line class="diagonal" x1={scales.x(0)} y1={scales.y(0)} x2={scales.x(1)} y2={scales.y(1)} />
            <For each={props.bins}>
              {(bin) => (
                <g>
                  <line class="whisker" x1={scales.x(bin.said)} x2={scales.x(bin.said)} y1={scales.y(bin.low)} y2={scales.y(bin.high)} />
                  <circle class="bin" cx={scales.x(bin.said)} cy={scales.y(bin.came)} r={Math.min(12, 3 + Math.sqrt(bin.games))}>
                    <title>
                      {`said ${percent(bin.said)}, home won ${Math.round(bin.came * bin.games)} of ${count(bin.games, "game")}`}
                    </title>
                  </circle>
                </g>
              )}
            </For>
          </>
        )}
      </Plot>
      <p class="readout" aria-hidden="true">
        Larger: more games. Bars: where the true share lies, 95% sure.
      </p>
    </>
  );
};
