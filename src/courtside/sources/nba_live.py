"""The NBA's live feed as a source: one poller, any number of games, and nothing outside that stops it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from random import Random
from time import perf_counter

import httpx

from courtside.clock import Clock, WallClock
from courtside.events import AnyObservation, SourceName
from courtside.sources.nba_answer import Refusal
from courtside.sources.nba_book import Book, RecordingTap
from courtside.sources.nba_endpoint import Endpoint
from courtside.sources.nba_fetch import Fetcher
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats

PollWatcher = Callable[[str, str, float], None]
"""Gets the kind of file, how its poll ended (a counter of `FileStats`), and the seconds that it took."""


class NbaSource:
    """Polls scoreboard, play-by-play and box scores until `aclose`; see docs/nba-source.md.

    `games` are ids to watch although the scoreboard may no longer list them, such as those that
    were being played when the program stopped. `on_response` gets every changed body with status
    200, byte for byte; what it raises comes out of the iterator, as nothing else does. `on_poll` is
    told of every poll that has ended.
    """

    name: SourceName = "nba"

    def __init__(
        self,
        settings: NbaSettings | None = None,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        random: Random | None = None,
        games: Iterable[str] = (),
        on_response: RecordingTap | None = None,
        on_poll: PollWatcher | None = None,
    ) -> None:
        self.settings = settings if settings is not None else NbaSettings()
        self.stats = NbaStats()
        self.on_poll = on_poll
        self._clock = clock if clock is not None else WallClock()
        self._fetcher = Fetcher(self.settings, self._clock, transport)
        self._book = Book(
            self.settings,
            random if random is not None else Random(),
            self.stats,
            games=games,
            on_response=on_response,
            now_ms=self._clock.now_ms(),
        )
        self._ready: deque[AnyObservation] = deque()
        self._requests: set[asyncio.Task[None]] = set()
        self._poller: asyncio.Task[None] | None = None
        self._wake_poller = asyncio.Event()
        self._wake_consumer = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> AsyncIterator[AnyObservation]:
        return self._observations()

    async def aclose(self) -> None:
        """Ends the iteration, the polling and its connections; may be called more than once."""
        self._closed = True
        self._wake_consumer.set()
        await self._stop()
        await self._fetcher.aclose()

    async def _observations(self) -> AsyncIterator[AnyObservation]:
        if self._closed:
            return
        if self._poller is not None:
            raise RuntimeError("an NbaSource has one consumer; share its observations over the bus")
        poller = self._poller = asyncio.create_task(self._poll(), name="nba-poller")
        poller.add_done_callback(lambda _: self._wake_consumer.set())
        try:
            while not self._closed:
                while self._ready:
                    yield self._ready.popleft()
                    if self._closed:
                        return
                self._wake_poller.set()
                if poller.done():
                    poller.result()
                self._wake_consumer.clear()
                await self._wake_consumer.wait()
        finally:
            await self._stop()

    async def _poll(self) -> None:
        settings, book, clock = self.settings, self._book, self._clock
        while True:
            self._wake_poller.clear()
            self._raise_failures()
            has_room = len(self._ready) < settings.backlog
            free = settings.max_in_flight - len(self._requests) if has_room else 0
            for endpoint in book.due(clock.now_ms())[:free]:
                book.ask(endpoint, clock.now_ms())
                request = asyncio.create_task(self._request(endpoint), name=f"nba-{endpoint.name}")
                self._requests.add(request)
                request.add_done_callback(lambda _: self._wake_poller.set())
            next_ms = book.next_ms() if free > 0 else None
            if next_ms is None or len(self._requests) >= settings.max_in_flight:
                await self._wake_poller.wait()
            else:
                await self._sleep_or_wake((next_ms - clock.now_ms()) / 1000)

    async def _request(self, endpoint: Endpoint) -> None:
        """One poll of one file, from asking to the observations that it brought."""
        began = perf_counter()
        outcome = await self._fetcher.get(endpoint.path, endpoint.conditions())
        for _ in range(self.settings.retries):
            if not isinstance(outcome, Refusal) or outcome.fault != "connection_lost":
                break
            self._book.lost(endpoint, outcome, self._clock.now_ms())
            began = perf_counter()
            outcome = await self._fetcher.get(endpoint.path, endpoint.conditions())
        seconds = perf_counter() - began
        if not isinstance(outcome, Refusal):
            self.stats.files[endpoint.kind].took(seconds * 1000)
        said = self._book.take(endpoint, outcome, self._clock.now_ms())
        if self.on_poll is not None:
            self.on_poll(endpoint.kind, endpoint.ended, seconds)
        if said:
            self._ready.extend(said)
            self._wake_consumer.set()

    def _raise_failures(self) -> None:
        """Lets go of finished requests; a defect of ours, or of the recording tap, is not hidden."""
        for request in [request for request in self._requests if request.done()]:
            self._requests.discard(request)
            request.result()

    async def _sleep_or_wake(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleep = asyncio.create_task(self._clock.sleep(seconds))
        sleep.add_done_callback(lambda _: self._wake_poller.set())
        try:
            await self._wake_poller.wait()
        finally:
            sleep.cancel()
            await asyncio.gather(sleep, return_exceptions=True)

    async def _stop(self) -> None:
        tasks = [task for task in (self._poller, *self._requests) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._requests.clear()
        self._book.abandon()
        self._poller = None
