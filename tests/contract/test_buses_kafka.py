"""What only a bus over Kafka can meet."""

import asyncio
from collections.abc import Iterator

import msgspec
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
)
from confluent_kafka.cimpl import NewTopic

from courtside.bus.bus import Record, Stream
from courtside.bus.kafka import KafkaBus
from courtside.bus.settings import BusSettings
from courtside.errors import BadConfig, BusError
from tests.support.buses import read, records, settings_for, until, values
from tools.kafka_server import ADMIN_PASSWORD, GUEST_PASSWORD, KafkaServer

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka_server: KafkaServer) -> BusSettings:
    return settings_for(kafka_server)


@pytest.fixture
def admin(kafka_server: KafkaServer) -> Iterator[AdminClient]:
    """The cluster, as its administrator sees it."""
    yield AdminClient({"bootstrap.servers": f"127.0.0.1:{kafka_server.port}"})


async def refusal(settings: BusSettings) -> str:
    bus = KafkaBus(settings)
    async with asyncio.timeout(30):
        with pytest.raises(BusError) as raised:
            await bus.start()
        await bus.aclose()
    said = str(raised.value)
    assert "\n" not in said
    assert not any(secret in said for secret in (ADMIN_PASSWORD, GUEST_PASSWORD, "wrong-word"))
    return said


async def works(settings: BusSettings) -> None:
    bus = KafkaBus(settings)
    await bus.start()
    await bus.publish(Stream.RATINGS, records("A", 1))
    assert values(await read(bus, Stream.RATINGS, 1), "A") == [1]
    await bus.aclose()


def config_of(admin: AdminClient, topic: str) -> dict[str, str]:
    [future] = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
    return {name: entry.value for name, entry in future.result(10).items()}


async def test_topics_are_made_with_their_partitions_and_retention(
    settings: BusSettings, admin: AdminClient
) -> None:
    await works(msgspec.structs.replace(settings, partitions=5, retention_hours=3))
    there = admin.list_topics(timeout=10).topics
    partitions = {stream: len(there[f"{settings.prefix}.{stream}"].partitions) for stream in Stream}
    assert partitions == {stream: 5 if stream.spread else 1 for stream in Stream}
    assert config_of(admin, f"{settings.prefix}.messages")["retention.ms"] == str(3 * 3_600_000)
    ratings = config_of(admin, f"{settings.prefix}.ratings")
    assert ratings["retention.ms"] == "-1" and int(ratings["retention.bytes"]) > 0


async def test_several_programs_may_make_the_topics_at_once(settings: BusSettings) -> None:
    buses = [KafkaBus(settings) for _ in range(3)]
    await asyncio.gather(*(bus.start() for bus in buses))
    await asyncio.gather(*(bus.publish(Stream.LEADER, records("A", 1)) for bus in buses))
    assert len(await read(buses[0], Stream.LEADER, 3)) == 3
    for bus in buses:
        await bus.aclose()


async def test_who_may_make_no_topics_is_told_the_commands(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    guest = kafka_server.sasl_url("guest", GUEST_PASSWORD)
    said = await refusal(msgspec.structs.replace(settings, bus=guest))
    command = (
        f"kafka-topics.sh --bootstrap-server 127.0.0.1:{kafka_server.sasl_port} --create "
        f"--topic {settings.prefix}.observations --partitions 4 --config retention.ms=172800000"
    )
    assert command in said
    assert all(f"--topic {settings.prefix}.{stream} " in said for stream in Stream)


async def test_a_user_needs_no_more_rights_than_the_page_on_the_bus_says(
    kafka_server: KafkaServer, settings: BusSettings, admin: AdminClient
) -> None:
    await works(settings)
    rights = [
        (ResourceType.TOPIC, AclOperation.DESCRIBE),
        (ResourceType.TOPIC, AclOperation.READ),
        (ResourceType.TOPIC, AclOperation.WRITE),
        (ResourceType.GROUP, AclOperation.READ),
    ]
    rules = [
        AclBinding(
            kind, f"{settings.prefix}.", ResourcePatternType.PREFIXED, "User:guest", "*", what,
            AclPermissionType.ALLOW,
        )
        for kind, what in rights
    ]  # fmt: skip
    for made in admin.create_acls(rules).values():
        made.result(10)
    bus = KafkaBus(msgspec.structs.replace(settings, bus=kafka_server.sasl_url("guest", GUEST_PASSWORD)))
    await bus.start()
    await bus.publish(Stream.OBSERVATIONS, records("A", 1))
    [found] = await read(bus, Stream.OBSERVATIONS, 1)
    last = await bus.last(Stream.OBSERVATIONS, found.partition)
    assert last is not None and last.value == b"1"
    member = bus.member("engine", Stream.OBSERVATIONS)
    async with asyncio.timeout(20):
        assert len(await member.owned()) == settings.partitions
    await member.commit(found.partition, found.position)
    await member.aclose()
    assert await bus.lag("engine", Stream.OBSERVATIONS) == 0
    await bus.aclose()


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (2, "--alter --topic {topic} --partitions 4 (while no game is on), or set bus_partitions to 2"),
        (9, "has 9 partitions, and bus_partitions is 4; set it to 9, or take another bus_prefix"),
    ],
)
async def test_a_topic_with_another_number_of_partitions_is_refused(
    settings: BusSettings, admin: AdminClient, there: int, told: str
) -> None:
    topic = f"{settings.prefix}.messages"
    [made] = admin.create_topics([NewTopic(topic, there)]).values()
    made.result(10)
    assert told.format(topic=topic) in await refusal(settings)


