"""What HTTP calls answer, beside games and messages: one definition for the server and its clients."""

import msgspec

from courtside.events import Side
from courtside.messages import Explanation, Run


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


class PredictReply(msgspec.Struct, frozen=True):
    point_forecast: float
    interval_lower: float
    interval_upper: float
    coverage_probability: float
    explanation: Explanation | None
    model_version: str


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
