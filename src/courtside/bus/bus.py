"""Streams that outlive the process: what every bus can do.

A stream is cut into partitions; a record goes to the partition of its key, so that the records of one
game keep their order. What was published is there for whoever reads from any position, until the bus
lets old records go. Delivery is at least once: readers drop a record whose id they have seen lately.
"""

import enum
import zlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec


class Stream(enum.StrEnum):
    """The streams of the program. The first two have as many partitions as the bus is set to, the others
    one."""

    OBSERVATIONS = "observations"
    MESSAGES = "messages"
    RATINGS = "ratings"
    LEADER = "leader"
    DEAD_LETTERS = "dead_letters"

    @property
    def spread(self) -> bool:
        return self in (Stream.OBSERVATIONS, Stream.MESSAGES)


class Record(msgspec.Struct, frozen=True):
    """What is published. `id` names it across repeated deliveries; an empty one is made by the bus."""

    key: str
    value: bytes
    headers: Mapping[str, bytes] = {}
    id: str = ""
    partition: int | None = None
    """None: that of the key."""


class Delivery(msgspec.Struct, frozen=True):
    """A record as it lies in its stream. Positions of a partition sort as text, and are never empty."""

    partition: int
    position: str
    key: str
    value: bytes
    headers: Mapping[str, bytes]
    id: str


class Reader(Protocol):
    """Follows partitions of one stream."""

    def add(self, partition: int, after: str | None) -> None:
        """Read a partition too, after this position; None is the oldest record that is kept."""
        ...

    def drop(self, partition: int) -> None:
        """Read it no more; nothing of it is delivered from now on."""
        ...

    async def read(self, limit: int = 512) -> list[Delivery]:
        """Waits for records, and returns up to `limit` that are there; oldest first in each partition.

        While the broker is away it waits on. Nothing is lost where the call is cancelled.
        """
        ...

    async def aclose(self) -> None: ...


class Member(Protocol):
    """This process in a group. Each partition of the group's stream belongs to one member at a time.

    A member that stands still for longer than its session loses what it owns, perhaps without knowing:
    whoever must be sure writes down who owns what in the stream itself.
    """

    async def owned(self) -> frozenset[int]:
        """What it owns now, once that is different from what the last call returned (at first nothing)."""
        ...

    async def commit(self, partition: int, position: str) -> None:
        """How far the group has got, for whoever watches its lag; of what this member does not own it says
        nothing. Written a moment later, the newest of several, and at the latest when the member leaves."""
        ...

    async def aclose(self) -> None:
        """Leaves the group at once, so that the others take over."""
        ...


class Bus(Protocol):
    """Everything waits while the broker is away and goes on when it is back; `trouble` says so.

    Raises `BusError` for what waiting does not mend: a wrong address, a refused password, a topic that
    may not be created.
    """

    @property
    def trouble(self) -> str | None:
        """Why nothing moves now; None while all is well."""
        ...

    async def start(self) -> None:
        """Connects and makes the streams that are missing."""
        ...

    def partitions(self, stream: Stream) -> int: ...

    async def publish(self, stream: Stream, records: Sequence[Record]) -> None:
        """Returns once all are durable, in this order per partition."""
        ...

    def reader(self, stream: Stream) -> Reader: ...

    def member(self, group: str, stream: Stream) -> Member: ...

    async def last(self, stream: Stream, partition: int) -> Delivery | None:
        """The newest record of a partition; None while there is none."""
        ...

    async def lag(self, group: str, stream: Stream) -> int:
        """How many records of the stream the group has not committed. Asks once, and raises `BusError`
        where the broker is away."""
        ...

    async def check(self) -> str:
        """One line on its health for `courtside doctor`; raises `BusError` where it is unwell."""
        ...

    async def aclose(self) -> None: ...


def partition_of(key: str, partitions: int) -> int:
    """The same in every process and on every bus."""
    return zlib.crc32(key.encode()) % partitions


async def set_aside(bus: Bus, stream: Stream, delivery: Delivery, reason: str) -> None:
    """Put a record that cannot be worked on where people can look at it, with the reason."""
    headers = {
        **delivery.headers,
        "reason": reason.encode(),
        "stream": stream.encode(),
        "position": f"{delivery.partition}/{delivery.position}".encode(),
    }
    record = Record(
        delivery.key, delivery.value, headers, id=f"{stream}/{delivery.partition}/{delivery.position}"
    )
    await bus.publish(Stream.DEAD_LETTERS, [record])
