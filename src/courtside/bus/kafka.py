"""The bus over Kafka: one topic for each stream."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import TypeVar, cast
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
)

from courtside.bus.bus import Delivery, Record, Stream, partition_of
from courtside.bus.kafka_link import Config, KafkaLink
from courtside.bus.kafka_member import KafkaMember
from courtside.bus.kafka_reader import ID_HEADER, KafkaReader, delivery_of
from courtside.bus.kafka_topics import Topic, check_topics, make_topics
from courtside.bus.kafka_writer import KafkaWriter, Outgoing
from courtside.bus.settings import BusSettings
from courtside.bus.trouble import Trouble
from courtside.errors import BusError

_T = TypeVar("_T")
_SECONDS = 1.0
_CHECKS = 5


class KafkaBus:
    """`kafka://user:password@host:port,host:port?security_protocol=SASL_SSL`.

    Topics are `prefix.stream`, groups `prefix.group.stream`.
    """

    def __init__(self, settings: BusSettings) -> None:
        self._settings = settings
        self._trouble = Trouble()
        self._link = KafkaLink(settings, self._trouble)
        self._opened: KafkaWriter | None = None
        self._asking: AdminClient | None = None
        self._looking: Consumer | None = None
        self._look = threading.Lock()
        self._counting: dict[str, Consumer] = {}
        """By group: who asks how far it has got."""
        self._count = threading.Lock()
        self._name, self._numbers = uuid4().hex[:16], count()

    @property
    def trouble(self) -> str | None:
        return self._trouble.now

    async def start(self) -> None:
        await self._link.resolve()
        wanted = [
            Topic(
                self._topic(stream),
                self.partitions(stream),
                self._settings.retention_hours if stream.spread else None,
            )
            for stream in Stream
        ]
        while True:
            there = await self._patiently(partial(self._writer.list_topics, _SECONDS))
            missing = [topic for topic in wanted if topic.name not in there]
            if not missing:
                break
            try:
                await make_topics(self._admin, self._link, missing)
            except KafkaException as error:
                self._trouble.begin(self, f"kafka at {self._link.where}: {self._said(error)}")
        check_topics(wanted, there, self._link.where)
        self._writer.watch(self._topic(Stream.LEADER))

    def partitions(self, stream: Stream) -> int:
        return self._settings.partitions if stream.spread else 1

    async def publish(self, stream: Stream, records: Sequence[Record]) -> None:
        partitions = self.partitions(stream)
        outgoing: list[Outgoing] = []
        for record in records:
            partition = record.partition
            if partition is None:
                partition = partition_of(record.key, partitions)
            name = record.id or f"{self._name}-{next(self._numbers)}"
            headers: list[tuple[str, str | bytes | None]] = [(ID_HEADER, name)]
            headers += record.headers.items()
            outgoing.append(Outgoing(record.key.encode(), record.value, partition, headers))
        if outgoing:
            await self._writer.write(self._topic(stream), outgoing)

    def reader(self, stream: Stream) -> KafkaReader:
        return KafkaReader(self._link, self._topic(stream))

    def member(self, group: str, stream: Stream) -> KafkaMember:
        name = self._group(group, stream)
        return KafkaMember(self._link, name, self._topic(stream), self._settings.session_seconds)

    async def last(self, stream: Stream, partition: int) -> Delivery | None:
        return await self._patiently(lambda: self._newest(TopicPartition(self._topic(stream), partition)))

    async def lag(self, group: str, stream: Stream) -> int:
        name = self._group(group, stream)
        topic = self._topic(stream)
        partitions = [TopicPartition(topic, number) for number in range(self.partitions(stream))]
        try:
            return await asyncio.to_thread(self._behind, name, partitions)
        except KafkaException as error:
            raise BusError(
                f"kafka at {self._link.where} does not tell the lag: {self._said(error)}"
            ) from error

    def _behind(self, group: str, partitions: list[TopicPartition]) -> int:
        """Asked through a consumer that joins nothing: librdkafka's own administrator, asked for offsets
        while its broker dies, takes the process with it (2.16: `rd_kafka_enq_once_del_source_return`)."""
        with self._count:
            if group not in self._counting:
                build = cast(Callable[[Config], Consumer], Consumer)
                more: Config = {"group.id": group, "enable.auto.commit": False}
                self._counting[group] = self._link.client(build, more)
            consumer = self._counting[group]
            waiting = 0
            for each in consumer.committed(partitions, timeout=_CHECKS * _SECONDS):
                oldest, end = consumer.get_watermark_offsets(each, timeout=_CHECKS * _SECONDS)
                waiting += end - max(each.offset, oldest)
            return waiting

    async def check(self) -> str:
        await self._link.resolve()
        for attempt in range(1, _CHECKS + 1):
            try:
                found = await asyncio.to_thread(self._admin.list_topics, timeout=_SECONDS)
                break
            except KafkaException as error:
                self._admin.poll(0)
                if self._link.refusal is not None:
                    raise self._link.refused(self._link.refusal) from error
                if attempt == _CHECKS:
                    why = self._link.suspicion or self._said(error)
                    raise BusError(f"kafka at {self._link.where} does not answer: {why}") from error
        missing = [stream for stream in Stream if self._topic(stream) not in found.topics]
        topics = f"topics to be made: {len(missing)}" if missing else "all topics are there"
        return f"kafka at {self._link.where}, brokers: {len(found.brokers)}, {topics}"

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.end()
        if self._looking is not None:
            await asyncio.to_thread(self._looking.close)
        for consumer in self._counting.values():
            await asyncio.to_thread(consumer.close)

    @property
    def _writer(self) -> KafkaWriter:
        if self._opened is None:
            self._opened = KafkaWriter(self._link)
        return self._opened

    @property
    def _admin(self) -> AdminClient:
        if self._asking is None:
            build = cast(Callable[[Config], AdminClient], AdminClient)
            self._asking = self._link.client(build, {})
        return self._asking

    def _topic(self, stream: Stream) -> str:
        return f"{self._settings.prefix}.{stream}"

    def _group(self, group: str, stream: Stream) -> str:
        return f"{self._settings.prefix}.{group}.{stream}"

    async def _patiently(self, ask: Callable[[], _T]) -> _T:
        """Asks in a thread, each time for a short while, until there is an answer."""
        try:
            while True:
                self._link.refusal = None
                try:
                    return await asyncio.to_thread(ask)
                except KafkaException as raised:
                    error: KafkaError = raised.args[0]
                    if self._link.refusal is not None:
                        raise self._link.refused(self._link.refusal) from raised
                    if self._link.lasting(error):
                        raise self._link.failed(error) from raised
                    why = self._link.suspicion or self._said(raised)
                    self._trouble.begin(self, f"kafka at {self._link.where} does not answer: {why}")
        finally:
            # Also when the caller gives up: then nobody waits here any more.
            self._trouble.end(self)

    def _newest(self, partition: TopicPartition) -> Delivery | None:
        with self._look:
            if self._looking is None:
                name = f"{self._link.prefix}.readers"
                build = cast(Callable[[Config], Consumer], Consumer)
                # Asked for the next record, the broker must not keep this consumer from its next partition.
                options: Config = {"group.id": name, "enable.auto.commit": False, "fetch.wait.max.ms": 5}
                self._looking = self._link.client(build, options)
            oldest, end = self._looking.get_watermark_offsets(partition, timeout=2 * _SECONDS)
            if end <= oldest:
                return None
            self._looking.assign([TopicPartition(partition.topic, partition.partition, end - 1)])
            try:
                message = self._looking.poll(2 * _SECONDS)
            finally:
                self._looking.unassign()
            if message is None:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no record came"))
            error = message.error()
            if error is not None:
                raise KafkaException(error)
            return delivery_of(message)

    def _said(self, error: KafkaException) -> str:
        return self._link.clean(error.args[0].str())
