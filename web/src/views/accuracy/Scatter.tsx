// Forecasts against outcomes; on the diagonal they were right.

import { createMemo, createSignal, Show, type Component } from "solid-js";
import { Plot, type PlotAxis, type Scales } from "../../charts/Plot";
import { signed } from "../../state/words";
import { inside } from "./rows";
import { mean, reachOf, type Settled } from "./measures";
import { ahead, longNames } from "./words";

const NEAR_PX = 24;

export const Scatter: Component<{ settled: readonly Settled[]; height: number }> = (props) => {
  const [near, setNear] = createSignal<Settled | null>(null);
  const axis = createMemo((): Omit<PlotAxis, "title"> => {
    const reach = reachOf(props.settled);
    const step = reach > 40 ? 20 : reach > 15 ? 10 : 5;
    const most = Math.floor(reach / step) * step;
    const ticks = Array.from({ length: (2 * most) / step + 1 }, (_, index) => index * step - most);
    return { from: -reach, to: reach, ticks, words: (value) => (value === 0 ? "0" : signed(value)) };
  });
  const parts = createMemo(() => ({
    held: props.settled.filter(({ record }) => inside(record) !== false),
    missed: props.settled.filter(({ record }) => inside(record) === false),
  }));
  // One path for all: a thousand games are a thousand dots, not a thousand elements.
  const dots = (some: readonly Settled[], { x, y }: Scales) =>
    some.map(({ record, actual }) => `M${x(record.point_forecast).toFixed(1)} ${y(actual).toFixed(1)}h0`).join("");
  const crosses = (some: readonly Settled[], { x, y }: Scales) =>
    some
      .map(({ record, actual }) => `M${(x(record.point_forecast) - 3.5).toFixed(1)} ${(y(actual) - 3.5).toFixed(1)}l7 7m0 -7l-7 7`)
      .join("");
  function find(at: { x: number; y: number; scales: Scales } | null): void {
    let best: Settled | null = null;
    let least = NEAR_PX;
    if (at) {
      for (const each of props.settled) {
        const off = Math.hypot(at.scales.x(each.record.point_forecast) - at.x, at.scales.y(each.actual) - at.y);
        if (off < least) [best, least] = [each, off];
      }
    }
    setNear(best);
  }
  const label = () => {
    const average = mean(props.settled.map((each) => each.error));
    return `Forecast against outcome of ${props.settled.length} games; ${average === null ? "" : `off by ${average.toFixed(1)} points on average, `}${parts().missed.length} outside the interval. The table below has each of them.`;
  };
  return (
    <>
      <Plot
        x={{ ...axis(), title: "forecast margin, home minus away" }}
        y={{ ...axis(), title: "margin that came" }}
        height={props.height}
        label={label()}
        onPoint={find}
      >
        {(scales) => (
          <>
            <line
              class="diagonal"
              x1={scales.x(axis().from)}
              y1={scales.y(axis().from)}
              x2={scales.x(axis().to)}
              y2={scales.y(axis().to)}
            />
            <path class="dots" d={dots(parts().held, scales)} />
            <path class="crosses" d={crosses(parts().missed, scales)} />
            <Show when={near()}>
              {(each) => (
                <circle class="near" r="7" cx={scales.x(each().record.point_forecast)} cy={scales.y(each().actual)} />
              )}
            </Show>
          </>
        )}
      </Plot>
      <p class="readout" aria-hidden="true">
        <Show
          when={near()}
          fallback={
            <>
              <i class="key dot" /> inside the interval <i class="key cross">×</i> outside
            </>
          }
        >
          {(each) => (
            <>
              <b>{longNames(each().record)}</b> forecast {ahead(each().record.point_forecast, each().record)}, came{" "}
              {ahead(each().actual, each().record)}
            </>
          )}
        </Show>
      </p>
    </>
  );
};
