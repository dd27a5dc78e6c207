// How fast game time runs against real time, so that clocks can tick between messages. Live it is 1; a
// replay or a simulation may run at any speed, which no message tells: it is seen from the scores.

const KEPT = 24;
const NEEDED = 4;
/** Clocks run while play goes on, and stand for much of the rest: the faster steps are those of play. */
const SHARE = 0.75;

export class Pace {
  #steps: number[] = [];
  #at: number | null = null;
  #seenMs = 0;

  /** The game clock as of now. */
  seen(at: number | null, nowMs: number): void {
    if (at === null) return;
    const game = this.#at === null ? 0 : at - this.#at;
    const realSeconds = (nowMs - this.#seenMs) / 1_000;
    // What comes in one burst after a break says nothing about speed.
    if (this.#at !== null && game > 0 && realSeconds >= 0.1) {
      this.#steps.push(game / realSeconds);
      if (this.#steps.length > KEPT) this.#steps.shift();
    }
    if (this.#at === null || game !== 0) {
      this.#at = at;
      this.#seenMs = nowMs;
    }
  }

  /** Seconds of game time in a second; null while too little was seen to say. */
  get speed(): number | null {
    if (this.#steps.length < NEEDED) return null;
    const sorted = [...this.#steps].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length * SHARE)]!;
  }

  /** When the clock was last seen to move, and where it stood. */
  get last(): { at: number; seenMs: number } | null {
    return this.#at === null ? null : { at: this.#at, seenMs: this.#seenMs };
  }
}
