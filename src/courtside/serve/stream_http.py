"""The stream at `/ws/live` of the HTTP port: the same hub through Starlette.

Starlette frames by itself and one message at a time, so each client has a small outbox and a task
that writes it; a full outbox pauses the client as a full socket does on the other port.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from courtside.serve.fragments import send_fragments
from courtside.serve.frames import LongText, Payload
from courtside.serve.hub import Hub
from courtside.serve.origins import origin_allowed
from courtside.serve.settings import ServeSettings
from courtside.serve.subscriber import Transport

OUTBOX_HIGH_BYTES = 64 * 1024
OUTBOX_LOW_BYTES = 16 * 1024


class _Paused(Protocol):
    def pause(self) -> None: ...

    def resume(self) -> None: ...


class StarletteConnection:
    """The way out to one client of `/ws/live`."""

    transport: Transport = "http"
    write_framed: Callable[[bytes], None] | None = None

    def __init__(self, websocket: WebSocket, close_grace_seconds: float) -> None:
        self._websocket = websocket
        self._close_grace_seconds = close_grace_seconds
        self._writer: asyncio.Task[None] | None = None
        self._outbox: deque[Payload] = deque()
        self._outbox_bytes = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._subscriber: _Paused | None = None
        self._paused = False

    def bind(self, subscriber: _Paused) -> None:
        self._subscriber = subscriber

    def send_all(self, payloads: Sequence[bytes]) -> None:
        self._send(payloads)

    def send_long(self, text: LongText) -> None:
        self._send((text,))

    def _send(self, payloads: Sequence[Payload]) -> None:
        self._outbox.extend(payloads)
        self._outbox_bytes += sum(map(len, payloads))
        self._wake.set()
        if self._outbox_bytes > OUTBOX_HIGH_BYTES and not self._paused and self._subscriber is not None:
            self._paused = True
            self._subscriber.pause()

    def close(self, code: int, reason: str) -> None:
        """Say so behind what is under way, and leave the client some time to read it."""
        self._closing = (code, reason)
        self._wake.set()
        asyncio.get_running_loop().call_later(self._close_grace_seconds, self.cut_off)

    def start(self) -> "asyncio.Task[None]":
        """Begin to send the outbox."""
        self._writer = asyncio.create_task(self._write())
        return self._writer

    def cut_off(self) -> None:
        """End the connection whether or not the client reads."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        """Send the outbox until the connection is closed by us, or found to be gone."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._outbox:
                    payload = self._outbox.popleft()
                    if isinstance(payload, LongText):
                        await send_fragments(self._websocket, payload)
                    else:
                        await self._websocket.send_text(payload.decode())
                    self._outbox_bytes -= len(payload)
                    if self._paused and self._outbox_bytes < OUTBOX_LOW_BYTES:
                        self._paused = False
                        if self._subscriber is not None:
                            self._subscriber.resume()
                if self._closing is not None:
                    await self._websocket.close(*self._closing)
                    return
        except (WebSocketDisconnect, RuntimeError):
            return


async def serve_live(websocket: WebSocket, hub: Hub, settings: ServeSettings) -> None:
    """One client from its handshake to its end."""
    headers = websocket.headers
    if not origin_allowed(headers.get("origin"), headers.get("host"), settings.allowed_origins):
        await websocket.send_denial_response(
            PlainTextResponse("pages of this origin may not connect; add it to allowed_origins\n", 403)
        )
        return
    if hub.full:
        await websocket.send_denial_response(PlainTextResponse("too many clients; try again later\n", 503))
        return
    await websocket.accept()
    connection = StarletteConnection(websocket, settings.stream.close_grace_seconds)
    subscriber = hub.connect(connection, waits=websocket.query_params.get("snapshot") == "0")
    connection.bind(subscriber)
    subscriber.open()
    reader = asyncio.create_task(_read(websocket, subscriber.receive, subscriber.refuse))
    writer = connection.start()
    try:
        ended, _ = await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            if not task.cancelled():
                task.result()
    finally:
        subscriber.gone()
        reader.cancel()
        connection.cut_off()
        await asyncio.gather(reader, writer, return_exceptions=True)


async def _read(
    websocket: WebSocket,
    receive: Callable[[str], None],
    refuse: Callable[[str | None, str], None],
) -> None:
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            return
        text = event.get("text")
        if text is None:
            refuse(None, "a binary frame; send JSON as text")
        else:
            receive(text)
