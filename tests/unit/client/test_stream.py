"""Both shells of the stream client against a real WebSocket server that breaks its connections."""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import msgspec
import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from courtside.client import Connection, Snapshot, StreamClient
from courtside.client.reducer import begin
from courtside.errors import BadInput, CourtsideError, ServerUnavailable
from courtside.messages import Message, Tie, encode_message

GAMES = ("g1", "g2", "g3")


def tie(game_id: str, seq: int) -> Message:
    data = Tie(seq, 2 * seq, 2 * seq, 1, "10:00", 120.0)
    return Message("tie", "2026-02-12T00:00:00.000Z", game_id, "e1", seq, "simulated", data)


def control(kind: str, **data: object) -> str:
    return msgspec.json.encode({"type": kind, "timestamp": "2026-02-12T00:00:00.000Z", "data": data}).decode()


class BreakingServer:
    """Sends `count` messages of each game, and breaks a connection after a random few of them."""

    def __init__(self, count: int, *, seed: int = 1, heartbeat_seconds: float = 5.0) -> None:
        self.count = count
        self.heartbeat_seconds = heartbeat_seconds
        self.random = random.Random(seed)
        self.connections = 0
        self.subscriptions: list[dict[str, object]] = []
        self.sent = dict.fromkeys(GAMES, 0)
        self.silent_first = False
        self.refuse: HTTPStatus | None = None
        self.authorization: str | None = None

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        async with serve(self._serve, "127.0.0.1", port, process_request=self._check) as server:
            yield f"ws://127.0.0.1:{_port(server)}"

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        self.authorization = request.headers.get("Authorization")
        return connection.respond(self.refuse, "no\n") if self.refuse else None

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections += 1
        budget = self.random.randint(4, 30)
        try:
            await connection.send(control("hello", heartbeat_seconds=self.heartbeat_seconds))
            if self.silent_first and self.connections == 1:
                await connection.wait_closed()
                return
            games = [begin(tie(game, seq)) for game, seq in self.sent.items() if seq]
            await connection.send(control("snapshot", games=games, recovered=None, unknown=[]))
            subscribe = msgspec.json.decode(await connection.recv(), type=dict[str, object])
            self.subscriptions.append(subscribe)
            resume = msgspec.convert(subscribe.get("resume", {}), dict[str, dict[str, int | str]])
            for game, point in resume.items():
                for seq in range(int(point["seq"]) + 1, self.sent[game] + 1):
                    budget -= 1
                    await self._send(connection, tie(game, seq), budget)
            await connection.send(control("subscribed", games=None, types=None, resumed=list(resume)))
            while any(seq < self.count for seq in self.sent.values()):
                game = self.random.choice([game for game, seq in self.sent.items() if seq < self.count])
                self.sent[game] += 1
                budget -= 1
                await self._send(connection, tie(game, self.sent[game]), budget)
            await connection.wait_closed()
        except ConnectionClosed:
            return

    async def _send(self, connection: ServerConnection, message: Message, budget: int) -> None:
        if budget == 0:
            if self.random.random() < 0.5:
                connection.transport.abort()
            else:
                await connection.close(1013, "too slow")
        await connection.send(encode_message(message).frame, text=True)


def _port(server: Server) -> int:
    port = next(iter(server.sockets)).getsockname()[1]
    assert isinstance(port, int)
    return port


def complete(given: dict[str, list[int]], count: int) -> bool:
    return all(seqs and seqs[-1] == count for seqs in given.values())


def client_of(url: str, *, from_start: bool = True) -> StreamClient:
    return StreamClient(url, from_start=from_start, retry_seconds=0.001, longest_retry_seconds=0.005)


@pytest.mark.parametrize("seed", range(3))
async def test_async_iteration_gives_every_message_once_over_many_broken_connections(seed: int) -> None:
    server = BreakingServer(120, seed=seed)
    given: dict[str, list[int]] = {game: [] for game in GAMES}
    async with server.running() as url, client_of(url) as client:
        async for message in client:
            given[message.game_id].append(message.seq)
            if complete(given, 120):
                break
        assert {game.ties for game in client.games.values()} == {120}
    assert given == {game: list(range(1, 121)) for game in GAMES}
    assert server.connections > 5


async def test_synchronous_iteration_gives_every_message_once_over_many_broken_connections() -> None:
    server = BreakingServer(120)
    given: dict[str, list[int]] = {game: [] for game in GAMES}

    def read(url: str) -> None:
        with client_of(url) as client:
            for message in client:
                given[message.game_id].append(message.seq)
                if complete(given, 120):
                    return

    async with server.running() as url:
        await asyncio.to_thread(read, url)
    assert given == {game: list(range(1, 121)) for game in GAMES}
    assert server.connections > 5


