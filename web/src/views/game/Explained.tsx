// What the halftime forecast is made of: each member of the model with what it said and how much it counted.

import { createMemo, For, Show, type Component } from "solid-js";
import { memberWords } from "../../state/members";
import { margin, percent } from "../../state/words";
import type { MlPrediction } from "../../stream";
import type { Model } from "./model";

const KNOWN: Readonly<Record<string, string>> = {
  score: "the score path and the clock alone",
  teams: "the path and the teams' ratings",
  players: "the path, the teams and who plays",
  market: "the path, the teams and the market's spread",
};

/** What a forecast was made from; null where nobody said. */
export const knownWords = (known: string | null | undefined): string | null => (known ? (KNOWN[known] ?? known) : null);

export const Explained: Component<{ model: Model; forecast: MlPrediction }> = (props) => {
  const members = createMemo(() => {
    const { weights, members: said } = props.forecast.explanation;
    return Object.entries(said ?? {})
      .map(([name, forecast]) => ({ name, forecast, weight: weights[name] ?? null }))
      .sort((one, other) => (other.weight ?? 0) - (one.weight ?? 0));
  });
  const game = () => props.model.game()!;
  return (
    <div class="explained">
      <Show when={members().length} fallback={<p class="dim">The model does not say what its members forecast.</p>}>
        <table class="members">
          <caption class="unseen">What each member of the model forecast, and its weight</caption>
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col" class="number">
                Forecast
              </th>
              <th scope="col">Weight</th>
            </tr>
          </thead>
          <tbody>
            <For each={members()}>
              {(member) => (
                <tr classList={{ silent: member.weight === 0 }}>
                  <th scope="row">{memberWords(member.name)}</th>
                  <td class="number">{margin(member.forecast, game())}</td>
                  <td class="weight">
                    <Show when={member.weight !== 0} fallback={<span class="dim">explains only</span>}>
                      <span class="weight-words">{member.weight === null ? "not said" : percent(member.weight)}</span>
                      <i aria-hidden="true" style={{ width: `${(100 * (member.weight ?? 0)).toFixed(1)}%` }} />
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <p class="dim">
        <Show when={knownWords(props.forecast.known)} fallback="Made ">
          {(words) => <>Made from {words()} </>}
        </Show>
        by <span class="version">{props.forecast.model_version}</span>
        {props.forecast.revises === null || props.forecast.revises === undefined ? "." : "; revised after a correction."}
      </p>
    </div>
  );
};
