// How a game went so far, as far as this page knows: the lead, the chance to win, the forecasts.
// Arrays grow in place; `revision` says that they did.

import type { Correction, GameMessage, MarginForecast, PlayData, Timeline } from "./contract";
import type { Game } from "./reducer";

/** No game has half of it; a feed gone mad must not fill the memory. */
export const MOST_POINTS = 4_000;

export interface LeadPoint {
  /** Seconds of game time. */
  at: number;
  /** Home minus away. */
  lead: number;
  home: number | null;
  away: number | null;
  /** Null where the point was not told by a play: the minutes before this page, or a bare score. */
  playId: number | null;
}

export interface WinPoint {
  at: number;
  home: number;
  playId: number | null;
}

export interface FanPoint {
  at: number;
  halftime: MarginForecast | null;
  final: MarginForecast;
}

export class Series {
  lead: LeadPoint[] = [];
  win: WinPoint[] = [];
  fan: FanPoint[] = [];
  revision = 0;
  /** A correction changed what no message of this page told: `GET /games/{id}/timeline` has it right. */
  stale = false;
  /** The past is whole: it was taken from a timeline, or the page has seen the game from its start. */
  whole = false;
  /** Up to here the lead was not told by plays. */
  #seededUntil = -1;
  /** And that many points had been scored. */
  #seededTotal = 0;

  constructor(game: Game) {
    this.restart(game);
  }

  /** Begin with a game as it stands: its lead at the end of each minute, and now. */
  restart(game: Game): void {
    this.revision += 1;
    this.stale = false;
    this.whole = game.elapsed_seconds === null || game.elapsed_seconds === 0;
    this.lead = [{ at: 0, lead: 0, home: 0, away: 0, playId: null }];
    this.win = [];
    this.fan = [];
    game.score_path.forEach((lead, minute) => {
      if (lead !== null) this.lead.push({ at: (minute + 1) * 60, lead, home: null, away: null, playId: null });
    });
    if (game.elapsed_seconds !== null && game.score_home !== null && game.score_away !== null) {
      this.#bare(game.elapsed_seconds, game.score_home, game.score_away);
      if (game.win_probability_home !== null) {
        this.win.push({ at: game.elapsed_seconds, home: game.win_probability_home, playId: null });
      }
    }
    if (game.forecast) this.#forecast(game.forecast.elapsed_seconds, game.forecast);
    this.#seeded();
  }

  apply(message: GameMessage): void {
    const before = this.revision;
    switch (message.type) {
      case "play":
        if (message.data.points !== 0) this.#scored(message.data);
        break;
      case "score_update": {
        const { elapsed_seconds: at, score_home: home, score_away: away } = message.data;
        if (at !== null && home !== null && away !== null) this.#bare(at, home, away);
        break;
      }
      case "win_probability":
        this.#chance(message.data.elapsed_seconds, message.data.home, message.data.play_id);
        break;
      case "forecast":
        this.#forecast(message.data.elapsed_seconds, message.data);
        break;
      case "correction":
        this.#corrected(message.data);
        break;
      default:
        return;
    }
    if (this.revision === before) return;
    bound(this.lead);
    bound(this.win);
    bound(this.fan);
  }

  /** Take the past from the server, which folds it anew from all plays as they are now. */
  backfill(timeline: Timeline): void {
    const points = timeline.points;
    const until = points.length ? points[points.length - 1]!.elapsed_seconds : 0;
    const lead: LeadPoint[] = [{ at: 0, lead: 0, home: 0, away: 0, playId: null }];
    for (const point of points) {
      lead.push({
        at: point.elapsed_seconds,
        lead: point.differential,
        home: point.score_home,
        away: point.score_away,
        playId: null,
      });
    }
    const chances = timeline.chances ?? [];
    const told = chances.length ? chances[chances.length - 1]!.elapsed_seconds : -1;
    for (const point of this.lead) {
      if (point.at > until && point.lead !== lead[lead.length - 1]!.lead) lead.push(point);
    }
    this.lead = lead;
    this.win = chances
      .map((each) => ({ at: each.elapsed_seconds, home: each.win_probability_home, playId: each.play_id }))
      .concat(this.win.filter((point) => point.at > told));
    this.#seeded();
    this.stale = false;
    this.whole = true;
    this.revision += 1;
  }

