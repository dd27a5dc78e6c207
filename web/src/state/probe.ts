// One look at the server: health, readiness and metrics together. What did not come is null, not zero.

import type { Health, Readiness } from "../stream/contract";
import { Metrics } from "./prometheus";

export interface Look {
  atMs: number;
  health: Health | null;
  ready: Readiness | null;
  metrics: Metrics | null;
  /** Why something is missing. */
  failure: string | null;
}

/** Longer than a server that is well ever takes. */
const PATIENCE_MS = 5_000;

export async function look(ask: typeof fetch = fetch): Promise<Look> {
  const failures: string[] = [];
  const get = async <Reply>(path: string, read: (answer: Response) => Promise<Reply>, also?: number): Promise<Reply | null> => {
    try {
      const answer = await ask(path, { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
      if (!answer.ok && answer.status !== also) throw new Error(`answered ${answer.status}`);
      return await read(answer);
    } catch (error) {
      failures.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const [health, ready, metrics] = await Promise.all([
    get("/health", (answer) => answer.json() as Promise<Health>),
    // 503 is an answer: it says why.
    get("/ready", (answer) => answer.json() as Promise<Readiness>, 503),
    get("/metrics", async (answer) => new Metrics(await answer.text())),
  ]);
  return { atMs: Date.now(), health, ready, metrics, failure: failures[0] ?? null };
}
