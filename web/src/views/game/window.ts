// Which rows of a long list are worth drawing.

/** Rows beyond the edges, so that a quick scroll shows no gap. */
const BEYOND = 8;

export interface Part {
  from: number;
  /** Not drawn itself. */
  to: number;
}

/** All in pixels but `rows`. */
export function windowOf(rows: number, row: number, top: number, height: number): Part {
  const first = Math.floor(top / row) - BEYOND;
  const last = Math.ceil((top + height) / row) + BEYOND;
  return { from: Math.max(0, Math.min(first, rows)), to: Math.min(rows, Math.max(0, last)) };
}
