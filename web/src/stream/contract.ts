// What the server says and takes: made from its own descriptions by `python -m tools.web_types`.

export interface Accuracies {
  accuracy: Accuracy[];
}

/** How the forecasts of one model version did; null where nothing is settled yet. */
export interface Accuracy {
  model_version: string;
  horizon: string;
  forecasts: number;
  settled: number;
  mae: number | null;
  coverage: number | null;
  nominal_coverage: number | null;
  brier: number | null;
  coverage80?: number | null;
  coverage95?: number | null;
}

/** Something that people want to be told. */
export interface Alert {
  kind: "drought" | "scoring_run";
  side: "away" | "home";
  team: string | null;
  text: string;
  value: number;
  since_seconds: number;
  elapsed_seconds: number;
}

/** Home's chance to win after a play that changed it. */
export interface Chance {
  elapsed_seconds: number;
  win_probability_home: number;
  play_id: number | null;
}

/** Earlier plays were revised, inserted or retracted; the totals are those that now hold. */
export interface Correction {
  reason: "late_score" | "play_by_play_took_over" | "plays_edited" | "score_corrected";
  revised: PlayData[];
  inserted: PlayData[];
  retracted: PlayData[];
  score_before: Score;
  score_after: Score;
  totals: GameTotals;
}

/** Something that the client sent cannot be used; nothing was changed. */
export interface Error {
  field: string | null;
  reason: string;
}

/** What every error says: one line, and the field where one is wrong. */
export interface ErrorReply {
  error: string;
  field?: string | null;
}

/** What the members of the forecast said; names only members that exist. */
export interface Explanation {
  weights: Record<string, number>;
  members?: Record<string, number>;
  dejavu_prediction?: number | null;
  lstm_prediction?: number | null;
  ensemble_forecast?: number | null;
  similar_games?: SimilarGame[];
}

/** A forecast of somebody else's model, broadcast beside ours. */
export interface ExternalPrediction {
  model: string;
  horizon: "final" | "halftime";
  point_forecast: number;
  interval_lower: number | null;
  interval_upper: number | null;
  coverage: number | null;
}

/** `POST /games/{game_id}/end`; the body may be empty. */
export interface GameEnd {
  score_home?: number | null;
  score_away?: number | null;
  timestamp?: string | null;
}

/** A page of a game's messages, as they went over the stream. */
export interface GameMessages {
  game_id: string;
  epoch: string;
  seq: number;
  messages: unknown[];
  more: boolean;
}

/** A game as it stands: what `GET /games/{id}` and the stream's `snapshot` give. */
export interface GameSnapshot {
  game_id: string;
  source: "nba" | "push" | "replay" | "simulated";
  status: "break" | "final" | "halftime" | "live" | "postponed" | "scheduled";
  home_team: string | null;
  away_team: string | null;
  home_name: string | null;
  away_name: string | null;
  start_time: string | null;
  score_home: number | null;
  score_away: number | null;
  period: number | null;
  game_clock: string | null;
  elapsed_seconds: number | null;
  possession: "away" | "home" | null;
  possession_arrow: "away" | "home" | null;
  momentum: number | null;
  lead_changes: number | null;
  ties: number | null;
  biggest_lead_home: number | null;
  biggest_lead_away: number | null;
  biggest_run: Run | null;
  current_run: Run | null;
  pattern: (number | null)[];
  score_path: (number | null)[];
  windows: Record<string, Window>;
  last_plays: PlayData[];
  timeouts_home: number | null;
  timeouts_away: number | null;
  bonus_home: boolean | null;
  bonus_away: boolean | null;
  team_fouls_home: number | null;
  team_fouls_away: number | null;
  halftime_seconds: number | null;
  pace: number | null;
  win_probability_home: number | null;
  forecast: RunningForecast | null;
  prediction: MlPrediction | null;
  players: PlayerLine[];
  play_by_play: boolean;
  updated: string;
  epoch: string;
  seq: number;
}

/** The game has moved from one status to another. */
export interface GameStatus {
  status: "break" | "final" | "halftime" | "live" | "postponed" | "scheduled";
  previous: "break" | "final" | "halftime" | "live" | "postponed" | "scheduled" | null;
  reopened: boolean;
  home_team: string | null;
  away_team: string | null;
  home_name: string | null;
  away_name: string | null;
  start_time: string | null;
}

/** Counts over the whole game so far: what a client shows without counting messages. */
export interface GameTotals {
  lead_changes: number;
  ties: number;
  biggest_lead_home: number;
  biggest_lead_away: number;
  biggest_run: Run | null;
  current_run: Run | null;
}

