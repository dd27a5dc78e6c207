"""What goes out: the messages of the stream, the snapshot of a game, and their codec.

The contract with the world: names and meanings stay. Times are ISO 8601 in UTC, game clocks
`MM:SS[.t]` remaining in the period, margins home minus away, and what is not known is null.
"""

from typing import Literal

import msgspec

from courtside.events import Side, SourceName, Status

Horizon = Literal["halftime", "final"]
AlertKind = Literal["scoring_run", "drought"]
RunPhase = Literal["started", "extended", "ended"]
CorrectionReason = Literal["plays_edited", "play_by_play_took_over", "score_corrected", "late_score"]


class Score(msgspec.Struct, frozen=True, gc=False):
    home: int
    away: int


class Run(msgspec.Struct, frozen=True, gc=False):
    """Unanswered points of one team."""

    team: str
    points: int
    side: Side


class GameTotals(msgspec.Struct, frozen=True, gc=False):
    """Counts over the whole game so far: what a client shows without counting messages."""

    lead_changes: int
    ties: int
    biggest_lead_home: int
    biggest_lead_away: int
    biggest_run: Run | None
    current_run: Run | None


class ScoreUpdate(msgspec.Struct, frozen=True, gc=False):
    """The score, the clock or what follows from them has changed."""

    home_team: str | None
    away_team: str | None
    score_home: int | None
    score_away: int | None
    period: int | None
    game_clock: str | None
    current_differential: int | None
    pattern_length: int
    """Minutes of the 18-minute pattern that have passed."""
    ready_for_prediction: bool
    """All 18 minutes have passed and are known; where a correction makes it false, no forecast holds."""
    elapsed_seconds: float | None
    possession: Side | None
    momentum: float | None
    """Exponentially weighted margin in points, home positive; half-life two minutes of game time."""
    totals: GameTotals | None = None
    """The counts that go with this score; null before the game has begun."""
    timeouts_home: int | None = None
    timeouts_away: int | None = None
    bonus_home: bool | None = None
    bonus_away: bool | None = None
    possession_arrow: Side | None = None
    """Who starts the next period with the ball, by the rule of the opening tip."""


class PatternProgress(msgspec.Struct, frozen=True, gc=False):
    """One more game minute of the pattern is complete."""

    pattern: list[int | None]
    """Differential at the end of each game minute so far; null where the minute was not seen."""
    length: int
    target: int
    game_minute: int


class SimilarGame(msgspec.Struct, frozen=True, gc=False):
    game_id: str
    date: str
    home_team: str
    away_team: str
    halftime_differential: int
    distance: float


