/** Milliseconds to wait after each failure in a row: doubled each time up to a cap, and shortened by a
 * random part of up to a half, so that pages that lost the same server do not return in one instant. */
export class Backoff {
  #failures = 0;

  constructor(
    readonly firstMs = 400,
    readonly longestMs = 8_000,
    readonly random: () => number = Math.random,
  ) {}

  failed(): number {
    const wait = Math.min(this.longestMs, this.firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return wait * (1 - 0.5 * this.random());
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
