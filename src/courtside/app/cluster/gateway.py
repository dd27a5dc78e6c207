"""The role `gateway`: tells of games what engines have published, and keeps nothing else.

Everything is read again at each start. The journal beside it is a cache: of the messages, for clients that
resume, and of the observations, for the few calls that need a game folded.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from uuid import uuid4

import msgspec

from courtside.app.cluster.told import Heard, Told, heard
from courtside.app.games import ORDER, Teams, unknown
from courtside.app.pipeline import Deliver
from courtside.app.rebuild import fold_kept
from courtside.app.sources import REDOABLE
from courtside.bus.bus import Bus, Delivery, Record, Stream
from courtside.clock import Clock
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, encode_logged
from courtside.errors import JournalError
from courtside.events import AnyObservation, Status
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame
from courtside.replies import Receipt
from courtside.store.journal import Entry, Journal

log = logging.getLogger("courtside.gateway")

ANSWER_SECONDS = 10.0
REACH_SECONDS = 5.0
FINALS_KEPT = 200
"""Of games that are over the newest so many are listed."""


class _Known(msgspec.Struct):
    """A game as of the last record that told of it."""

    game: bytes
    told: Told
    seq: int
    position: str
    """In the log, of the last observation that was told."""


class Gateway:
    """The `Games` that engines tell of. `deliver` gets new messages, `leave` the games that are gone, and
    `renumbered` is called where a game's messages begin anew under the clients."""

    def __init__(
        self,
        bus: Bus,
        journal: Journal,
        forecaster: Forecaster,
        settings: EngineSettings,
        clock: Clock,
    ) -> None:
        self._bus = bus
        self._journal = journal
        self._forecaster = forecaster
        self._settings = settings
        self._clock = clock
        self._reader = bus.reader(Stream.MESSAGES)
        self._known: dict[str, _Known] = {}
        self._folded: dict[str, tuple[tuple[str, int], LiveGame]] = {}
        self._waiting: dict[str, asyncio.Future[Receipt]] = {}
        self._cached: dict[tuple[str, str], int] = {}
        """`seq` of the last message in the cache, by game and epoch."""
        self._partial: set[tuple[str, str]] = set()
        self._moved = asyncio.Event()
        self._journal_trouble: str | None = None
        self.deliver: Deliver = lambda messages: None
        self.leave: Callable[[str], None] = lambda game_id: None
        self.renumbered: Callable[[], None] = lambda: None

    @property
    def trouble(self) -> str | None:
        return self._bus.trouble or self._journal_trouble

    def statuses(self) -> Iterable[Status]:
        return (known.told.status for known in self._known.values())

    def snapshots(self) -> Sequence[bytes]:
        ordered = sorted(self._known.items(), key=lambda item: (ORDER[item[1].told.status], item[0]))
        return [known.game for _, known in ordered]

    def snapshot(self, game_id: str) -> bytes:
        return self._of(game_id).game

    def position(self, game_id: str) -> tuple[str, int] | None:
        known = self._known.get(game_id)
        return None if known is None else (known.told.epoch, known.seq)

    def teams(self, game_id: str) -> Teams | None:
        known = self._known.get(game_id)
        return None if known is None else known.told.teams

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        """A client may have heard more at another gateway: wait for it, but not for ever."""
        try:
            async with asyncio.timeout(REACH_SECONDS):
                while not self._has(game_id, epoch, seq):
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            log.info("nobody told of message %d", seq, extra={"game_id": game_id})

    def _has(self, game_id: str, epoch: str, seq: int) -> bool:
        position = self.position(game_id)
        return position is not None and (position[0] != epoch or position[1] >= seq)

    async def load(self, game_id: str) -> None:
        self._of(game_id)

    async def live(self, game_id: str) -> LiveGame:
        known = self._of(game_id)
        at = known.told.epoch, known.seq
        folded = self._folded.get(game_id)
        if folded is not None and folded[0] == at:
            return folded[1]
        live = await fold_kept(self._journal, self._forecaster, self._settings, game_id)
        if live is None:
            raise unknown(game_id)
        self._folded[game_id] = at, live
        return live

    async def submit(self, observation: AnyObservation, key: str | None, digest: str) -> Receipt:
        """Puts a call into the log and waits for what an engine says of it."""
        if self.trouble is not None:
            raise JournalError(self.trouble)
        call = uuid4().hex
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting[call] = answer
        logged = Logged(observation.game_id, observation, call=call, key=key, digest=digest)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                record = Record(observation.game_id, encode_logged(logged), id=call)
                await self._bus.publish(Stream.OBSERVATIONS, [record])
                return await answer
        except TimeoutError as error:
            raise JournalError(
                f"no engine answered within {ANSWER_SECONDS:g} s; it may still count: send it again under "
                "the same Idempotency-Key, and see that an engine runs"
            ) from error
        finally:
            self._waiting.pop(call, None)

    async def catch_up(self) -> None:
        """Reads all that has been told so far."""
        ends: dict[int, str] = {}
        for partition in range(self._bus.partitions(Stream.MESSAGES)):
            last = await self._bus.last(Stream.MESSAGES, partition)
            if last is not None:
                ends[partition] = last.position
            self._reader.add(partition, None)
        while ends:
            for delivery in await self._read():
                if delivery.position >= ends.get(delivery.partition, "~"):
                    del ends[delivery.partition]

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self._read()
        finally:
            await self._reader.aclose()

    async def _read(self) -> list[Delivery]:
        deliveries = await self._reader.read()
        fresh: list[tuple[Heard, list[tuple[str, Entry]]]] = []
        reached = {game_id: known.position for game_id, known in self._known.items()}
        to_keep: list[Entry] = []
        for delivery in deliveries:
            try:
                said = heard(delivery)
            except (msgspec.DecodeError, KeyError, ValueError) as error:
                log.error("a record of partition %d cannot be read (%s)", delivery.partition, error)
                continue
            # Where two engines told the same for a moment the second time counts for nothing.
            done = reached.get(said.game_id, "")
            entries = [each for each in said.entries if each[0] > done]
            if entries:
                reached[said.game_id] = entries[-1][0]
                if said.told.fresh and said.told.source in REDOABLE:
                    await self._keep(to_keep)
                    to_keep = []
                    await self._journal.forget([said.game_id])
                if self._follows(said, entries):
                    to_keep += [entry for _, entry in entries]
            fresh.append((said, entries))
        await self._keep(to_keep)
        for said, entries in fresh:
            self._take(said, entries)
        return deliveries

    def _follows(self, said: Heard, entries: Sequence[tuple[str, Entry]]) -> bool:
        """Whether the cache has all that came before: of a game whose beginning the bus has let go of,
        nobody can resume here."""
        name = said.game_id, said.told.epoch
        if name in self._partial:
            return False
        messages = [message for _, entry in entries for message in entry.messages]
        if messages and messages[0].seq != self._cached.get(name, 0) + 1:
            log.warning("its beginning is not on the bus any more", extra={"game_id": said.game_id})
            self._partial.add(name)
            return False
        if messages:
            self._cached[name] = messages[-1].seq
        return True

    async def _keep(self, entries: Sequence[Entry]) -> None:
        """What the cache cannot take clients cannot resume from; nothing else needs it."""
        if not entries:
            return
        try:
            await self._journal.append(entries)
        except JournalError as error:
            if self._journal_trouble is None:
                log.error("%s", error)
            self._journal_trouble = str(error)
        else:
            self._journal_trouble = None

    def _take(self, said: Heard, entries: Sequence[tuple[str, Entry]]) -> None:
        """Nothing is awaited here, so that a game's snapshot and its messages are told as one."""
        told, game_id = said.told, said.game_id
        before = self._known.get(game_id)
        if entries or before is None or (told.fresh and told.epoch != before.told.epoch):
            messages = [message for _, entry in entries for message in entry.messages]
            counted = sum(len(entry.messages) for _, entry in said.entries)
            position = entries[-1][0] if entries else "" if before is None else before.position
            # A game that has left memory and is spoken of again is the newest.
            self._known.pop(game_id, None)
            self._known[game_id] = _Known(said.game, told, told.first_seq + counted - 1, position)
            if before is not None and before.told.epoch != told.epoch:
                self.leave(game_id)
                self.renumbered()
            if messages:
                self.deliver(messages)
        self._moved.set()
        for answer in told.answers:
            waiting = self._waiting.get(answer.call)
            if waiting is None or waiting.done():
                continue
            if answer.receipt is not None:
                waiting.set_result(answer.receipt)
            else:
                waiting.set_exception(answer.error())

    async def tidy(self) -> None:
        """Let go of the oldest games that are over, here and in the cache."""
        over = [
            game_id for game_id, known in self._known.items() if ORDER[known.told.status] >= ORDER["final"]
        ]
        gone = over[: max(0, len(over) - FINALS_KEPT)]
        for game_id in gone:
            del self._known[game_id]
            self._folded.pop(game_id, None)
            self.leave(game_id)
        if gone:
            self._cached = {name: seq for name, seq in self._cached.items() if name[0] in self._known}
            self._partial = {name for name in self._partial if name[0] in self._known}
            await self._journal.forget(gone)

    def _of(self, game_id: str) -> _Known:
        known = self._known.get(game_id)
        if known is None:
            raise unknown(game_id)
        return known