  /** The lead at a moment; 0 before the first basket. */
  leadAt(at: number): number {
    return this.lead[lastUntil(this.lead, at)]?.lead ?? 0;
  }

  /** Home's chance to win at a moment; null where it was not told. */
  winAt(at: number): number | null {
    return this.win[lastUntil(this.win, at)]?.home ?? null;
  }

  #seeded(): void {
    const last = this.lead[this.lead.length - 1]!;
    this.#seededUntil = last.at;
    this.#seededTotal = (last.home ?? 0) + (last.away ?? 0);
  }

  #scored(play: PlayData): void {
    const at = play.elapsed_seconds;
    // What the series began with, or was filled in from, was ahead of this play.
    if (at <= this.#seededUntil && play.score_home + play.score_away <= this.#seededTotal) return;
    // What was known of by its score alone now comes as a play.
    for (let last = this.lead.length - 1; last > 0; last -= 1) {
      const point = this.lead[last]!;
      if (point.playId !== null || point.at < at || point.at <= this.#seededUntil) break;
      this.lead.pop();
    }
    this.#insert(play);
  }

  #insert(play: PlayData): void {
    const point: LeadPoint = {
      at: play.elapsed_seconds,
      lead: play.score_home - play.score_away,
      home: play.score_home,
      away: play.score_away,
      playId: play.play_id,
    };
    this.lead.splice(lastUntil(this.lead, point.at) + 1, 0, point);
    this.revision += 1;
  }

  #bare(at: number, home: number, away: number): void {
    const last = this.lead[this.lead.length - 1]!;
    if (last.home === home && last.away === away) return;
    if (last.home === null && last.at >= at && last.lead === home - away) {
      last.home = home;
      last.away = away;
      return;
    }
    // The game has been set back.
    while (this.lead.length > 1 && this.lead[this.lead.length - 1]!.at > at) this.lead.pop();
    this.lead.push({ at, lead: home - away, home, away, playId: null });
    this.revision += 1;
  }

  #chance(at: number | null, home: number, playId: number | null): void {
    const when = at ?? 0;
    while (this.win.length && this.win[this.win.length - 1]!.at > when) this.win.pop();
    this.win.push({ at: when, home, playId });
    this.revision += 1;
  }

  #forecast(at: number | null, data: { halftime: MarginForecast | null; final: MarginForecast }): void {
    const when = at ?? 0;
    while (this.fan.length && this.fan[this.fan.length - 1]!.at >= when) this.fan.pop();
    this.fan.push({ at: when, halftime: data.halftime, final: data.final });
    this.revision += 1;
  }

  #corrected(data: Correction): void {
    this.revision += 1;
    const seeded = (play: PlayData) => play.elapsed_seconds <= this.#seededUntil;
    for (const play of data.retracted) {
      if (seeded(play)) this.stale ||= play.points !== 0;
      else this.#remove(play.play_id);
    }
    for (const play of data.revised) {
      if (seeded(play)) {
        this.stale ||= play.score_home - play.score_away !== this.leadAt(play.elapsed_seconds);
        continue;
      }
      this.#remove(play.play_id);
      if (play.points !== 0) this.#insert(play);
    }
    for (const play of data.inserted) {
      if (seeded(play)) this.stale ||= play.points !== 0;
      else if (play.points !== 0) this.#insert(play);
    }
  }

  #remove(playId: number): void {
    const index = this.lead.findIndex((point) => point.playId === playId);
    if (index >= 0) this.lead.splice(index, 1);
  }
}

/** Index of the last point that is not later than `at`; -1 where all are. */
export function lastUntil(points: readonly { at: number }[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function bound(points: unknown[]): void {
  if (points.length > MOST_POINTS) points.splice(1, points.length - MOST_POINTS);
}
