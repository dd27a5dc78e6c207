// How the forecasts did.

import { createEffect, createMemo, createResource, createSignal, For, on, onCleanup, Show, type Component } from "solid-js";
import { useApp, type ViewProps } from "../../app/context";
import { href } from "../../app/router";
import { getAccuracy, getPredictions } from "../../state/calls";
import { count } from "../../state/words";
import type { Accuracy as Score, PredictionRecord } from "../../stream/contract";
import "./accuracy.css";
import { Log } from "./Log";
import { anchorsOf, modelKey, modelsOf, reliability, settledOf } from "./measures";
import { Reliability } from "./Reliability";
import { Scatter } from "./Scatter";
import { Headline, Versions } from "./Summary";
import { CoverageTrend, ErrorTrend } from "./Trends";
import { horizonWords } from "./words";

interface Known {
  records: readonly PredictionRecord[];
  scores: readonly Score[];
}

/** A night's results come in bunches, and the log is the whole of it: a moment for the bunch, a rest between two. */
const BUNCH_MS = 300;
const REST_MS = 5_000;
const WINDOWS = [10, 25, 100] as const;
const HORIZONS = ["halftime", "final"] as const;
/** Such that charts side by side end alike. */
const TREND_HEIGHT = 272;
const PLOT_HEIGHT = 300;
const NEWS = new Set(["result", "ml_prediction", "external_prediction"]);

const load = async (): Promise<Known> => {
  const [records, scores] = await Promise.all([getPredictions(), getAccuracy()]);
  return { records, scores };
};