/** `GET /games`; each one is a `GameSnapshot`. */
export interface Games {
  games: unknown[];
}

/** What `GET /health` says; `ready` is what `GET /ready` answers with 200 or 503. */
export interface Health {
  ready: boolean;
  reasons: string[];
  version: string;
  source: string;
  uptime_seconds: number;
  games: number;
  live_games: number;
  clients: number;
  journal: string;
  model_version: string;
  feed: Record<string, number | number | string | null>;
}

/** Sent every `heartbeat_seconds`, whatever else goes on. */
export interface Heartbeat {
  positions: Record<string, Position>;
  gone: string[];
}

/** The first message on every connection. */
export interface Hello {
  server: string;
  version: string;
  protocol: number;
  heartbeat_seconds: number;
  types: string[];
  ops: string[];
}

/** Another team leads than the one that led last; a tie between does not count twice. */
export interface LeadChange {
  side: "away" | "home";
  team: string | null;
  lead_changes: number;
  score_home: number;
  score_away: number;
  period: number;
  game_clock: string;
  elapsed_seconds: number;
  previous_leader_since_seconds: number;
}

/** A margin as a distribution: its median, and the central 80% and 95% of it, both ends included. */
export interface MarginForecast {
  median: number;
  lower80: number;
  upper80: number;
  lower95: number;
  upper95: number;
}

/** The halftime forecast at 18:00 of game time, home minus away, in points. */
export interface MlPrediction {
  horizon: "final" | "halftime";
  point_forecast: number;
  interval_lower: number;
  interval_upper: number;
  coverage: number;
  pattern: (number | null)[];
  explanation: Explanation;
  model_version: string;
  latency_ms?: number | null;
  revises?: number | null;
  lower80?: number | null;
  upper80?: number | null;
  lower95?: number | null;
  upper95?: number | null;
  final?: MarginForecast | null;
  win_probability_home?: number | null;
  known?: string | null;
}

/** A model that forecasts; what it learned from and how it did are null where it does not say. */
export interface ModelInfo {
  version: string;
  status: string;
  ensemble: string;
  first_date: string | null;
  last_date: string | null;
  games: number | null;
  seasons: number[];
  metrics: Record<string, number>;
}

export interface Models {
  models: ModelInfo[];
}

/** `POST /games` */
export interface NewGame {
  /** Letters, digits, . _ : - */
  game_id: string;
  home_team: string;
  away_team: string;
  start_time?: string | null;
}

/** `POST /games/{game_id}/market`: what the market says of a game before it begins. */
export interface NewMarket {
  home_spread: number;
}

/** `POST /games/{game_id}/scores`; `time_remaining` is what is left of the quarter, `10:45`. */
export interface NewScore {
  quarter: number;
  time_remaining: string;
  score_home: number;
  score_away: number;
  timestamp?: string | null;
}

/** One more game minute of the pattern is complete. */
export interface PatternProgress {
  pattern: (number | null)[];
  length: number;
  target: number;
  game_minute: number;
}

/** Answered with `pong`. */
export interface Ping {
  op: "ping";
}

/** A play in words and numbers, with the score after it. */
export interface PlayData {
  play_id: number;
  order: number;
  period: number;
  game_clock: string;
  elapsed_seconds: number;
  action: string;
  sub_type: string;
  side: "away" | "home" | null;
  team: string | null;
  player_id: number | null;
  player: string | null;
  description: string;
  points: number;
  score_home: number;
  score_away: number;
  possession: "away" | "home" | null;
  win_probability_change?: number | null;
}

/** One player's game so far. Times are seconds of game time. */
export interface PlayerLine {
  player_id: number;
  name: string | null;
  side: "away" | "home";
  team: string | null;
  starter: boolean | null;
  on_court: boolean;
  points: number;
  rebounds: number;
  rebounds_offensive: number;
  assists: number;
  steals: number;
  blocks: number;
  turnovers: number;
  fouls: number;
  field_goals_made: number;
  field_goals_attempted: number;
  three_pointers_made: number;
  three_pointers_attempted: number;
  free_throws_made: number;
  free_throws_attempted: number;
  plus_minus: number;
  seconds_played: number;
  stint_seconds: number | null;
  rest_seconds: number | null;
  fatigue: number;
}