async def test_a_replication_that_the_cluster_cannot_give_is_refused(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    url = f"{kafka_server.url}?replication_factor=3"
    assert "eplication factor" in await refusal(msgspec.structs.replace(settings, bus=url))


async def test_a_wrong_password_is_refused_without_showing_it(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    right = kafka_server.sasl_url("admin", ADMIN_PASSWORD)
    await works(msgspec.structs.replace(settings, bus=right))
    wrong = kafka_server.sasl_url("admin", "wrong-word")
    assert "check user, password and TLS" in await refusal(msgspec.structs.replace(settings, bus=wrong))
    bus = KafkaBus(msgspec.structs.replace(settings, bus=wrong))
    with pytest.raises(BusError, match="check user, password and TLS"):
        await bus.check()
    await bus.aclose()


async def test_tls_wants_a_certificate_that_is_vouched_for(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    await works(msgspec.structs.replace(settings, bus=kafka_server.tls_url))
    stranger = kafka_server.tls_url.partition("&ssl_ca")[0]
    assert "certificate" in await refusal(msgspec.structs.replace(settings, bus=stranger))


async def test_a_host_that_does_not_exist_is_refused() -> None:
    assert "check --bus" in await refusal(BusSettings(bus="kafka://nowhere.invalid"))


async def test_an_option_that_is_unknown_or_wrong_is_refused() -> None:
    with pytest.raises(BadConfig, match="did you mean sasl_mechanism"):
        KafkaBus(BusSettings(bus="kafka://127.0.0.1?sasl_mechanisms=PLAIN"))
    with pytest.raises(BadConfig, match="write a whole number"):
        KafkaBus(BusSettings(bus="kafka://127.0.0.1?replication_factor=all"))
    with pytest.raises(BusError, match=r"security\.protocol"):
        await KafkaBus(BusSettings(bus="kafka://127.0.0.1?security_protocol=TELNET")).start()


async def test_a_record_that_is_too_large_is_refused_and_others_go_on(settings: BusSettings) -> None:
    bus = KafkaBus(settings)
    await bus.start()
    with pytest.raises(BusError, match=r"max\.message\.bytes"):
        await bus.publish(Stream.RATINGS, [Record("A", bytes(5_000_000))])
    await bus.publish(Stream.RATINGS, records("A", 2))
    assert values(await read(bus, Stream.RATINGS, 1), "A") == [2]
    await bus.aclose()


async def test_a_session_that_the_broker_does_not_allow_is_refused(settings: BusSettings) -> None:
    bus = KafkaBus(msgspec.structs.replace(settings, session_seconds=3_600))
    await bus.start()
    member = bus.member("engine", Stream.OBSERVATIONS)
    async with asyncio.timeout(20):
        with pytest.raises(BusError, match="bus_session_seconds"):
            await member.owned()
    await member.aclose()
    await bus.aclose()


async def test_messages_that_somebody_else_wrote_are_delivered_as_they_are(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    bus = KafkaBus(settings)
    await bus.start()
    stranger = Producer({"bootstrap.servers": f"127.0.0.1:{kafka_server.port}"})
    stranger.produce(f"{settings.prefix}.ratings", None, headers=[("note", None)])
    assert stranger.flush(10) == 0
    [found] = await read(bus, Stream.RATINGS, 1)
    assert (found.key, found.value, found.headers, found.id) == ("", b"", {}, found.position)
    await bus.aclose()


async def test_a_broker_that_stands_still_is_trouble_until_it_moves(
    kafka_server: KafkaServer, settings: BusSettings
) -> None:
    bus = KafkaBus(settings)
    await bus.start()
    kafka_server.freeze()
    publishing = asyncio.create_task(bus.publish(Stream.RATINGS, records("A", 1)))
    try:
        await until(lambda: bus.trouble)
    finally:
        kafka_server.thaw()
    async with asyncio.timeout(30):
        await publishing
    await until(lambda: bus.trouble is None)
    assert values(await read(bus, Stream.RATINGS, 1), "A") == [1]
    await bus.aclose()


async def test_the_check_says_what_is_there(kafka_server: KafkaServer, settings: BusSettings) -> None:
    bus = KafkaBus(settings)
    said = await bus.check()
    assert said == f"kafka at 127.0.0.1:{kafka_server.port}, brokers: 1, topics to be made: 5"
    await bus.start()
    assert (await bus.check()).endswith("all topics are there")
    await bus.aclose()
    nobody = KafkaBus(BusSettings(bus="kafka://127.0.0.1:1"))
    with pytest.raises(BusError, match="does not answer"):
        await nobody.check()
    await nobody.aclose()
