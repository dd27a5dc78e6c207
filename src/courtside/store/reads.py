"""What journals in SQL read, and how: the same statements and rows for every database."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import msgspec

from courtside.errors import JournalError
from courtside.events import AnyObservation, decode_observation
from courtside.messages import EncodedMessage
from courtside.store import schema
from courtside.store.journal import Kept
from courtside.store.ledger import Ledger, Stream, unpack

Row = tuple[Any, ...]
"""A row as a driver gives it; the columns are those of the statement."""

_NO_LIMIT = 2**62


class SqlReads(ABC):
    """The reading half of a journal. A database says how it answers a statement."""

    @abstractmethod
    async def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]: ...

    async def observations(self, game_id: str) -> AsyncIterator[Kept]:
        for epoch, data in await self._rows(schema.OBSERVATIONS, (game_id,)):
            yield Kept(epoch, _decoded(game_id, data))

    async def first_observations(self) -> dict[str, AnyObservation]:
        firsts: dict[str, AnyObservation] = {}
        for game_id, data in await self._rows(schema.FIRST_OBSERVATIONS):
            if game_id not in firsts:
                firsts[game_id] = _decoded(game_id, data)
        return firsts

    async def messages(
        self,
        game_id: str,
        *,
        epoch: str | None = None,
        after_seq: int = 0,
        limit: int | None = None,
        types: frozenset[str] | None = None,
    ) -> list[EncodedMessage]:
        # Every row that comes back holds a message that is wanted, unless types are chosen.
        rows = _NO_LIMIT if limit is None or types is not None else limit
        parameters = (game_id, epoch, after_seq, rows)
        found = [
            message
            for epoch, first_seq, kinds, frames in await self._rows(schema.MESSAGES, parameters)
            for message in unpack(game_id, epoch, first_seq, kinds, frames, types)
            if message.seq > after_seq
        ]
        return found if limit is None else found[:limit]

    async def messages_of_types(self, types: frozenset[str]) -> list[EncodedMessage]:
        return [
            message
            for game_id, epoch, first_seq, kinds, frames in await self._rows(schema.logged_query(types))
            for message in unpack(game_id, epoch, first_seq, kinds, frames, types)
        ]


def _decoded(game_id: str, data: bytes) -> AnyObservation:
    try:
        return decode_observation(data)
    except msgspec.DecodeError as error:
        raise JournalError(
            f"an observation of game {game_id} in the journal cannot be read ({error}); "
            "use the Courtside that wrote it, or begin a new journal"
        ) from error


def ledger_of(streams: Iterable[Row], numbers: Row) -> Ledger:
    """Where every game stands, from the rows of `STREAMS` and `NEXT_NUMBERS`."""
    return Ledger(
        [
            Stream(number, game_id, epoch, bool(final), seq, received_ms)
            for number, game_id, epoch, final, seq, received_ms in streams
        ],
        *numbers,
    )


def health_line(kind: str, name: str, counts: Row, size_bytes: int) -> str:
    """What `Journal.check` says of a journal that is well, from the row of `COUNTS`."""
    games, entries, messages = counts
    return (
        f"{kind} journal {name}: {games:,} games, {entries:,} observations, {messages:,} messages, "
        f"{size_bytes / 1e6:,.1f} MB, whole"
    )