/** The players whose lines changed, as of `elapsed_seconds`: those who did something, everybody on court at the end of a game minute, and all at the end of the game. */
export interface PlayerStats {
  elapsed_seconds: number;
  players: PlayerLine[];
  removed?: number[];
}

export interface Plays {
  game_id: string;
  plays: PlayData[];
}

/** The answer to `ping`. */
export interface Pong {
}

/** The newest message of a game. */
export interface Position {
  epoch: string;
  seq: number;
}

/** The margin at halftime, home minus away, in points. */
export interface PredictReply {
  point_forecast: number;
  interval_lower: number;
  interval_upper: number;
  coverage_probability: number;
  explanation: Explanation | null;
  model_version: string;
  known?: string | null;
}

/** `POST /predict`: the differential (home minus away, points) at the end of each of 18 game minutes. */
export interface PredictRequest {
  pattern: number[];
  alpha?: number;
  return_explanation?: boolean;
  home_team?: string | null;
  away_team?: string | null;
  market_spread?: number | null;
}

/** One line of the forecast log, with the outcome once it is known. */
export interface PredictionRecord {
  game_id: string;
  made_at: string;
  horizon: string;
  model_version: string;
  point_forecast: number;
  interval_lower: number | null;
  interval_upper: number | null;
  coverage: number | null;
  pattern: (number | null)[];
  home_team: string | null;
  away_team: string | null;
  actual: number | null;
  absolute_error: number | null;
  inside_interval: boolean | null;
  ours: boolean;
  lower80?: number | null;
  upper80?: number | null;
  lower95?: number | null;
  upper95?: number | null;
  inside80?: boolean | null;
  inside95?: boolean | null;
  win_probability_home?: number | null;
  brier?: number | null;
}

/** `POST /update_prediction`: the forecast of somebody else's model, home minus away, points. */
export interface PredictionUpdate {
  /** Letters, digits, . _ : - */
  game_id: string;
  model: string;
  point_forecast: number;
  horizon?: "final" | "halftime";
  interval_lower?: number | null;
  interval_upper?: number | null;
  coverage?: number | null;
}

export interface Predictions {
  predictions: PredictionRecord[];
}

export interface Readiness {
  ready: boolean;
  reasons: string[];
}

/** The answer to a call that writes, given after the journal has committed. */
export interface Receipt {
  game_id: string;
  accepted: boolean;
  epoch: string;
  seq: number;
}

/** Forecast against outcome, at halftime and at the end. */
export interface Result {
  horizon: "final" | "halftime";
  actual: number | null;
  point_forecast: number | null;
  interval_lower: number | null;
  interval_upper: number | null;
  coverage: number | null;
  absolute_error: number | null;
  inside_interval: boolean | null;
  model_version: string | null;
  revises?: number | null;
  lower80?: number | null;
  upper80?: number | null;
  inside80?: boolean | null;
  win_probability_home?: number | null;
}

/** The last message that the client has of a game. */
export interface ResumePoint {
  epoch: string;
  seq: number;
}

/** Unanswered points of one team. */
export interface Run {
  team: string;
  points: number;
  side: "away" | "home";
}

/** How the game will probably go on; the score and the clock that it was made from are null before the tip. */
export interface RunningForecast {
  elapsed_seconds: number | null;
  period: number | null;
  game_clock: string | null;
  score_home: number | null;
  score_away: number | null;
  halftime: MarginForecast | null;
  final: MarginForecast;
  winner: "away" | "home";
  win_probability_home: number;
  run_probability: number | null;
  known: string;
  model_version: string;
}

export interface Score {
  home: number;
  away: number;
}

/** The score, the clock or what follows from them has changed. */
export interface ScoreUpdate {
  home_team: string | null;
  away_team: string | null;
  score_home: number | null;
  score_away: number | null;
  period: number | null;
  game_clock: string | null;
  current_differential: number | null;
  pattern_length: number;
  ready_for_prediction: boolean;
  elapsed_seconds: number | null;
  possession: "away" | "home" | null;
  momentum: number | null;
  totals?: GameTotals | null;
  timeouts_home?: number | null;
  timeouts_away?: number | null;
  bonus_home?: boolean | null;
  bonus_away?: boolean | null;
  possession_arrow?: "away" | "home" | null;
}

/** An unanswered run starts to count, grows, or ends. */
export interface ScoringRun {
  phase: "ended" | "extended" | "started";
  side: "away" | "home";
  team: string | null;
  points: number;
  since_seconds: number;
  period: number;
  game_clock: string;
  elapsed_seconds: number;
}