const Accuracy: Component<ViewProps> = (props) => {
  const { live, router, keys } = useApp();
  const [known, { refetch }] = createResource(load);
  const latest = () => (known.state === "errored" ? undefined : known.latest);

  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asked = -REST_MS;
  const again = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      asked = performance.now();
      void refetch();
    }, Math.max(BUNCH_MS, asked + REST_MS - performance.now()));
  };
  onCleanup(() => clearTimeout(waiting));
  live.onEvents((events) => {
    if (events.some((event) => NEWS.has(event.message.type))) again();
  });
  createEffect(
    on(
      () => live.connection().phase,
      (phase, before) => {
        if (phase === "live" && before !== undefined && before !== "live") again();
      },
    ),
  );

  return (
    <div class="accuracy">
      <header class="view-head">
        <h1>Accuracy</h1>
      </header>
      <Show
        when={latest()}
        fallback={
          <Show when={known.error} fallback={<p class="dim loading">Loading …</p>}>
            <div class="panel empty" role="alert">
              <h2>The log of forecasts did not come</h2>
              <p>{String(known.error instanceof Error ? known.error.message : known.error)}</p>
              <button class="button" onClick={() => void refetch()}>
                Ask again
              </button>
            </div>
          </Show>
        }
      >
        {(loaded) => (
          <Show when={loaded().records.length} fallback={<Nothing />}>
            <Whole known={loaded()} />
          </Show>
        )}
      </Show>
    </div>
  );

  function Whole(whole: { known: Known }) {
    const models = createMemo(() => modelsOf(whole.known.records));
    const anchors = createMemo(() => anchorsOf(whole.known.records));
    const model = () => {
      const wanted = props.route.params["model"];
      return models().find((each) => each.key === wanted) ?? models()[0]!;
    };
    const horizon = () => (props.route.params["horizon"] === "final" ? "final" : "halftime");
    const wide = () => props.route.params["rows"] === "all";
    const [span, setSpan] = createSignal<number>(25);
    const chosen = createMemo(() =>
      whole.known.records.filter((record) => modelKey(record) === model().key && record.horizon === horizon()),
    );
    const settled = createMemo(() => settledOf(chosen(), anchors()));
    const bins = createMemo(() => reliability(settledOf(
      whole.known.records.filter((record) => modelKey(record) === model().key && record.horizon === "final"),
      anchors(),
    )));
    const rows = createMemo(() =>
      (wide() ? whole.known.records : chosen()).map((record) => ({ record, anchor: anchors().get(record.game_id) ?? null })),
    );
    const invented = createMemo(() => {
      const board = new Set(live.ids());
      return chosen().filter(({ game_id: id }) => {
        const source = board.has(id) ? live.game(id)?.source : undefined;
        return source === "simulated" || source === "replay";
      }).length;
    });
    const other = () => (horizon() === "final" ? "halftime" : "final");
    keys.bind({ keys: ["h"], what: "Accuracy at halftime or at the end", run: () => router.setParams({ horizon: other() }) });

    return (
      <>
        <div class="panel choose">
          <div class="choices" role="group" aria-label="Forecast of">
            <For each={HORIZONS}>
              {(name) => (
                <button class="button" aria-pressed={horizon() === name} onClick={() => router.setParams({ horizon: name })}>
                  {horizonWords(name)}
                </button>
              )}
            </For>
          </div>
          <label>
            <span class="dim">Model</span>
            <select class="field" value={model().key} onChange={(event) => router.setParams({ model: event.currentTarget.value })}>
              <For each={models()}>
                {(each) => (
                  <option value={each.key} selected={each.key === model().key}>
                    {each.version} {each.ours ? "" : "(not ours)"}
                  </option>
                )}
              </For>
            </select>
          </label>
          <div class="choices" role="group" aria-label="Charts over the last">
            <span class="dim">Over the last</span>
            <For each={WINDOWS}>
              {(size) => (
                <button class="button" aria-pressed={span() === size} onClick={() => setSpan(size)}>
                  {size}
                </button>
              )}
            </For>
          </div>
          <Show when={invented()}>
            {(number) => (
              <p class="invented">
                {number() === chosen().length ? "All of these are" : count(number(), "of these is", "of these are")} of simulated or replayed games.
              </p>
            )}
          </Show>
        </div>

        <Headline settled={settled()} made={chosen().length} />

        <Show
          when={settled().length}
          fallback={
            <p class="panel empty dim">
              No outcome is known yet. A halftime forecast is settled at the half, one of the end when the game is over.
            </p>
          }
        >
          <div class="charts">
            <section class="panel chart">
              <h2>Forecast and outcome</h2>
              <Scatter settled={settled()} height={PLOT_HEIGHT} />
            </section>
            <section class="panel chart">
              <h2>Mean absolute error</h2>
              <p class="dim">Points, over the last {span()}. Persistence says that the margin at 18:00 stays.</p>
              <ErrorTrend settled={settled()} window={span()} height={TREND_HEIGHT} />
            </section>
            <section class="panel chart">
              <h2>Inside the interval</h2>
              <p class="dim">Share of outcomes, over the last {span()}. It should lie on its dotted line.</p>
              <CoverageTrend settled={settled()} window={span()} height={TREND_HEIGHT} />
            </section>
            <section class="panel chart">
              <h2>Reliability of the chance to win</h2>
              <Show when={bins().length} fallback={<p class="dim none">No game is over of which this model had said a chance to win at 18:00.</p>}>
                <Reliability bins={bins()} height={PLOT_HEIGHT} />
              </Show>
            </section>
          </div>
        </Show>

        <Versions scores={whole.known.scores} records={whole.known.records} anchors={anchors()} />

        <Log
          rows={rows()}
          scope={
            <label class="check">
              <input
                type="checkbox"
                checked={wide()}
                onChange={(event) => router.setParams({ rows: event.currentTarget.checked ? "all" : null })}
              />
              All models, halftime and final
            </label>
          }
        />
      </>
    );
  }
};

const Nothing: Component = () => (
  <div class="panel empty">
    <h2>No forecast yet</h2>
    <p>
      The first of a game is made when 18 minutes are played, at 6:00 of the second quarter, and is settled at the half. Leave
      the server running over a night, and this page fills by itself.
    </p>
    <p>To see it at once, without a real game:</p>
    <p>
      <code>courtside run --source simulate --speed 60</code>
    </p>
    <a class="button" href={href({ view: "tonight" })}>
      Tonight's games
    </a>
  </div>
);

export default Accuracy;
