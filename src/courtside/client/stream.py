"""The live stream, as an iterator that survives lost connections.

    for message in StreamClient("ws://localhost:8765"):
        print(message.game_id, message.type, message.data)

`async for` works the same. `client.games` holds every game as it stands after the last message.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection as AsyncConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection as SyncConnection
from websockets.sync.client import connect as connect_sync

from courtside.client.backoff import Backoff
from courtside.client.calls import headers_of
from courtside.client.session import Connection, StreamEvent, StreamSession
from courtside.errors import BadInput, CourtsideError, ServerUnavailable
from courtside.messages import GameSnapshot, Message

log = logging.getLogger(__name__)

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""A snapshot of a full night with all players is a few megabytes."""


class _Options(TypedDict):
    """How to connect, for either kind of connection."""

    additional_headers: dict[str, str]
    open_timeout: float
    max_size: int
    compression: None


class StreamClient:
    """Messages of the stream, all of them or those of some `games` and `types`.

    Begins with how things stand (`games`) and goes on with every message from there; `from_start`
    begins with the first message that the server has of each game.

    Reconnects by itself and goes on where it was: per game and epoch no message is missed or comes
    twice, or the game's state is replaced by a snapshot (`events` says so). Iterate it once, either
    synchronously or with `async for`; `close` or `aclose` ends the iteration. Raises `BadInput` for
    a subscription that the server refuses, `CourtsideError` for a key that it does not take, and
    `ServerUnavailable` after `give_up_seconds` without a connection (never, unless given).
    """

    def __init__(
        self,
        url: str = "ws://localhost:8765",
        games: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        api_key: str | None = None,
        *,
        from_start: bool = False,
        give_up_seconds: float | None = None,
        connect_seconds: float = 10.0,
        retry_seconds: float = 0.25,
        longest_retry_seconds: float = 15.0,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise BadInput(f"stream address {url!r} is not like 'ws://localhost:8765'")
        self.url = url
        self._session = StreamSession(games, types, from_start=from_start)
        self._options: _Options = {
            "additional_headers": headers_of(api_key),
            "open_timeout": connect_seconds,
            "max_size": MAX_FRAME_BYTES,
            "compression": None,
        }
        self._backoff = Backoff(retry_seconds, longest_retry_seconds)
        self._give_up_seconds = give_up_seconds
        self._lost_at = time.monotonic()
        self._closing = threading.Event()
        self._sync: SyncConnection | None = None
        self._async: AsyncConnection | None = None
        self._async_closing: asyncio.Event | None = None
        self.connected = False

    @property
    def games(self) -> dict[str, GameSnapshot]:
        """Every game as it stands, by its id; `reducer.KEPT` names the fields that messages keep current."""
        return self._session.games

    @property
    def skipped(self) -> int:
        """Messages of types that are newer than this client."""
        return self._session.skipped

    @property
    def coalesced(self) -> int:
        """States (`score_update`, `pattern_progress`) that were left out because this client lagged."""
        return self._session.coalesced

    def __iter__(self) -> Iterator[Message]:
        for event in self.events():
            if isinstance(event, Message):
                yield event

    async def __aiter__(self) -> AsyncIterator[Message]:
        async for event in self.aevents():
            if isinstance(event, Message):
                yield event

    def events(self) -> Iterator[StreamEvent]:
        """Messages, and also each `Snapshot` and each change of the `Connection`."""
        while not self._closing.is_set():
            try:
                with connect_sync(self.url, **self._options) as connection:
                    self._sync = connection
                    yield self._came_up()
                    while not self._closing.is_set():
                        frame = connection.recv(timeout=self._session.silence_seconds)
                        self._backoff.succeeded()
                        events = self._session.receive(frame)
                        for answer in self._session.to_send():
                            connection.send(answer, text=True)
                        yield from events
            except (OSError, WebSocketException) as error:
                if self._closing.is_set():
                    return
                lost = self._lost(error)
                yield lost
                self._closing.wait(lost.retry_seconds)
            finally:
                self._sync = None
                self.connected = False

    async def aevents(self) -> AsyncIterator[StreamEvent]:
        """As `events`, for `async for`."""
        self._async_closing = closing = asyncio.Event()
        while not self._closing.is_set():
            try:
                async with connect_async(self.url, **self._options) as connection:
                    self._async = connection
                    yield self._came_up()
                    while not self._closing.is_set():
                        async with asyncio.timeout(self._session.silence_seconds):
                            frame = await connection.recv()
                        self._backoff.succeeded()
                        events = self._session.receive(frame)
                        for answer in self._session.to_send():
                            await connection.send(answer, text=True)
                        for event in events:
                            yield event
            except (OSError, WebSocketException) as error:
                if self._closing.is_set():
                    return
                lost = self._lost(error)
                yield lost
                try:
                    async with asyncio.timeout(lost.retry_seconds):
                        await closing.wait()
                except TimeoutError:
                    continue
            finally:
                self._async = None
                self.connected = False

    def close(self) -> None:
        """End a synchronous iteration, from any thread."""
        self._closing.set()
        connection = self._sync
        if connection is not None:
            connection.close()

    async def aclose(self) -> None:
        """End an asynchronous iteration, from another task."""
        self._closing.set()
        if self._async_closing is not None:
            self._async_closing.set()
        if self._async is not None:
            await self._async.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _came_up(self) -> Connection:
        self.connected = True
        self._session.connected()
        return Connection(True)

    def _lost(self, error: OSError | WebSocketException) -> Connection:
        """Raises where no retry would help, or where there were enough of them."""
        reason = str(error) or ("the server fell silent" if isinstance(error, TimeoutError) else repr(error))
        now = time.monotonic()
        if self.connected:
            self.connected = False
            self._lost_at = now
        if isinstance(error, InvalidStatus) and error.response.status_code in (400, 401, 403, 404):
            raise CourtsideError(
                f"{self.url} refuses the connection ({reason}); check the address and the api_key"
            ) from error
        if self._give_up_seconds is not None and now - self._lost_at >= self._give_up_seconds:
            raise ServerUnavailable(
                f"no stream at {self.url} ({reason}); start a server with `courtside run`"
            ) from error
        wait = self._backoff.failed()
        if self._give_up_seconds is not None:
            wait = min(wait, max(0.01, self._lost_at + self._give_up_seconds - now))
        log.info("stream %s lost (%s); next try in %.1f s", self.url, reason, wait)
        return Connection(False, reason, wait)
