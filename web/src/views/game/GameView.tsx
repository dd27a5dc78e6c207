// One game, whole: as it stands, or as it stood at the moment that is looked at.

import { For, Match, Show, Switch, type Component } from "solid-js";
import { useApp, type ViewProps } from "../../app/context";
import { href } from "../../app/router";
import { ForecastTab } from "./ForecastTab";
import "./game.css";
import { createModel, type Model } from "./model";
import { Overview } from "./Overview";
import { Players } from "./Players";
import { Plays } from "./Plays";
import { Scoreboard } from "./Scoreboard";
import { ScrubBar } from "./ScrubBar";

const TABS = [
  { name: "overview", title: "Overview" },
  { name: "plays", title: "Plays" },
  { name: "forecast", title: "Forecast" },
  { name: "players", title: "Players" },
] as const;

const GameView: Component<ViewProps> = (props) => (
  <Show when={props.route.gameId} keyed fallback={<Waiting />}>
    {(id) => <OneGame id={id} route={props.route} />}
  </Show>
);

const Waiting: Component = () => (
  <div class="panel empty">
    <h1>No game yet</h1>
    <p>The game that is most worth a look shows here as soon as there is one.</p>
    <a class="button" href={href({ view: "tonight" })}>
      Tonight's games
    </a>
  </div>
);

const OneGame: Component<{ id: string; route: ViewProps["route"] }> = (props) => {
  const model = createModel(props.id, () => props.route);
  const { keys } = useApp();
  const step = (event: KeyboardEvent) => (event.shiftKey ? 60 : 10) * (event.key === "ArrowLeft" ? -1 : 1);
  keys.bind(
    { keys: ["ArrowLeft", "ArrowRight"], what: "Back and on in the game by 10 s; with Shift a minute", run: (event) => model.scrub.by(step(event)) },
    {
      keys: ["Escape"],
      what: "Return to now",
      run: () => {
        if (model.scrub.at() === null) return false;
        model.scrub.to(null);
      },
    },
  );
  return (
    <Show when={model.shown()} fallback={<Missing model={model} />}>
      {(shown) => (
        <div class="game" classList={{ looking: model.scrub.at() !== null }}>
          <Scoreboard model={model} game={shown()} />
          <ScrubBar model={model} />
          <Tabs model={model} route={props.route} />
        </div>
      )}
    </Show>
  );
};

const Missing: Component<{ model: Model }> = (props) => (
  <Show when={props.model.missing()} fallback={<p class="dim loading">Loading …</p>}>
    <div class="panel empty">
      <h1>No such game is known</h1>
      <p>The address may be of another server, or the game is no longer kept.</p>
      <a class="button" href={href({ view: "tonight" })}>
        Tonight's games
      </a>
    </div>
  </Show>
);

const Tabs: Component<{ model: Model; route: ViewProps["route"] }> = (props) => {
  const { router } = useApp();
  const open = () => TABS.find((tab) => tab.name === props.route.params["tab"])?.name ?? "overview";
  const choose = (name: string) => router.setParams({ tab: name === "overview" ? null : name });
  let list: HTMLDivElement | undefined;

  function onKey(event: KeyboardEvent): void {
    const at = TABS.findIndex((tab) => tab.name === open());
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + TABS.length) % TABS.length;
    choose(TABS[next]!.name);
    list?.querySelectorAll("button")[next]?.focus();
  }

  return (
    <>
      <div class="tabs" role="tablist" aria-label="Parts of the game" ref={list} onKeyDown={onKey}>
        <For each={TABS}>
          {(tab) => (
            <button
              role="tab"
              id={`tab-${tab.name}`}
              aria-selected={open() === tab.name}
              aria-controls="tab-panel"
              tabindex={open() === tab.name ? 0 : -1}
              onClick={() => choose(tab.name)}
            >
              {tab.title}
            </button>
          )}
        </For>
      </div>
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${open()}`}>
        <Switch>
          <Match when={open() === "overview"}>
            <Overview model={props.model} />
          </Match>
          <Match when={open() === "plays"}>
            <Plays model={props.model} />
          </Match>
          <Match when={open() === "forecast"}>
            <ForecastTab model={props.model} />
          </Match>
          <Match when={open() === "players"}>
            <Players model={props.model} />
          </Match>
        </Switch>
      </div>
    </>
  );
};

export default GameView;
