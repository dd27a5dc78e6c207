"""What HTTP calls answer, beside games and messages: one definition for the server and its clients."""

import msgspec

from courtside.events import Side
from courtside.messages import Explanation, MarginForecast, Run


class Receipt(msgspec.Struct, frozen=True):
    """The answer to a call that writes, given after the journal has committed."""

    game_id: str
    accepted: bool
    """False where the observation said nothing new, or its idempotency key was known."""
    epoch: str
    seq: int
    """`seq` of the game's last message."""


class TimelinePoint(msgspec.Struct, frozen=True, gc=False):
    """The score after a play that changed it."""

    elapsed_seconds: float
    score_home: int
    score_away: int
    differential: int
    momentum: float
    event: str | None
    """`lead_change`, `tie` or null."""
    win_probability_home: float | None = None
    halftime_median: float | None = None
    """What the running forecast says of the margin at halftime; null once the first half is over."""
    final_median: float | None = None


class Chance(msgspec.Struct, frozen=True, gc=False):
    """Home's chance to win after a play that changed it."""

    elapsed_seconds: float
    win_probability_home: float
    play_id: int | None
    """Null in a game of which only scores are known."""


class TimelineRun(msgspec.Struct, frozen=True, gc=False):
    side: Side
    points: int
    since_seconds: float
    until_seconds: float


class Timeline(msgspec.Struct, frozen=True):
    """A game's score path with what stands out in it."""

    game_id: str
    points: list[TimelinePoint]
    runs: list[TimelineRun]
    score_path: list[int | None]
    biggest_run: Run | None
    chances: list[Chance] = []
    """Computed anew from all plays with what is known of the game now: the stream may have said something
    else when it knew less."""


class PredictionRecord(msgspec.Struct, frozen=True):
    """One line of the forecast log, with the outcome once it is known."""

    game_id: str
    made_at: str
    horizon: str
    model_version: str
    point_forecast: float
    interval_lower: float | None
    interval_upper: float | None
    coverage: float | None
    pattern: list[int | None]
    home_team: str | None
    away_team: str | None
    actual: int | None
    absolute_error: float | None
    inside_interval: bool | None
    ours: bool
    """False for a forecast that came in through `POST /update_prediction`."""
    lower80: float | None = None
    upper80: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    inside80: bool | None = None
    inside95: bool | None = None
    win_probability_home: float | None = None
    """Of the game, with the horizon `final`."""
    brier: float | None = None
    """The squared error of that probability."""


class Accuracy(msgspec.Struct, frozen=True):
    """How the forecasts of one model version did; null where nothing is settled yet."""

    model_version: str
    horizon: str
    forecasts: int
    settled: int
    mae: float | None
    coverage: float | None
    nominal_coverage: float | None
    brier: float | None
    coverage80: float | None = None
    coverage95: float | None = None


class PredictReply(msgspec.Struct, frozen=True):
    """The margin at halftime, home minus away, in points."""

    point_forecast: float
    interval_lower: float
    interval_upper: float
    coverage_probability: float
    explanation: Explanation | None
    model_version: str
    known: str | None = None
    """How much was known beyond the pattern: `score`, `teams`, `players` or `market`."""


class StateReply(msgspec.Struct, frozen=True):
    """How a game in this state will probably go on; margins are home minus away, in points."""

    elapsed_seconds: float
    current_differential: int
    win_probability_home: float
    win_probability_away: float
    winner: Side
    halftime: MarginForecast | None
    """Null once the first half is over."""
    final: MarginForecast
    known: str
    """How much of the state was known, as the model that serves needs it: `score`, `teams`, `players` or
    `market`."""
    model_version: str


class ModelInfo(msgspec.Struct, frozen=True):
    """A model that forecasts; what it learned from and how it did are null where it does not say."""

    version: str
    status: str
    ensemble: str
    first_date: str | None
    last_date: str | None
    games: int | None
    seasons: list[int]
    metrics: dict[str, float]
    """Measured on games that it had not seen."""


class Health(msgspec.Struct, frozen=True):
    """What `GET /health` says; `ready` is what `GET /ready` answers with 200 or 503."""

    ready: bool
    reasons: list[str]
    """Why it is not ready, and what to do."""
    version: str
    source: str
    uptime_seconds: float
    games: int
    live_games: int
    clients: int
    journal: str
    model_version: str
    feed: dict[str, float | int | str | None]
