// How the server and the feed are, looked at now and then while the page shows it.

import { createEffect, createMemo, createResource, createSignal, For, Index, on, onCleanup, Show, type Component } from "solid-js";
import { useApp, type ViewProps } from "../../app/context";
import { Sparkline } from "../../charts/Sparkline";
import { getModels } from "../../state/calls";
import { createNow, secondWords } from "../../state/clock";
import { look } from "../../state/probe";
import { count, short } from "../../state/words";
import type { ModelInfo } from "../../stream/contract";
import { judge, worst, type BoardGame, type Gauge, type Group, type Level } from "./judge";
import type { Snapshot } from "./looks";
import { Messages } from "./Messages";
import "./system.css";
import { numberWords } from "./words";

const EVERY_MS = 3_000;
/** Five minutes. */
const KEPT = 100;
/** The first minute fills a sparkline, what comes then makes it denser. */
const LEAST_ROOM = 20;
const SIGNS: Record<Level, string> = { good: "●", watch: "▲", bad: "■", unknown: "?", plain: "" };
const LEVELS: Record<Level, string> = { good: "well", watch: "watch", bad: "act", unknown: "not known", plain: "" };
const HEADS: Record<Level, string> = {
  good: "All is well",
  watch: "Worth watching",
  bad: "Something is wrong",
  unknown: "Not all is known",
  plain: "",
};

