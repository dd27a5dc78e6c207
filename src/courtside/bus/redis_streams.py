"""The bus over Redis Streams: one stream in Redis for each partition."""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import cast
from uuid import uuid4

from courtside.bus.bus import Delivery, Record, Stream, partition_of
from courtside.bus.redis_link import Away, RedisLink, Script, Word
from courtside.bus.redis_member import RedisMember
from courtside.bus.redis_reader import HEADER, Entry, RedisReader, delivery_of
from courtside.bus.redis_scripts import LAG
from courtside.bus.redis_writer import RedisWriter
from courtside.bus.settings import BusSettings
from courtside.bus.trouble import Trouble
from courtside.clock import Clock, WallClock
from courtside.errors import BusError

KEPT = 10_000
"""Records of a stream that is not spread: however old they are, the newest stay."""
_CHUNK = 512


class RedisBus:
    """`redis://user:password@host:port/database`, or `rediss://` with TLS.

    Keys are `prefix:stream:partition`, and `prefix:stream:group:...` for who owns what.
    """

    def __init__(self, settings: BusSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._trouble = Trouble()
        self._link = RedisLink(settings.bus, self._trouble)
        self._writer = RedisWriter(self._link, settings.prefix)
        self._lag = Script(self._link, LAG)
        self._clock = clock or WallClock()
        self._name, self._numbers = uuid4().hex[:16], count()

    @property
    def trouble(self) -> str | None:
        return self._trouble.now

    async def start(self) -> None:
        try:
            await self._link.ask("PING")
        except Away as away:
            if away.lasting:
                raise BusError(f"{away}; check --bus") from away
        counts = f"{self._settings.prefix}:partitions"
        for stream in Stream:
            wanted = self.partitions(stream)
            await self._link.patiently(self, "HSETNX", counts, stream, wanted)
            found = int(cast(bytes, await self._link.patiently(self, "HGET", counts, stream)))
            if found != wanted:
                raise BusError(
                    f"{stream} at {self._link.where} is cut into {found} partitions, and bus_partitions is "
                    f"{wanted}; set it to {found}, or take another bus_prefix"
                )

    def partitions(self, stream: Stream) -> int:
        return self._settings.partitions if stream.spread else 1

    async def publish(self, stream: Stream, records: Sequence[Record]) -> None:
        chunks = (records[first : first + _CHUNK] for first in range(0, len(records), _CHUNK))
        await asyncio.gather(*(self._write(stream, chunk) for chunk in chunks))

    def _write(self, stream: Stream, records: Sequence[Record]) -> asyncio.Future[None]:
        partitions = self.partitions(stream)
        keys: set[str] = set()
        commands: list[list[Word]] = []
        for record in records:
            partition = record.partition
            if partition is None:
                partition = partition_of(record.key, partitions)
            key = self._key(stream, partition)
            name = record.id or f"{self._name}-{next(self._numbers)}"
            command: list[Word] = ["XADD", key, "*", "id", name, "key", record.key, "value", record.value]
            for header, value in record.headers.items():
                command += (HEADER + header.encode(), value)
            commands.append(command)
            keys.add(key)
        limits = self._limits(stream)
        commands += (["XTRIM", key, *limit] for key in sorted(keys) for limit in limits)
        return self._writer.write(keys, commands)

    def _limits(self, stream: Stream) -> list[tuple[Word, ...]]:
        """What of a stream is let go. Redis does so in whole blocks, of a hundred entries."""
        if not stream.spread:
            return [("MAXLEN", "~", KEPT)]
        oldest_ms = self._clock.now_ms() - int(self._settings.retention_hours * 3_600_000)
        limits: list[tuple[Word, ...]] = [("MINID", "~", max(oldest_ms, 0))]
        if self._settings.max_records is not None:
            limits.append(("MAXLEN", "~", self._settings.max_records))
        return limits

    def reader(self, stream: Stream) -> RedisReader:
        return RedisReader(self._link, lambda partition: self._key(stream, partition))

    def member(self, group: str, stream: Stream) -> RedisMember:
        name = f"{self._settings.prefix}:{stream}:{group}"
        return RedisMember(self._link, name, self.partitions(stream), self._settings.session_seconds)

    async def last(self, stream: Stream, partition: int) -> Delivery | None:
        key = self._key(stream, partition)
        found = cast(list[Entry], await self._link.patiently(self, "XREVRANGE", key, "+", "-", "COUNT", 1))
        return delivery_of(partition, found[0]) if found else None

    async def lag(self, group: str, stream: Stream) -> int:
        committed = f"{self._settings.prefix}:{stream}:{group}:committed"
        waiting = 0
        try:
            for partition in range(self.partitions(stream)):
                position = cast(bytes | None, await self._link.ask("HGET", committed, partition))
                waiting += cast(int, await self._lag([self._key(stream, partition)], [position or b""]))
        except Away as away:
            raise BusError(str(away)) from away
        return waiting

    async def check(self) -> str:
        try:
            told = cast(bytes, await self._link.ask("INFO")).decode()
        except Away as away:
            raise BusError(str(away)) from away
        info = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        kept = (
            "on disk"
            if info.get("aof_enabled") == "1"
            else "in memory only: set appendonly yes, else a restart of Redis loses what was published"
        )
        return f"redis {info.get('redis_version', '')} at {self._link.where}, kept {kept}"

    async def aclose(self) -> None:
        await self._writer.aclose()
        await self._link.aclose()

    def _key(self, stream: Stream, partition: int) -> str:
        return f"{self._settings.prefix}:{stream}:{partition}"
