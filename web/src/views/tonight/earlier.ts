// What happened shortly before this page was opened: its stream begins with how things stand, not with how
// they came to be so.

import { CallError } from "../../state/calls";
import type { EventMessage, FeedEvent, Game } from "../../stream";
import type { GameMessage, GameMessages } from "../../stream/contract";
import { Feed } from "../../stream/feed";

/** Of each game; some five minutes of it. */
const MOST_MESSAGES = 120;
/** Those that moved last: a night has fewer. */
const MOST_GAMES = 20;
/** Ids of the feed count upward from 1; these must be none of them. */
const FIRST_ID = -1;

export type Ask = (path: string) => Promise<GameMessages>;

const ask: Ask = async (path) => {
  const answer = await fetch(path);
  if (!answer.ok) throw new CallError(answer.status, `the server answered ${answer.status}`);
  return (await answer.json()) as GameMessages;
};

/** Events of these games up to how they stand, newest first; a game that cannot be asked for is left out. */
export async function earlier(games: readonly Game[], get: Ask = ask): Promise<readonly FeedEvent[]> {
  const messages: GameMessage[] = [];
  // One after the other: nobody waits for them, and the server has others to serve.
  const newest = [...games].sort((one, other) => (one.updated < other.updated ? 1 : -1)).slice(0, MOST_GAMES);
  for (const { game_id: id, epoch, seq } of newest) {
    if (seq === 0) continue;
    try {
      const from = Math.max(0, seq - MOST_MESSAGES);
      const reply = await get(`/games/${encodeURIComponent(id)}/messages?after_seq=${from}&limit=${MOST_MESSAGES}&epoch=${encodeURIComponent(epoch)}`);
      messages.push(...(reply.messages as GameMessage[]).filter((message) => message.seq <= seq));
    } catch (error) {
      // A server that goes away is said elsewhere; a mistake of this page is not.
      if (!(error instanceof CallError || error instanceof TypeError)) throw error;
    }
  }
  messages.sort((one, other) => (one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : one.seq - other.seq));
  const feed = new Feed();
  for (const message of messages) feed.note(message, Date.parse(message.timestamp));
  return feed.events.map((event, index) => ({ ...event, id: FIRST_ID - index }));
}

const nameOf = ({ game_id: id, epoch, seq }: EventMessage) => `${id} ${epoch} ${seq}`;

/** Both, newest first; what is in both is there once. */
export function joined(now: readonly FeedEvent[], before: readonly FeedEvent[]): readonly FeedEvent[] {
  if (!before.length) return now;
  const known = new Set(now.map((event) => nameOf(event.message)));
  return [...now, ...before.filter((event) => !known.has(nameOf(event.message)))];
}
