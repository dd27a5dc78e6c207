// The market beside the forecast: what a fair line would be, and how to tell what the market says.

import { createMemo, createSignal, For, Show, type Component } from "solid-js";
import { useApp, useColours, type ViewProps } from "../../app/context";
import { href } from "../../app/router";
import { whenWords } from "../../app/times";
import { IntervalBar } from "../../charts/IntervalBar";
import { clockSeconds, clockWords, periodWords } from "../../state/clock";
import { count, interval, margin, percent, short, statusWords, type Side } from "../../state/words";
import type { Game } from "../../stream";
import type { MarginForecast, RunningForecast } from "../../stream/contract";
import "./edges.css";
import { americanWords, decimalWords, spreadWords } from "./odds";

const SIDES: readonly Side[] = ["away", "home"];
const KNOWN: Record<string, string> = {
  score: "score and clock",
  teams: "score and the teams' ratings",
  players: "score, teams and who plays",
  spread: "score and the market's spread",
  market: "score, teams and the market's spread",
};
/** Of these the forecast has heard from the market. */
const TOLD = new Set(["spread", "market"]);
const OPEN = new Set<Game["status"]>(["scheduled", "live", "halftime", "break"]);
const ORDER: Record<string, number> = { live: 0, halftime: 0, break: 0, scheduled: 1 };

const Edges: Component<ViewProps> = () => {
  const { live } = useApp();
  // The list is a new one only when a game comes, leaves or changes its status: cards keep their place.
  const ids = createMemo(
    () =>
      live
        .ids()
        .flatMap((id) => live.game(id) ?? [])
        .filter((game) => OPEN.has(game.status))
        .sort((one, other) => ORDER[one.status]! - ORDER[other.status]! || (one.game_id < other.game_id ? -1 : 1))
        .map((game) => game.game_id),
    [],
    { equals: (one, other) => one.length === other.length && one.every((id, index) => id === other[index]) },
  );
  return (
    <div class="edges">
      <header class="view-head">
        <h1>Edges</h1>
        <p class="dim">What the forecast would call a fair line: no bookmaker's share, no advice.</p>
      </header>
      <Connect ids={ids()} />
      <Show
        when={ids().length}
        fallback={
          <div class="panel empty">
            <h2>No game is open</h2>
            <p>A fair line stands here for every game that is scheduled or being played, as soon as there is a forecast of it.</p>
            <a class="button" href={href({ view: "tonight" })}>
              Tonight's games
            </a>
          </div>
        }
      >
        <div class="lines">
          <For each={ids()}>{(id) => <Show when={live.game(id)}>{(game) => <Lines game={game()} />}</Show>}</For>
        </div>
      </Show>
    </div>
  );
};

