"""What happens in a game: scores, plays, players, runs, corrections."""

from typing import Literal

import msgspec

from courtside.events import Side, Status

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
    win_probability_change: float | None = None
    """What the play made of home's chance to win, to three decimals; null where that is not known."""


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
