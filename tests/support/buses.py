"""What tests do with any bus."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

from courtside.bus.bus import Bus, Delivery, Member, Record, Stream
from courtside.bus.settings import BusSettings
from tools.servers.server import Server

PARTITIONS = 4
SESSION_SECONDS = 1.0

OpenBus = Callable[[], Awaitable[Bus]]


def settings_for(server: Server) -> BusSettings:
    """Streams that nobody else uses."""
    return BusSettings(
        bus=server.url,
        prefix=f"test-{uuid4().hex}",
        partitions=PARTITIONS,
        session_seconds=SESSION_SECONDS,
    )


def records(game_id: str, *numbers: int) -> list[Record]:
    return [Record(game_id, b"%d" % number) for number in numbers]


def values(deliveries: list[Delivery], key: str) -> list[int]:
    return [int(each.value) for each in deliveries if each.key == key]


async def read(
    bus: Bus, stream: Stream, count: int, after: str | None = None, limit: int = 512
) -> list[Delivery]:
    reader = bus.reader(stream)
    for partition in range(bus.partitions(stream)):
        reader.add(partition, after)
    found: list[Delivery] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            part = await reader.read(limit)
            assert 0 < len(part) <= limit
            found += part
    await reader.aclose()
    return found


class Group:
    """The members of a group as programs that take in what they own."""

    def __init__(self, *members: Member) -> None:
        self.owns = dict.fromkeys(members, frozenset[int]())
        self._following: dict[Member, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        for member in members:
            self.join(member)

    def join(self, member: Member) -> Member:
        self.owns[member] = frozenset()
        self._following[member] = asyncio.create_task(self._follow(member))
        return member

    async def leave(self, member: Member) -> None:
        await member.aclose()
        del self.owns[member]
        self._following.pop(member).cancel()

    async def shared(self) -> list[frozenset[int]]:
        """What each owns, once all partitions are dealt out, each to one, and evenly."""
        async with asyncio.timeout(30):
            while not self._even():
                self._changed.clear()
                await self._changed.wait()
        return list(self.owns.values())

    def _even(self) -> bool:
        sizes = [len(each) for each in self.owns.values()]
        everything = frozenset[int]().union(*self.owns.values())
        return sum(sizes) == len(everything) == PARTITIONS and max(sizes) - min(sizes) <= 1

    async def _follow(self, member: Member) -> None:
        while True:
            self.owns[member] = await member.owned()
            self._changed.set()

    async def aclose(self) -> None:
        for member in list(self.owns):
            await self.leave(member)


async def settled(ask: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(20):
        while await ask() != wanted:
            await asyncio.sleep(0.02)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(40):
        while not true():
            await asyncio.sleep(0.02)
