"""What only a bus over Redis can meet."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from courtside.bus.bus import Record, Stream
from courtside.bus.redis_link import RedisLink
from courtside.bus.redis_streams import KEPT, RedisBus
from courtside.bus.settings import BusSettings
from courtside.bus.trouble import Trouble
from courtside.clock import ManualClock, WallClock
from courtside.errors import BadConfig, BusError
from tests.support.buses import Group, read, records, settings_for, until, values
from tools.redis_server import RedisServer

pytestmark = pytest.mark.redis

PASSWORD = "sesame-open"
HOUR_MS = 3_600_000


@pytest.fixture
def settings(redis_server: RedisServer) -> BusSettings:
    return settings_for(redis_server)


@pytest.fixture
async def link(redis_server: RedisServer) -> AsyncIterator[RedisLink]:
    """Redis, as somebody else sees it."""
    link = RedisLink(redis_server.url, Trouble())
    yield link
    await link.aclose()


@pytest.fixture(scope="module")
def guarded() -> Iterator[RedisServer]:
    with RedisServer(password=PASSWORD, tls=True) as server:
        yield server


async def refusal(settings: BusSettings) -> str:
    bus = RedisBus(settings)
    async with asyncio.timeout(20):
        with pytest.raises(BusError) as raised:
            await bus.start()
        await bus.aclose()
    said = str(raised.value)
    assert "\n" not in said and PASSWORD not in said and "wrong-word" not in said
    return said


async def works(settings: BusSettings) -> None:
    bus = RedisBus(settings)
    await bus.start()
    await bus.publish(Stream.RATINGS, records("A", 1))
    assert values(await read(bus, Stream.RATINGS, 1), "A") == [1]
    await bus.aclose()


async def test_a_batch_whose_answer_was_lost_is_written_once(
    redis_server: RedisServer, settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    redis_server.freeze()
    publishing = asyncio.create_task(bus.publish(Stream.RATINGS, records("A", 1, 2)))
    try:
        # Redis has the words, and says nothing; the bus asks again.
        await until(lambda: bus.trouble)
    finally:
        redis_server.thaw()
    async with asyncio.timeout(20):
        await publishing
    assert bus.trouble is None
    assert await link.ask("XLEN", f"{settings.prefix}:ratings:0") == 2
    assert values(await read(bus, Stream.RATINGS, 2), "A") == [1, 2]
    await bus.aclose()


async def test_old_records_are_let_go(settings: BusSettings) -> None:
    clock = ManualClock(0)
    bus = RedisBus(msgspec.structs.replace(settings, retention_hours=2), clock)
    await bus.start()
    await bus.publish(Stream.MESSAGES, records("A", *range(500)))
    await bus.publish(Stream.RATINGS, records("A", *range(500)))
    # Two hours from now, all that is there is old, and what comes next is not.
    await clock.sleep((WallClock().now_ms() + 2 * HOUR_MS) / 1000)
    await bus.publish(Stream.MESSAGES, records("A", 500))
    await bus.publish(Stream.RATINGS, records("A", 500))
    kept = values(await read(bus, Stream.MESSAGES, 1), "A")
    assert kept[-1] == 500 and len(kept) < 200
    assert await bus.lag("engine", Stream.RATINGS) == 501
    await bus.aclose()


async def test_a_partition_holds_no_more_records_than_are_allowed(settings: BusSettings) -> None:
    bus = RedisBus(msgspec.structs.replace(settings, max_records=1_000))
    await bus.start()
    await bus.publish(Stream.MESSAGES, records("A", *range(5_000)))
    await bus.publish(Stream.DEAD_LETTERS, records("A", *range(KEPT + 1_000)))
    assert 1_000 <= await bus.lag("engine", Stream.MESSAGES) < 1_200
    assert KEPT <= await bus.lag("engine", Stream.DEAD_LETTERS) < KEPT + 200
    await bus.aclose()


async def test_a_long_lag_is_judged_by_the_times_of_its_records(
    settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    key = f"{settings.prefix}:leader:0"
    every_second = "for s = 1, 5000 do redis.call('XADD', KEYS[1], s .. '000-0', 'value', '') end"
    await link.ask("EVAL", every_second, 1, key)
    first = (await read(bus, Stream.LEADER, 1, limit=1))[0]
    member = bus.member("ingest", Stream.LEADER)
    assert await member.owned() == frozenset({0})
    await member.commit(0, first.position)
    await member.aclose()
    assert await bus.lag("ingest", Stream.LEADER) == pytest.approx(4_999, rel=0.05)
    await bus.aclose()


async def test_a_full_redis_is_trouble_and_no_end(settings: BusSettings, link: RedisLink) -> None:
    bus = RedisBus(settings)
    await bus.start()
    await link.ask("CONFIG", "SET", "maxmemory", "1mb")
    try:
        publishing = asyncio.create_task(bus.publish(Stream.RATINGS, records("A", 1)))
        await until(lambda: bus.trouble)
        assert "takes nothing now" in (bus.trouble or "")
    finally:
        await link.ask("CONFIG", "SET", "maxmemory", "0")
    async with asyncio.timeout(20):
        await publishing
    assert bus.trouble is None
    await bus.aclose()


async def test_what_lies_in_the_way_of_a_stream_is_refused_for_that_stream_alone(
    settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    await link.ask("SET", f"{settings.prefix}:ratings:0", "in the way")
    with pytest.raises(BusError, match="WRONGTYPE"):
        await bus.publish(Stream.RATINGS, records("A", 1))
    await bus.publish(Stream.LEADER, records("A", 1))
    assert values(await read(bus, Stream.LEADER, 1), "A") == [1]
    await bus.aclose()


async def test_entries_that_somebody_else_wrote_are_delivered_as_they_are(
    settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    await link.ask("XADD", f"{settings.prefix}:ratings:0", "*", "note", b"by hand")
    [found] = await read(bus, Stream.RATINGS, 1)
    assert (found.key, found.value, found.headers, found.id) == ("", b"", {}, found.position)
    await bus.aclose()


async def test_a_redis_that_was_emptied_keeps_nobody_from_going_on(
    settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    reader = bus.reader(Stream.OBSERVATIONS)
    for partition in range(settings.partitions):
        reader.add(partition, None)
    members = [bus.member("engine", Stream.OBSERVATIONS) for _ in range(2)]
    group = Group(*members)
    await group.shared()
    await bus.publish(Stream.OBSERVATIONS, records("A", 1))
    assert values(await reader.read(), "A") == [1]
    await link.ask("FLUSHALL")
    await bus.publish(Stream.OBSERVATIONS, records("A", 2))
    async with asyncio.timeout(20):
        assert values(await reader.read(), "A") == [2]
    await group.leave(members[0])
    await group.shared()
    await group.aclose()
    await reader.aclose()
    await bus.aclose()


async def test_another_number_of_partitions_than_the_streams_have_is_refused(settings: BusSettings) -> None:
    await works(settings)
    said = await refusal(msgspec.structs.replace(settings, partitions=7))
    assert "is cut into 4 partitions, and bus_partitions is 7; set it to 4" in said


async def test_a_wrong_password_is_refused_without_showing_it(guarded: RedisServer) -> None:
    await works(settings_for(guarded))
    wrong = msgspec.structs.replace(settings_for(guarded), bus=guarded.url.replace(PASSWORD, "wrong-word"))
    assert "check user and password" in await refusal(wrong)
    none = msgspec.structs.replace(settings_for(guarded), bus=guarded.url.replace(f":{PASSWORD}@", ""))
    assert "check user and password" in await refusal(none)


async def test_a_user_needs_no_more_rights_than_the_page_on_the_bus_says(
    redis_server: RedisServer, settings: BusSettings, link: RedisLink
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "bus.md").read_text(encoding="utf-8")
    [rights] = re.findall(r"may do\s+with `([^`]+)`", page)
    who = ("ACL", "SETUSER", "guest", "on", f">{PASSWORD}", f"~{settings.prefix}:*", *rights.split())
    await link.ask(*who)
    bus = RedisBus(
        msgspec.structs.replace(
            settings, bus=f"redis://guest:{PASSWORD}@127.0.0.1:{redis_server.port}", max_records=1_000
        )
    )
    await bus.start()
    await bus.publish(Stream.OBSERVATIONS, records("A", 1))
    [found] = await read(bus, Stream.OBSERVATIONS, 1)
    last = await bus.last(Stream.OBSERVATIONS, found.partition)
    assert last is not None and last.value == b"1"
    member = bus.member("engine", Stream.OBSERVATIONS)
    assert len(await member.owned()) == settings.partitions
    await member.commit(found.partition, found.position)
    await member.aclose()
    assert await bus.lag("engine", Stream.OBSERVATIONS) == 0
    assert "on disk" in await bus.check()
    await bus.aclose()
    stranger = msgspec.structs.replace(
        settings, bus=f"redis://guest:{PASSWORD}@127.0.0.1:{redis_server.port}", prefix="others"
    )
    assert "check user and password" in await refusal(stranger)


async def test_tls_wants_a_certificate_that_is_vouched_for(guarded: RedisServer) -> None:
    settings = msgspec.structs.replace(settings_for(guarded), bus=guarded.tls_url)
    await works(settings)
    stranger = msgspec.structs.replace(settings, bus=guarded.tls_url.partition("?")[0])
    assert "certificate verify failed" in await refusal(stranger)


async def test_a_host_that_does_not_exist_is_refused() -> None:
    assert "check --bus" in await refusal(BusSettings(bus="redis://nowhere.invalid"))


async def test_a_url_that_cannot_be_is_refused_without_its_secrets() -> None:
    for url, why in {
        "redis://:wrong-word@127.0.0.1/games": "write a number",
        "redis://:wrong-word@one,two": "2 Redis hosts",
    }.items():
        with pytest.raises(BusError, match=why) as raised:
            RedisBus(BusSettings(bus=url))
        assert "wrong-word" not in str(raised.value)
    with pytest.raises(BadConfig, match="did you mean ssl_ca_certs"):
        RedisBus(BusSettings(bus="rediss://127.0.0.1?ssl_ca_cert=a"))


async def test_the_check_says_when_redis_keeps_nothing_on_disk(
    redis_server: RedisServer, settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    assert (await bus.check()).endswith("kept on disk")
    await link.ask("CONFIG", "SET", "appendonly", "no")
    assert "set appendonly yes" in await bus.check()
    await link.ask("CONFIG", "SET", "appendonly", "yes")
    redis_server.kill()
    try:
        with pytest.raises(BusError, match="does not answer"):
            await bus.check()
    finally:
        redis_server.start()
    await bus.aclose()


async def test_a_record_published_with_a_key_lies_in_one_stream_of_redis(
    settings: BusSettings, link: RedisLink
) -> None:
    bus = RedisBus(settings)
    await bus.start()
    await bus.publish(Stream.OBSERVATIONS, [Record("A", b"body", {"trace": b"1"}, "a/1", partition=2)])
    [(_, fields)] = await link.ask("XRANGE", f"{settings.prefix}:observations:2", "-", "+")  # type: ignore[misc]
    assert fields == [b"id", b"a/1", b"key", b"A", b"value", b"body", b"h:trace", b"1"]
    await bus.aclose()
