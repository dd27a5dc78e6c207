// How much a game is worth a look now, 0 to 1 and a little more: closeness that counts more the later it
// is, the swing of the chance to win over the last minutes, a run, lead changes.

import type { Game, Series } from "../stream";

const GAME_SECONDS = 2_880;
const SWING_SECONDS = 300;
const COUNTING_RUN = 6;

export function excitement(game: Game, series: Series | undefined): number {
  const at = game.elapsed_seconds;
  if (at === null) return 0;
  const late = Math.min(1, at / GAME_SECONDS);
  const home = game.win_probability_home ?? byScore(game);
  const open = game.status === "final" ? 0 : 4 * home * (1 - home);
  const run = Math.max(0, (game.current_run?.points ?? 0) - COUNTING_RUN) / 10;
  const traded = Math.min(1, ((game.lead_changes ?? 0) + (game.ties ?? 0)) / 24);
  return open * (0.35 + 0.65 * late * late) + 0.5 * swing(series, at) + Math.min(0.25, run) + 0.2 * traded;
}

/** Without a forecast, ten points of lead are what makes a game half decided. */
function byScore(game: Game): number {
  const lead = (game.score_home ?? 0) - (game.score_away ?? 0);
  return 1 / (1 + Math.exp(-lead / 6));
}

/** How far the chance to win has moved over the last minutes, both ways. */
function swing(series: Series | undefined, at: number): number {
  if (!series || series.win.length < 2) return 0;
  let low = 1;
  let high = 0;
  for (let index = series.win.length - 1; index >= 0; index -= 1) {
    const point = series.win[index]!;
    low = Math.min(low, point.home);
    high = Math.max(high, point.home);
    if (point.at < at - SWING_SECONDS) break;
  }
  return Math.max(0, high - low);
}

/** Played now before what is to come before what is over. */
export const STATUS_ORDER: Record<Game["status"], number> = { live: 0, break: 0, halftime: 1, scheduled: 2, final: 3, postponed: 4 };

/** By status; among these the most exciting, or the earliest. */
export function ranked(
  games: readonly Game[],
  excitementOf: (game: Game) => number,
): Game[] {
  return [...games].sort((one, other) => {
    const kind = STATUS_ORDER[one.status] - STATUS_ORDER[other.status];
    if (kind) return kind;
    if (one.status === "scheduled") {
      const time = (one.start_time ?? "~").localeCompare(other.start_time ?? "~");
      if (time) return time;
    }
    return excitementOf(other) - excitementOf(one) || one.game_id.localeCompare(other.game_id);
  });
}
