// What the stream said about a game after a message of it, page by page.

import { CallError } from "../../state/calls";
import type { GameMessage } from "../../stream";
import type { GameMessages } from "../../stream/contract";

const PAGE = 2_000;

/** Begins anew where the server no longer has this epoch. */
export async function getMessagesAfter(id: string, epoch: string | null, after: number): Promise<GameMessage[]> {
  const all: GameMessage[] = [];
  let from = after;
  let asked = epoch;
  for (;;) {
    const reply = await page(id, from);
    if (asked !== null && reply.epoch !== asked) {
      // What was taken is of a game that begins anew.
      all.length = 0;
      from = 0;
      asked = reply.epoch;
      continue;
    }
    asked = reply.epoch;
    const messages = reply.messages as GameMessage[];
    all.push(...messages);
    if (!reply.more || messages.length === 0) return all;
    from = messages[messages.length - 1]!.seq;
  }
}

async function page(id: string, after: number): Promise<GameMessages> {
  const answer = await fetch(`/games/${encodeURIComponent(id)}/messages?after_seq=${after}&limit=${PAGE}`);
  if (!answer.ok) throw new CallError(answer.status, `the server answered ${answer.status}`);
  return (await answer.json()) as GameMessages;
}
