"""The bus within one process: lists, and a shelf of who owns what. What was published ends with it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

from courtside.bus.bus import Delivery, Record, Stream, partition_of
from courtside.bus.doubles import Doubles

PARTITIONS = 4


class MemoryBus:
    """For tests, benchmarks and all roles in one process. Members of a group share partitions evenly."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        self._partitions = partitions
        self._kept: dict[tuple[Stream, int], list[Delivery]] = defaultdict(list)
        self._groups: dict[tuple[str, Stream], list[MemoryMember]] = defaultdict(list)
        self._committed: dict[tuple[str, Stream, int], str] = {}
        self._news: set[asyncio.Event] = set()
        self.trouble: str | None = None

    async def start(self) -> None:
        """Nothing to connect to."""

    def partitions(self, stream: Stream) -> int:
        return self._partitions if stream.spread else 1

    async def publish(self, stream: Stream, records: Sequence[Record]) -> None:
        for record in records:
            partition = record.partition
            if partition is None:
                partition = partition_of(record.key, self.partitions(stream))
            kept = self._kept[stream, partition]
            kept.append(
                Delivery(
                    partition=partition,
                    position=f"{len(kept):012d}",
                    key=record.key,
                    value=record.value,
                    headers=record.headers,
                    id=record.id or uuid4().hex,
                )
            )
        for event in self._news:
            event.set()

    def reader(self, stream: Stream) -> "MemoryReader":
        return MemoryReader(self, stream)

    def member(self, group: str, stream: Stream) -> "MemoryMember":
        members = self._groups[group, stream]
        member = MemoryMember(self, group, stream)
        members.append(member)
        self.share(group, stream)
        return member

    def share(self, group: str, stream: Stream) -> None:
        """Deal the partitions to the members that are there."""
        members = self._groups[group, stream]
        for number, member in enumerate(members):
            member.give(frozenset(range(number, self.partitions(stream), len(members))))

    def leave(self, member: "MemoryMember") -> None:
        members = self._groups[member.group, member.stream]
        if member in members:
            members.remove(member)
            self.share(member.group, member.stream)

    async def last(self, stream: Stream, partition: int) -> Delivery | None:
        kept = self._kept[stream, partition]
        return kept[-1] if kept else None

    async def lag(self, group: str, stream: Stream) -> int:
        waiting = 0
        for partition in range(self.partitions(stream)):
            position = self._committed.get((group, stream, partition))
            done = 0 if position is None else int(position) + 1
            waiting += len(self._kept[stream, partition]) - done
        return waiting

    async def check(self) -> str:
        return "memory, within the process"

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def kept(self, stream: Stream, partition: int) -> list[Delivery]:
        return self._kept[stream, partition]

    def commit(self, group: str, stream: Stream, partition: int, position: str) -> None:
        self._committed[group, stream, partition] = position

    def listen(self, event: asyncio.Event) -> None:
        self._news.add(event)

    def hear_no_more(self, event: asyncio.Event) -> None:
        self._news.discard(event)


class MemoryReader:
    """Follows partitions of a `MemoryBus`."""

    def __init__(self, bus: MemoryBus, stream: Stream) -> None:
        self._bus = bus
        self._stream = stream
        self._next: dict[int, int] = {}
        self._doubles: dict[int, Doubles] = {}
        self._news = asyncio.Event()
        bus.listen(self._news)

    def add(self, partition: int, after: str | None) -> None:
        self._next[partition] = 0 if after is None else int(after) + 1
        self._doubles[partition] = Doubles()
        self._news.set()

    def drop(self, partition: int) -> None:
        self._next.pop(partition, None)

    async def read(self, limit: int = 512) -> list[Delivery]:
        while True:
            self._news.clear()
            found: list[Delivery] = []
            for partition, first in self._next.items():
                there = self._bus.kept(self._stream, partition)[first : first + limit - len(found)]
                self._next[partition] = first + len(there)
                fresh = self._doubles[partition].fresh
                found += (each for each in there if fresh(each.id))
            if found:
                return found
            await self._news.wait()

    async def aclose(self) -> None:
        self._bus.hear_no_more(self._news)


class MemoryMember:
    """A member of a group on a `MemoryBus`."""

    def __init__(self, bus: MemoryBus, group: str, stream: Stream) -> None:
        self.group = group
        self.stream = stream
        self._bus = bus
        self._has: frozenset[int] = frozenset()
        self._told: frozenset[int] = frozenset()
        self._news = asyncio.Event()

    def give(self, partitions: frozenset[int]) -> None:
        self._has = partitions
        self._news.set()

    async def owned(self) -> frozenset[int]:
        while self._has == self._told:
            self._news.clear()
            await self._news.wait()
        self._told = self._has
        return self._has

    async def commit(self, partition: int, position: str) -> None:
        if partition in self._has:
            self._bus.commit(self.group, self.stream, partition, position)

    async def aclose(self) -> None:
        self._has = frozenset()
        self._news.set()
        self._bus.leave(self)
