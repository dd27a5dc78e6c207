// What came of a forecast, as far as the moment that is looked at knows it.

import type { Model } from "./model";
import { HALF_SECONDS } from "./story";

/** The margin at the half or at the end; null until it has been played. */
export function outcomeOf(model: Model, horizon: "halftime" | "final"): number | null {
  const game = model.game();
  if (!game) return null;
  const at = model.scrub.at();
  const over = at === null && game.status === "final";
  if (horizon === "final") return over && game.score_home !== null && game.score_away !== null ? game.score_home - game.score_away : null;
  const played = at === null ? over || game.status === "halftime" || (game.period ?? 0) > 2 : at >= HALF_SECONDS;
  return played ? (model.series()?.leadAt(HALF_SECONDS) ?? null) : null;
}
