// The figures of accuracy: of the chosen model, and of all of them.

import { createMemo, For, Show, type Component } from "solid-js";
import { count } from "../../state/words";
import type { Accuracy as Score, PredictionRecord } from "../../stream/contract";
import { mean, settledOf, type Settled } from "./measures";
import { horizonWords } from "./words";

export const Headline: Component<{ settled: readonly Settled[]; made: number }> = (props) => {
  const paired = createMemo(() => props.settled.filter((each) => each.persistenceError !== null));
  const error = () => mean(props.settled.map((each) => each.error));
  const gain = () => {
    const [ours, theirs] = [mean(paired().map((each) => each.error)), mean(paired().map((each) => each.persistenceError))];
    return ours === null || theirs === null || theirs === 0 ? null : 1 - ours / theirs;
  };
  const held = (field: "inside80" | "inside95") =>
    mean(props.settled.map(({ record }) => (record[field] === null || record[field] === undefined ? null : Number(record[field]))));
  const brier = () => mean(props.settled.map(({ record }) => record.brier ?? null));
  const points = (value: number | null) => (value === null ? "–" : value.toFixed(2));
  const share = (value: number | null) => (value === null ? "–" : `${Math.round(value * 100)}%`);
  return (
    <dl class="headline">
      <Fact name="Settled" value={String(props.settled.length)} what={`of ${count(props.made, "forecast")}`} />
      <Fact name="Mean absolute error" value={points(error())} what="points" />
      <Fact
        name="Against persistence"
        value={gain() === null ? "–" : `${Math.abs(gain()! * 100).toFixed(1)}%`}
        what={gain() === null ? "not known" : `${gainWords(gain()!)}, ${count(paired().length, "game")}`}
      />
      <Fact name="Inside 80%" value={share(held("inside80"))} what="should be 80%" />
      <Fact name="Inside 95%" value={share(held("inside95"))} what="should be 95%" />
      <Show when={brier() !== null}>
        <Fact name="Brier score" value={brier()!.toFixed(3)} what="a coin has 0.250" />
      </Show>
    </dl>
  );
};

function gainWords(gain: number): string {
  if (Math.round(gain * 1_000) === 0) return "the same error";
  return gain > 0 ? "less error" : "more error";
}

const Fact: Component<{ name: string; value: string; what: string }> = (props) => (
  <div class="panel">
    <dt class="dim">{props.name}</dt>
    <dd>
      <b>{props.value}</b> <span class="dim">{props.what}</span>
    </dd>
  </div>
);

export const Versions: Component<{ scores: readonly Score[]; records: readonly PredictionRecord[]; anchors: ReadonlyMap<string, number> }> = (props) => {
  const share = (value: number | null | undefined) => (value === null || value === undefined ? "–" : `${Math.round(value * 100)}%`);
  const persistence = (score: Score) => {
    const same = props.records.filter((record) => record.model_version === score.model_version && record.horizon === score.horizon);
    return mean(settledOf(same, props.anchors).map((each) => each.persistenceError));
  };
  return (
    <section class="panel versions" aria-labelledby="versions-title">
      <h2 id="versions-title">By model</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Of</th>
            <th scope="col">Settled</th>
            <th scope="col">Error</th>
            <th scope="col">Persistence</th>
            <th scope="col">In 80%</th>
            <th scope="col">In 95%</th>
            <th scope="col">Own interval</th>
            <th scope="col">Brier</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.scores}>
            {(score) => (
              <tr>
                <th scope="row">{score.model_version}</th>
                <td data-name="Of">{horizonWords(score.horizon)}</td>
                <td data-name="Settled">
                  {score.settled} of {score.forecasts}
                </td>
                <td data-name="Error">{score.mae?.toFixed(2) ?? "–"}</td>
                <td data-name="Persistence">{persistence(score)?.toFixed(2) ?? "–"}</td>
                <td data-name="In 80%">{share(score.coverage80)}</td>
                <td data-name="In 95%">{share(score.coverage95)}</td>
                <td data-name="Own interval">
                  {score.coverage === null ? "–" : `${share(score.coverage)} of ${share(score.nominal_coverage)}`}
                </td>
                <td data-name="Brier">{score.brier?.toFixed(3) ?? "–"}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
};
