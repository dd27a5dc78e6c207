"""Reading streams of Redis."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeAlias, cast

from courtside.bus.bus import Delivery
from courtside.bus.doubles import Doubles
from courtside.bus.redis_link import Away, Pauses, RedisLink, Word

Entry: TypeAlias = tuple[bytes, list[bytes]]
HEADER = b"h:"
_BLOCK_MS = 2_000
"""Less than the time in which a server must answer."""
_LEAST = 16


def position_of(entry_id: bytes) -> str:
    """An entry's id as text that sorts.

    >>> position_of(b"1700000000000-3")
    '001700000000000-0000000003'
    """
    time, _, number = entry_id.partition(b"-")
    return f"{int(time):015d}-{int(number):010d}"


def entry_id_of(position: str) -> str:
    time, _, number = position.partition("-")
    return f"{int(time)}-{int(number)}"


def delivery_of(partition: int, entry: Entry) -> Delivery:
    """The record that an entry is. What somebody else has put there comes without key and id."""
    entry_id, words = entry
    fields = dict(zip(words[::2], words[1::2], strict=True))
    position = position_of(entry_id)
    return Delivery(
        partition=partition,
        position=position,
        key=fields.get(b"key", b"").decode(errors="replace"),
        value=fields.get(b"value", b""),
        headers={
            name.removeprefix(HEADER).decode(errors="replace"): value
            for name, value in fields.items()
            if name.startswith(HEADER)
        },
        id=fields.get(b"id", b"").decode(errors="replace") or position,
    )


class RedisReader:
    """Follows partitions of one stream; `key` names the stream of a partition in Redis."""

    def __init__(self, link: RedisLink, key: Callable[[int], str]) -> None:
        self._link = link
        self._key = key
        self._after: dict[int, str] = {}
        self._doubles: dict[int, Doubles] = {}
        self._ready: deque[Delivery] = deque()
        self._fetch: asyncio.Task[list[tuple[bytes, list[Entry]]]] | None = None
        self._added = asyncio.Event()

    def add(self, partition: int, after: str | None) -> None:
        self.drop(partition)
        self._after[partition] = "0-0" if after is None else entry_id_of(after)
        self._doubles[partition] = Doubles()
        self._added.set()
        self._stop()

    def drop(self, partition: int) -> None:
        if self._after.pop(partition, None) is not None:
            self._ready = deque(each for each in self._ready if each.partition != partition)

    async def read(self, limit: int = 512) -> list[Delivery]:
        while not self._ready:
            if not self._after:
                self._added.clear()
                await self._added.wait()
            if self._fetch is None:
                self._fetch = asyncio.create_task(self._ask(limit))
            fetch = self._fetch
            # A caller that is cancelled leaves the question open; the next one takes the answer.
            await asyncio.wait((fetch,))
            if fetch is self._fetch:
                self._fetch = None
                self._take(fetch.result())
        return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    async def aclose(self) -> None:
        fetch = self._fetch
        self._stop()
        if fetch is not None:
            await asyncio.gather(fetch, return_exceptions=True)
        self._link.trouble.end(self)

    def _stop(self) -> None:
        """Ask anew: what is on its way now is asked for again."""
        if self._fetch is not None:
            self._fetch.cancel()
            self._fetch = None

    async def _ask(self, limit: int) -> list[tuple[bytes, list[Entry]]]:
        pauses = Pauses(self._link, self)
        while True:
            after = self._after
            # Few of each where there are many, so that what waits here stays near the limit.
            count = min(limit, max(limit // max(len(after), 1), _LEAST))
            keys = [self._key(partition) for partition in after]
            words: tuple[Word, ...] = ("COUNT", count, "BLOCK", _BLOCK_MS, "STREAMS", *keys, *after.values())
            try:
                reply = await self._link.ask("XREAD", *words)
            except Away as away:
                await pauses.after(away)
            else:
                pauses.over()
                if reply is not None or not self._after:
                    return cast(list[tuple[bytes, list[Entry]]], reply or [])

    def _take(self, streams: list[tuple[bytes, list[Entry]]]) -> None:
        partitions = {self._key(partition).encode(): partition for partition in self._after}
        for key, entries in streams:
            partition = partitions.get(key)
            if partition is None:
                continue
            fresh = self._doubles[partition].fresh
            for entry in entries:
                delivery = delivery_of(partition, entry)
                if fresh(delivery.id):
                    self._ready.append(delivery)
            self._after[partition] = entries[-1][0].decode()