/** A game of history whose first 18 minutes went much the same way; `distance` is in points. */
export interface SimilarGame {
  game_id: string;
  date: string;
  home_team: string;
  away_team: string;
  halftime_differential: number;
  distance: number;
  pattern?: number[] | null;
}

/** Games as they stand, each with its `epoch` and `seq`. */
export interface SnapshotData {
  recovered: boolean | null;
  unknown: string[];
  games: GameSnapshot[];
}

/** How a game in this state will probably go on; margins are home minus away, in points. */
export interface StateReply {
  elapsed_seconds: number;
  current_differential: number;
  win_probability_home: number;
  win_probability_away: number;
  winner: "away" | "home";
  halftime: MarginForecast | null;
  final: MarginForecast;
  known: string;
  model_version: string;
}

/** `POST /predict/state`: a game at any moment. What is left out is not known, and nothing is assumed. */
export interface StateRequest {
  score_home: number;
  score_away: number;
  period: number;
  game_clock: string;
  possession?: "away" | "home" | null;
  home_team?: string | null;
  away_team?: string | null;
  market_spread?: number | null;
  pattern?: number[];
  on_court_home?: number[] | null;
  on_court_away?: number[] | null;
}

/** Which messages to send from now on, and where to go on; null or absent means all. */
export interface Subscribe {
  op: "subscribe";
  games?: string[] | null;
  types?: string[] | null;
  resume?: Record<string, ResumePoint> | null;
}

/** A `subscribe` is in effect, and what it asked to resume has been sent. */
export interface Subscribed {
  games: string[] | null;
  types: string[] | null;
  resumed: string[];
}

/** The score has become equal (0-0 does not count). */
export interface Tie {
  ties: number;
  score_home: number;
  score_away: number;
  period: number;
  game_clock: string;
  elapsed_seconds: number;
}

/** A game's score path with what stands out in it. */
export interface Timeline {
  game_id: string;
  points: TimelinePoint[];
  runs: TimelineRun[];
  score_path: (number | null)[];
  biggest_run: Run | null;
  chances?: Chance[];
}

/** The score after a play that changed it. */
export interface TimelinePoint {
  elapsed_seconds: number;
  score_home: number;
  score_away: number;
  differential: number;
  momentum: number;
  event: string | null;
  win_probability_home?: number | null;
  halftime_median?: number | null;
  final_median?: number | null;
}

export interface TimelineRun {
  side: "away" | "home";
  points: number;
  since_seconds: number;
  until_seconds: number;
}

/** Who will win, to three decimals. Exactly 0 and 1 only when the game is over; the two add up to 1. */
export interface WinProbability {
  home: number;
  away: number;
  change: number | null;
  play_id: number | null;
  elapsed_seconds: number | null;
}

export interface Window {
  minutes: number;
  home: WindowSide;
  away: WindowSide;
  pace: number | null;
}

export interface WindowSide {
  points: number;
  field_goals_made: number;
  field_goals_attempted: number;
  three_pointers_made: number;
  three_pointers_attempted: number;
  free_throws_made: number;
  free_throws_attempted: number;
  possessions: number;
}

/** What `data` is, by the type of a message about a game. */
export interface GameData {
  score_update: ScoreUpdate;
  pattern_progress: PatternProgress;
  ml_prediction: MlPrediction;
  forecast: RunningForecast;
  win_probability: WinProbability;
  external_prediction: ExternalPrediction;
  lead_change: LeadChange;
  tie: Tie;
  scoring_run: ScoringRun;
  alert: Alert;
  play: PlayData;
  player_stats: PlayerStats;
  correction: Correction;
  game_status: GameStatus;
  result: Result;
}

/** What `data` is, by the type of a message about the connection. */
export interface ControlData {
  hello: Hello;
  snapshot: SnapshotData;
  heartbeat: Heartbeat;
  subscribed: Subscribed;
  pong: Pong;
  error: Error;
}

/** A message about a game; `seq` rises by one per game within an `epoch`. */
export interface Envelope<Type extends keyof GameData> {
  type: Type;
  timestamp: string;
  game_id: string;
  epoch: string;
  seq: number;
  source: Source;
  data: GameData[Type];
}

export type Source = "nba" | "push" | "replay" | "simulated";

export type GameMessage = { [Type in keyof GameData]: Envelope<Type> }[keyof GameData];

/** A message about the connection. */
export type ControlMessage = {
  [Type in keyof ControlData]: { type: Type; timestamp: string; data: ControlData[Type] };
}[keyof ControlData];
