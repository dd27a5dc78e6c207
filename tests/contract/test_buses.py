"""What every bus does with records."""

import asyncio

import pytest

from courtside.bus.bus import Bus, Delivery, Record, Stream, partition_of
from courtside.bus.memory import MemoryBus


@pytest.fixture
def bus() -> Bus:
    return MemoryBus()


def records(game_id: str, *numbers: int) -> list[Record]:
    return [Record(game_id, b"%d" % number) for number in numbers]


async def read(bus: Bus, stream: Stream, count: int, after: str | None = None) -> list[Delivery]:
    reader = bus.reader(stream)
    for partition in range(bus.partitions(stream)):
        reader.add(partition, after)
    found: list[Delivery] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found += await reader.read()
    await reader.aclose()
    return found


async def test_records_of_a_game_keep_their_order_in_one_partition(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, [*records("A", 1, 2), *records("B", 1), *records("A", 3)])
    found = await read(bus, Stream.OBSERVATIONS, 4)
    of_a = [each for each in found if each.key == "A"]
    assert [each.value for each in of_a] == [b"1", b"2", b"3"]
    assert {each.partition for each in of_a} == {partition_of("A", bus.partitions(Stream.OBSERVATIONS))}
    assert [each.position for each in of_a] == sorted(each.position for each in of_a)


async def test_a_reader_goes_on_after_the_position_that_it_names(bus: Bus) -> None:
    await bus.publish(Stream.RATINGS, records("A", 1, 2, 3))
    first, second, third = await read(bus, Stream.RATINGS, 3)
    assert await read(bus, Stream.RATINGS, 1, after=second.position) == [third]
    assert await bus.last(Stream.RATINGS, 0) == third
    assert first.id != second.id


async def test_each_partition_belongs_to_one_member_and_goes_over_when_it_leaves(bus: Bus) -> None:
    one = bus.member("engine", Stream.OBSERVATIONS)
    everything = frozenset(range(bus.partitions(Stream.OBSERVATIONS)))
    async with asyncio.timeout(30):
        assert await one.owned() == everything
        two = bus.member("engine", Stream.OBSERVATIONS)
        mine, others = await one.owned(), await two.owned()
        assert mine | others == everything
        assert not mine & others
        await one.aclose()
        assert await two.owned() == everything
    await two.aclose()
