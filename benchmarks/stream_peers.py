"""The servers that are compared: ours, a bare picows loop, and websockets' broadcast."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

import picows
from websockets.asyncio.server import Server as WebsocketsServer
from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.memory_service import MemoryService
from benchmarks.stream_clients import Clients
from courtside.clock import format_utc
from courtside.events import ScoreLine
from courtside.messages import EncodedMessage, Message, PlayData, encode_message
from courtside.serve.hub import Hub
from courtside.serve.settings import ServeSettings, StreamSettings
from courtside.serve.websocket import StreamServer

START_MS = 1_770_855_162_300


def game_ids(count: int) -> list[str]:
    return [f"00225{number:05d}" for number in range(count)]


def play_message(game_id: str, seq: int, number: int) -> EncodedMessage:
    """A play as it goes over the wire, about 480 bytes; its timestamp is that of event `number`."""
    play = PlayData(
        play_id=seq,
        order=seq * 10_000,
        period=2,
        game_clock="06:41.0",
        elapsed_seconds=1_039.0,
        action="2pt",
        sub_type="Layup",
        side="home",
        team="BOS",
        player_id=1_628_369,
        player="J. Tatum",
        description="J. Tatum driving finger roll layup (14 PTS) (J. Brown 5 AST)",
        points=2,
        score_home=48,
        score_away=44,
        possession="away",
    )
    return encode_message(Message("play", format_utc(START_MS + number), game_id, "e1", seq, "nba", play))


class Peer(Protocol):
    """A server with many clients, to all of which it sends a message."""

    name: str

    @property
    def port(self) -> int: ...

    async def start(self) -> None: ...

    def connected(self) -> int: ...

    def send(self, messages: Sequence[EncodedMessage]) -> None: ...

    def unsent_bytes(self) -> int: ...

    async def stop(self) -> None: ...


class Ours:
    """The hub behind its picows shell, with `games` games known."""

    name = "courtside"

    def __init__(self, games: Sequence[str] = (), stream: StreamSettings | None = None) -> None:
        self._games = games
        self._service = MemoryService()
        self.settings = ServeSettings(ws_port=0, stream=stream if stream is not None else StreamSettings())
        self.hub = Hub(self._service, settings=self.settings.stream)
        self._server = StreamServer(self.hub, self.settings)

    @property
    def port(self) -> int:
        return self._server.port

    async def start(self) -> None:
        for game_id in self._games:
            await self._service.submit(ScoreLine(game_id=game_id, received_ms=1, source="nba"))
        await self._server.start()

    def connected(self) -> int:
        return len(self.hub)

    def send(self, messages: Sequence[EncodedMessage]) -> None:
        self.hub.deliver(messages)

    def unsent_bytes(self) -> int:
        return 0

    async def stop(self) -> None:
        await self._server.stop()


class BarePicows:
    """The least that can be done with picows: one send a client and message."""

    name = "bare picows"

    def __init__(self, send_buffer_bytes: int | None = None) -> None:
        self._transports: list[picows.WSTransport] = []
        self._send_buffer_bytes = send_buffer_bytes
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        transports, size = self._transports, self._send_buffer_bytes

        class Listener(picows.WSListener):
            def on_ws_connected(self, transport: picows.WSTransport) -> None:
                transports.append(transport)
                if size is not None:
                    sock: socket.socket = transport.underlying_transport.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

            def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
                transports.remove(transport)

            def pause_writing(self) -> None:
                pass

            def resume_writing(self) -> None:
                pass

        self._server = await picows.ws_create_server(lambda request: Listener(), "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def connected(self) -> int:
        return len(self._transports)

    def send(self, messages: Sequence[EncodedMessage]) -> None:
        for message in messages:
            frame = message.frame
            for transport in self._transports:
                transport.send(picows.WSMsgType.TEXT, frame)

    def unsent_bytes(self) -> int:
        return sum(each.underlying_transport.get_write_buffer_size() for each in self._transports)

    async def stop(self) -> None:
        for transport in list(self._transports):
            transport.disconnect(False)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


class Websockets:
    """`websockets.broadcast`."""

    name = "websockets.broadcast"

    def __init__(self) -> None:
        self._connections: set[ServerConnection] = set()
        self._server: WebsocketsServer | None = None
        self.port = 0

    async def start(self) -> None:
        async def client(connection: ServerConnection) -> None:
            self._connections.add(connection)
            try:
                await connection.wait_closed()
            finally:
                self._connections.discard(connection)

        self._server = await serve(
            client, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=0.5, backlog=1024
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    def connected(self) -> int:
        return len(self._connections)

    def send(self, messages: Sequence[EncodedMessage]) -> None:
        for message in messages:
            broadcast(self._connections, message.frame, raise_exceptions=False)

    def unsent_bytes(self) -> int:
        return sum(each.transport.get_write_buffer_size() for each in self._connections)

    async def stop(self) -> None:
        for connection in list(self._connections):
            connection.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


async def when_ready(clients: Clients, seconds: float = 30.0) -> None:
    """Let the loop run until the clients' process has said something; raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not clients.ready:
            await asyncio.sleep(0.002)
