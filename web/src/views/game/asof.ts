// A game as it stood at a moment of it.

import type { PlayData, PlayerLine } from "../../stream/contract";
import type { Game, Series } from "../../stream";
import type { FanPoint } from "../../stream/series";
import { clockWords } from "../../state/clock";
import { forecastAt, type Past } from "./past";
import { HALF_SECONDS, periodAt, periodEnd, scoreAt, story } from "./story";

/** Seconds of game time from which on there is a halftime forecast. */
export const FORECAST_SECONDS = 1_080;

export interface Sources {
  series: Series | undefined;
  past: Past;
  fan: readonly FanPoint[];
  plays: readonly PlayData[];
}

/** The plays that had happened by then; `plays` is in order. */
export function playsUntil(plays: readonly PlayData[], at: number): readonly PlayData[] {
  let end = plays.length;
  while (end > 0 && plays[end - 1]!.elapsed_seconds > at) end -= 1;
  return end === plays.length ? plays : plays.slice(0, end);
}

/** What is not known of that moment is null, also where it is known of now. */
export function asOf(game: Game, at: number, { series, past, fan, plays }: Sources): Game {
  const lead = series?.lead ?? [];
  const score = scoreAt(lead, at);
  const told = past.scoreUpdateAt(at);
  const happened = playsUntil(plays, at);
  const last = happened[happened.length - 1];
  const forecast = forecastAt(fan, at);
  const win = series?.winAt(at) ?? null;
  const period = periodAt(at);
  const outstanding = story(lead.filter((point) => point.at <= at));
  const players: PlayerLine[] = past.linesAt(at);
  return {
    ...game,
    status: "live",
    score_home: score?.home ?? null,
    score_away: score?.away ?? null,
    period,
    game_clock: clockWords(periodEnd(period) - at),
    elapsed_seconds: at,
    possession: last?.possession ?? null,
    possession_arrow: told?.possession_arrow ?? null,
    momentum: told?.momentum ?? null,
    lead_changes: outstanding.changes.length,
    ties: outstanding.ties.length,
    current_run: null,
    timeouts_home: told?.timeouts_home ?? null,
    timeouts_away: told?.timeouts_away ?? null,
    bonus_home: told?.bonus_home ?? null,
    bonus_away: told?.bonus_away ?? null,
    team_fouls_home: null,
    team_fouls_away: null,
    pace: null,
    last_plays: happened.slice(-5),
    pattern: game.pattern.slice(0, Math.floor(at / 60)),
    win_probability_home: win,
    forecast:
      forecast === null || game.forecast === null
        ? null
        : {
            ...game.forecast,
            elapsed_seconds: forecast.at,
            halftime: at < HALF_SECONDS ? forecast.halftime : null,
            final: forecast.final,
            run_probability: null,
          },
    prediction: at >= FORECAST_SECONDS ? game.prediction : null,
    players,
  };
}
