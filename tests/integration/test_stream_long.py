"""A snapshot that is longer than what a socket takes at once, on both ports."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect

from benchmarks.memory_service import MemoryService
from courtside.events import ScoreLine
from courtside.messages import Alert
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings, StreamSettings

GAME = "0022500001"
NAME = "B" * 3_000_000
"""Of a team, so that one game makes a long snapshot."""
SETTINGS = ServeSettings(
    http_port=0, ws_port=0, stream=StreamSettings(settle_seconds=0.0, socket_buffer_bytes=32 * 1024)
)
PLACES = {"stream": "/", "http": "/ws/live"}


@asynccontextmanager
async def running() -> AsyncIterator[tuple[MemoryService, Servers]]:
    service = MemoryService()
    await service.submit(ScoreLine(game_id=GAME, received_ms=1, source="push", home_team=NAME))
    async with Servers(service, SETTINGS) as servers:
        service.subscribe(servers.hub.deliver)
        yield service, servers


def address(servers: Servers, place: str) -> str:
    port = servers.stream.port if place == "stream" else servers.http.port
    return f"ws://127.0.0.1:{port}{PLACES[place]}"


def alert(service: MemoryService, number: int) -> None:
    service.say(GAME, ("alert", Alert("drought", "home", "BOS", "x", float(number), 0.0, 1.0)))


async def idle_server() -> None:
    """Until the server has done what it can do for clients that do not read."""
    for _ in range(50):
        await asyncio.sleep(0.002)


def stuck(servers: Servers, place: str) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", servers.stream.port if place == "stream" else servers.http.port))
    sock.sendall(
        f"GET {PLACES[place]} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    sock.setblocking(False)
    return sock


@pytest.mark.parametrize("place", PLACES)
async def test_a_long_snapshot_comes_whole_and_what_was_said_meanwhile_follows_it(place: str) -> None:
    async with (
        running() as (service, servers),
        connect(address(servers, place), compression=None, max_size=None, max_queue=1) as ws,
    ):
        await idle_server()
        for number in range(5):
            alert(service, number)
        servers.hub.heartbeat()
        pong = await ws.ping()
        frames: list[dict[str, Any]] = []
        async with asyncio.timeout(10):
            while len(frames) < 8:
                frames.append(json.loads(await ws.recv()))
            await pong
        assert [frame["type"] for frame in frames[:2]] == ["hello", "snapshot"]
        assert frames[1]["data"]["games"][0]["home_team"] == NAME
        assert [frame["seq"] for frame in frames if frame["type"] == "alert"] == [2, 3, 4, 5, 6]
        alert(service, 6)
        async with asyncio.timeout(10):
            assert json.loads(await ws.recv())["seq"] == 7


@pytest.mark.parametrize("place", PLACES)
async def test_of_a_long_snapshot_a_client_that_does_not_read_holds_no_more_than_a_piece(place: str) -> None:
    async with running() as (service, servers):
        sock = stuck(servers, place)
        try:
            async with asyncio.timeout(10):
                while len(servers.hub) == 0:
                    await asyncio.sleep(0.001)
            await idle_server()
            alert(service, 1)
            assert 0 < _unsent_bytes(servers, place) < 200_000
        finally:
            sock.close()


def _unsent_bytes(servers: Servers, place: str) -> int:
    if place == "stream":
        [listener] = servers.stream._alive
        assert listener.ws is not None
        size: int = listener.ws.underlying_transport.get_write_buffer_size()
        return size
    [connection] = servers.http._server.server_state.connections
    size = connection.transport.get_write_buffer_size()
    return size


@pytest.mark.parametrize("place", PLACES)
async def test_a_client_that_goes_amid_a_long_snapshot_leaves_nothing(place: str) -> None:
    async with running() as (service, servers):
        sock = stuck(servers, place)
        async with asyncio.timeout(10):
            while len(servers.hub) == 0:
                await asyncio.sleep(0.001)
            await idle_server()
            sock.close()
            while len(servers.hub) > 0:
                alert(service, 1)
                await asyncio.sleep(0.001)
