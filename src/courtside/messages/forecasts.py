"""What will probably happen, and how that turned out. Margins are home minus away, in points."""

from typing import Literal

import msgspec

from courtside.events import Side

Horizon = Literal["halftime", "final"]


class MarginForecast(msgspec.Struct, frozen=True, gc=False):
    """A margin as a distribution: its median, and the central 80% and 95% of it, both ends included."""

    median: float
    lower80: float
    upper80: float
    lower95: float
    upper95: float


class RunningForecast(msgspec.Struct, frozen=True, gc=False):
    """How the game will probably go on; the score and the clock that it was made from are null before
    the tip."""

    elapsed_seconds: float | None
    period: int | None
    game_clock: str | None
    score_home: int | None
    score_away: int | None
    halftime: MarginForecast | None
    """Null once the first half is over."""
    final: MarginForecast
    winner: Side
    """Who wins more probably than not; at even chances home."""
    win_probability_home: float
    run_probability: float | None
    """That either side scores eight unanswered points in the next three minutes; null where only scores
    are known, and where no model of runs serves."""
    known: str
    """How much was known beyond the score: `score`, `teams`, `players` or `market`."""
    model_version: str


class WinProbability(msgspec.Struct, frozen=True, gc=False):
    """Who will win, to three decimals. Exactly 0 and 1 only when the game is over; the two add up to 1."""

    home: float
    away: float
    change: float | None
    """Of `home`, since it was told last; null the first time."""
    play_id: int | None
    """The play that changed it; null where it was something else."""
    elapsed_seconds: float | None


class SimilarGame(msgspec.Struct, frozen=True, gc=False):
    """A game of history whose first 18 minutes went much the same way; `distance` is in points."""

    game_id: str
    date: str
    home_team: str
    away_team: str
    halftime_differential: int
    distance: float
    pattern: list[int] | None = None
    """Its differential at the end of each of those minutes; null in forecasts of older versions."""


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
    lower80: float | None = None
    """The 80% interval, beside the one of `coverage`; null in forecasts of older versions."""
    upper80: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    final: MarginForecast | None = None
    """The margin at the end of the game, as it was forecast at 18:00."""
    win_probability_home: float | None = None
    """Of the game, as it was at 18:00."""
    known: str | None = None
    """How much was known beyond the score: `score`, `teams`, `players` or `market`."""


class ExternalPrediction(msgspec.Struct, frozen=True, gc=False):
    """A forecast of somebody else's model, broadcast beside ours."""

    model: str
    horizon: Horizon
    point_forecast: float
    interval_lower: float | None
    interval_upper: float | None
    coverage: float | None


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
    lower80: float | None = None
    upper80: float | None = None
    inside80: bool | None = None
    win_probability_home: float | None = None
    """Of the game, at 18:00; null at halftime."""
