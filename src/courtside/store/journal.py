"""What every journal can do: keep accepted observations with the messages that they produced.

The journal is the authority; the state of every game is a projection of it. Messages are
published only after the transaction that holds them is committed.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from courtside.events import AnyObservation
from courtside.messages import EncodedMessage


class Entry(msgspec.Struct, frozen=True):
    """One accepted observation (play-by-play as `PlayChanges`) and what it made the engine say."""

    observation: AnyObservation
    messages: Sequence[EncodedMessage]
    epoch: str
    idempotency_key: str | None = None
    """Set where a client named its call: the same key is never accepted twice."""
    digest: str = ""
    """Of what the named call said, to tell a repeated call from another one under the same name."""


class Kept(msgspec.Struct, frozen=True):
    """An observation as it was accepted, in this epoch of its game."""

    epoch: str
    observation: AnyObservation


class Position(msgspec.Struct, frozen=True):
    """How far a game has got."""

    game_id: str
    epoch: str
    seq: int
    """`seq` of the last message; 0 before the first."""
    last_received_ms: int
    final: bool


class Journal(Protocol):
    """Raises `JournalFull` where the disk is full or the file is locked, `JournalError` otherwise."""

    @property
    def lost_power(self) -> bool:
        """The machine itself went down while the journal was being written: its last moments may be
        missing although they were published, so games should go on in a new epoch."""
        ...

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep all entries in one transaction, or none of them."""
        ...

    async def positions(self) -> list[Position]:
        """Every game with its position, in the order of their first observation."""
        ...

    def observations(self, game_id: str) -> AsyncIterator[Kept]:
        """All observations of a game, in the order in which they were accepted."""
        ...

    async def first_observations(self) -> dict[str, AnyObservation]:
        """The first observation of every game, in order: it says where the game came from."""
        ...

    async def messages(
        self,
        game_id: str,
        *,
        epoch: str | None = None,
        after_seq: int = 0,
        limit: int | None = None,
        types: frozenset[str] | None = None,
    ) -> list[EncodedMessage]:
        """Messages of a game (of its newest epoch where none is named) with `seq` above `after_seq`."""
        ...

    async def messages_of_types(self, types: frozenset[str]) -> list[EncodedMessage]:
        """Messages of these types over all games, oldest first: the log of forecasts and results."""
        ...

    async def idempotency_digest(self, key: str) -> str | None:
        """The digest that was kept with this key; None where the key is new."""
        ...

    async def mark_final(self, game_id: str, final: bool) -> None: ...

    async def forget(self, game_ids: Sequence[str]) -> None:
        """Drop these games with all their entries; ids that are not there are no error."""
        ...

    async def prune(self, before_ms: int) -> list[str]:
        """Forget final games whose last observation is older; returns their ids."""
        ...

    async def size_bytes(self) -> int | None:
        """What it takes on disk; None where it is in memory."""
        ...

    async def check(self) -> str:
        """One line on its health for `courtside doctor`; raises where it is unwell."""
        ...

    async def aclose(self) -> None: ...
