"""Doubles, trouble, topics, and the bus that a URL names."""

import logging
import sys

import pytest

from courtside.bus.doubles import Doubles
from courtside.bus.kafka_topics import Topic, check_topics
from courtside.bus.memory import MemoryBus
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings
from courtside.bus.trouble import Trouble
from courtside.cli.checks import check_bus
from courtside.errors import BadConfig, BusError
from courtside.settings import Settings


def test_an_id_is_forgotten_after_so_many_newer_ones() -> None:
    doubles = Doubles(remembered=2)
    assert [doubles.fresh(each) for each in ("a", "b", "a", "c", "a", "c")] == [
        True, True, False, True, True, False,
    ]  # fmt: skip


def test_trouble_lasts_until_no_part_has_any(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "courtside.bus")
    trouble = Trouble()
    trouble.end("reader")
    trouble.begin("reader", "no answer")
    trouble.begin("writer", "no answer either")
    trouble.end("reader")
    assert trouble.now == "no answer either"
    trouble.end("writer")
    assert trouble.now is None
    assert caplog.messages == ["the bus waits: no answer", "the bus goes on"]


def test_a_topic_is_made_by_hand_with_the_same_settings() -> None:
    assert Topic("courtside.messages", 16, 48).command("one:9092,two:9092") == (
        "kafka-topics.sh --bootstrap-server one:9092,two:9092 --create --topic courtside.messages "
        "--partitions 16 --config retention.ms=172800000"
    )
    assert "retention.ms=-1 --config retention.bytes=" in Topic("courtside.ratings", 1, None).command(
        "one:9092"
    )


def test_topics_that_are_as_they_should_be_are_accepted() -> None:
    check_topics([Topic("a", 4, 1), Topic("b", 1, None)], {"a": 4, "other": 9}, "one:9092")
    with pytest.raises(BusError, match="topic a has 3 partitions"):
        check_topics([Topic("a", 4, 1)], {"a": 3}, "one:9092")


def test_a_url_names_its_bus() -> None:
    bus = open_bus(BusSettings(partitions=7))
    assert isinstance(bus, MemoryBus)
    with pytest.raises(
        BadConfig, match=r"bus 'amqp://ann:\*\*\*\*@broker' is none of memory, redis://"
    ) as raised:
        open_bus(BusSettings(bus="amqp://ann:sesame@broker"))
    assert "sesame" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "driver"), [("redis://broker", "redis.asyncio"), ("kafka://broker", "confluent_kafka")]
)
def test_a_missing_driver_is_named_with_the_extra_that_brings_it(
    url: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = url.partition(":")[0]
    for name in list(sys.modules):
        if name.startswith(f"courtside.bus.{extra}"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(BusError, match=rf"pip install 'courtside\[{extra}\]'"):
        open_bus(BusSettings(bus=url))


async def test_the_doctor_asks_the_bus() -> None:
    assert (await check_bus(Settings())).state == "ok"
    nobody = await check_bus(Settings(bus="redis://:sesame@127.0.0.1:1"))
    assert nobody.state == "failed" and nobody.todo is not None and "--bus" in nobody.todo
    assert "127.0.0.1:1 does not answer" in nobody.found and "sesame" not in nobody.found
    assert (await check_bus(Settings(bus="redis://one,two"))).state == "failed"
