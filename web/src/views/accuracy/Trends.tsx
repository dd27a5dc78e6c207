// How error and coverage went over the settled forecasts, oldest first.

import { createMemo, Show, type Component } from "solid-js";
import type uPlot from "uplot";
import { axis, LineChart, type Inks } from "../../charts/LineChart";
import { coverageLines, mean, rolling, type Settled } from "./measures";
import { tickWords } from "./ticks";
import { longNames } from "./words";

interface TrendProps {
  settled: readonly Settled[];
  window: number;
  height: number;
}

function frame(colours: Inks, settled: () => readonly Settled[], words: (value: number) => string): Omit<uPlot.Options, "width" | "height" | "series"> {
  return {
    // Nights have fifteen games and summers none: the order is even, the time is not.
    scales: { x: { time: false } },
    axes: [
      {
        ...axis(colours),
        space: 80,
        size: 34,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
        values: (_, ticks) => tickWords(ticks.map((tick) => settled()[tick - 1]?.record.made_at)),
      },
      { ...axis(colours), size: 46, values: (_, ticks) => ticks.map(words) },
    ],
    // Room for half of the last day.
    padding: [10, 40, 0, 0],
    // What is dashed in the chart is dashed in its legend: colour alone tells nobody.
    legend: { markers: { width: 2, dash: (chart, index) => (chart.series[index]?.dash ? "dashed" : "solid") } },
    cursor: { y: false, drag: { x: true, y: false } },
  };
}

const named = (settled: () => readonly Settled[]): uPlot.Series => ({
  label: "Game",
  value: (_, at) => {
    const each = at === null ? undefined : settled()[at - 1];
    return each ? longNames(each.record) : "";
  },
});

const order = (settled: readonly Settled[]) => settled.map((_, index) => index + 1);

export const ErrorTrend: Component<TrendProps> = (props) => {
  const settled = () => props.settled;
  const data = createMemo((): uPlot.AlignedData => [
    order(props.settled),
    rolling(props.settled.map((each) => each.error), props.window),
    rolling(props.settled.map((each) => each.persistenceError), props.window),
  ]);
  const label = () => {
    const paired = props.settled.filter((each) => each.persistenceError !== null);
    const [ours, theirs] = [mean(paired.map((each) => each.error)), mean(paired.map((each) => each.persistenceError))];
    const whole = ours === null || theirs === null ? "" : ` Over all: ${ours.toFixed(1)} points, persistence ${theirs.toFixed(1)}.`;
    return `Mean absolute error over the last ${props.window} forecasts, against persistence.${whole}`;
  };
  return (
    <LineChart
      data={data()}
      height={props.height}
      label={label()}
      options={(colours) => ({
        ...frame(colours, settled, (value) => String(value)),
        scales: { x: { time: false }, y: { range: (_, __, high) => [0, Math.max(1, high * 1.1)] } },
        series: [
          named(settled),
          { label: "Forecast", stroke: colours.accent, width: 2.5, points: { show: false }, value: points },
          { label: "Persistence", stroke: colours.dim, width: 2, dash: [6, 5], points: { show: false }, value: points },
        ],
      })}
    />
  );
};

const points = (_: uPlot, value: number | null) => (value === null ? "" : `${value.toFixed(1)} pts`);
const share = (_: uPlot, value: number | null) => (value === null ? "" : `${Math.round(value * 100)}%`);

export const CoverageTrend: Component<TrendProps> = (props) => {
  const settled = () => props.settled;
  const lines = createMemo(() => coverageLines(props.settled));
  const data = createMemo((): uPlot.AlignedData => [
    order(props.settled),
    ...lines().map((line) => rolling(line.inside, props.window)),
    ...lines().map((line) => props.settled.map(() => line.nominal)),
  ]);
  const nominals = createMemo(() => lines().map((line) => line.nominal).join(" "));
  const label = () =>
    `Share of outcomes inside the interval over the last ${props.window} forecasts. ${lines()
      .map((line) => `Of the ${Math.round(line.nominal * 100)}% interval over all: ${Math.round((mean(line.inside) ?? 0) * 100)}%.`)
      .join(" ")}`;
  return (
    <Show when={nominals()} keyed fallback={<p class="dim none">This model gave no intervals.</p>}>
      {(said) => (
        <LineChart
          data={data()}
          height={props.height}
          label={label()}
          options={(colours) => {
            const known = said.split(" ").map(Number);
            const inks = [colours.ink, colours.accent];
            return {
              ...frame(colours, settled, (value) => `${Math.round(value * 100)}%`),
              scales: { x: { time: false }, y: { range: (_, low) => [Math.max(0, Math.min(0.5, low - 0.05)), 1.02] } },
              series: [
                named(settled),
                ...known.map((nominal, index) => ({
                  label: `In ${Math.round(nominal * 100)}%`,
                  stroke: inks[index]!,
                  width: 2.5,
                  points: { show: false },
                  value: share,
                })),
                ...known.map((nominal, index) => ({
                  label: `${Math.round(nominal * 100)}% wanted`,
                  stroke: inks[index]!,
                  width: 1,
                  dash: [3, 5],
                  points: { show: false },
                  value: share,
                })),
              ],
            };
          }}
        />
      )}
    </Show>
  );
};
