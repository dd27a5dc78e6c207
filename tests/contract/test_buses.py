"""What every bus does with records."""

import asyncio

from courtside.bus.bus import Bus, Delivery, Record, Stream, partition_of, set_aside
from tests.support.buses import PARTITIONS, Group, OpenBus, read, records, settled, values


async def test_records_of_a_game_keep_their_order_in_one_partition(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, [*records("A", 1, 2), *records("B", 1), *records("A", 3)])
    found = await read(bus, Stream.OBSERVATIONS, 4)
    of_a = [each for each in found if each.key == "A"]
    assert values(of_a, "A") == [1, 2, 3]
    assert {each.partition for each in of_a} == {partition_of("A", bus.partitions(Stream.OBSERVATIONS))}
    assert [each.position for each in of_a] == sorted(each.position for each in of_a)


async def test_calls_that_run_side_by_side_keep_the_order_in_which_they_came(bus: Bus) -> None:
    calls = [bus.publish(Stream.OBSERVATIONS, records("A", 2 * each, 2 * each + 1)) for each in range(100)]
    await asyncio.gather(*calls)
    assert values(await read(bus, Stream.OBSERVATIONS, 200), "A") == list(range(200))


async def test_a_call_with_more_records_than_fit_into_one_batch_keeps_their_order(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, records("A", *range(3_000)))
    assert values(await read(bus, Stream.OBSERVATIONS, 3_000), "A") == list(range(3_000))


async def test_what_is_published_in_one_process_is_read_in_another(bus: Bus, another: OpenBus) -> None:
    await bus.publish(Stream.MESSAGES, records("A", 1))
    [found] = await read(await another(), Stream.MESSAGES, 1)
    assert found.value == b"1"


async def test_a_record_comes_as_it_was_given(bus: Bus) -> None:
    body = bytes(range(256)) * 400
    headers = {"reason": b"\x00\xff", "of": b""}
    await bus.publish(Stream.RATINGS, [Record("Wembanyama \u00e9", body, headers, id="7/1"), Record("", b"")])
    first, second = await read(bus, Stream.RATINGS, 2)
    assert (first.key, first.value, first.headers, first.id) == ("Wembanyama \u00e9", body, headers, "7/1")
    assert (second.key, second.value, second.headers) == ("", b"", {})
    assert second.id


async def test_a_publisher_may_choose_the_partition(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, [Record("A", b"", partition=each) for each in (3, 0)])
    found = await read(bus, Stream.OBSERVATIONS, 2)
    assert sorted(each.partition for each in found) == [0, 3]


async def test_a_reader_goes_on_after_the_position_that_it_names(bus: Bus) -> None:
    await bus.publish(Stream.RATINGS, records("A", 1, 2, 3))
    first, second, third = await read(bus, Stream.RATINGS, 3)
    assert await read(bus, Stream.RATINGS, 1, after=second.position) == [third]
    assert await bus.last(Stream.RATINGS, 0) == third
    assert first.id != second.id


async def test_a_record_that_was_published_twice_is_delivered_once(bus: Bus) -> None:
    twice = Record("A", b"1", id="game/1")
    await bus.publish(Stream.OBSERVATIONS, [twice, *records("A", 2)])
    await bus.publish(Stream.OBSERVATIONS, [twice, *records("A", 3)])
    assert values(await read(bus, Stream.OBSERVATIONS, 3), "A") == [1, 2, 3]


async def test_nothing_is_last_in_a_partition_without_records(bus: Bus) -> None:
    assert await bus.last(Stream.LEADER, 0) is None
    await bus.publish(Stream.LEADER, records("me", 1))
    await bus.publish(Stream.LEADER, records("me", 2))
    last = await bus.last(Stream.LEADER, 0)
    assert last is not None and last.value == b"2"


async def test_a_read_gives_no_more_than_was_asked_for(bus: Bus) -> None:
    games = [f"game {number}" for number in range(8)]
    for game in games:
        await bus.publish(Stream.MESSAGES, records(game, *range(25)))
    found = await read(bus, Stream.MESSAGES, 200, limit=7)
    assert all(values(found, game) == list(range(25)) for game in games)


async def test_a_reader_that_does_not_read_holds_up_nobody_and_misses_nothing(bus: Bus) -> None:
    slow = bus.reader(Stream.MESSAGES)
    for partition in range(PARTITIONS):
        slow.add(partition, None)
    await bus.publish(Stream.MESSAGES, records("A", 0))
    assert values(await slow.read(), "A") == [0]
    for first in range(1, 5_001, 500):
        await bus.publish(Stream.MESSAGES, records("A", *range(first, first + 500)))
    assert len(await read(bus, Stream.MESSAGES, 5_001)) == 5_001
    found: list[Delivery] = []
    async with asyncio.timeout(20):
        while len(found) < 5_000:
            found += await slow.read(100)
    assert values(found, "A") == list(range(1, 5_001))
    await slow.aclose()


async def test_a_read_that_is_cancelled_loses_nothing(bus: Bus) -> None:
    reader = bus.reader(Stream.RATINGS)
    reader.add(0, None)
    found: list[Delivery] = []
    for number in range(100):
        reading = asyncio.create_task(reader.read())
        await asyncio.sleep(0)
        publishing = asyncio.create_task(bus.publish(Stream.RATINGS, records("A", number)))
        for _ in range(number % 7):
            await asyncio.sleep(0)
        reading.cancel()
        [got] = await asyncio.gather(reading, return_exceptions=True)
        found += got if isinstance(got, list) else []
        await publishing
    async with asyncio.timeout(10):
        while len(found) < 100:
            found += await reader.read()
    assert values(found, "A") == list(range(100))
    await reader.aclose()


