"""From messages to the topic: tells whatever the topic does not hold yet.

The topic itself is the only state. What lies in it is read before anything is sent, so that a producer
that was killed goes on after the last event that the broker stored, and none comes twice.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec

from courtside.errors import BadInput
from courtside.messages import Message
from courtside.momentum.event import ScoringEvent, encode
from courtside.momentum.kafka import TopicReader, TopicWriter
from courtside.momentum.teller import TYPES, Tellers
from courtside.momentum.words import event_words

log = logging.getLogger("courtside.momentum")

POLL_SECONDS = 0.02
READ_SECONDS = 0.2


class _Name(msgspec.Struct):
    """As much of an event as says which one it is."""

    game_id: str
    epoch: str
    entry: str
    revision: int


_name = msgspec.json.Decoder(_Name)


class Known:
    """Which events the topic holds: of the newest epoch of each game the newest revision of each entry."""

    def __init__(self) -> None:
        self._games: dict[str, tuple[str, dict[str, int]]] = {}
        self.events = 0

    @property
    def games(self) -> int:
        return len(self._games)

    def add(self, value: bytes) -> None:
        """Raises `BadInput` for what is no event."""
        try:
            name = _name.decode(value)
        except msgspec.DecodeError as error:
            raise BadInput(
                f"the topic holds what is no scoring event ({error}); use another with --topic"
            ) from error
        self.note(name.game_id, name.epoch, name.entry, name.revision)

    def note(self, game_id: str, epoch: str, entry: str, revision: int) -> None:
        known = self._games.get(game_id)
        if known is None or known[0] != epoch:
            known = self._games[game_id] = (epoch, {})
        known[1][entry] = max(revision, known[1].get(entry, -1))
        self.events += 1

    def holds(self, event: ScoringEvent) -> bool:
        epoch, entries = self._games.get(event.game_id, ("", {}))
        return epoch == event.epoch and event.revision <= entries.get(event.entry, -1)


async def read_known(config: Mapping[str, str], topic: str, known: Known) -> None:
    """Note everything that lies in the topic now; waits while the broker is away."""
    loop = asyncio.get_running_loop()
    # One thread: where this is cancelled, the reader is closed after the read that is under way.
    with ThreadPoolExecutor(1, "topic") as thread:
        reader = TopicReader(config, topic)
        try:
            while not reader.caught_up:
                for record in await loop.run_in_executor(thread, reader.read, READ_SECONDS):
                    known.add(record.value)
        finally:
            thread.submit(reader.close)


class TopicTeller:
    """Messages in, records out. `told` hears every event once the broker has stored it."""

    def __init__(self, writer: TopicWriter, known: Known, told: Callable[[ScoringEvent], None]) -> None:
        self._writer = writer
        self._known = known
        self._told = told
        self._tellers = Tellers()
        self.held = 0
        """Events that the topic held already."""

    async def take(self, message: Message) -> None:
        """Send what follows from a message; waits only while far too much waits for the broker."""
        if message.type not in TYPES:
            return
        for event in self._tellers.take(message):
            if self._known.holds(event):
                self.held += 1
                continue
            while self._writer.is_full:
                await asyncio.sleep(POLL_SECONDS)
            self._send(event)

    def forget(self, game_id: str) -> None:
        """Nobody goes on with this game."""
        self._tellers.forget(game_id)

    def _send(self, event: ScoringEvent) -> None:
        def stored(partition: int, offset: int) -> None:
            self._known.note(event.game_id, event.epoch, event.entry, event.revision)
            where = {"game_id": event.game_id, "event_id": event.event_id, "at": f"{partition}/{offset}"}
            log.info("%s", event_words(event), extra=where)
            self._told(event)

        headers = {"event_id": event.event_id, "schema_version": str(event.schema_version)}
        self._writer.send(event.game_id, encode(event), headers, stored)


async def keep_polling(writer: TopicWriter) -> None:
    """Hear what the broker says, until cancelled. Raises `BusError` for what waiting does not mend."""
    while True:
        writer.poll()
        await asyncio.sleep(POLL_SECONDS)


async def drained(writer: TopicWriter) -> None:
    """Waits until the broker has stored everything that was sent."""
    while writer.waiting:
        await asyncio.sleep(POLL_SECONDS)
