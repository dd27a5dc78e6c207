// A small drawing with two axes, in the pixels that it has: for points, where a time chart does not fit.

import { createSignal, For, onCleanup, onMount, Show, type Component, type JSX } from "solid-js";
import "./plot.css";

export interface PlotAxis {
  from: number;
  to: number;
  ticks: readonly number[];
  words: (value: number) => string;
  title: string;
}

export interface Scales {
  x: (value: number) => number;
  y: (value: number) => number;
}

export interface PlotProps {
  x: PlotAxis;
  y: PlotAxis;
  height: number;
  /** What it shows, for those who do not see it. */
  label: string;
  children: (scales: Scales) => JSX.Element;
  /** Told where the pointer is, in the units of the axes; null when it has left. */
  onPoint?: (at: { x: number; y: number; scales: Scales } | null) => void;
}

const LEFT = 44;
const RIGHT = 20;
const TOP = 8;
const BOTTOM = 38;

export const Plot: Component<PlotProps> = (props) => {
  const [width, setWidth] = createSignal(0);
  let place: HTMLDivElement | undefined;
  onMount(() => {
    const watcher = new ResizeObserver(() => setWidth(place?.clientWidth ?? 0));
    watcher.observe(place!);
    onCleanup(() => watcher.disconnect());
  });
  const right = () => Math.max(LEFT + 1, width() - RIGHT);
  const bottom = () => props.height - BOTTOM;
  const scales = (): Scales => {
    const [x, y, end, floor] = [props.x, props.y, right(), bottom()];
    return {
      x: (value) => LEFT + ((value - x.from) / (x.to - x.from)) * (end - LEFT),
      y: (value) => floor - ((value - y.from) / (y.to - y.from)) * (floor - TOP),
    };
  };
  const point = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    props.onPoint?.({ x: event.clientX - box.left, y: event.clientY - box.top, scales: scales() });
  };
  return (
    <div class="plot" ref={place}>
      <Show when={width() > 0}>
        <svg
          width={width()}
          height={props.height}
          role="img"
          aria-label={props.label}
          onPointerMove={point}
          onPointerLeave={() => props.onPoint?.(null)}
        >
          <For each={props.x.ticks}>
            {(tick) => (
              <>
                <line class="plot-grid" x1={scales().x(tick)} x2={scales().x(tick)} y1={TOP} y2={bottom()} />
                <text class="plot-tick" x={scales().x(tick)} y={bottom() + 15} text-anchor="middle">
                  {props.x.words(tick)}
                </text>
              </>
            )}
          </For>
          <For each={props.y.ticks}>
            {(tick) => (
              <>
                <line class="plot-grid" x1={LEFT} x2={right()} y1={scales().y(tick)} y2={scales().y(tick)} />
                <text class="plot-tick" x={LEFT - 6} y={scales().y(tick) + 4} text-anchor="end">
                  {props.y.words(tick)}
                </text>
              </>
            )}
          </For>
          <text class="plot-title" x={(LEFT + right()) / 2} y={props.height - 5} text-anchor="middle">
            {props.x.title}
          </text>
          <text class="plot-title" transform={`translate(11 ${(TOP + bottom()) / 2}) rotate(-90)`} text-anchor="middle">
            {props.y.title}
          </text>
          {props.children(scales())}
        </svg>
      </Show>
    </div>
  );
};
