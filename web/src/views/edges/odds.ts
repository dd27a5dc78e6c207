// What a chance and a margin are called in a book. All of it fair: without a bookmaker's share.

/** Nobody quotes what is as good as certain, and the forecast does not tell one such chance from another. */
const LEAST = 0.01;
const quoted = (chance: number) => chance >= LEAST && chance <= 1 - LEAST;

/** Total payment for a stake of 1; null where the game is as good as decided. */
export function decimalOdds(chance: number): number | null {
  return quoted(chance) ? 1 / chance : null;
}

/** What 100 wins (+150), or what must be staked to win 100 (-150). */
export function americanOdds(chance: number): number | null {
  if (!quoted(chance)) return null;
  return stepped(chance >= 0.5 ? (-100 * chance) / (1 - chance) : (100 * (1 - chance)) / chance);
}

/** In the steps that books use: a forecast does not tell -361 from -360. */
function stepped(odds: number): number {
  const size = Math.abs(odds);
  const step = size < 200 ? 1 : size < 500 ? 5 : size < 1_000 ? 10 : 50;
  return Math.round(odds / step) * step;
}

export function americanWords(chance: number): string {
  const odds = americanOdds(chance);
  if (odds === null) return "–";
  return odds < 0 ? `−${Math.abs(odds).toLocaleString("en-US")}` : `+${odds.toLocaleString("en-US")}`;
}

export function decimalWords(chance: number): string {
  const odds = decimalOdds(chance);
  if (odds === null) return "–";
  return odds.toFixed(odds < 10 ? 2 : odds < 100 ? 1 : 0);
}

/** The points that a team gives (-4.5) or gets (+4.5) to make the game level, as books write it. */
export function spreadWords(margin: number): string {
  const spread = -Math.round(margin * 2) / 2;
  if (spread === 0) return "pick";
  return spread < 0 ? `−${-spread}` : `+${spread}`;
}
