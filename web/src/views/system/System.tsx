// How the server and the feed are, looked at now and then while the page shows it.

import { createEffect, createMemo, createResource, createSignal, For, Index, on, onCleanup, onMount, Show, type Component } from "solid-js";
import { useApp, type ViewProps } from "../../app/context";
import { Sparkline } from "../../charts/Sparkline";
import { getModels } from "../../state/calls";
import { createNow, secondWords } from "../../state/clock";
import { look } from "../../state/probe";
import { short } from "../../state/words";
import { Ages } from "./ages";
import { redealt, type Columns } from "./columns";
import type { ModelInfo } from "../../stream/contract";
import { judge, worst, type BoardGame, type Gauge, type Group, type Level } from "./judge";
import type { Snapshot } from "./looks";
import { Messages } from "./Messages";
import { factsOf, ModelPanel } from "./Model";
import "./system.css";

const EVERY_MS = 3_000;
/** Rates need two looks: the second comes soon. */
const SECOND_MS = 1_000;
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
  const spoken = new Ages();
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
        if (game) ages.set(id, spoken.of(game, seen.atMs));
      }
      const { messages, busyMs } = live.counts;
      setLooks((before) => [...before, { ...seen, ages, page: { messages, busyMs } }].slice(-KEPT));
    }
    timer = setTimeout(() => void watch(), looks().length === 1 ? SECOND_MS : EVERY_MS);
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
  // A server that does not answer takes nothing back of what is known of its model.
  createEffect(on(version, (is) => void (is !== undefined && refetch()), { defer: true }));

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
        <Panels groups={groups()} models={models.error ? undefined : models.latest} trouble={models.loading ? "Loading …" : wordsOf(models.error)} />
      </Show>
      <Messages />
    </div>
  );
};

/** As wide as a panel wants to be, with its gap; as in system.css. */
const PANEL_REM = 23;
const GAP_REM = 1;
/** What head and margins of a panel are in rows. */
const HEAD_ROWS = 2;

const Panels: Component<{ groups: readonly Group[]; models: readonly ModelInfo[] | undefined; trouble: string }> = (props) => {
  const [columns, setColumns] = createSignal(1);
  let place: HTMLDivElement | undefined;
  onMount(() => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const watcher = new ResizeObserver(() => {
      const width = (place?.clientWidth ?? 0) / rem;
      setColumns(Math.max(1, Math.floor((width + GAP_REM) / (PANEL_REM + GAP_REM))));
    });
    watcher.observe(place!);
    onCleanup(() => watcher.disconnect());
  });
  const heights = () => [
    ...props.groups.map((group) => group.gauges.length + HEAD_ROWS),
    (props.models ?? []).reduce((rows, model) => rows + factsOf(model).length + HEAD_ROWS, 0) || 1 + HEAD_ROWS,
  ];
  const dealt = createMemo<Columns>((before) => redealt(before, heights(), columns()), []);
  return (
    <div class="groups" ref={place}>
      {/* By place and not by identity: a look changes values, and what is read stays. */}
      <For each={dealt()}>
        {(column) => (
          <div class="groups-column">
            <For each={column}>
              {(index) => (
                <Show
                  when={index < props.groups.length}
                  fallback={
                    <Show when={props.models} fallback={<ModelTrouble words={props.trouble} />}>
                      {(known) => <For each={known()}>{(model) => <ModelPanel model={model} />}</For>}
                    </Show>
                  }
                >
                  <GroupPanel group={props.groups[index]!} />
                </Show>
              )}
            </For>
          </div>
        )}
      </For>
    </div>
  );
};

const ModelTrouble: Component<{ words: string }> = (props) => (
  <section class="panel group" aria-label="Model">
    <h2>Model</h2>
    <p class="dim">{props.words}</p>
  </section>
);

const GroupPanel: Component<{ group: Group }> = (props) => (
  <section class="panel group" aria-label={props.group.title}>
    <h2>{props.group.title}</h2>
    <dl>
      <Index each={props.group.gauges}>{(gauge) => <Row gauge={gauge()} />}</Index>
    </dl>
  </section>
);

const Row: Component<{ gauge: Gauge }> = (props) => (
  <div class={`gauge ${props.gauge.level} ${props.gauge.trend.length ? "" : "wide"}`}>
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

const wordsOf = (error: unknown) => `Not known: ${error instanceof Error ? error.message : "the server did not say"}`;

export default System;
