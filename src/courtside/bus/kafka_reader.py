"""Reading topics of Kafka."""

import asyncio
import contextlib
import threading
from collections import deque
from typing import cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from courtside.bus.bus import Delivery
from courtside.bus.doubles import Doubles
from courtside.bus.kafka_link import PROBE_SECONDS, TURN_SECONDS, KafkaLink, Poller

ID_HEADER = "id"
BATCH, BATCHES = 512, 2
"""What the thread hands over at once, and how many such wait for a slow reader; Kafka keeps the rest."""
_BUFFER_KB = 16 * 1024
_NO_MATTER = {KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET}


def position_of(offset: int) -> str:
    """An offset as text that sorts."""
    return f"{offset:019d}"


def delivery_of(message: Message) -> Delivery:
    """The record that a message is. What somebody else has put there comes without key and id."""
    position = position_of(_number(message.offset()))
    given = cast(list[tuple[str, bytes | None]], message.headers() or [])
    headers = {name: value for name, value in given if value is not None}
    return Delivery(
        partition=_number(message.partition()),
        position=position,
        key=(message.key() or b"").decode(errors="replace"),
        value=message.value() or b"",
        id=headers.pop(ID_HEADER, b"").decode(errors="replace") or position,
        headers=headers,
    )


def _number(value: int | None) -> int:
    assert value is not None
    return value


class KafkaReader(Poller):
    """Follows partitions of one topic. The thread owns the consumer; the rest is the event loop's."""

    def __init__(self, link: KafkaLink, topic: str) -> None:
        super().__init__(f"reader of {topic}")
        self._link = link
        self._topic = topic
        self._number = 0
        self._turns: dict[int, int] = {}
        self._doubles: dict[int, Doubles] = {}
        self._ready: deque[Delivery] = deque()
        self._news = asyncio.Event()
        # Between the two sides.
        self._wishes: deque[tuple[int, int | None, int]] = deque()
        self._batches: deque[tuple[dict[int, int], list[Delivery]]] = deque()
        self._room = threading.Semaphore(BATCHES)
        # The thread's.
        self._assigned: dict[int, int] = {}
        self._holding: list[Delivery] = []
        self.begin()

    def add(self, partition: int, after: str | None) -> None:
        self.drop(partition)
        self._number += 1
        self._turns[partition] = self._number
        self._doubles[partition] = Doubles()
        self._wishes.append((partition, OFFSET_BEGINNING if after is None else int(after) + 1, self._number))

    def drop(self, partition: int) -> None:
        if self._turns.pop(partition, None) is not None:
            self._wishes.append((partition, None, 0))
            self._ready = deque(each for each in self._ready if each.partition != partition)

    async def read(self, limit: int = 512) -> list[Delivery]:
        while not self._ready:
            if self._batches:
                turns, batch = self._batches.popleft()
                self._room.release()
                self._take(turns, batch)
                continue
            if self.failure is not None:
                raise self.failure
            self._news.clear()
            await self._news.wait()
        return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    def _take(self, turns: dict[int, int], batch: list[Delivery]) -> None:
        for delivery in batch:
            turn = self._turns.get(delivery.partition)
            # Else it was dropped, or added anew from elsewhere, since the thread had it.
            if turn == turns.get(delivery.partition) and self._doubles[delivery.partition].fresh(delivery.id):
                self._ready.append(delivery)

    async def aclose(self) -> None:
        await self.end()

    def open(self) -> None:
        self._consumer: Consumer = self._link.client(
            Consumer,
            {
                # Only a name for access rules: readers take offsets from nobody and commit none.
                "group.id": f"{self._link.prefix}.readers",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 100,
                "fetch.error.backoff.ms": 100,
                "fetch.queue.backoff.ms": 10,
                "queued.min.messages": 10_000,
                "queued.max.messages.kbytes": _BUFFER_KB,
            },
        )
        # A consumer that has to begin before it knows who leads its partitions asks again only after half
        # a second.
        with contextlib.suppress(KafkaException):
            self._consumer.list_topics(self._topic, timeout=PROBE_SECONDS)

    def turn(self) -> None:
        while self._wishes:
            self._fulfil(*self._wishes.popleft())
        if not self._holding:
            first = self._consumer.poll(TURN_SECONDS)
            if first is None:
                return
            # Asked for more than there is, `consume` would wait.
            messages = [first, *self._consumer.consume(BATCH - 1, 0)]
            self._holding = [delivery_of(each) for each in messages if self._is_record(each)]
        if self._room.acquire(timeout=TURN_SECONDS):
            self._batches.append((dict(self._assigned), self._holding))
            self._holding = []
        self.wake()

    def woken(self) -> None:
        self._news.set()

    def close(self) -> None:
        self._consumer.close()

    def _fulfil(self, partition: int, offset: int | None, turn: int) -> None:
        if self._assigned.pop(partition, None) is not None:
            self._consumer.incremental_unassign([TopicPartition(self._topic, partition)])
            self._holding = [each for each in self._holding if each.partition != partition]
        if offset is not None:
            self._consumer.incremental_assign([TopicPartition(self._topic, partition, offset)])
            self._assigned[partition] = turn

    def _is_record(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        if self._link.lasting(error):
            self.failure = self._link.failed(error)
        elif error.code() not in _NO_MATTER:
            self._link.suspicion = self._link.clean(error.str())
        return False
