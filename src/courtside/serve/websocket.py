"""The stream at `ws://HOST:8765/`: picows between the sockets and the hub.

Everything that knows picows is in this file. Frames are made by us, once for all clients, and
written to the transport below picows, which sends them at once or queues what the socket does not
take; its watermarks then pause the client.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from courtside.serve.frames import LongText, frame_texts
from courtside.serve.hub import GOING_AWAY, Hub
from courtside.serve.origins import origin_allowed
from courtside.serve.settings import ServeSettings
from courtside.serve.subscriber import Subscriber, Transport

PATHS = ("/", "/ws/live")


class _PicowsLog(logging.LoggerAdapter[logging.Logger]):
    """A client's mistakes are not this server's errors; our own exceptions keep their level."""

    def info(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.log(logging.DEBUG, msg, *args, **kwargs)

    def error(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.log(logging.INFO, msg, *args, **kwargs)

    def exception(self, msg: object, *args: object, exc_info: Any = True, **kwargs: Any) -> None:
        self.log(logging.ERROR, msg, *args, exc_info=exc_info, **kwargs)


class PicowsConnection:
    """The way out to one client of port 8765."""

    transport: Transport = "websocket"

    def __init__(self, ws: WSTransport, close_grace_seconds: float) -> None:
        self._ws = ws
        self._close_grace_seconds = close_grace_seconds
        self.write_framed: Callable[[bytes], None] | None = ws.underlying_transport.write
        self._rest: Iterator[bytes] = iter(())
        self.full = False
        """The transport's buffer is."""

    def send_all(self, payloads: Sequence[bytes]) -> None:
        self._ws.underlying_transport.write(frame_texts(payloads))

    def send_long(self, text: LongText) -> None:
        self._rest = iter(text.fragments)
        self.send_rest()

    def send_rest(self) -> None:
        """As much of a long text as the transport takes now; while some is left, it is full."""
        while not self.full:
            fragment = next(self._rest, None)
            if fragment is None:
                return
            self._ws.underlying_transport.write(fragment)

    def close(self, code: int, reason: str) -> None:
        """Say so behind what is under way, and leave the client some time to read it."""
        self._ws.send_close(WSCloseCode(code), reason.encode()[:123])
        _cut_off_later(self._ws, self._close_grace_seconds)


class _ClientListener(WSListener):
    """picows' callbacks for one client."""

    def __init__(self, hub: Hub, waits: bool, alive: "set[_ClientListener]") -> None:
        self._hub = hub
        self._waits = waits
        self._alive = alive
        self._fragments: list[bytes] = []
        self._fragments_bytes = 0
        self.subscriber: Subscriber | None = None
        self._connection: PicowsConnection | None = None
        self.ws: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        sock: socket.socket = transport.underlying_transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._hub.settings.socket_buffer_bytes)
        self._alive.add(self)
        self.ws = transport
        self._connection = connection = PicowsConnection(transport, self._hub.settings.close_grace_seconds)
        self.subscriber = self._hub.connect(connection, waits=self._waits)
        self.subscriber.open()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        subscriber = self.subscriber
        if subscriber is None:
            return
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            if not transport.is_close_frame_sent:
                transport.send_close(WSCloseCode.OK)
            transport.disconnect()
            _cut_off_later(transport, self._hub.settings.close_grace_seconds)
        elif kind == WSMsgType.TEXT and frame.fin and not self._fragments:
            subscriber.receive(frame.get_payload_as_bytes())
        elif kind in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            self._collect(subscriber, frame)
        elif kind == WSMsgType.BINARY:
            subscriber.refuse(None, "a binary frame; send JSON as text")

    def _collect(self, subscriber: Subscriber, frame: WSFrame) -> None:
        """A message in several frames."""
        self._fragments_bytes += frame.payload_size
        if self._fragments_bytes > self._hub.settings.max_frame_bytes:
            subscriber.close(WSCloseCode.MESSAGE_TOO_BIG.value, "the message is too long")
            return
        self._fragments.append(frame.get_payload_as_bytes())
        if frame.fin:
            message = b"".join(self._fragments)
            self._fragments.clear()
            self._fragments_bytes = 0
            subscriber.receive(message)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._alive.discard(self)
        if self.subscriber is not None:
            self.subscriber.gone()

    def pause_writing(self) -> None:
        if self._connection is not None and self.subscriber is not None:
            self._connection.full = True
            self.subscriber.pause()

    def resume_writing(self) -> None:
        if self._connection is None or self.subscriber is None:
            return
        self._connection.full = False
        if not self.subscriber.closed:
            self._connection.send_rest()
        if not self._connection.full:
            self.subscriber.resume()


class StreamServer:
    """The server on the stream's own port; `port` 0 takes a free one.

    >>> async def main(hub: Hub) -> None:
    ...     server = StreamServer(hub, ServeSettings(ws_port=0))
    ...     await server.start()
    ...     print(server.url)
    ...     await server.stop()
    """

    def __init__(self, hub: Hub, settings: ServeSettings) -> None:
        self._hub = hub
        self._settings = settings
        self._server: asyncio.Server | None = None
        self._alive: set[_ClientListener] = set()

    @property
    def url(self) -> str:
        host = self._settings.host
        return f"ws://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None:
            return self._settings.ws_port
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Raises `OSError` where the port cannot be had."""
        stream = self._settings.stream
        self._server = await ws_create_server(
            self._accept,
            self._settings.host,
            self._settings.ws_port,
            logger_name=_PicowsLog(logging.getLogger(__name__), {}),
            enable_auto_ping=True,
            auto_ping_idle_timeout=stream.ping_seconds,
            auto_ping_reply_timeout=stream.ping_seconds,
            max_frame_size=stream.max_frame_bytes,
            read_buffer_init_size=2048,
            backlog=1024,
        )

    async def stop(self) -> None:
        """Stop listening and close the clients; one that reads nothing is cut off after a grace."""
        if self._server is None:
            return
        self._server.close()
        for listener in list(self._alive):
            if listener.subscriber is not None:
                listener.subscriber.close(GOING_AWAY, "the server is stopping; resume when it is back")
        gone = [listener.ws.wait_disconnected() for listener in list(self._alive) if listener.ws is not None]
        await asyncio.gather(*gone)
        await self._server.wait_closed()
        self._server = None

    def _accept(self, request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener:
        url = urlsplit(request.path.decode("ascii", "replace"))
        if url.path not in PATHS:
            return _refusal(404, "the stream is at /")
        origin = request.headers.get("Origin")
        if not origin_allowed(origin, request.headers.get("Host"), self._settings.allowed_origins):
            return _refusal(403, "pages of this origin may not connect; add it to allowed_origins")
        if self._hub.full:
            return _refusal(503, "too many clients; try again later")
        connection = request.headers.get("Connection", "")
        if "upgrade" in (token.strip().lower() for token in connection.split(",")):
            # Firefox sends `keep-alive, Upgrade`, which picows does not take.
            request.headers["Connection"] = "Upgrade"
        waits = parse_qs(url.query).get("snapshot") == ["0"]
        return _ClientListener(self._hub, waits, self._alive)


def _cut_off_later(ws: WSTransport, seconds: float) -> None:
    """A client that reads nothing would keep what is under way to it forever."""
    asyncio.get_running_loop().call_later(seconds, ws.disconnect, False)


def _refusal(status: int, line: str) -> WSUpgradeResponseWithListener:
    response = WSUpgradeResponse.create_error_response(status, line.encode() + b"\n")
    return WSUpgradeResponseWithListener(response, None)