const System: Component<ViewProps> = () => {
  const { live, announcer } = useApp();
  const [looks, setLooks] = createSignal<readonly Snapshot[]>([]);
  const now = createNow(1_000);
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function watch(): Promise<void> {
    // Out of sight nobody asks.
    if (!document.hidden) {
      const seen = await look();
      if (ended) return;
      const ages = new Map<string, number>();
      for (const id of live.ids()) {
        const game = live.game(id);
        // Clocks of two machines are never quite the same: what is said "in a moment" was said now.
        if (game) ages.set(id, Math.max(0, (seen.atMs - Date.parse(game.updated)) / 1_000));
      }
      const { messages, busyMs } = live.counts;
      setLooks((before) => [...before, { ...seen, ages, page: { messages, busyMs } }].slice(-KEPT));
    }
    timer = setTimeout(() => void watch(), EVERY_MS);
  }
  const shown = () => {
    if (document.hidden || ended) return;
    clearTimeout(timer);
    void watch();
  };
  document.addEventListener("visibilitychange", shown);
  onCleanup(() => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  });
  void watch();

  const last = () => looks()[looks().length - 1];
  const board = createMemo(() =>
    live.ids().flatMap((id): BoardGame[] => {
      const game = live.game(id);
      if (!game || game.status === "final" || game.status === "scheduled" || game.status === "postponed") return [];
      return [{ id, title: `${short(game, "away")} at ${short(game, "home")}`, status: game.status }];
    }),
  );
  const groups = createMemo((): readonly Group[] => (looks().length ? judge(looks(), board()) : []));
  const level = createMemo(() => worst(groups()));
  const troubles = () => groups().flatMap((group) => group.gauges.filter((each) => each.level === "bad").map((each) => ({ group, each })));
  createEffect(
    on(level, (is, was) => {
      if (was !== undefined && (is === "bad" || was === "bad")) announcer.say(is === "bad" ? `System: ${HEADS.bad}` : "System: no longer wrong");
    }, { defer: true }),
  );

  const version = createMemo(() => last()?.health?.model_version);
  const [models, { refetch }] = createResource(getModels);
  createEffect(on(version, () => void refetch(), { defer: true }));

  return (
    <div class="system">
      <header class="view-head">
        <h1>System</h1>
        <Show when={last()}>
          {(seen) => (
            <p class="dim">
              <Show when={seen().health} fallback="The server did not answer">
                {(health) => (
                  <>
                    Courtside {health().version}, source {health().source}
                  </>
                )}
              </Show>
              ; looked at {secondWords(seen().atMs)}
              <Show when={now() - seen().atMs > 3 * EVERY_MS}>, {Math.round((now() - seen().atMs) / 1_000)} s ago</Show>
            </p>
          )}
        </Show>
      </header>
      <Show when={groups().length} fallback={<p class="dim loading">Looking …</p>}>
        <section class={`panel verdict ${level()}`} aria-label="Overall">
          <h2>
            <i class={`sign ${level()}`} aria-hidden="true">
              {SIGNS[level()]}
            </i>{" "}
            {HEADS[level()]}
          </h2>
          <Show
            when={troubles().length}
            fallback={<p class="dim">{level() === "good" ? "Nothing to do." : level() === "watch" ? "See what is marked below." : "What did not come is marked below; it is never taken for well."}</p>}
          >
            <ul>
              <For each={troubles()}>
                {({ group, each }) => (
                  <li>
                    <b>
                      {group.title}, {each.name}: {each.value}.
                    </b>{" "}
                    {each.advice}
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </section>
        <div class="groups">
          {/* By place and not by identity: a look changes values, and what is read or focused stays. */}
          <For each={groups().map((group) => group.title)}>
            {(title) => <GroupPanel group={groups().find((each) => each.title === title)!} />}
          </For>
          <Show when={!models.error && models.latest} fallback={<ModelTrouble loading={models.loading} error={models.error as unknown} />}>
            {(known) => <For each={known()}>{(model) => <ModelPanel model={model} />}</For>}
          </Show>
        </div>
      </Show>
      <Messages />
    </div>
  );
};

const GroupPanel: Component<{ group: Group }> = (props) => (
  <section class="panel group" aria-label={props.group.title}>
    <h2>{props.group.title}</h2>
    <dl>
      <Index each={props.group.gauges}>{(gauge) => <Row gauge={gauge()} />}</Index>
    </dl>
  </section>
);

const Row: Component<{ gauge: Gauge }> = (props) => (
  <div class={`gauge ${props.gauge.level}`} classList={{ wide: !props.gauge.trend.length }}>
    <dt>{props.gauge.name}</dt>
    <Show when={props.gauge.trend.length}>
      <dd class="gauge-trend">
        <Sparkline values={props.gauge.trend} room={Math.max(LEAST_ROOM, props.gauge.trend.length)} />
      </dd>
    </Show>
    <dd class="gauge-value">
      {props.gauge.value}
      <Show when={SIGNS[props.gauge.level]}>
        <i class={`sign ${props.gauge.level}`} title={LEVELS[props.gauge.level]} aria-hidden="true">
          {SIGNS[props.gauge.level]}
        </i>
        <span class="unseen">, {LEVELS[props.gauge.level]}</span>
      </Show>
    </dd>
    <Show when={props.gauge.advice}>
      <dd class="gauge-advice">{props.gauge.advice}</dd>
    </Show>
  </div>
);

const METRIC_WORDS: Record<string, string> = {
  halftime_mae: "Error at halftime",
  halftime_rmse: "Root mean square error",
  persistence_mae: "Persistence's error",
  unseen_games: "Games of the test",
};

const ModelPanel: Component<{ model: ModelInfo }> = (props) => {
  const facts = (): [string, string][] => [
    ["Version", props.model.version],
    ["Status", props.model.status],
    ["Ensemble", props.model.ensemble],
    ["Learned from", props.model.first_date && props.model.last_date ? `${props.model.first_date} to ${props.model.last_date}` : "not said"],
    ["Games", props.model.games === null ? "not said" : `${numberWords(props.model.games)} in ${count(props.model.seasons.length, "season")}`],
    ...Object.entries(props.model.metrics).map(([name, value]): [string, string] => [
      METRIC_WORDS[name] ?? name.replaceAll("_", " "),
      Number.isInteger(value) ? numberWords(value) : value.toFixed(2),
    ]),
  ];
  return (
    <section class="panel group" aria-label="Model">
      <h2>Model</h2>
      <dl>
        <For each={facts()}>
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
};

const ModelTrouble: Component<{ loading: boolean; error: unknown }> = (props) => (
  <section class="panel group" aria-label="Model">
    <h2>Model</h2>
    <p class="dim">{props.loading ? "Loading …" : `Not known: ${props.error instanceof Error ? props.error.message : "the server did not say"}`}</p>
  </section>
);

export default System;