async def test_events_tell_of_snapshots_and_of_connections_lost_and_found() -> None:
    server = BreakingServer(40)
    kinds: list[str] = []
    lost: list[Connection] = []
    async with server.running() as url, client_of(url) as client:
        async for event in client.aevents():
            kinds.append(type(event).__name__)
            if isinstance(event, Connection) and not event.connected:
                assert not client.connected
                lost.append(event)
                break
            if isinstance(event, Snapshot):
                assert not event.reset
                assert client.connected
    assert kinds[:3] == ["Connection", "Snapshot", "Message"]
    assert lost[0].reason
    assert lost[0].retry_seconds is not None


async def test_a_silent_server_is_left_and_tried_again() -> None:
    server = BreakingServer(1, heartbeat_seconds=0.02)
    server.silent_first = True
    async with server.running() as url, client_of(url) as client:
        events = client.aevents()
        reasons = []
        async for event in events:
            if isinstance(event, Connection) and event.reason:
                reasons.append(event.reason)
            if isinstance(event, Message):
                break
    assert reasons[0] == "the server fell silent"


async def test_a_synchronous_client_leaves_a_silent_server_too() -> None:
    server = BreakingServer(1, heartbeat_seconds=0.02)
    server.silent_first = True

    def first(url: str) -> Message:
        with client_of(url) as client:
            return next(iter(client))

    async with server.running() as url:
        message = await asyncio.to_thread(first, url)
    assert message.seq == 1
    assert server.connections >= 2


async def test_a_server_that_comes_up_later_is_found() -> None:
    server = BreakingServer(1)
    async with server.running() as url:
        pass
    port = int(url.rpartition(":")[2])
    client = client_of(url)
    events = client.aevents()
    first = await anext(events)
    assert isinstance(first, Connection)
    assert not first.connected
    async with server.running(port):
        async for event in events:
            if isinstance(event, Message):
                break
        await client.aclose()


async def test_giving_up_says_what_to_do() -> None:
    async with BreakingServer(1).running() as url:
        pass
    client = StreamClient(url, give_up_seconds=0.05, retry_seconds=0.01)
    with pytest.raises(ServerUnavailable, match=r"start a server with `courtside run`"):
        async for _ in client:
            pass

    def read() -> None:
        for _ in StreamClient(url, give_up_seconds=0.05, retry_seconds=0.01):
            pass

    with pytest.raises(ServerUnavailable, match="no stream at"):
        await asyncio.to_thread(read)


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND])
async def test_a_refused_handshake_is_not_tried_again(status: HTTPStatus) -> None:
    server = BreakingServer(1)
    server.refuse = status
    async with server.running() as url:
        with pytest.raises(CourtsideError, match="check the address and the api_key"):
            async for _ in StreamClient(url, api_key="wrong"):
                pass
    assert server.authorization == "Bearer wrong"


async def test_games_and_types_are_subscribed_to() -> None:
    server = BreakingServer(3)
    async with server.running() as url, StreamClient(url, games=["g2"], types=["tie"]) as client:
        async for message in client:
            assert message.game_id == "g2"
            break
    assert server.subscriptions[0] == {"op": "subscribe", "games": ["g2"], "types": ["tie"]}


async def test_closing_ends_an_iteration_that_waits_for_the_next_message() -> None:
    server = BreakingServer(1)
    async with server.running() as url:
        waiting = asyncio.Event()

        async def read(client: StreamClient) -> int:
            count = 0
            async for _ in client:
                count += 1
                if count == 3:
                    waiting.set()
            return count

        client = client_of(url)
        reading = asyncio.create_task(read(client))
        await waiting.wait()
        await client.aclose()
        assert await reading == 3

        waiting.clear()
        third = functools.partial(asyncio.get_running_loop().call_soon_threadsafe, waiting.set)
        both = client_of(url)
        counted = asyncio.create_task(asyncio.to_thread(_count_until_closed, both, third))
        await waiting.wait()
        await asyncio.to_thread(both.close)
        assert await counted == 3


def _count_until_closed(client: StreamClient, third: Callable[[], object]) -> int:
    count = 0
    for _ in client:
        count += 1
        if count == 3:
            third()
    return count


async def test_closing_ends_the_wait_for_the_next_try() -> None:
    async with BreakingServer(1).running() as url:
        pass
    client = StreamClient(url, retry_seconds=60.0, longest_retry_seconds=60.0)
    events = client.aevents()
    await anext(events)
    rest = asyncio.ensure_future(anext(events, None))
    await asyncio.sleep(0)
    await client.aclose()
    assert await rest is None


@pytest.mark.parametrize("url", ["http://localhost:8080", "localhost:8765", "ws://"])
def test_an_address_that_is_not_a_stream_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="ws://localhost:8765"):
        StreamClient(url)