async def test_partitions_come_and_go_while_a_read_waits(bus: Bus) -> None:
    reader = bus.reader(Stream.OBSERVATIONS)
    reading = asyncio.create_task(reader.read())
    await bus.publish(Stream.OBSERVATIONS, [Record("A", b"0", partition=0), Record("A", b"1", partition=1)])
    reader.add(0, None)
    async with asyncio.timeout(10):
        [first] = await reading
        assert first.value == b"0"
        reading = asyncio.create_task(reader.read())
        await asyncio.sleep(0)
        reader.add(1, None)
        [second] = await reading
        assert second.value == b"1"

        reader.drop(0)
        await bus.publish(
            Stream.OBSERVATIONS, [Record("A", b"2", partition=0), Record("A", b"3", partition=1)]
        )
        assert [each.value for each in await reader.read()] == [b"3"]

        reader.add(0, None)
        again: list[Delivery] = []
        while len(again) < 2:
            again += await reader.read(1)
        assert [each.value for each in again] == [b"0", b"2"]
    await reader.aclose()


async def test_each_partition_belongs_to_one_member_and_goes_over_when_it_leaves(another: OpenBus) -> None:
    buses = [await another() for _ in range(3)]
    one = buses[0].member("engine", Stream.OBSERVATIONS)
    group = Group(one)
    assert await group.shared() == [frozenset(range(PARTITIONS))]
    _, three = (group.join(bus.member("engine", Stream.OBSERVATIONS)) for bus in buses[1:])
    await group.shared()
    await group.leave(one)
    await group.shared()
    await group.leave(three)
    assert await group.shared() == [frozenset(range(PARTITIONS))]
    await group.aclose()


async def test_groups_do_not_share_with_each_other(bus: Bus) -> None:
    engine = Group(bus.member("engine", Stream.OBSERVATIONS))
    archive = Group(bus.member("archive", Stream.OBSERVATIONS))
    assert await engine.shared() == await archive.shared()
    await engine.aclose()
    await archive.aclose()


async def test_a_stream_of_one_partition_has_one_owner_and_others_wait_for_it(another: OpenBus) -> None:
    one, two = [(await another()).member("ingest", Stream.LEADER) for _ in range(2)]
    first, second = asyncio.create_task(one.owned()), asyncio.create_task(two.owned())
    async with asyncio.timeout(20):
        done, waiting = await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
        assert [each.result() for each in done] == [frozenset({0})]
        leader, other = (one, two) if first in done else (two, one)
        await leader.aclose()
        [heir] = waiting
        assert await heir == frozenset({0})
    await other.aclose()


async def test_lag_is_what_the_group_has_not_committed(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, records("A", *range(10)))
    await bus.publish(Stream.OBSERVATIONS, records("B", *range(5)))
    assert await bus.lag("engine", Stream.OBSERVATIONS) == 15
    found = [each for each in await read(bus, Stream.OBSERVATIONS, 15) if each.key == "A"]

    member = bus.member("engine", Stream.OBSERVATIONS)
    group = Group(member)
    await group.shared()
    await member.commit(found[3].partition, found[2].position)
    await member.commit(found[3].partition, found[3].position)
    await settled(lambda: bus.lag("engine", Stream.OBSERVATIONS), 11)
    await member.commit(found[9].partition, found[9].position)
    await group.aclose()
    assert await bus.lag("engine", Stream.OBSERVATIONS) == 5
    assert await bus.lag("archive", Stream.OBSERVATIONS) == 15


async def test_who_does_not_own_a_partition_commits_nothing_of_it(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, [Record("A", b"", partition=each) for each in range(PARTITIONS)])
    member, other = (bus.member("engine", Stream.OBSERVATIONS) for _ in range(2))
    group = Group(member, other)
    mine, theirs = await group.shared()
    found = {each.partition: each.position for each in await read(bus, Stream.OBSERVATIONS, PARTITIONS)}
    for partition in theirs:
        await member.commit(partition, found[partition])
    for partition in mine:
        await member.commit(partition, found[partition])
    await group.aclose()
    assert await bus.lag("engine", Stream.OBSERVATIONS) == len(theirs)


async def test_a_record_that_cannot_be_worked_on_is_set_aside_with_the_reason(bus: Bus) -> None:
    await bus.publish(Stream.OBSERVATIONS, [Record("A", b"{", {"trace": b"1"}, id="poison")])
    [poison] = await read(bus, Stream.OBSERVATIONS, 1)
    await set_aside(bus, Stream.OBSERVATIONS, poison, "no JSON")
    await set_aside(bus, Stream.OBSERVATIONS, poison, "no JSON")
    await bus.publish(Stream.DEAD_LETTERS, records("A", 2))
    letter, other = await read(bus, Stream.DEAD_LETTERS, 2)
    assert (letter.key, letter.value) == ("A", b"{")
    where = f"{poison.partition}/{poison.position}".encode()
    assert letter.headers == {
        "reason": b"no JSON",
        "stream": b"observations",
        "position": where,
        "trace": b"1",
    }
    assert other.value == b"2"


async def test_a_bus_that_is_well_says_so(bus: Bus) -> None:
    await bus.publish(Stream.RATINGS, records("A", 1))
    assert bus.trouble is None
    assert "\n" not in await bus.check()
