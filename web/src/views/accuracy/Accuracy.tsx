// How the forecasts did.

import { createResource, For, Show, type Component } from "solid-js";
import type { ViewProps } from "../../app/context";
import { getAccuracy } from "../../state/calls";

const Accuracy: Component<ViewProps> = () => {
  const [rows] = createResource(getAccuracy);
  const number = (value: number | null, digits = 1) => (value === null ? "–" : value.toFixed(digits));
  return (
    <section class="panel empty">
      <h1>Accuracy</h1>
      <Show when={rows()?.length} fallback={<p class="dim">{rows.loading ? "Loading …" : "No forecast yet. The first is made 18 minutes into a game."}</p>}>
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Horizon</th>
              <th scope="col">Settled</th>
              <th scope="col">Mean absolute error</th>
              <th scope="col">Inside 95%</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <td>{row.model_version}</td>
                  <td>{row.horizon}</td>
                  <td>
                    {row.settled} of {row.forecasts}
                  </td>
                  <td>{number(row.mae)}</td>
                  <td>{row.coverage95 === null || row.coverage95 === undefined ? "–" : `${Math.round(row.coverage95 * 100)}%`}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
};

export default Accuracy;
