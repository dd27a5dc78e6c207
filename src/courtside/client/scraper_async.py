"""`ScraperAdapter` for programs on asyncio: the same queue, sent by a task instead of a thread."""

import asyncio
import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from courtside.client.adapter import Adapter
from courtside.client.calls import game_end_call, game_start_call, score_call
from courtside.client.outbox import Call
from courtside.errors import CourtsideError

log = logging.getLogger(__name__)


class AsyncScraperAdapter(Adapter):
    """Made and used inside one running event loop; parameters as those of `ScraperAdapter`.

    The calls queue and return at once: they are `async` so that both adapters read alike.
    """

    def _start(self) -> None:
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._send_all(), name="courtside-scraper")

    async def on_game_start(self, game: Mapping[str, object]) -> None:
        """`game_id, home_team, away_team, start_time?`. Raises `BadInput` without a `game_id`."""
        self._put(game_start_call(game))

    async def on_score_update(self, score: Mapping[str, object]) -> None:
        """`game_id, quarter, time_remaining, score_home, score_away, timestamp?`."""
        self._put(score_call(score))

    async def on_game_end(self, game_id: str) -> None:
        self._put(game_end_call(game_id))

    async def flush(self, timeout: float = 30.0) -> None:
        """Wait until every call is answered; raises as `ScraperAdapter.flush` does."""
        try:
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        except TimeoutError:
            pass
        self._delivery.check()

    async def close(self, timeout: float = 5.0) -> None:
        """Flush, then stop; raises as `flush` does. What was not sent stays in the spool, if there is one."""
        if self._closing:
            return
        try:
            await self.flush(timeout)
        finally:
            self._closing = True
            self._changed.set()
            # A request may be on its way; its answer is still wanted in the spool.
            await asyncio.wait([self._task], timeout=self._timeout_seconds)
            self._task.cancel()
            self._delivery.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close()
        except CourtsideError as late:
            if error is None:
                raise
            log.error("%s", late)

    def _put(self, call: Call) -> None:
        if self._closing:
            raise CourtsideError(f"the adapter to {self._delivery.url} is closed; make a new one")
        self._delivery.put(call)
        self._idle.clear()
        self._changed.set()

    async def _send_all(self) -> None:
        async with httpx.AsyncClient(headers=self._delivery.headers, timeout=self._timeout_seconds) as http:
            while (call := await self._next()) is not None:
                await self._send(http, call)

    async def _next(self) -> Call | None:
        """The next call, once it is due; None when the adapter stops."""
        if not self._delivery:
            self._idle.set()
        while not self._closing:
            now = time.monotonic()
            call = self._delivery.due(now)
            if call is not None:
                return call
            self._changed.clear()
            try:
                async with asyncio.timeout(self._delivery.wait_seconds(now)):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return None

    async def _send(self, http: httpx.AsyncClient, call: Call) -> None:
        try:
            response = await http.post(
                self._delivery.url + call.path, content=call.body, headers={"Idempotency-Key": call.key}
            )
        except httpx.HTTPError as error:
            self._delivery.unreachable(error, time.monotonic())
            return
        rejection = self._delivery.answered(call, response, time.monotonic())
        if rejection is not None:
            self._delivery.tell(rejection)
