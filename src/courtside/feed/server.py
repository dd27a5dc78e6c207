"""`courtside feed`: the NBA's live site on a local port, played back from recordings."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType

from courtside.clock import Clock, WallClock, format_utc
from courtside.errors import BadConfig, CannotListen
from courtside.feed.http import HttpConnection
from courtside.feed.pages import Report
from courtside.feed.response import Request, Response
from courtside.feed.settings import FeedSettings
from courtside.feed.site import Site
from courtside.feed.slate import Slate, make_slate
from courtside.formats.recordings import Recordings

_log = logging.getLogger("courtside.feed")


class FeedServer:
    """Serves recorded games; use it as an async context manager, or `start` and `stop` it.

    `clock` is real time: virtual time starts when the server does and runs `settings.speed` times as
    fast. Raises `BadConfig` from `start` where there is nothing to play, `CannotListen` where the port is
    taken.
    """

    def __init__(self, settings: FeedSettings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self._clock = clock or WallClock()
        self._started_ms = 0
        self._site: Site | None = None
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        recordings = await asyncio.to_thread(Recordings.open, self.settings.recordings)
        slate = await asyncio.to_thread(make_slate, recordings, self.settings, self._clock.now_ms())
        self._site = Site(recordings, slate, self.settings)
        try:
            self._server = await asyncio.start_server(self._serve, self.settings.host, self.settings.port)
        except OSError as error:
            raise CannotListen(
                f"cannot listen on {self.settings.host}:{self.settings.port}: {error.strerror}; "
                "choose another port, or 0 for a free one"
            ) from error
        self._started_ms = self._clock.now_ms()
        for game_id, reason in slate.skipped.items():
            _log.warning("%s is not played: %s", game_id, reason)
        for game in slate.games:
            tip = format_utc(game.tip_ms)
            _log.info("%s %s @ %s tips off at %s virtual time", game.game_id, game.away, game.home, tip)

    async def stop(self) -> None:
        """Closes the port and every connection."""
        if self._server is None:
            return
        self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> "FeedServer":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """The port in use, also where a free one was asked for."""
        if self._server is None:
            return self.settings.port
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """What a client takes for `https://cdn.nba.com`."""
        host = self.settings.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def site(self) -> Site:
        if self._site is None:
            raise BadConfig("the feed has not been started; await start() first")
        return self._site

    @property
    def slate(self) -> Slate:
        return self.site.slate

    def now_ms(self) -> int:
        """Virtual time."""
        return self._virtual(self._clock.now_ms())

    def report(self) -> Report:
        """What `/_feed/status` says."""
        return self.site.report(self.now_ms())

    def _virtual(self, real_ms: int) -> int:
        return self.slate.start_ms + round((real_ms - self._started_ms) * self.settings.speed)

    def _handle(self, request: Request) -> Response:
        real_ms = self._clock.now_ms()
        return self.site.respond(request, self._virtual(real_ms), real_ms)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # asyncio runs every connection in a task of its own
        self._talks.add(talk)
        connection = HttpConnection(reader, writer, self._handle, self._clock, self.settings.hang_seconds)
        try:
            await connection.run()
        except asyncio.CancelledError:
            # The server is stopping; a task of asyncio's own must not end as cancelled.
            writer.transport.abort()
        finally:
            self._talks.discard(talk)
            await connection.close()


async def serve_feed(
    settings: FeedSettings,
    *,
    clock: Clock | None = None,
    ready: Callable[[FeedServer], None] | None = None,
) -> None:
    """Serves until cancelled; `ready` is called once the port is open."""
    async with FeedServer(settings, clock=clock) as server:
        if ready is not None:
            ready(server)
        await asyncio.Event().wait()
