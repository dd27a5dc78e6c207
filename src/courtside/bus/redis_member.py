"""Who owns which partition, kept in Redis."""

import asyncio
from collections.abc import Iterable
from typing import cast
from uuid import uuid4

from courtside.bus.redis_link import Away, Pauses, RedisLink, Script, Word
from courtside.bus.redis_reader import entry_id_of
from courtside.bus.redis_scripts import LEAVE, SESSION
from courtside.errors import BusError

_BEATS = 12
"""Heartbeats in a session."""


class RedisMember:
    """A member of a group. Its heartbeat tells Redis that it lives, hears its fair share, takes what is
    free, and carries the commits.

    What it has too much of it gives up in two steps: first its own program hears so, and when that asks
    for the next change, or after half a session, Redis does, and somebody else may take it. After Redis was
    away nobody takes anything for the length of a session, so that all find back to what they had.
    """

    def __init__(self, link: RedisLink, name: str, partitions: int, session_seconds: float) -> None:
        self._link = link
        self._keys = [f"{name}:{part}" for part in ("members", "owners", "joins", "committed")]
        self._partitions = partitions
        self._session = session_seconds
        self._beat, self._leave = Script(link, SESSION), Script(link, LEAVE)
        self._id = ""
        self._token = uuid4().hex[:12]
        self._holds: frozenset[int] = frozenset()
        self._has: frozenset[int] = frozenset()
        self._told: frozenset[int] = frozenset()
        self._giving: frozenset[int] = frozenset()
        self._commits: dict[int, str] = {}
        self._changed, self._understood = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._live())
        self._task.add_done_callback(lambda _: self._changed.set())

    async def owned(self) -> frozenset[int]:
        while self._has == self._told:
            if self._task.done() and not self._task.cancelled():
                self._task.result()
            self._understood.set()
            self._changed.clear()
            await self._changed.wait()
        self._told = self._has
        return self._has

    async def commit(self, partition: int, position: str) -> None:
        if partition in self._has:
            self._commits[partition] = position

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._tell(self._commits, frozenset(), take=False)
            await self._leave(self._keys, [self._id])
        except (Away, BusError):
            # Its session ends by itself.
            pass
        self._has = frozenset()
        self._changed.set()
        self._link.trouble.end(self)

    async def _live(self) -> None:
        now = asyncio.get_running_loop().time
        pauses = Pauses(self._link, self)
        give_by = take_from = 0.0
        was_away = False
        while True:
            gives = self._giving if self._understood.is_set() or now() >= give_by else frozenset[int]()
            commits = dict(self._commits)
            try:
                holds, fair = await self._tell(commits, gives, take=now() >= take_from)
            except Away as away:
                was_away = True
                await pauses.after(away)
                continue
            pauses.over()
            if was_away:
                was_away, take_from = False, now() + self._session
            for partition, position in commits.items():
                if self._commits.get(partition) == position:
                    del self._commits[partition]
            self._holds = holds
            self._giving = (self._giving - gives) & holds
            if not self._giving and len(holds) > fair:
                self._giving = frozenset(sorted(holds)[fair:])
                self._understood.clear()
                give_by = now() + self._session / 2
            self._own(holds - self._giving)
            await self._pause()

    async def _pause(self) -> None:
        seconds = self._session / _BEATS
        if not self._giving:
            await asyncio.sleep(seconds)
            return
        try:
            async with asyncio.timeout(seconds):
                await self._understood.wait()
        except TimeoutError:
            pass

    async def _tell(
        self, commits: dict[int, str], gives: frozenset[int], *, take: bool
    ) -> tuple[frozenset[int], int]:
        words: list[Word] = [self._id, self._token, int(self._session * 1000), self._partitions, int(take)]
        words += _counted(self._holds)
        words += _counted(gives)
        words.append(len(commits))
        for partition, position in commits.items():
            words += (partition, entry_id_of(position))
        reply = cast(list[bytes | int], await self._beat(self._keys, words))
        me, fair, *mine = reply
        self._id = cast(bytes, me).decode()
        return frozenset(cast(list[int], mine)), int(fair)

    def _own(self, partitions: frozenset[int]) -> None:
        if partitions != self._has:
            self._has = partitions
            self._changed.set()


def _counted(partitions: Iterable[int]) -> list[Word]:
    listed = sorted(partitions)
    return [len(listed), *listed]
