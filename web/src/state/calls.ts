// HTTP calls of the server, typed; each throws `CallError` with the server's own line.

import type {
  Accuracies,
  Accuracy,
  ErrorReply,
  GameMessage,
  GameMessages,
  GameSnapshot,
  Health,
  ModelInfo,
  Models,
  PlayData,
  Plays,
  PredictionRecord,
  Predictions,
  Timeline,
} from "../stream/contract";

export class CallError extends Error {
  constructor(
    readonly status: number,
    line: string,
  ) {
    super(line);
  }
}

async function get<Reply>(path: string): Promise<Reply> {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    const reply = body as Partial<ErrorReply> | null;
    throw new CallError(answer.status, reply?.error ?? `the server answered ${answer.status}`);
  }
  return body as Reply;
}

const of = (gameId: string) => `/games/${encodeURIComponent(gameId)}`;

export const getGame = (id: string) => get<GameSnapshot>(of(id));
export const getPlays = (id: string): Promise<PlayData[]> => get<Plays>(`${of(id)}/plays`).then((reply) => reply.plays);
export const getTimeline = (id: string) => get<Timeline>(`${of(id)}/timeline`);
export const getPredictions = (id?: string): Promise<PredictionRecord[]> =>
  get<Predictions>(id === undefined ? "/predictions" : `/predictions/${encodeURIComponent(id)}`).then(
    (reply) => reply.predictions,
  );
export const getAccuracy = (): Promise<Accuracy[]> => get<Accuracies>("/accuracy").then((reply) => reply.accuracy);
export const getModels = (): Promise<ModelInfo[]> => get<Models>("/models").then((reply) => reply.models);
export const getHealth = () => get<Health>("/health");

/** Prometheus' text format. */
export const getMetrics = (): Promise<string> => fetch("/metrics").then((answer) => answer.text());

/** Everything that the stream said about a game in its present epoch, oldest first. */
export async function getMessages(id: string, page = 5_000): Promise<GameMessage[]> {
  const all: GameMessage[] = [];
  for (let after = 0; ; ) {
    const reply = await get<GameMessages>(`${of(id)}/messages?after_seq=${after}&limit=${page}`);
    const messages = reply.messages as GameMessage[];
    all.push(...messages);
    if (!reply.more || messages.length === 0) return all;
    after = messages[messages.length - 1]!.seq;
  }
}
