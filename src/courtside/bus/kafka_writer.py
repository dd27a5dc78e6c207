"""Publishing to Kafka: one idempotent producer, which repeats in order what is not acknowledged, for ever."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from courtside.bus.kafka_link import PROBE_SECONDS, TURN_SECONDS, KafkaLink, Poller

STUCK_SECONDS = 5.0
"""A record that is not acknowledged for so long is trouble, though the brokers answer."""


class Outgoing:
    """What goes into Kafka for one record."""

    __slots__ = ("headers", "key", "partition", "value")

    def __init__(
        self, key: bytes, value: bytes, partition: int, headers: list[tuple[str, str | bytes | None]]
    ) -> None:
        self.key = key
        self.value = value
        self.partition = partition
        self.headers = headers


class _Call:
    """The records of one `write` that are not acknowledged yet."""

    def __init__(self, writer: "KafkaWriter", records: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.error: KafkaError | None = None
        self._writer = writer
        self._waiting = records

    def delivered(self, error: KafkaError | None, _: Message) -> None:
        """In the thread, for each record."""
        self._waiting -= 1
        self._writer.moves = True
        if error is not None and self.error is None:
            self.error = error
        if self._waiting == 0:
            self._writer.finished.append(self)


class KafkaWriter(Poller):
    """Also looks after the cluster: turns suspicion into trouble, and sees when it is over."""

    def __init__(self, link: KafkaLink) -> None:
        super().__init__("producer")
        self.finished: deque[_Call] = deque()
        self.moves = False
        self._link = link
        self._producer: Producer = link.client(
            Producer,
            {
                "enable.idempotence": True,
                "acks": "all",
                # Waits for the broker as long as it takes.
                "message.timeout.ms": 0,
                "linger.ms": 1,
                "compression.type": "lz4",
                "queue.buffering.max.kbytes": 64 * 1024,
            },
        )
        self._order = asyncio.Lock()
        self._room = asyncio.Event()
        self._probe_topic: str | None = None
        self._moved = time.monotonic()
        self._probed = 0.0
        self._calls: set[_Call] = set()
        self.begin()

    def watch(self, topic: str) -> None:
        """Probe the cluster by this topic, which is there."""
        self._probe_topic = topic

    async def write(self, topic: str, records: Sequence[Outgoing]) -> None:
        call = _Call(self, len(records))
        # One call after the other, also where one has to wait for room.
        async with self._order:
            for record in records:
                await self._put(topic, record, call)
        self._calls.add(call)
        try:
            await call.done
        finally:
            self._calls.discard(call)
        if call.error is not None:
            raise self._link.failed(call.error)

    async def _put(self, topic: str, record: Outgoing, call: _Call) -> None:
        while True:
            if self.failure is not None:
                raise self.failure
            self._room.clear()
            try:
                self._producer.produce(
                    topic,
                    record.value,
                    record.key,
                    record.partition,
                    on_delivery=call.delivered,
                    headers=record.headers,
                )
                return
            except BufferError:
                await self._room.wait()
            except KafkaException as error:
                raise self._link.failed(error.args[0]) from error

    def open(self) -> None: ...

    def turn(self) -> None:
        self._producer.poll(TURN_SECONDS)
        if self.finished:
            self.wake()
        self._look_after()

    def woken(self) -> None:
        self._room.set()
        while self.finished:
            call = self.finished.popleft()
            if not call.done.done():
                call.done.set_result(None)
        if self.failure is not None:
            for call in self._calls:
                if not call.done.done():
                    call.done.set_exception(self.failure)

    def close(self) -> None:
        # Nobody waits any more for what is not acknowledged.
        self._producer.purge()
        self._producer.poll(0)
        self._link.trouble.end(self)

    def _look_after(self) -> None:
        link, now = self._link, time.monotonic()
        if self.moves or not len(self._producer):
            self.moves, self._moved = False, now
        stuck = now - self._moved > STUCK_SECONDS
        if self._probe_topic is None or not (link.suspicion or link.trouble.now or stuck):
            return
        if now - self._probed < PROBE_SECONDS / 4:
            return
        suspicion, link.suspicion = link.suspicion, None
        try:
            self._producer.list_topics(self._probe_topic, timeout=PROBE_SECONDS)
        except KafkaException as error:
            why = suspicion or link.suspicion or link.clean(error.args[0].str())
            link.trouble.begin(self, f"kafka at {link.where} does not answer: {why}")
        else:
            if stuck:
                text = f"kafka at {link.where} has acknowledged nothing for {now - self._moved:.0f} seconds"
                link.trouble.begin(self, text)
            else:
                link.trouble.end(self)
        self._probed = time.monotonic()

    def list_topics(self, seconds: float) -> dict[str, int]:
        """Every topic with the number of its partitions that have a leader. In a thread of the caller."""
        found = self._producer.list_topics(timeout=seconds)
        return {
            name: sum(partition.leader >= 0 for partition in topic.partitions.values())
            for name, topic in found.topics.items()
        }
