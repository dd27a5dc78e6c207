// The model that forecasts: what it learned from, and how it did where nobody had seen the outcome.

import { For, type Component } from "solid-js";
import { count } from "../../state/words";
import type { ModelInfo } from "../../stream/contract";
import { numberWords } from "./words";

const METRIC_WORDS: Record<string, string> = {
  halftime_mae: "Mean error at halftime",
  halftime_rmse: "Root mean square error",
  persistence_mae: "Persistence's mean error",
  unseen_games: "Games of the test",
};

export function factsOf(model: ModelInfo): readonly [name: string, value: string][] {
  return [
    ["Version", model.version],
    ["Status", model.status],
    ["Ensemble", model.ensemble],
    ["Learned from", model.first_date && model.last_date ? `${model.first_date} to ${model.last_date}` : "not said"],
    ["Games", model.games === null ? "not said" : `${numberWords(model.games)} in ${count(model.seasons.length, "season")}`],
    ...Object.entries(model.metrics).map(([name, value]): [string, string] => [METRIC_WORDS[name] ?? name.replaceAll("_", " "), metricWords(name, value)]),
  ];
}

function metricWords(name: string, value: number): string {
  if (/_(?:mae|rmse)$/.test(name)) return `${value.toFixed(2)} points`;
  return Number.isInteger(value) ? numberWords(value) : value.toFixed(2);
}

export const ModelPanel: Component<{ model: ModelInfo }> = (props) => (
  <section class="panel group" aria-label="Model">
    <h2>Model</h2>
    <dl>
      <For each={factsOf(props.model)}>
        {([name, value]) => (
          <div class="gauge wide">
            <dt>{name}</dt>
            <dd class="gauge-value">{value}</dd>
          </div>
        )}
      </For>
    </dl>
  </section>
);
