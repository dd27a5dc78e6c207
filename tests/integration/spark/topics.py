"""Topics of a broker, written and read to their ends."""

import logging
from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

PARTITIONS = 4
TIMEOUT_SECONDS = 30.0


class Read(msgspec.Struct, frozen=True):
    """A record of a topic."""

    key: str
    value: bytes
    headers: Mapping[str, str]
    partition: int
    offset: int

    @property
    def id(self) -> str:
        return self.headers["id"]


class Broker:
    """A client of one broker."""

    def __init__(self, servers: str) -> None:
        self.servers = servers
        self._settings: dict[str, str | int | float | bool] = {"bootstrap.servers": servers}

    def create(self, topic: str, partitions: int = PARTITIONS) -> None:
        admin = AdminClient(self._settings)
        admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(TIMEOUT_SECONDS)

    def write(self, topic: str, records: Iterable[tuple[str, bytes]]) -> None:
        producer = Producer({**self._settings, "enable.idempotence": True}, logger=_silent())
        for key, value in records:
            producer.produce(topic, value, key)
            producer.poll(0)
        assert producer.flush(TIMEOUT_SECONDS) == 0

    def read(self, topic: str) -> list[Read]:
        """Everything that is there, oldest first in each partition."""
        consumer = Consumer({**self._settings, "group.id": "reader", "enable.auto.commit": False})
        try:
            partitions = consumer.list_topics(topic, TIMEOUT_SECONDS).topics[topic].partitions
            places = [TopicPartition(topic, number, 0) for number in partitions]
            ends = {place.partition: consumer.get_watermark_offsets(place)[1] for place in places}
            waiting = {number for number, end in ends.items() if end}
            consumer.assign(places)
            found: list[Read] = []
            while waiting:
                message = consumer.poll(TIMEOUT_SECONDS)
                assert message is not None and message.error() is None
                read = _read(message)
                found.append(read)
                if read.offset + 1 == ends[read.partition]:
                    waiting.discard(read.partition)
            return found
        finally:
            consumer.close()


def _read(message: Message) -> Read:
    key, value = message.key(), message.value()
    headers = cast(list[tuple[str, bytes]], message.headers() or [])
    partition, offset = message.partition(), message.offset()
    assert isinstance(key, bytes) and isinstance(value, bytes)
    assert partition is not None and offset is not None
    named = {name: told.decode() for name, told in headers}
    return Read(key.decode(), value, named, partition, offset)


def _silent() -> logging.Logger:
    """What the client says of a broker that is still starting is nobody's business."""
    logger = logging.getLogger("tests.kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