const Lines: Component<{ game: Game }> = (props) => {
  const colours = useColours(() => props.game);
  const forecast = () => props.game.forecast;
  return (
    <article class="panel line" aria-labelledby={`line-${props.game.game_id}`}>
      <header class="line-head">
        <h2 id={`line-${props.game.game_id}`}>
          <a href={href({ view: "game", gameId: props.game.game_id })}>
            {short(props.game, "away")} at {short(props.game, "home")}
          </a>
        </h2>
        <p class="dim">{standing(props.game)}</p>
      </header>
      <Show
        when={forecast()}
        fallback={<p class="dim none">No forecast of this game yet. One comes when it begins, and before where the ratings of both teams are known.</p>}
      >
        {(known) => (
          <>
            <table>
              <thead>
                <tr>
                  <th scope="col">
                    <span class="unseen">Team</span>
                  </th>
                  <th scope="col">Spread</th>
                  <th scope="col">Wins</th>
                  <th scope="col">American</th>
                  <th scope="col">Decimal</th>
                </tr>
              </thead>
              <tbody>
                <For each={SIDES}>
                  {(side) => (
                    <tr style={{ "--team": colours()[side] }}>
                      <th scope="row" title={short(props.game, side)}>
                        {short(props.game, side)}
                      </th>
                      <td>
                        <b>{spreadWords(seen(known().final.median, side))}</b>
                      </td>
                      <td>{percent(chance(known(), side))}</td>
                      <td>{americanWords(chance(known(), side))}</td>
                      <td>{decimalWords(chance(known(), side))}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <Final game={props.game} final={known().final} colour={colours()[known().final.median >= 0 ? "home" : "away"]} />
            <dl class="line-facts">
              <Show when={known().halftime}>
                {(half) => (
                  <div>
                    <dt class="dim">First half</dt>
                    <dd>{firstHalf(half().median, props.game)}</dd>
                  </div>
                )}
              </Show>
              <div>
                <dt class="dim">As of</dt>
                <dd>{asOf(known())}</dd>
              </div>
              <div>
                <dt class="dim">Made from</dt>
                <dd>{KNOWN[known().known] ?? known().known}</dd>
              </div>
            </dl>
          </>
        )}
      </Show>
    </article>
  );
};

const Final: Component<{ game: Game; final: MarginForecast; colour: string }> = (props) => {
  const range = () => interval(props.final.lower95, props.final.upper95, props.game, props.final.median);
  const now = () => {
    const { score_home: home, score_away: away } = props.game;
    return home === null || away === null ? null : home - away;
  };
  return (
    <div class="line-range">
      <IntervalBar
        point={props.final.median}
        lower95={props.final.lower95}
        upper95={props.final.upper95}
        lower80={props.final.lower80}
        upper80={props.final.upper80}
        actual={now()}
        colour={props.colour}
        label={`Final margin ${margin(props.final.median, props.game)}; 95%: ${range()}${now() === null ? "" : `; now ${margin(now()!, props.game)}`}`}
      />
      <p class="dim">95% of endings: {range()}</p>
    </div>
  );
};

/** How to tell what the market says, while no book tells it. */
const Connect: Component<{ ids: readonly string[] }> = (props) => {
  const { live, announcer } = useApp();
  const [wanted, setWanted] = createSignal<string | null>(null);
  const [copied, setCopied] = createSignal<boolean | null>(null);
  const told = () => props.ids.filter((each) => TOLD.has(live.game(each)?.forecast?.known ?? "")).length;
  const id = () => (wanted() !== null && props.ids.includes(wanted()!) ? wanted()! : (props.ids[0] ?? null));
  // An id of a scraper goes into a line for a shell: nothing in it may be more than a part of the address.
  const path = () => (id() === null ? "GAME_ID" : encodeURIComponent(id()!).replaceAll("'", "%27"));
  const command = () =>
    `curl -X POST '${location.origin}/games/${path()}/market' -H 'Content-Type: application/json' -d '{"home_spread": -4.5}'`;
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(command());
      setCopied(true);
      announcer.say("Copied");
    } catch {
      // Without TLS, and not on loopback, a browser lends no clipboard.
      setCopied(false);
    }
  }
  // On a phone it would be a screenful before the first line.
  const open = matchMedia("(min-width: 760px)").matches;
  return (
    <details class="panel connect" open={open}>
      <summary>
        <h2>No book is connected</h2>
        <span class="dim">{told() ? `${count(told(), "forecast has", "forecasts have")} a spread that was told` : "How to tell what the market says"}</span>
      </summary>
      <p>
        Courtside reads no odds by itself: adapters for books are not connected, so no quote and no edge is shown here. What a
        market says of a game you tell it yourself. <code>home_spread</code> is the spread of the home team in points, −4.5
        where it gives four and a half; the forecast of the game takes it up at once.
      </p>
      <div class="connect-call">
        <Show when={props.ids.length}>
          <label>
            <span class="dim">Game</span>
            <select class="field" value={id() ?? ""} onChange={(event) => setWanted(event.currentTarget.value)}>
              <For each={props.ids}>
                {(each) => <option value={each}>{live.game(each) ? `${short(live.game(each)!, "away")} at ${short(live.game(each)!, "home")}` : each}</option>}
              </For>
            </select>
          </label>
        </Show>
        <code tabindex={0} role="region" aria-label="The call for a shell">
          {command()}
        </code>
        <button class="button" onClick={() => void copy()}>
          {copied() === true ? "Copied" : "Copy"}
        </button>
      </div>
      <Show when={copied() === false}>
        <p class="dim" role="status">
          This browser lends no clipboard here: select the line and copy it by hand.
        </p>
      </Show>
      <p class="dim">
        From another machine, or where keys are configured, the call needs one: <code>-H 'Authorization: Bearer KEY'</code>.
        More in <a href="/docs">HTTP calls</a>.
      </p>
    </details>
  );
};

const seen = (median: number, side: Side) => (side === "home" ? median : -median);
const chance = ({ win_probability_home: home }: RunningForecast, side: Side) => (side === "home" ? home : 1 - home);

function firstHalf(median: number, game: Game): string {
  const side = median < 0 ? "away" : "home";
  return median === 0 ? "pick" : `${short(game, side)} ${spreadWords(seen(median, side))}`;
}

function asOf(forecast: RunningForecast): string {
  if (forecast.period === null || forecast.game_clock === null) return "before the game";
  const seconds = clockSeconds(forecast.game_clock);
  const score = `${forecast.score_away}–${forecast.score_home}`;
  if (seconds === 0) return `${forecast.period === 2 ? "halftime" : `end of ${periodWords(forecast.period)}`}, ${score}`;
  return `${periodWords(forecast.period)} ${seconds === null ? forecast.game_clock : clockWords(seconds)}, ${score}`;
}

function standing(game: Game): string {
  if (game.status === "scheduled") return game.start_time ? whenWords(game.start_time, Date.now()) : "time not known";
  const score = game.score_home === null || game.score_away === null ? "" : ` ${game.score_away}–${game.score_home}`;
  const real = game.source === "simulated" || game.source === "replay" ? `, ${game.source}` : "";
  return `${statusWords(game.status)}${score}${real}`;
}

export default Edges;
