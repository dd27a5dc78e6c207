"""What the serving layer needs from the program behind it; `app.py` is the real one."""

from collections.abc import Sequence
from typing import Protocol

from courtside.events import AnyObservation
from courtside.messages import EncodedMessage, PlayData
from courtside.replies import Accuracy as Accuracy
from courtside.replies import Health as Health
from courtside.replies import ModelInfo as ModelInfo
from courtside.replies import PredictionRecord as PredictionRecord
from courtside.replies import PredictReply as PredictReply
from courtside.replies import Receipt as Receipt
from courtside.replies import StateReply as StateReply
from courtside.replies import Timeline as Timeline
from courtside.replies import TimelinePoint as TimelinePoint
from courtside.replies import TimelineRun as TimelineRun
from courtside.serve.schemas_forecast import PredictRequest, StateRequest


class Service(Protocol):
    """Everything is as of the last committed message; nothing here blocks but the journal's reads."""

    def snapshots(self) -> Sequence[bytes]:
        """All games as JSON objects (`GameSnapshot`), live ones first."""
        ...

    async def load(self, game_id: str) -> None:
        """Bring a game that only the journal knows back into memory; raises `UnknownGame`."""
        ...

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        """Waits a little for a message that a client has seen elsewhere; returns in any case."""
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

    async def submit(
        self, observation: AnyObservation, idempotency_key: str | None = None, digest: str = ""
    ) -> Receipt:
        """Returns after the commit. Raises `JournalFull` where new data cannot be kept, `BadInput` where
        the key is known with another digest, `OtherSource` for a push to somebody else's game."""
        ...

    def predict(self, asked: PredictRequest) -> PredictReply:
        """Raises `BadInput` for what cannot be meant, such as a team that nobody rates."""
        ...

    def predict_state(self, asked: StateRequest) -> StateReply:
        """Raises `BadInput` for what cannot be meant, such as a clock longer than its period."""
        ...

    async def predictions(self, game_id: str | None = None) -> list[PredictionRecord]: ...

    async def accuracy(self) -> list[Accuracy]: ...

    def models(self) -> list[ModelInfo]: ...

    def health(self) -> Health: ...

    def now_ms(self) -> int: ...
