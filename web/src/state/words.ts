// Numbers and events in words. Everything here is text for text nodes, never markup.

import type { EventMessage, Game } from "../stream";

export type Side = "home" | "away";

/** `BOS`, or whatever a scraper called the team. */
export function short(game: Game, side: Side): string {
  return game[`${side}_team`] ?? game[`${side}_name`] ?? side;
}

export function full(game: Game, side: Side): string {
  return game[`${side}_name`] ?? game[`${side}_team`] ?? side;
}

/** Both chances in words, which add up to 100 whatever the rounding. */
export function chances(home: number): { home: string; away: string } {
  const said = percent(home);
  const away = /^\d/.test(said) ? `${100 - Number.parseInt(said, 10)}%` : percent(1 - home);
  return { home: said, away };
}

/** A margin, seen from who is ahead: `BOS +3.5`. */
export function margin(points: number, game: Game): string {
  const rounded = Math.round(points * 10) / 10;
  if (rounded === 0) return "level";
  return `${short(game, rounded > 0 ? "home" : "away")} +${Math.abs(rounded)}`;
}

export function signed(points: number): string {
  const rounded = Math.round(points * 10) / 10;
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`;
}

/** `62%`; rounding makes no certainty of what is none. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return ">99%";
  if (share < 0.01 && share > 0) return "<1%";
  return `${Math.round(share * 100)}%`;
}

/** An interval, seen from who the point favours: `−4 to +17`. */
export function span(lower: number, upper: number, point: number): string {
  const sign = point < 0 ? -1 : 1;
  const [from, to] = [lower * sign, upper * sign].sort((one, other) => one - other) as [number, number];
  return `${signed(from)} to ${signed(to)}`;
}

/** The same with the team that it is seen from: `BOS −4 to +17`. */
export function interval(lower: number, upper: number, game: Game, point: number): string {
  return `${short(game, point < 0 ? "away" : "home")} ${span(lower, upper, point)}`;
}

export const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

const STATUS: Record<Game["status"], string> = {
  scheduled: "Scheduled",
  live: "Live",
  halftime: "Halftime",
  break: "Break",
  final: "Final",
  postponed: "Postponed",
};

export const statusWords = (status: Game["status"]) => STATUS[status];

export interface EventWords {
  /** A few words of what kind it is. */
  label: string;
  text: string;
  side: Side | null;
}

/** What happened, in a line. */
export function eventWords(message: EventMessage, game: Game | undefined): EventWords {
  const name = (side: Side, team: string | null) => team ?? (game ? short(game, side) : side);
  const pair = game ? `${short(game, "away")} at ${short(game, "home")}` : message.game_id;
  const ahead = (points: number) => (game ? margin(points, game) : `home ${signed(points)}`);
  switch (message.type) {
    case "lead_change": {
      const { side, team, score_home: home, score_away: away } = message.data;
      return { label: "Lead change", text: `${name(side, team)} take the lead, ${score(home, away, side)}`, side };
    }
    case "tie":
      return { label: "Tie", text: `level at ${message.data.score_home}`, side: null };
    case "scoring_run": {
      const { side, team, points } = message.data;
      return { label: "Run", text: `${name(side, team)} on ${article(points)} ${points}–0 run`, side };
    }
    case "alert": {
      const { kind, side, team, text, value } = message.data;
      if (kind === "drought") return { label: "Drought", text, side };
      return { label: "Run", text: `${name(side, team)} on ${article(value)} ${value}–0 run`, side };
    }
    case "correction": {
      const { revised, inserted, retracted, score_before: before, score_after: after } = message.data;
      const parts: [number, string][] = [
        [revised.length, "revised"],
        [inserted.length, "added"],
        [retracted.length, "taken back"],
      ];
      const changed = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number, "play")} ${what}`);
      const moved = before.home !== after.home || before.away !== after.away;
      const scores = `${before.away}–${before.home} is now ${after.away}–${after.home}`;
      return { label: "Correction", text: [...changed, ...(moved ? [scores] : [])].join(", ") || "no score changed", side: null };
    }
    case "ml_prediction": {
      const { point_forecast: point, interval_lower: lower, interval_upper: upper, coverage, revises } = message.data;
      const range = game ? interval(lower, upper, game, point) : `${signed(lower)} to ${signed(upper)}`;
      const head = revises === null || revises === undefined ? "" : "revised: ";
      return {
        label: "Halftime forecast",
        text: `${head}${ahead(point)} at the half; ${Math.round(coverage * 100)}%: ${range}`,
        side: point > 0 ? "home" : point < 0 ? "away" : null,
      };
    }
    case "external_prediction":
      return {
        label: "Other model",
        text: `${message.data.model}: ${ahead(message.data.point_forecast)} at ${message.data.horizon === "final" ? "the end" : "the half"}`,
        side: null,
      };
    case "result": {
      const { horizon, actual, point_forecast: point, inside_interval: inside } = message.data;
      const when = horizon === "final" ? "Final" : "Halftime";
      if (actual === null) return { label: "Result", text: `${pair}: ${when.toLowerCase()} result taken back`, side: null };
      const against = point === null ? "" : `, forecast ${ahead(point)}`;
      const held = inside === null ? "" : inside ? ", inside the interval" : ", outside the interval";
      return { label: `${when} result`, text: `${ahead(actual)}${against}${held}`, side: null };
    }
    case "game_status":
      return {
        label: message.data.reopened ? "Reopened" : statusWords(message.data.status),
        text: `${pair} ${STATUS_NEWS[message.data.status]}`,
        side: null,
      };
  }
}

const STATUS_NEWS: Record<Game["status"], string> = {
  scheduled: "is on the schedule",
  live: "is being played",
  halftime: "is at halftime",
  break: "is between quarters",
  final: "is over",
  postponed: "is postponed",
};

/** `an 8`, `an 11`, `a 12`. */
export const article = (number: number) => (number === 8 || number === 11 || number === 18 ? "an" : "a");

const score = (home: number, away: number, side: Side) => (side === "home" ? `${home}–${away}` : `${away}–${home}`);
