// Every forecast in a table that draws only the rows in sight.

import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type Component, type JSX } from "solid-js";
import { useApp } from "../../app/context";
import { href } from "../../app/router";
import { dayWords, timeWords } from "../../state/clock";
import { count, percent } from "../../state/words";
import { bounds, csv, found, inside, names, sorted, type Order, type Outcome, type Row, type SortBy } from "./rows";
import { ahead, horizonWords, range } from "./words";

interface Column {
  by: SortBy;
  title: string;
  number: boolean;
  cell: (row: Row) => JSX.Element;
}

const OUTCOMES: readonly [Outcome, string][] = [
  ["all", "All"],
  ["inside", "Inside"],
  ["outside", "Outside"],
  ["open", "Not settled"],
];
const HELD: Record<string, string> = { true: "inside the interval", false: "outside the interval" };
const SPARE_ROWS = 6;
const NARROW = "(max-width: 899px)";
/** As in accuracy.css. */
const HEIGHTS = { wide: 40, narrow: 66 };

export const Log: Component<{ rows: readonly Row[]; scope: JSX.Element }> = (props) => {
  const { live, keys } = useApp();
  const [text, setText] = createSignal("");
  const [outcome, setOutcome] = createSignal<Outcome>("all");
  const [order, setOrder] = createSignal<Order>({ by: "made", down: true });
  const [top, setTop] = createSignal(0);
  const [room, setRoom] = createSignal(600);
  const media = matchMedia(NARROW);
  const [narrow, setNarrow] = createSignal(media.matches);
  let scroller: HTMLDivElement | undefined;

  onMount(() => {
    const change = () => setNarrow(media.matches);
    media.addEventListener("change", change);
    const watcher = new ResizeObserver(() => setRoom(scroller?.clientHeight ?? 0));
    watcher.observe(scroller!);
    onCleanup(() => {
      media.removeEventListener("change", change);
      watcher.disconnect();
    });
  });
  keys.bind({ keys: ["c"], what: "Download the forecasts of the table as CSV", run: () => download() });

  const board = createMemo(() => new Set(live.ids()));
  const shown = createMemo(() => sorted(found(props.rows, text(), outcome()), order()));
  const height = () => (narrow() ? HEIGHTS.narrow : HEIGHTS.wide);
  const first = () => Math.max(0, Math.floor(top() / height()) - SPARE_ROWS);
  const last = () => Math.min(shown().length, Math.ceil((top() + room()) / height()) + SPARE_ROWS);
  const seen = createMemo(() => shown().slice(first(), last()));
  createEffect(
    on([text, outcome, order], () => scroller?.scrollTo({ top: 0 }), { defer: true }),
  );

  function sortBy(by: SortBy): void {
    setOrder((before) => ({ by, down: before.by === by ? !before.down : by !== "game" && by !== "model" }));
  }

  function download(): void {
    const url = URL.createObjectURL(new Blob([csv(shown())], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "courtside-forecasts.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  const all: readonly Column[] = [
    {
      by: "made",
      title: "Made",
      number: false,
      cell: ({ record }) => (
        <span title={`${dayWords(record.made_at)}, ${timeWords(record.made_at)}; ${record.model_version}`}>
          {narrow() ? `${record.horizon === "halftime" ? "Half" : horizonWords(record.horizon)}, ${dayWords(record.made_at)}` : `${dayWords(record.made_at)}, ${timeWords(record.made_at)}`}
        </span>
      ),
    },
    {
      by: "game",
      title: "Game",
      number: false,
      cell: ({ record }) => (
        <Show when={board().has(record.game_id)} fallback={<span title={names(record)}>{names(record)}</span>}>
          <a href={href({ view: "game", gameId: record.game_id })} title={names(record)}>
            {names(record)}
          </a>
        </Show>
      ),
    },
    { by: "horizon", title: "Of", number: false, cell: ({ record }) => horizonWords(record.horizon) },
    { by: "model", title: "Model", number: false, cell: ({ record }) => <span title={record.model_version}>{record.model_version}</span> },
    { by: "forecast", title: "Forecast", number: true, cell: ({ record }) => <b title={ahead(record.point_forecast, record)}>{ahead(record.point_forecast, record)}</b> },
    {
      by: "width",
      title: "Interval",
      number: true,
      cell: ({ record }) => {
        const known = bounds(record);
        return known ? range(known.lower, known.upper, record) : "–";
      },
    },
    { by: "persistence", title: "At 18:00", number: true, cell: ({ anchor, record }) => (anchor === null ? "–" : ahead(anchor, record)) },
    { by: "outcome", title: "Came", number: true, cell: ({ record }) => <b>{record.actual === null ? "–" : ahead(record.actual, record)}</b> },
    {
      by: "error",
      title: "Off by",
      number: true,
      cell: ({ record }) => (
        <>
          {record.absolute_error === null ? "–" : record.absolute_error.toFixed(1)}
          {/* Without an outcome too, so that the figures stand in one column. */}
          <i class="mark" classList={{ out: inside(record) === false }} title={HELD[String(inside(record))]} aria-hidden="true">
            {inside(record) === null ? "" : inside(record) ? "●" : "×"}
          </i>
          <Show when={inside(record) !== null}>
            <span class="unseen">{`, ${HELD[String(inside(record))]}`}</span>
          </Show>
        </>
      ),
    },
    {
      by: "chance",
      title: "Home wins",
      number: true,
      cell: ({ record }) => {
        const chance = record.win_probability_home;
        return chance === null || chance === undefined ? "–" : percent(chance);
      },
    },
  ];
  // A forecast of the half says no chance to win: its column would be all dashes.
  const chances = createMemo(() => props.rows.some(({ record }) => typeof record.win_probability_home === "number"));
  const columns = createMemo(() => (chances() ? all : all.filter(({ by }) => by !== "chance")));

  return (
    <section class="panel log" aria-labelledby="log-title">
      <header class="log-head">
        <h2 id="log-title">Every forecast</h2>
        <p class="dim" role="status">
          {shown().length === props.rows.length ? count(shown().length, "forecast") : `${shown().length} of ${count(props.rows.length, "forecast")}`}
        </p>
        <button class="button" onClick={download} disabled={shown().length === 0}>
          Download CSV
        </button>
      </header>
      <div class="log-tools">
        <input
          class="field"
          type="search"
          aria-label="Find a team, a game or a model"
          placeholder="Team, game or model"
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="choices" role="group" aria-label="Outcome">
          <For each={OUTCOMES}>
            {([name, title]) => (
              <button class="button" aria-pressed={outcome() === name} onClick={() => setOutcome(name)}>
                {title}
              </button>
            )}
          </For>
        </div>
        {props.scope}
        <label class="log-order">
          <span class="dim">Sort</span>
          <select
            class="field"
            value={`${order().by} ${order().down ? "down" : "up"}`}
            onChange={(event) => {
              const [by, way] = event.currentTarget.value.split(" ");
              setOrder({ by: by as SortBy, down: way === "down" });
            }}
          >
            <For each={columns()}>
              {(column) => (
                <>
                  <option value={`${column.by} down`}>{column.title} ↓</option>
                  <option value={`${column.by} up`}>{column.title} ↑</option>
                </>
              )}
            </For>
          </select>
        </label>
      </div>
      <div
        class="log-scroll"
        style={{ "--numbers": columns().filter((column) => column.number).length }}
        ref={scroller}
        tabindex={0}
        role="region"
        aria-label="Forecasts, scrolls"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div role="table" aria-labelledby="log-title" aria-rowcount={shown().length + 1}>
          <div role="rowgroup" class="log-header">
            <div role="row" class="log-row" aria-rowindex={1}>
              <For each={columns()}>
                {(column) => (
                  <span
                    role="columnheader"
                    class={`c-${column.by}`}
                    classList={{ number: column.number }}
                    aria-sort={order().by === column.by ? (order().down ? "descending" : "ascending") : "none"}
                  >
                    <button tabindex={narrow() ? -1 : 0} onClick={() => sortBy(column.by)}>
                      {column.title}
                      <i aria-hidden="true">{order().by === column.by ? (order().down ? "↓" : "↑") : ""}</i>
                    </button>
                  </span>
                )}
              </For>
            </div>
          </div>
          <div role="rowgroup" class="log-body" style={{ height: `${shown().length * height()}px` }}>
            <For each={seen()}>
              {(row, index) => (
                <div
                  role="row"
                  class="log-row"
                  aria-rowindex={first() + index() + 2}
                  style={{ transform: `translateY(${(first() + index()) * height()}px)` }}
                >
                  <For each={columns()}>
                    {(column) => (
                      <span role="cell" class={`c-${column.by}`} classList={{ number: column.number }}>
                        {column.cell(row)}
                      </span>
                    )}
                  </For>
                </div>
              )}
            </For>
          </div>
        </div>
        <Show when={shown().length === 0}>
          <p class="dim none">No forecast is like that. Take a filter away.</p>
        </Show>
      </div>
    </section>
  );
};
