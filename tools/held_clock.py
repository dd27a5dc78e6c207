"""A clock that somebody holds in the hand: it moves when it is told to, and whoever sleeps waits for that."""

import asyncio
import heapq
from itertools import count


class HeldClock:
    """Time in ms since the Unix epoch; a `courtside.clock.Clock`."""

    def __init__(self, start_ms: int) -> None:
        self._now_ms = start_ms
        self._order = count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_ms + round(seconds * 1000), next(self._order), woken))
        await woken

    async def advance_to(self, moment_ms: int) -> None:
        """Wakes each sleeper at its time, those too that sleep again on the way; time never goes back."""
        # Whoever was woken before may still be on its way to sleep.
        await _let_others_run()
        while self._sleepers and self._sleepers[0][0] <= moment_ms:
            due_ms, _, woken = heapq.heappop(self._sleepers)
            self._now_ms = max(self._now_ms, due_ms)
            if not woken.done():
                woken.set_result(None)
                await _let_others_run()
        self._now_ms = max(self._now_ms, moment_ms)


async def _let_others_run() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


TURNS = 20
"""Turns of the loop from a sleeper that wakes to one that sleeps again."""
