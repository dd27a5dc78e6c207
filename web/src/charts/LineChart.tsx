// uPlot as a component: makes the chart anew when the theme or the options change, and only hands over
// data otherwise.

import { createEffect, on, onCleanup, onMount, untrack, type Component } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useApp } from "../app/context";

export interface Inks {
  ink: string;
  dim: string;
  line: string;
  surface: string;
  accent: string;
}

export interface LineChartProps {
  /** x first; uPlot's own form. A new array when it changed. */
  data: uPlot.AlignedData;
  /** Everything but size; called again when the theme changes or a signal that it reads. */
  options: (inks: Inks) => Omit<uPlot.Options, "width" | "height">;
  height: number;
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Told once the chart is made, for cursors and selections. */
  onChart?: (chart: uPlot) => void;
}

export const LineChart: Component<LineChartProps> = (props) => {
  const { theme } = useApp();
  let place: HTMLDivElement | undefined;
  let chart: uPlot | undefined;

  function make(): void {
    if (!place) return;
    chart?.destroy();
    const options = props.options(inks());
    // Only what the options themselves read makes a new chart: new data do not.
    untrack(() => {
      chart = new uPlot({ ...options, width: Math.max(1, place!.clientWidth), height: props.height }, props.data, place!);
      props.onChart?.(chart);
    });
  }

  onMount(() => {
    createEffect(() => {
      theme();
      make();
    });
    createEffect(on(() => props.data, (data) => chart?.setData(data), { defer: true }));
    const watcher = new ResizeObserver(() => {
      if (place && chart && place.clientWidth !== chart.width) {
        chart.setSize({ width: Math.max(1, place.clientWidth), height: props.height });
      }
    });
    watcher.observe(place!);
    onCleanup(() => {
      watcher.disconnect();
      chart?.destroy();
    });
  });

  return <div class="linechart" role="img" aria-label={props.label} ref={place} />;
};

/** The present theme's colours, for what is drawn on a canvas. */
export function inks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return { ink: of("--ink"), dim: of("--dim"), line: of("--line"), surface: of("--surface"), accent: of("--accent") };
}

/** An axis in the theme's colours; spread what differs over it. */
export function axis(colours: Inks): uPlot.Axis {
  return {
    stroke: colours.dim,
    font: "12px system-ui, sans-serif",
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1, size: 4 },
  };
}
