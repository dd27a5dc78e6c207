// A game as a client knows it: `apply(game, message)` gives the game after one more message of it.
// Nothing is changed in place and what a message does not touch stays the same object, so that whoever
// shows a game sees by `===` what has changed.

import type {
  Correction,
  GameMessage,
  GameSnapshot,
  GameStatus,
  GameTotals,
  PlayData,
  PlayerLine,
  PlayerStats,
  ScoreUpdate,
} from "./contract";

export type Game = Readonly<GameSnapshot>;

/** The server's snapshot has no more than this. */
export const LAST_PLAYS = 5;

/** The game after `message`; a message that is not newer changes nothing. */
export function apply(game: Game, message: GameMessage): Game {
  if (message.epoch === game.epoch && message.seq <= game.seq) return game;
  return {
    ...game,
    ...changes(game, message),
    source: message.source,
    updated: message.timestamp,
    epoch: message.epoch,
    seq: message.seq,
  };
}

/** A game of which this is the first message: nothing is known yet but its name. */
export function begin(message: GameMessage): Game {
  return apply(blank(message), message);
}

function changes(game: Game, message: GameMessage): Partial<Game> {
  switch (message.type) {
    case "score_update":
      return scored(game, message.data);
    case "play":
      return played(game, message.data);
    case "player_stats":
      return { players: merged(game.players, message.data) };
    case "pattern_progress":
      return { pattern: message.data.pattern };
    case "lead_change":
      return { lead_changes: message.data.lead_changes };
    case "tie":
      return { ties: message.data.ties };
    case "ml_prediction":
      return { prediction: message.data };
    case "forecast":
      return { forecast: message.data };
    case "win_probability":
      return { win_probability_home: message.data.home };
    case "correction":
      return corrected(game, message.data);
    case "game_status":
      return status(game, message.data);
    default:
      return {};
  }
}

function scored(game: Game, data: ScoreUpdate): Partial<Game> {
  return {
    home_team: data.home_team,
    away_team: data.away_team,
    score_home: data.score_home,
    score_away: data.score_away,
    period: data.period,
    game_clock: data.game_clock,
    elapsed_seconds: data.elapsed_seconds,
    possession: data.possession,
    momentum: data.momentum,
    timeouts_home: data.timeouts_home ?? null,
    timeouts_away: data.timeouts_away ?? null,
    bonus_home: data.bonus_home ?? null,
    bonus_away: data.bonus_away ?? null,
    possession_arrow: data.possession_arrow ?? null,
    // A correction took back what the halftime forecast was made from.
    prediction: data.ready_for_prediction ? game.prediction : null,
    ...(data.totals ? counted(data.totals) : {}),
  };
}

function counted(totals: GameTotals): Partial<Game> {
  return {
    lead_changes: totals.lead_changes,
    ties: totals.ties,
    biggest_lead_home: totals.biggest_lead_home,
    biggest_lead_away: totals.biggest_lead_away,
    biggest_run: totals.biggest_run,
    current_run: totals.current_run,
  };
}

function played(game: Game, play: PlayData): Partial<Game> {
  return {
    last_plays: [...game.last_plays, play].slice(-LAST_PLAYS),
    play_by_play: game.play_by_play || play.action !== "score",
  };
}

/** Changed lines in their places, new players at the end. */
function merged(known: readonly PlayerLine[], stats: PlayerStats): PlayerLine[] {
  const lines = new Map(known.map((line) => [line.player_id, line]));
  for (const line of stats.players) lines.set(line.player_id, line);
  for (const id of stats.removed ?? []) lines.delete(id);
  return [...lines.values()];
}

function corrected(game: Game, data: Correction): Partial<Game> {
  const plays = new Map(game.last_plays.map((play) => [play.play_id, play]));
  const newest = Math.max(0, ...game.last_plays.map((play) => play.order));
  for (const play of data.retracted) plays.delete(play.play_id);
  for (const play of data.revised) if (plays.has(play.play_id)) plays.set(play.play_id, play);
  const oldest = plays.size ? Math.min(...[...plays.values()].map((play) => play.order)) : newest;
  for (const play of data.inserted) {
    if (play.order > oldest && play.action !== "score") plays.set(play.play_id, play);
  }
  return {
    ...counted(data.totals),
    score_home: data.score_after.home,
    score_away: data.score_after.away,
    last_plays: [...plays.values()].sort((one, other) => one.order - other.order).slice(-LAST_PLAYS),
  };
}

function status(game: Game, data: GameStatus): Partial<Game> {
  return {
    status: data.status,
    home_team: data.home_team || game.home_team,
    away_team: data.away_team || game.away_team,
    home_name: data.home_name || game.home_name,
    away_name: data.away_name || game.away_name,
    start_time: data.start_time || game.start_time,
  };
}

function blank(message: GameMessage): Game {
  return {
    game_id: message.game_id,
    source: message.source,
    status: "scheduled",
    home_team: null,
    away_team: null,
    home_name: null,
    away_name: null,
    start_time: null,
    score_home: null,
    score_away: null,
    period: null,
    game_clock: null,
    elapsed_seconds: null,
    possession: null,
    possession_arrow: null,
    momentum: null,
    lead_changes: null,
    ties: null,
    biggest_lead_home: null,
    biggest_lead_away: null,
    biggest_run: null,
    current_run: null,
    pattern: [],
    score_path: [],
    windows: {},
    last_plays: [],
    timeouts_home: null,
    timeouts_away: null,
    bonus_home: null,
    bonus_away: null,
    team_fouls_home: null,
    team_fouls_away: null,
    halftime_seconds: null,
    pace: null,
    win_probability_home: null,
    forecast: null,
    prediction: null,
    players: [],
    play_by_play: false,
    updated: message.timestamp,
    epoch: message.epoch,
    seq: message.seq - 1,
  };
}
