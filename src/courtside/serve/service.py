"""What the serving layer needs from the program behind it; `app.py` is the real one."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from courtside.events import AnyObservation, Side
from courtside.messages import EncodedMessage, Explanation, PlayData, Run


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


class Service(Protocol):
    """Everything is as of the last committed message; nothing here blocks but the journal's reads."""

    def snapshots(self) -> Sequence[bytes]:
        """All games as JSON objects (`GameSnapshot`), live ones first."""
        ...

    def snapshot(self, game_id: str) -> bytes:
        """Raises `UnknownGame`."""
        ...

    def position(self, game_id: str) -> tuple[str, int] | None:
        """`epoch` and `seq` of the last committed message of a game."""
        ...

    async def plays(self, game_id: str) -> list[PlayData]: ...

    async def timeline(self, game_id: str) -> Timeline: ...

    async def messages(
        self, game_id: str, *, epoch: str | None = None, after_seq: int = 0, limit: int | None = None
    ) -> list[EncodedMessage]: ...

    async def submit(self, observation: AnyObservation, idempotency_key: str | None = None) -> Receipt:
        """Returns after the commit. Raises `JournalFull` where new data cannot be kept."""
        ...

    def predict(self, pattern: Sequence[float], alpha: float, explain: bool) -> PredictReply:
        """Raises `BadInput` for a pattern that is not 18 finite numbers, or alpha outside (0, 1)."""
        ...

    async def predictions(self, game_id: str | None = None) -> list[PredictionRecord]: ...

    async def accuracy(self) -> list[Accuracy]: ...

    def models(self) -> list[dict[str, str]]: ...

    def health(self) -> Health: ...

    def now_ms(self) -> int: ...
