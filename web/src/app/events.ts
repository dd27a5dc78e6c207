// Which events are worth a toast, and which a sentence to a screen reader.

import { eventWords } from "../state/words";
import type { EventMessage } from "../stream";
import type { App } from "./context";

/** What is told when it is this old was replayed after a break: it is in the feed, and no news. */
const NEWS_MS = 60_000;

export function isNews(message: EventMessage, nowMs: number): boolean {
  return Math.abs(nowMs - Date.parse(message.timestamp)) < NEWS_MS;
}

/** Of all games results and halftime forecasts; of the game that is looked at lead changes and runs too. */
export function announceEvents({ live, router, announcer }: App): void {
  live.onEvents((events) => {
    for (const event of events) {
      const { message } = event;
      if (!isNews(message, Date.now())) continue;
      const watched = router.route().gameId === event.gameId;
      const loud = message.type === "result" || message.type === "ml_prediction";
      if (!loud && !(watched && (message.type === "lead_change" || message.type === "alert"))) continue;
      const words = eventWords(message, live.game(event.gameId));
      announcer.say(`${words.label}: ${words.text}`);
    }
  });
}