class Explanation(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the members of the forecast said; names only members that exist."""

    weights: dict[str, float]
    members: dict[str, float] = {}
    dejavu_prediction: float | None = None
    lstm_prediction: float | None = None
    ensemble_forecast: float | None = None
    similar_games: list[SimilarGame] = []


class MlPrediction(msgspec.Struct, frozen=True, gc=False):
    """The halftime forecast at 18:00 of game time, home minus away, in points."""

    horizon: Horizon
    point_forecast: float
    interval_lower: float
    interval_upper: float
    coverage: float
    pattern: list[int | None]
    explanation: Explanation
    model_version: str
    latency_ms: float | None = None
    """Time the step took, measured by the server; the only field that a replay does not repeat."""
    revises: int | None = None
    """`seq` of the forecast that this one replaces."""


class ExternalPrediction(msgspec.Struct, frozen=True, gc=False):
    """A forecast of somebody else's model, broadcast beside ours."""

    model: str
    horizon: Horizon
    point_forecast: float
    interval_lower: float | None
    interval_upper: float | None
    coverage: float | None


class LeadChange(msgspec.Struct, frozen=True, gc=False):
    """Another team leads than the one that led last; a tie between does not count twice."""

    side: Side
    team: str | None
    lead_changes: int
    """Lead changes of the game so far, this one included."""
    score_home: int
    score_away: int
    period: int
    game_clock: str
    elapsed_seconds: float
    previous_leader_since_seconds: float
    """Game time at which the previous leader had taken the lead."""


class Tie(msgspec.Struct, frozen=True, gc=False):
    """The score has become equal (0-0 does not count)."""

    ties: int
    score_home: int
    score_away: int
    period: int
    game_clock: str
    elapsed_seconds: float


class ScoringRun(msgspec.Struct, frozen=True, gc=False):
    """An unanswered run starts to count, grows, or ends."""

    phase: RunPhase
    side: Side
    team: str | None
    points: int
    since_seconds: float
    """Game time of the first basket of the run."""
    period: int
    game_clock: str
    elapsed_seconds: float


class Alert(msgspec.Struct, frozen=True, gc=False):
    """Something that people want to be told."""

    kind: AlertKind
    side: Side
    team: str | None
    text: str
    value: float
    """Points of the run, or seconds of game time without a point."""
    since_seconds: float
    elapsed_seconds: float


class PlayData(msgspec.Struct, frozen=True, gc=False):
    """A play in words and numbers, with the score after it."""

    play_id: int
    order: int
    period: int
    game_clock: str
    elapsed_seconds: float
    action: str
    sub_type: str
    side: Side | None
    team: str | None
    player_id: int | None
    player: str | None
    description: str
    points: int
    """Points that the play brought its team; below zero where a review took some away."""
    score_home: int
    score_away: int
    possession: Side | None
    """Who has the ball after the play."""


class PlayerLine(msgspec.Struct, frozen=True, gc=False):
    """One player's game so far. Times are seconds of game time."""

    player_id: int
    name: str | None
    side: Side
    team: str | None
    starter: bool | None
    on_court: bool
    points: int
    rebounds: int
    rebounds_offensive: int
    assists: int
    steals: int
    blocks: int
    turnovers: int
    fouls: int
    field_goals_made: int
    field_goals_attempted: int
    three_pointers_made: int
    three_pointers_attempted: int
    free_throws_made: int
    free_throws_attempted: int
    plus_minus: int
    seconds_played: float
    stint_seconds: float | None
    """Length of the stint on court; null on the bench."""
    rest_seconds: float | None
    """Game time since the last stint ended; null on court or before the first stint."""
    fatigue: float
    """0 fresh to 1 spent; see the docs for its formula."""


class PlayerStats(msgspec.Struct, frozen=True, gc=False):
    """The players whose lines changed, as of `elapsed_seconds`: those who did something, everybody on
    court at the end of a game minute, and all at the end of the game."""

    elapsed_seconds: float
    players: list[PlayerLine]
    removed: list[int] = []
    """Ids of players who were known only by plays that a correction has taken back."""


class Correction(msgspec.Struct, frozen=True, gc=False):
    """Earlier plays were revised, inserted or retracted; the totals are those that now hold."""

    reason: CorrectionReason
    revised: list[PlayData]
    inserted: list[PlayData]
    retracted: list[PlayData]
    score_before: Score
    score_after: Score
    totals: GameTotals


class GameStatus(msgspec.Struct, frozen=True, gc=False):
    """The game has moved from one status to another."""

    status: Status
    previous: Status | None
    reopened: bool
    """A final game is being played again."""
    home_team: str | None
    away_team: str | None
    home_name: str | None
    away_name: str | None
    start_time: str | None


class Result(msgspec.Struct, frozen=True, gc=False):
    """Forecast against outcome, at halftime and at the end."""

    horizon: Horizon
    actual: int | None
    """Null where a correction took back what it was known from."""
    point_forecast: float | None
    interval_lower: float | None
    interval_upper: float | None
    coverage: float | None
    absolute_error: float | None
    inside_interval: bool | None
    model_version: str | None
    revises: int | None = None


MessageData = (
    ScoreUpdate
    | PatternProgress
    | MlPrediction
    | ExternalPrediction
    | LeadChange
    | Tie
    | ScoringRun
    | Alert
    | PlayData
    | PlayerStats
    | Correction
    | GameStatus
    | Result
)

MESSAGE_TYPES: dict[str, type[MessageData]] = {
    "score_update": ScoreUpdate,
    "pattern_progress": PatternProgress,
    "ml_prediction": MlPrediction,
    "external_prediction": ExternalPrediction,
    "lead_change": LeadChange,
    "tie": Tie,
    "scoring_run": ScoringRun,
    "alert": Alert,
    "play": PlayData,
    "player_stats": PlayerStats,
    "correction": Correction,
    "game_status": GameStatus,
    "result": Result,
}
"""Every message about a game, by the name of its type."""

CONTROL_TYPES = ("hello", "snapshot", "heartbeat", "subscribed", "pong", "error")
"""What the stream says about the connection; these come whatever is subscribed to."""

LATER_TYPES = ("forecast", "win_probability", "odds_update", "edge")
"""Types of the contract that this version does not send."""

NAMED_TYPES = frozenset({*MESSAGE_TYPES, *CONTROL_TYPES, *LATER_TYPES})
"""What a subscription may name, so that a client written for all of them is served by every version."""

COALESCED_TYPES = frozenset({"score_update", "pattern_progress"})
"""Messages that say how things stand: a client that lags needs only the newest of a game."""


class Message(msgspec.Struct, frozen=True):
    """The envelope: `seq` rises by one per game within an `epoch`."""

    type: str
    timestamp: str
    game_id: str
    epoch: str
    seq: int
    source: SourceName
    data: MessageData


class GameSnapshot(msgspec.Struct, frozen=True):
    """A game as it stands: what `GET /games/{id}` and the stream's `snapshot` give."""

    game_id: str
    source: SourceName
    status: Status
    home_team: str | None
    away_team: str | None
    home_name: str | None
    away_name: str | None
    start_time: str | None
    score_home: int | None
    score_away: int | None
    period: int | None
    game_clock: str | None
    elapsed_seconds: float | None
    possession: Side | None
    possession_arrow: Side | None
    """Who starts the next period with the ball, by the rule of the opening tip."""
    momentum: float | None
    lead_changes: int | None
    ties: int | None
    biggest_lead_home: int | None
    biggest_lead_away: int | None
    biggest_run: Run | None
    current_run: Run | None
    pattern: list[int | None]
    score_path: list[int | None]
    """Differential at the end of every game minute so far, overtime included."""
    windows: dict[str, "Window"]
    """Rolling windows of the last 1, 3 and 5 minutes, by their length in minutes."""
    last_plays: list[PlayData]
    """The last five plays, newest last."""
    timeouts_home: int | None
    timeouts_away: int | None
    bonus_home: bool | None
    bonus_away: bool | None
    team_fouls_home: int | None
    """Personal fouls of the current period."""
    team_fouls_away: int | None
    halftime_seconds: float | None
    """Real length of halftime, from the last action before it to the first one after it."""
    pace: float | None
    """Possessions of one team in 48 minutes, so far."""
    win_probability_home: float | None
    forecast: MlPrediction | None
    players: list[PlayerLine]
    play_by_play: bool
    """False where only scores are known."""
    updated: str
    epoch: str
    seq: int


class WindowSide(msgspec.Struct, frozen=True, gc=False):
    points: int
    field_goals_made: int
    field_goals_attempted: int
    three_pointers_made: int
    three_pointers_attempted: int
    free_throws_made: int
    free_throws_attempted: int
    possessions: float
    """Estimated: attempts + 0.44 free throws - offensive rebounds + turnovers."""


class Window(msgspec.Struct, frozen=True, gc=False):
    minutes: int
    home: WindowSide
    away: WindowSide
    pace: float | None
    """Possessions of one team in 48 minutes at this rate."""


_encoder = msgspec.json.Encoder()
_snapshot_decoder = msgspec.json.Decoder(GameSnapshot)


class _Envelope(msgspec.Struct):
    type: str
    timestamp: str
    game_id: str
    epoch: str
    seq: int
    source: SourceName
    data: msgspec.Raw


_envelope_decoder = msgspec.json.Decoder(_Envelope)
_data_decoders = {name: msgspec.json.Decoder(kind) for name, kind in MESSAGE_TYPES.items()}


class EncodedMessage(msgspec.Struct, frozen=True, gc=False):
    """A message as bytes, with what a hub needs to route it."""

    game_id: str
    epoch: str
    seq: int
    type: str
    frame: bytes


def encode_message(message: Message) -> EncodedMessage:
    """JSON, once; the same bytes go to the journal and to every client."""
    return EncodedMessage(message.game_id, message.epoch, message.seq, message.type, _encoder.encode(message))


def decode_message(frame: bytes) -> Message:
    """The inverse of `encode_message`; raises `msgspec.DecodeError` or `KeyError` on other input."""
    envelope = _envelope_decoder.decode(frame)
    return Message(
        envelope.type,
        envelope.timestamp,
        envelope.game_id,
        envelope.epoch,
        envelope.seq,
        envelope.source,
        _data_decoders[envelope.type].decode(envelope.data),
    )


def encode_snapshot(snapshot: GameSnapshot) -> bytes:
    return _encoder.encode(snapshot)


def decode_snapshot(data: bytes) -> GameSnapshot:
    return _snapshot_decoder.decode(data)
