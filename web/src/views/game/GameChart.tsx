// What the time charts of a game share: the axis of game time, the hand that looks back, whose half is
// whose, and that they are drawn again when another moment is looked at.

import { createEffect, createMemo, on, type Component } from "solid-js";
import uPlot from "uplot";
import { LineChart, type Inks } from "../../charts/LineChart";
import { short } from "../../state/words";
import type { Colours } from "../../style/teams";
import { cornerWords, frame, scrubOn, withAlpha } from "./chartParts";
import type { Model } from "./model";

/** Draws on the canvas, in its pixels. */
export type Draw = (chart: uPlot, inks: Inks, colours: Colours) => void;

export interface GameChartProps {
  model: Model;
  /** Seconds of game time first. */
  data: uPlot.AlignedData;
  /** Seconds of game time that the axis reaches to. */
  length: number;
  height: number;
  label: string;
  /** The periods are named below. */
  times: boolean;
  axis: (inks: Inks) => uPlot.Axis;
  range: uPlot.Range.Function;
  series: (inks: Inks, colours: Colours) => uPlot.Series[];
  bands?: (inks: Inks) => uPlot.Band[];
  /** Before the lines, after them, and over the veil that lies on what came later. */
  draw?: Draw;
  over?: Draw;
  last?: Draw;
  onPoint: (at: number | null) => void;
}

export const GameChart: Component<GameChartProps> = (props) => {
  const m = props.model;
  let chart: uPlot | undefined;
  const length = createMemo(() => props.length);
  createEffect(on([m.scrub.at, m.shown], () => chart?.redraw(false), { defer: true }));

  return (
    <LineChart
      data={props.data}
      height={props.height}
      label={props.label}
      onChart={(made) => {
        chart = made;
        scrubOn(made, m.scrub.to);
      }}
      options={(inks) => {
        const colours = m.colours();
        const { x, scale, ...shared } = frame(
          inks,
          { length, at: m.scrub.at, onPoint: props.onPoint },
          {
            times: props.times,
            draw: (plot) => props.draw?.(plot, inks, colours),
            over: (plot) => props.over?.(plot, inks, colours),
            last: (plot) => {
              props.last?.(plot, inks, colours);
              const game = m.game();
              if (!game) return;
              cornerWords(plot, short(game, "home"), colours.home, inks.surface, "top");
              cornerWords(plot, short(game, "away"), colours.away, inks.surface, "bottom");
            },
          },
        );
        return {
          ...shared,
          scales: { x: scale, y: { range: props.range } },
          axes: [x, props.axis(inks)],
          ...(props.bands ? { bands: props.bands(inks) } : {}),
          series: [{}, ...props.series(inks, colours)],
        };
      }}
    />
  );
};

export const stepped = (series: uPlot.Series): uPlot.Series => ({ paths: uPlot.paths.stepped!({ align: 1 }), points: { show: false }, ...series });

/** A line with what lies between it and `level` in the colours of who is ahead; data as of `sides`. */
export const twoSided = (inks: Inks, colours: Colours, level: number): uPlot.Series[] => [
  stepped({ stroke: inks.ink, width: 1.75 }),
  stepped({ stroke: "transparent", fill: withAlpha(colours.home, 0.35), fillTo: level }),
  stepped({ stroke: "transparent", fill: withAlpha(colours.away, 0.35), fillTo: level }),
];
