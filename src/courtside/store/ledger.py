"""What a journal decides before it writes: numbers, rows, and whether entries follow on. No I/O."""

from collections.abc import Iterable, Sequence
from copy import copy

import msgspec

from courtside.errors import JournalError
from courtside.events import encode_observation
from courtside.messages import EncodedMessage
from courtside.store.journal import Entry, Position
from courtside.store.schema import LOGGED_TYPES

StreamRow = tuple[int, str, str, int]
EntryRow = tuple[int, int, int, int, int, int, str, bytes, bytes]
KeyRow = tuple[str, int, str]


class Stream(msgspec.Struct):
    """One epoch of a game, as far as it has got."""

    number: int
    game_id: str
    epoch: str
    final: bool
    seq: int
    received_ms: int


class Plan(msgspec.Struct):
    """The rows of one transaction, and the streams as they stand once it is committed."""

    streams: list[StreamRow]
    entries: list[EntryRow]
    keys: list[KeyRow]
    after: dict[tuple[str, str], Stream]


class Ledger:
    """Where every game stands. `plan` changes nothing; `commit` takes over what has been written."""

    def __init__(self, streams: Iterable[Stream], next_id: int, next_stream: int) -> None:
        self._streams = {(stream.game_id, stream.epoch): stream for stream in streams}
        self._newest: dict[str, Stream] = {}
        for stream in self._streams.values():
            self._newest[stream.game_id] = stream
        self.next_id = next_id
        self.next_stream = next_stream

    def plan(self, entries: Sequence[Entry]) -> Plan:
        """Raises `JournalError` where an entry does not follow on from what is kept."""
        plan = Plan([], [], [], {})
        newest: dict[str, Stream] = {}
        next_id = self.next_id
        for entry in entries:
            observation = entry.observation
            game_id = observation.game_id
            stream = newest.get(game_id)
            if stream is None or stream.epoch != entry.epoch:
                stream = newest[game_id] = self._stream(entry, stream or self._newest.get(game_id), plan)
            first_seq = stream.seq + 1
            for seq, message in enumerate(entry.messages, first_seq):
                if message.seq != seq or message.epoch != entry.epoch or message.game_id != game_id:
                    raise JournalError(
                        f"message {message.seq} of game {message.game_id} epoch {message.epoch} does not "
                        f"follow the journal, which stands at {seq - 1} of game {game_id} epoch "
                        f"{entry.epoch}; rebuild the game from the journal before going on"
                    )
            stream.seq += len(entry.messages)
            stream.received_ms = observation.received_ms
            types, logged, frames = pack(entry.messages)
            plan.entries.append(
                (
                    next_id,
                    stream.number,
                    observation.received_ms,
                    first_seq,
                    stream.seq,
                    logged,
                    types,
                    encode_observation(observation),
                    frames,
                )
            )
            next_id += 1
            if entry.idempotency_key is not None:
                plan.keys.append((entry.idempotency_key, observation.received_ms, entry.digest))
        return plan

    def commit(self, plan: Plan) -> None:
        self.next_id += len(plan.entries)
        self.next_stream += len(plan.streams)
        for game, stream in plan.after.items():
            self._streams[game] = stream
            self._newest[stream.game_id] = stream

    def positions(self) -> list[Position]:
        return [
            Position(stream.game_id, stream.epoch, stream.seq, stream.received_ms, stream.final)
            for stream in self._newest.values()
        ]

    def mark_final(self, game_id: str, final: bool) -> bool:
        """Returns whether that is new."""
        newest = self._newest.get(game_id)
        if newest is None or newest.final == final:
            return False
        for stream in self._streams.values():
            if stream.game_id == game_id:
                stream.final = final
        return True

    def stale(self, before_ms: int) -> list[str]:
        """Final games whose last observation is older than `before_ms`."""
        return [
            game_id
            for game_id, stream in self._newest.items()
            if stream.final and stream.received_ms < before_ms
        ]

    def forget(self, game_id: str) -> None:
        """May be called by a thread: whoever is reading sees the games before or after."""
        self._newest = {game: stream for game, stream in self._newest.items() if game != game_id}
        self._streams = {game: stream for game, stream in self._streams.items() if game[0] != game_id}

    def _stream(self, entry: Entry, newest: Stream | None, plan: Plan) -> Stream:
        """The stream of this plan that an entry goes on with."""
        game = entry.observation.game_id, entry.epoch
        if newest is not None and newest.epoch == entry.epoch:
            stream = copy(newest)
        elif game in self._streams or game in plan.after:
            raise JournalError(
                f"game {game[0]} has gone on from epoch {entry.epoch} to another; "
                "an entry can only follow in the newest epoch"
            )
        else:
            number, final = self.next_stream + len(plan.streams), newest is not None and newest.final
            plan.streams.append((number, *game, int(final)))
            stream = Stream(number, *game, final, 0, 0)
        plan.after[game] = stream
        return stream


def pack(messages: Sequence[EncodedMessage]) -> tuple[str, int, bytes]:
    """Messages as they are kept: types joined by commas, 1 where one of them is logged, frames by line."""
    if not messages:
        return "", 0, b""
    frames = b"\n".join([message.frame for message in messages])
    if frames.count(b"\n") != len(messages) - 1:
        raise JournalError(f"a frame of game {messages[0].game_id} holds a line break; frames are one line")
    types = [message.type for message in messages]
    return ",".join(types), int(not LOGGED_TYPES.isdisjoint(types)), frames


def unpack(
    game_id: str, epoch: str, first_seq: int, types: str, frames: bytes, wanted: frozenset[str] | None = None
) -> list[EncodedMessage]:
    """The inverse of `pack`, of the `wanted` types only."""
    return [
        EncodedMessage(game_id, epoch, seq, kind, frame)
        for seq, (kind, frame) in enumerate(
            zip(types.split(","), frames.split(b"\n"), strict=True), first_seq
        )
        if wanted is None or kind in wanted
    ]
