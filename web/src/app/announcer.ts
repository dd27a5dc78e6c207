// Says to screen readers what matters, and seldom: the newest sentence of each quiet span, not all of them.

import { createSignal, type Accessor } from "solid-js";

const QUIET_MS = 8_000;

export interface Announcer {
  said: Accessor<string>;
  /** Polite; what is said in a quiet span waits for its end, and the newest wins. */
  say(sentence: string): void;
}

export function createAnnouncer(): Announcer {
  const [said, setSaid] = createSignal("");
  let last = -QUIET_MS;
  let waiting: string | null = null;
  return {
    said,
    say(sentence) {
      const wait = last + QUIET_MS - performance.now();
      if (wait <= 0) {
        last = performance.now();
        setSaid(sentence);
        return;
      }
      if (waiting === null) {
        setTimeout(() => {
          last = performance.now();
          setSaid(waiting ?? "");
          waiting = null;
        }, wait);
      }
      waiting = sentence;
    },
  };
}
