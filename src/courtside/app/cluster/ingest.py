"""The role `ingest`: one of them, the leader, watches the source and writes the log.

Leader is whoever owns the one partition of the leaders' stream. Before it says anything it writes its name
there; where that lies in the stream is its term, and a game that has heard of a later term takes nothing of
an earlier one. So a leader that was cut off and does not know it does no harm.
"""

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

from courtside.app.cluster.thin import Thinner
from courtside.app.sources import REDOABLE
from courtside.bus.bus import Bus, Record, Stream
from courtside.clock import Clock
from courtside.engine.logged import Logged, encode_logged
from courtside.events import AnyObservation
from courtside.sources.source import Source

log = logging.getLogger("courtside.ingest")

GROUP = "ingest"
QUEUE_LENGTH = 2_048
BATCH = 256


class Ingest:
    """`make` gives the source, anew for each term. Games that can be shown again begin from their start in
    each term."""

    def __init__(self, bus: Bus, make: Callable[[], Source], clock: Clock) -> None:
        self._bus = bus
        self._make = make
        self._clock = clock
        self._member = bus.member(GROUP, Stream.LEADER)
        self.source: Source | None = None
        """The source of the leader; None while another leads."""
        self.finished = asyncio.Event()
        """Set when the source has nothing more to say (a replay's end)."""

    @property
    def leads(self) -> bool:
        return self.source is not None

    async def run(self) -> None:
        """Until cancelled; then another takes over at once."""
        leading: asyncio.Task[None] | None = None
        owning = asyncio.create_task(self._member.owned())
        try:
            while True:
                await asyncio.wait(
                    {owning} if leading is None else {owning, leading}, return_when=asyncio.FIRST_COMPLETED
                )
                if leading is not None and leading.done():
                    leading.result()
                    leading = None
                if not owning.done():
                    continue
                owned = owning.result()
                owning = asyncio.create_task(self._member.owned())
                if 0 in owned and leading is None:
                    leading = asyncio.create_task(self._lead())
                elif 0 not in owned and leading is not None:
                    log.warning("another ingest leads now")
                    await _end(leading)
                    leading = None
        finally:
            await _end(owning)
            if leading is not None:
                await _end(leading)
            await self._member.aclose()

    async def _lead(self) -> None:
        term = await self._term()
        epoch = f"{self._clock.now_ms():x}"
        log.info("this ingest leads, term %s", term)
        self.source = self._make()
        queue: asyncio.Queue[AnyObservation] = asyncio.Queue(QUEUE_LENGTH)
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._write(queue, term, epoch))
                async for observation in self.source:
                    await queue.put(observation)
                await queue.join()
                writing.cancel()
            self.finished.set()
        finally:
            source, self.source = self.source, None
            await source.aclose()

    async def _term(self) -> str:
        """Write a name into the leaders' stream, and find where it lies."""
        last = await self._bus.last(Stream.LEADER, 0)
        reader = self._bus.reader(Stream.LEADER)
        reader.add(0, None if last is None else last.position)
        name = uuid4().hex
        await self._bus.publish(Stream.LEADER, [Record("leader", name.encode(), id=name)])
        try:
            while True:
                for delivery in await reader.read():
                    if delivery.id == name:
                        return delivery.position
        finally:
            await reader.aclose()

    async def _write(self, queue: "asyncio.Queue[AnyObservation]", term: str, epoch: str) -> None:
        thinner = Thinner()
        while True:
            seen = [await queue.get()]
            while len(seen) < BATCH and not queue.empty():
                seen.append(queue.get_nowait())
            thin = [thinner.thin(observation) for observation in seen]
            records = [
                Record(
                    observation.game_id,
                    encode_logged(
                        Logged(
                            observation.game_id,
                            observation,
                            term=term,
                            epoch=epoch if observation.source in REDOABLE else None,
                        )
                    ),
                )
                for observation in thin
                if observation is not None
            ]
            if records:
                await self._bus.publish(Stream.OBSERVATIONS, records)
            for _ in seen:
                queue.task_done()


async def _end(task: "asyncio.Task[object]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
