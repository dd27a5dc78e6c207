// The stream as it comes, for whoever writes a client of it.

import { createMemo, createSignal, For, onCleanup, type Component } from "solid-js";
import { useApp } from "../../app/context";
import type { ControlMessage, GameMessage } from "../../stream/contract";
import "./messages.css";

const KEPT = 200;
const DRAW_MS = 250;
/** A snapshot of all games is long; its beginning says enough here. */
const MOST_LETTERS = 2_000;

interface Line {
  number: number;
  type: string;
  text: string;
}

export const Messages: Component = () => {
  const { live } = useApp();
  const [lines, setLines] = createSignal<readonly Line[]>([]);
  const [types, setTypes] = createSignal<readonly string[]>([]);
  const [wanted, setWanted] = createSignal("");
  const [hold, setHold] = createSignal(false);
  const [rate, setRate] = createSignal(0);
  const kept: Line[] = [];
  let received = 0;
  let counted = 0;
  let countedMs = performance.now();

  live.onFrame((frame) => {
    received += 1;
    const { type } = JSON.parse(frame) as GameMessage | ControlMessage;
    kept.unshift({ number: received, type, text: frame.slice(0, MOST_LETTERS) });
    if (kept.length > KEPT) kept.pop();
  });
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - countedMs >= 1_000) {
      setRate(Math.round((received - counted) / ((now - countedMs) / 1_000)));
      [counted, countedMs] = [received, now];
    }
    if (hold() || kept[0]?.number === lines()[0]?.number) return;
    setLines([...kept]);
    const found = new Set([...types(), ...kept.map((line) => line.type)]);
    if (found.size > types().length) setTypes([...found].sort());
  }, DRAW_MS);
  onCleanup(() => clearInterval(timer));

  const shown = createMemo(() => lines().filter((line) => wanted() === "" || line.type === wanted()));

  return (
    <section class="messages panel" aria-labelledby="messages-title">
      <div class="messages-head">
        <h2 id="messages-title">Messages</h2>
        <label>
          Type{" "}
          <select onChange={(event) => setWanted(event.currentTarget.value)}>
            <option value="">all</option>
            <For each={types()}>{(type) => <option value={type}>{type}</option>}</For>
          </select>
        </label>
        <label class="check">
          <input type="checkbox" onChange={(event) => setHold(event.currentTarget.checked)} /> Hold
        </label>
        <span class="dim">{rate()} a second</span>
      </div>
      <ol id="messages" tabindex={0} aria-label="Messages of the stream, newest first">
        <For each={shown()}>
          {(line) => (
            <li>
              <b>{line.type}</b> {line.text}
            </li>
          )}
        </For>
      </ol>
    </section>
  );
};
