"""The games that a process can tell of, whoever folds them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from courtside.app.pipeline import Pipeline
from courtside.errors import UnknownGame
from courtside.events import AnyObservation, Status
from courtside.game.live import LiveGame
from courtside.game.view import snapshot
from courtside.messages import encode_snapshot
from courtside.replies import Receipt

Teams = tuple[str | None, str | None]

ORDER: dict[Status, int] = {"live": 0, "halftime": 1, "break": 1, "scheduled": 2, "final": 3, "postponed": 4}
"""In which games are listed."""


class Games(Protocol):
    """Everything is as of the last message that was told."""

    @property
    def trouble(self) -> str | None:
        """Why nothing new can be told now; None while all is well."""
        ...

    def statuses(self) -> Iterable[Status]: ...

    def snapshots(self) -> Sequence[bytes]:
        """All games as JSON objects (`GameSnapshot`), those that are on first."""
        ...

    def snapshot(self, game_id: str) -> bytes:
        """Raises `UnknownGame`."""
        ...

    def position(self, game_id: str) -> tuple[str, int] | None:
        """`epoch` and `seq` of a game's last message."""
        ...

    def teams(self, game_id: str) -> Teams | None:
        """Home and away; None for a game that is not in memory."""
        ...

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        """Waits a little for a message that a client has seen elsewhere."""
        ...

    async def load(self, game_id: str) -> None:
        """Bring a game that only the journal knows back into memory; raises `UnknownGame`."""
        ...

    async def live(self, game_id: str) -> LiveGame:
        """The same object as long as nothing new is told. Raises `UnknownGame`."""
        ...

    async def submit(self, observation: AnyObservation, key: str | None, digest: str) -> Receipt:
        """Returns once the observation counts; see `Service.submit`."""
        ...


def unknown(game_id: str) -> UnknownGame:
    return UnknownGame(f"game {game_id!r} is not known; GET /games lists those that are")


class PipelineGames:
    """The games of this process's own pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._encoded: dict[str, tuple[LiveGame, bytes]] = {}

    @property
    def trouble(self) -> str | None:
        return self._pipeline.trouble

    def statuses(self) -> Iterable[Status]:
        return (live.status for live in self._pipeline.committed.values())

    def snapshots(self) -> Sequence[bytes]:
        games = sorted(self._pipeline.committed.values(), key=lambda live: (ORDER[live.status], live.game_id))
        return [self._snapshot(live) for live in games]

    def snapshot(self, game_id: str) -> bytes:
        return self._snapshot(self._known(game_id))

    def position(self, game_id: str) -> tuple[str, int] | None:
        live = self._pipeline.committed.get(game_id)
        return None if live is None else (live.epoch, live.seq)

    def teams(self, game_id: str) -> Teams | None:
        live = self._pipeline.committed.get(game_id)
        return None if live is None else (live.info.home_team, live.info.away_team)

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        """Nobody else tells of these games: what is not known here was never told."""

    async def load(self, game_id: str) -> None:
        await self._pipeline.wake(game_id)
        self._known(game_id)

    async def live(self, game_id: str) -> LiveGame:
        await self.load(game_id)
        return self._known(game_id)

    async def submit(self, observation: AnyObservation, key: str | None, digest: str) -> Receipt:
        return await self._pipeline.submit(observation, key, digest)

    def forget(self, game_id: str) -> None:
        """A game has left the memory."""
        self._encoded.pop(game_id, None)

    def _known(self, game_id: str) -> LiveGame:
        live = self._pipeline.committed.get(game_id)
        if live is None:
            raise unknown(game_id)
        return live

    def _snapshot(self, live: LiveGame) -> bytes:
        known = self._encoded.get(live.game_id)
        if known is not None and known[0] is live:
            return known[1]
        encoded = encode_snapshot(snapshot(live))
        self._encoded[live.game_id] = (live, encoded)
        return encoded
