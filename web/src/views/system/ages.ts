// How long ago each game said something.

import type { Game } from "../../stream";

type Told = Pick<Game, "game_id" | "source" | "updated" | "seq" | "epoch">;

/** By the time of the message; a recording's is of its own night, and there this page's counts. */
export class Ages {
  readonly #seen = new Map<string, { name: string; atMs: number }>();

  /** Seconds, as of `atMs`. */
  of(game: Told, atMs: number): number {
    // Clocks of two machines are never quite the same: what is said "in a moment" was said now.
    return Math.max(0, (atMs - (game.source === "replay" ? this.#heard(game, atMs) : Date.parse(game.updated))) / 1_000);
  }

  #heard({ game_id: id, epoch, seq }: Told, atMs: number): number {
    const name = `${epoch} ${seq}`;
    const known = this.#seen.get(id);
    if (known?.name === name) return known.atMs;
    this.#seen.set(id, { name, atMs });
    return atMs;
  }
}
