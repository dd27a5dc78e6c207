"""Brokers that go away and come back, and members that die."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import msgspec
import pytest

from courtside.bus.bus import Bus, Delivery, Stream
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings
from tests.support.buses import PARTITIONS, Group, read, records, settings_for, until, values
from tools.servers.server import Server

EVERYTHING = frozenset(range(PARTITIONS))


@pytest.fixture
def settings(broker: Server) -> BusSettings:
    return settings_for(broker)


@pytest.fixture
async def buses(settings: BusSettings) -> AsyncIterator[tuple[Bus, Bus]]:
    """Two programs at the same streams."""
    pair = open_bus(settings), open_bus(settings)
    for bus in pair:
        await bus.start()
    yield pair
    for bus in pair:
        await bus.aclose()


async def test_a_broker_that_is_killed_and_comes_back_loses_nothing_and_keeps_the_order(
    broker: Server, buses: tuple[Bus, Bus]
) -> None:
    writer, reader_bus = buses
    reader = reader_bus.reader(Stream.OBSERVATIONS)
    for partition in range(PARTITIONS):
        reader.add(partition, None)
    published, enough = 0, False
    found: list[Delivery] = []

    async def publish() -> None:
        nonlocal published
        while not enough:
            batch = [each for game in "AB" for each in records(game, *range(published, published + 10))]
            await writer.publish(Stream.OBSERVATIONS, batch)
            published += 10

    async def follow() -> None:
        while True:
            found.extend(await reader.read())

    publishing, following = asyncio.create_task(publish()), asyncio.create_task(follow())
    await until(lambda: len(found) >= 500)
    await asyncio.to_thread(broker.kill)
    await until(lambda: writer.trouble and reader_bus.trouble)
    assert writer.trouble is not None and "127.0.0.1" in writer.trouble and "\n" not in writer.trouble
    before = published
    await asyncio.to_thread(broker.start)
    await until(lambda: writer.trouble is None and reader_bus.trouble is None)
    await until(lambda: published >= before + 500)
    enough = True
    await publishing
    await until(lambda: len(found) >= 2 * published)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await reader.aclose()
    for game in "AB":
        assert values(found, game) == list(range(published))
    assert len(await read(reader_bus, Stream.OBSERVATIONS, 2 * published)) == 2 * published


async def test_members_find_back_to_their_partitions_after_an_outage(
    broker: Server, buses: tuple[Bus, Bus]
) -> None:
    members = [bus.member("engine", Stream.OBSERVATIONS) for bus in buses]
    group = Group(*members)
    await group.shared()
    await asyncio.to_thread(broker.kill)
    await until(lambda: buses[0].trouble and buses[1].trouble)
    await asyncio.to_thread(broker.start)
    await until(lambda: buses[0].trouble is None and buses[1].trouble is None)
    await group.shared()
    await group.leave(members[0])
    assert await group.shared() == [EVERYTHING]
    await group.aclose()


async def test_who_begins_while_the_broker_is_away_waits_and_who_waits_may_give_up(
    broker: Server, buses: tuple[Bus, Bus], settings: BusSettings
) -> None:
    bus = buses[0]
    reader = bus.reader(Stream.RATINGS)
    reader.add(0, None)
    await asyncio.to_thread(broker.kill)
    waiting = [
        asyncio.create_task(each)
        for each in (bus.publish(Stream.LEADER, records("A", 1)), reader.read(), bus.last(Stream.RATINGS, 0))
    ]
    late = open_bus(settings)
    starting = asyncio.create_task(late.start())
    await until(lambda: bus.trouble and late.trouble)
    assert not any(task.done() for task in (*waiting, starting))
    for task in waiting:
        task.cancel()
    async with asyncio.timeout(10):
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        await reader.aclose()
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)

    await asyncio.to_thread(broker.start)
    async with asyncio.timeout(30):
        await starting
        await late.publish(Stream.RATINGS, records("A", 1))
    assert values(await read(late, Stream.RATINGS, 1), "A") == [1]
    await until(lambda: late.trouble is None and bus.trouble is None)
    await late.aclose()


class Program:
    """A member in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.owns: frozenset[int] = frozenset()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, settings: BusSettings) -> "Program":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.bus_member", msgspec.json.encode(settings), "engine",
                stdout=asyncio.subprocess.PIPE,
            )
        )  # fmt: skip

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.owns = frozenset(map(int, line.split()))

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()
        await self._listening


async def test_a_member_that_is_killed_is_noticed_after_its_session(
    buses: tuple[Bus, Bus], settings: BusSettings
) -> None:
    program = await Program.start(settings)
    await until(lambda: program.owns == EVERYTHING)
    member = buses[0].member("engine", Stream.OBSERVATIONS)
    group = Group(member)
    await until(
        lambda: len(program.owns) == PARTITIONS // 2 and program.owns == EVERYTHING - group.owns[member]
    )
    await program.kill()
    started = asyncio.get_running_loop().time()
    assert await group.shared() == [EVERYTHING]
    assert asyncio.get_running_loop().time() - started < 10 * settings.session_seconds
    await group.aclose()


async def test_a_member_that_stood_still_has_lost_what_it_had_and_comes_back(
    buses: tuple[Bus, Bus], settings: BusSettings
) -> None:
    program = await Program.start(settings)
    await until(lambda: program.owns == EVERYTHING)
    member = buses[0].member("engine", Stream.OBSERVATIONS)
    group = Group(member)
    await until(lambda: len(group.owns[member]) == PARTITIONS // 2)
    program.process.send_signal(signal.SIGSTOP)
    assert await group.shared() == [EVERYTHING]
    program.process.send_signal(signal.SIGCONT)
    await until(
        lambda: len(program.owns) == PARTITIONS // 2 and program.owns == EVERYTHING - group.owns[member]
    )
    await program.kill()
    await group.aclose()
