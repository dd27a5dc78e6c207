"""Who owns which partition, by Kafka's consumer groups."""

import asyncio
import threading

from confluent_kafka import OFFSET_END, Consumer, KafkaError, TopicPartition

from courtside.bus.kafka_link import TURN_SECONDS, KafkaLink, Poller


class KafkaMember(Poller):
    """A consumer that reads nothing: it only takes part in the group, and commits for it.

    What it is to give up its own program hears first; Kafka hears when that asks for the next change, or
    after half a session. While the broker is away it keeps what it had.
    """

    def __init__(self, link: KafkaLink, group: str, topic: str, session_seconds: float) -> None:
        super().__init__(f"member of {group}")
        self._link = link
        self._group = group
        self._topic = topic
        self._session = session_seconds
        self._has: frozenset[int] = frozenset()
        self._told: frozenset[int] = frozenset()
        self._changed = asyncio.Event()
        # Between the two sides.
        self._commits: dict[int, int] = {}
        self._understood = threading.Event()
        # The thread's.
        self._assigned: set[int] = set()
        self._underway: dict[int, int] = {}
        self.begin()

    async def owned(self) -> frozenset[int]:
        while self._has == self._told:
            if self.failure is not None:
                raise self.failure
            self._understood.set()
            self._changed.clear()
            await self._changed.wait()
        self._told = self._has
        return self._has

    async def commit(self, partition: int, position: str) -> None:
        if partition in self._has:
            self._commits[partition] = int(position) + 1

    async def aclose(self) -> None:
        self._understood.set()
        await self.end()

    def open(self) -> None:
        session_ms = int(self._session * 1000)
        self._consumer: Consumer = self._link.client(
            Consumer,
            {
                "group.id": self._group,
                "partition.assignment.strategy": "cooperative-sticky",
                "session.timeout.ms": session_ms,
                "max.poll.interval.ms": max(session_ms, 300_000),
                "heartbeat.interval.ms": session_ms // 3,
                "enable.auto.commit": False,
                "on_commit": self._on_commit,
            },
        )
        self._consumer.subscribe(
            [self._topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )

    def turn(self) -> None:
        message = self._consumer.poll(TURN_SECONDS)
        error = message.error() if message is not None else None
        if error is not None:
            if self._link.lasting(error):
                self.failure = self._link.failed(error)
            else:
                self._link.suspicion = self._link.clean(error.str())
        if self._commits and not self._underway:
            self._underway = dict(self._commits)
            self._consumer.commit(offsets=self._offsets(self._underway), asynchronous=True)

    def woken(self) -> None:
        assigned = frozenset(self._assigned)
        if assigned != self._has:
            self._has = assigned
            self._changed.set()
        if self.failure is not None:
            self._changed.set()

    def close(self) -> None:
        if self._commits and self._link.trouble.now is None:
            self._consumer.commit(offsets=self._offsets(self._commits), asynchronous=False)
        self._consumer.close()
        self._assigned.clear()

    def _offsets(self, commits: dict[int, int]) -> list[TopicPartition]:
        return [TopicPartition(self._topic, partition, offset) for partition, offset in commits.items()]

    def _on_commit(self, error: KafkaError | None, _: list[TopicPartition]) -> None:
        done, self._underway = self._underway, {}
        for partition, offset in done.items():
            # What was refused is tried again for as long as the partition is ours.
            settled = error is None or partition not in self._assigned
            if settled and self._commits.get(partition) == offset:
                del self._commits[partition]

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        ends = [TopicPartition(each.topic, each.partition, OFFSET_END) for each in partitions]
        consumer.incremental_assign(ends)
        consumer.pause(ends)
        self._assigned.update(each.partition for each in partitions)
        self.wake()

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned.difference_update(each.partition for each in partitions)
        self._understood.clear()
        self.wake()
        if not self.closing.is_set():
            self._understood.wait(self._session / 2)
        consumer.incremental_unassign(partitions)

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned.clear()
        consumer.incremental_unassign(partitions)
        if self._link.suspicion is None and self._link.trouble.now is None:
            self.wake()
