// Alerts, quietly: at most three, gone by themselves, never in the way of the keyboard.

import { createSignal, For, onCleanup, Show, type Component } from "solid-js";
import { eventWords } from "../state/words";
import type { FeedEvent } from "../stream";
import { useApp, useColours } from "./context";
import { isNews } from "./events";
import { Icon } from "./Icon";
import { keep, kept } from "./keep";
import { href } from "./router";

const MOST = 3;
const SHOWN_MS = 7_000;
const isSwitch = (text: string): text is "on" | "off" => text === "on" || text === "off";

const [quiet, setQuiet] = createSignal(kept("toasts", isSwitch) === "off");

/** Whether alerts are only in the feed. */
export { quiet };

export function beQuiet(on: boolean): void {
  setQuiet(on);
  keep("toasts", on ? "off" : "on");
}

export const Toasts: Component = () => {
  const { live, router } = useApp();
  const [shown, setShown] = createSignal<readonly FeedEvent[]>([]);
  const [held, setHeld] = createSignal(false);
  const ends = new Map<number, number>();

  live.onEvents((events) => {
    if (quiet() || document.hidden) return;
    const now = Date.now();
    const fresh = events.filter(
      (event) =>
        event.message.type === "alert" && isNews(event.message, now) && router.route().gameId !== event.gameId,
    );
    if (!fresh.length) return;
    for (const event of fresh) ends.set(event.id, now + SHOWN_MS);
    // A run that is extended is one toast, not a stack of them.
    const newer = new Set(fresh.map(topic));
    setShown((before) => [...before.filter((each) => !newer.has(topic(each))), ...fresh].slice(-MOST));
  });
  const timer = setInterval(() => {
    if (held() || !shown().length) return;
    const now = Date.now();
    setShown((before) => {
      const left = before.filter((event) => (ends.get(event.id) ?? 0) > now);
      if (left.length === before.length) return before;
      for (const id of [...ends.keys()]) if (!left.some((event) => event.id === id)) ends.delete(id);
      return left;
    });
  }, 500);
  onCleanup(() => clearInterval(timer));
  const dismiss = (id: number) => setShown((before) => before.filter((event) => event.id !== id));

  return (
    <Show when={shown().length}>
      <section class="toasts" aria-label="Alerts" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
        <For each={shown()}>{(event) => <Toast event={event} onDismiss={() => dismiss(event.id)} />}</For>
      </section>
    </Show>
  );
};

const Toast: Component<{ event: FeedEvent; onDismiss: () => void }> = (props) => {
  const { live } = useApp();
  const game = () => live.game(props.event.gameId);
  const colours = useColours(game);
  const words = () => eventWords(props.event.message, game());
  const colour = () => {
    const side = words().side;
    return side ? colours()[side] : "var(--dim)";
  };
  return (
    <div class="toast panel" style={{ "--team": colour() }}>
      <a href={href({ view: "game", gameId: props.event.gameId })}>
        <strong>{words().label}</strong>
        <span>{words().text}</span>
      </a>
      <button class="tool" aria-label="Dismiss" onClick={() => props.onDismiss()}>
        <Icon name="close" />
      </button>
    </div>
  );
};

function topic(event: FeedEvent): string {
  const { message } = event;
  return message.type === "alert" ? `${event.gameId} ${message.data.kind} ${message.data.side}` : String(event.id);
}
