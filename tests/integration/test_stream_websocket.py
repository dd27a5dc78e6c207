"""The stream over real sockets, on both ports."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.memory_service import MemoryService
from courtside.events import ScoreLine
from courtside.messages import MESSAGE_TYPES, Alert, ScoreUpdate
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings, StreamSettings

GAME = "0022500001"
OTHER = "0022500002"
Frame = dict[str, Any]

FAST = StreamSettings(settle_seconds=0.05, close_grace_seconds=1.0)
PLACES = ("stream", "http")


def alert(number: int) -> Alert:
    return Alert("drought", "home", "BOS", f"alert {number}", float(number), 0.0, 1.0)


def score(home: int) -> ScoreUpdate:
    return ScoreUpdate("BOS", "CHI", home, 0, 1, "10:00", home, 0, False, 120.0, None, None)


async def register(service: MemoryService, game_id: str) -> None:
    await service.submit(
        ScoreLine(game_id=game_id, received_ms=1, source="push", home_team="BOS", away_team="CHI")
    )


def settings(stream: StreamSettings = FAST, **changes: Any) -> ServeSettings:
    return ServeSettings(http_port=0, ws_port=0, stream=stream, **changes)


HANDSHAKE = (
    b"GET /ws/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: %b\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@asynccontextmanager
async def raw(port: int, handshake: bytes, receive_buffer: int = 4096) -> AsyncIterator[asyncio.StreamReader]:
    """A socket that has sent its handshake and does what no library would."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.sendall(handshake)
    sock.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=sock, limit=1024)
    try:
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class Running:
    """A service with two games behind both servers."""

    def __init__(self, service: MemoryService, servers: Servers) -> None:
        self.service = service
        self.servers = servers

    def url(self, place: str, query: str = "") -> str:
        if place == "stream":
            return self.servers.ws_url + query
        return self.servers.url.replace("http", "ws", 1) + "/ws/live" + query

    def connect(self, place: str = "stream", query: str = "", **options: Any) -> connect:
        return connect(self.url(place, query), compression=None, **options)


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    service = MemoryService()
    await register(service, GAME)
    await register(service, OTHER)
    async with Servers(service, settings()) as servers:
        service.subscribe(servers.hub.deliver)
        yield Running(service, servers)


async def receive(ws: ClientConnection) -> Frame:
    async with asyncio.timeout(5):
        frame: Frame = json.loads(await ws.recv())
    return frame


async def until(ws: ClientConnection, kind: str) -> list[Frame]:
    """All frames up to the first of this type, which is the last."""
    frames = [await receive(ws)]
    while frames[-1]["type"] != kind:
        frames.append(await receive(ws))
    return frames


def seqs(frames: list[Frame], game_id: str = GAME) -> list[int]:
    return [frame["seq"] for frame in frames if frame.get("game_id") == game_id]


async def send(ws: ClientConnection, **op: Any) -> None:
    await ws.send(json.dumps(op))


@pytest.mark.parametrize("place", PLACES)
async def test_a_client_that_only_listens_gets_hello_one_snapshot_and_then_every_message(
    running: Running, place: str
) -> None:
    async with running.connect(place) as ws:
        hello, snapshot = await receive(ws), await receive(ws)
        assert hello["type"] == "hello"
        assert hello["data"]["types"] == list(MESSAGE_TYPES)
        assert snapshot["type"] == "snapshot"
        assert [game["game_id"] for game in snapshot["data"]["games"]] == [GAME, OTHER]
        assert snapshot["data"]["recovered"] is None
        for number in range(3):
            running.service.say(GAME, ("alert", alert(number)))
        frames = [await receive(ws) for _ in range(3)]
        start = snapshot["data"]["games"][0]["seq"]
        assert seqs(frames) == [start + 1, start + 2, start + 3]
        assert frames[0] == {
            "type": "alert",
            "timestamp": "2026-02-12T02:35:00.000Z",
            "game_id": GAME,
            "epoch": "e1",
            "seq": start + 1,
            "source": "push",
            "data": {
                "kind": "drought",
                "side": "home",
                "team": "BOS",
                "text": "alert 0",
                "value": 0.0,
                "since_seconds": 0.0,
                "elapsed_seconds": 1.0,
            },
        }


@pytest.mark.parametrize("place", PLACES)
async def test_messages_between_the_snapshot_and_going_live_are_not_lost(
    running: Running, place: str
) -> None:
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        running.service.say(GAME, ("alert", alert(0)), ("alert", alert(1)))
        await register(running.service, "0022500003")
        running.service.say(GAME, ("alert", alert(2)))
        frames = [await receive(ws) for _ in range(4)]
    assert seqs(frames) == [2, 3, 4]
    assert seqs(frames, "0022500003") == [1]


@pytest.mark.parametrize("place", PLACES)
async def test_a_resume_as_the_first_frame_replays_what_was_missed_before_anything_live(
    running: Running, place: str
) -> None:
    for number in range(10):
        running.service.say(GAME, ("alert", alert(number)))
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        running.service.say(GAME, ("alert", alert(10)))
        await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 4}})
        frames = await until(ws, "subscribed")
        running.service.say(GAME, ("alert", alert(11)))
        frames.append(await receive(ws))
    assert seqs(frames) == list(range(5, 14))
    assert frames[-2]["data"] == {"games": None, "types": None, "resumed": [GAME]}


@pytest.mark.parametrize("place", PLACES)
async def test_without_a_snapshot_nothing_comes_before_the_first_subscribe(
    running: Running, place: str
) -> None:
    async with running.connect(place, "?snapshot=0") as ws:
        assert (await receive(ws))["type"] == "hello"
        running.service.say(GAME, ("alert", alert(0)))
        await send(ws, op="ping")
        assert (await receive(ws))["type"] == "pong"
        await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 1}})
        frames = await until(ws, "subscribed")
        assert seqs(frames) == [2]


async def test_what_is_no_longer_in_memory_is_replayed_from_the_journal() -> None:
    service = MemoryService()
    await register(service, GAME)
    async with Servers(service, settings(StreamSettings(ring_messages=8))) as servers:
        service.subscribe(servers.hub.deliver)
        for number in range(1_000):
            service.say(GAME, ("alert", alert(number)))
        async with connect(servers.ws_url + "?snapshot=0", compression=None) as ws:
            await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
            frames = await until(ws, "subscribed")
            assert seqs(frames) == list(range(1, 1_002))


async def test_a_replay_from_the_journal_and_live_messages_join_without_gap_or_double() -> None:
    class SlowJournal(MemoryService):
        async def messages(self, *args: Any, **named: Any) -> Any:
            found = await super().messages(*args, **named)
            self.say(GAME, ("alert", alert(-1)))
            await asyncio.sleep(0)
            self.say(GAME, ("alert", alert(-2)))
            return found

    service = SlowJournal()
    await register(service, GAME)
    async with Servers(service, settings(StreamSettings(ring_messages=4))) as servers:
        service.subscribe(servers.hub.deliver)
        for number in range(600):
            service.say(GAME, ("alert", alert(number)))
        async with connect(servers.ws_url + "?snapshot=0", compression=None) as ws:
            await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
            frames = await until(ws, "subscribed")
            service.say(GAME, ("alert", alert(-3)))
            frames.append(await receive(ws))
    assert len(seqs(frames)) > 600
    assert seqs(frames) == list(range(1, len(seqs(frames)) + 1))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("game_id", "point", "known"),
    [
        (GAME, {"epoch": "gone", "seq": 1}, True),
        (GAME, {"epoch": "e1", "seq": 99}, True),
        ("0099", {"epoch": "e1", "seq": 1}, False),
    ],
    ids=["another epoch", "beyond the present", "unknown game"],
)
async def test_what_cannot_be_resumed_is_answered_with_a_snapshot_and_goes_on_from_there(
    running: Running, place: str, game_id: str, point: Frame, known: bool
) -> None:
    async with running.connect(place, "?snapshot=0") as ws:
        await send(ws, op="subscribe", resume={game_id: point, OTHER: {"epoch": "e1", "seq": 0}})
        frames = await until(ws, "subscribed")
        [snapshot] = [frame for frame in frames if frame["type"] == "snapshot"]
        assert snapshot["data"]["recovered"] is False
        assert [game["game_id"] for game in snapshot["data"]["games"]] == ([GAME] if known else [])
        assert snapshot["data"]["unknown"] == ([] if known else [game_id])
        assert seqs(frames, OTHER) == [1]
        assert frames[-1]["data"]["resumed"] == [OTHER]
        running.service.say(GAME, ("alert", alert(0)))
        assert (await receive(ws))["seq"] == 2


async def test_messages_that_were_pruned_are_answered_with_a_snapshot(running: Running) -> None:
    for number in range(5):
        running.service.say(GAME, ("alert", alert(number)))
    async with Servers(running.service, settings()) as restarted:
        running.service.forget(GAME, before_seq=4)
        async with connect(restarted.ws_url + "?snapshot=0", compression=None) as ws:
            await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 1}})
            frames = await until(ws, "subscribed")
    assert [frame["type"] for frame in frames] == ["hello", "snapshot", "subscribed"]


async def test_a_client_resumes_across_a_server_restart(running: Running) -> None:
    for number in range(5):
        running.service.say(GAME, ("alert", alert(number)))
    async with Servers(running.service, settings()) as restarted:
        running.service.subscribe(restarted.hub.deliver)
        async with connect(restarted.ws_url, compression=None) as ws:
            await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 2}})
            frames = await until(ws, "subscribed")
            running.service.say(GAME, ("alert", alert(5)))
            frames.append(await receive(ws))
    assert seqs(frames) == [3, 4, 5, 6, 7]


@pytest.mark.parametrize("place", PLACES)
async def test_a_resume_on_a_live_connection_sends_nothing_twice(running: Running, place: str) -> None:
    for number in range(4):
        running.service.say(GAME, ("alert", alert(number)))
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        await send(ws, op="subscribe")
        await until(ws, "subscribed")
        running.service.say(GAME, ("alert", alert(4)))
        live = [await receive(ws)]
        await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 2}})
        replayed = await until(ws, "subscribed")
        await send(ws, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 1}})
        again = await until(ws, "subscribed")
    assert seqs(live) == [6]
    assert seqs(replayed) == [3, 4, 5]
    assert seqs(again) == [2]


async def test_a_subscription_limits_games_and_types(running: Running) -> None:
    async with running.connect() as ws:
        await send(ws, op="subscribe", games=[GAME], types=["alert"])
        await until(ws, "subscribed")
        running.service.say(OTHER, ("alert", alert(0)))
        running.service.say(GAME, ("score_update", score(2)), ("alert", alert(1)))
        frame = await receive(ws)
        assert (frame["game_id"], frame["type"], frame["seq"]) == (GAME, "alert", 3)
        await send(ws, op="subscribe", games=[GAME, OTHER], resume={OTHER: {"epoch": "e1", "seq": 0}})
        frames = await until(ws, "subscribed")
        assert seqs(frames, OTHER) == [1, 2]
        running.service.say(OTHER, ("score_update", score(2)))
        assert (await receive(ws))["game_id"] == OTHER


async def test_a_game_that_begins_anew_is_told_by_its_epoch(running: Running) -> None:
    async with running.connect() as ws:
        await send(ws, op="subscribe")
        await until(ws, "subscribed")
        running.service.renew(GAME, "e2")
        running.service.say(GAME, ("alert", alert(0)))
        frame = await receive(ws)
        assert (frame["epoch"], frame["seq"]) == ("e2", 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("frame", "field", "reason"),
    [
        ("{", None, "not JSON"),
        ("[]", None, "Expected `object`"),
        ("[" * 100_000, None, ""),
        ('{"op": "shout"}', "op", "Invalid value"),
        ('{"op": "subscribe", "gamez": []}', "gamez", "is not a field here"),
        ('{"op": "subscribe", "types": ["score_updat"]}', "types", "did you mean 'score_update'"),
        ('{"op": "subscribe", "resume": {"1": {"epoch": "e1"}}}', "resume[...].seq", "is missing"),
        ('{"op": "subscribe", "resume": {"1": {"epoch": "e1", "seq": -1}}}', "resume[...].seq", ">= 0"),
        ('{"op": "ping", "x": "' + "y" * 100_000 + '"}', None, "longer than 65536 bytes"),
        (b'{"op": "ping"}', None, "send JSON as text"),
    ],
)
async def test_a_frame_that_cannot_be_used_is_answered_with_an_error_and_nothing_else_happens(
    running: Running, place: str, frame: str | bytes, field: str | None, reason: str
) -> None:
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        await ws.send(frame)
        error = (await until(ws, "error"))[-1]
        assert error["data"]["field"] == field
        assert reason in error["data"]["reason"]
        await send(ws, op="ping")
        assert (await until(ws, "pong"))[-1]["type"] == "pong"


@pytest.mark.parametrize("place", PLACES)
async def test_a_frame_past_the_protocol_limit_closes_only_its_own_client(
    running: Running, place: str
) -> None:
    async with running.connect(place) as rude, running.connect(place) as other:
        await until(rude, "snapshot")
        await until(other, "snapshot")
        await rude.send("x" * 300_000)
        with pytest.raises(ConnectionClosed) as closed:
            await until(rude, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        await send(other, op="ping")
        assert (await receive(other))["type"] == "pong"


async def test_a_message_in_fragments_is_put_together(running: Running) -> None:
    async with running.connect() as ws:
        await until(ws, "snapshot")
        await ws.send(['{"op": ', '"ping', '"}'])
        assert (await receive(ws))["type"] == "pong"
        await ws.send(["x" * 200_000, "y" * 200_000])
        with pytest.raises(ConnectionClosed) as closed:
            await until(ws, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_garbage_instead_of_a_handshake_is_refused_and_the_server_lives(running: Running) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00" * 10 + b"\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n", b"x" * 40_000):
        async with raw(running.servers.stream.port, garbage) as reader:
            try:
                answer = await reader.read()
            except ConnectionResetError:
                answer = b""
            assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    async with running.connect() as ws:
        await until(ws, "snapshot")


async def test_garbage_after_the_handshake_closes_with_a_protocol_error(running: Running) -> None:
    async with running.connect() as ws:
        await until(ws, "snapshot")
        ws.transport.write(b"\xff\xff\xff\xff")
        with pytest.raises(ConnectionClosed) as closed:
            await until(ws, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1002


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        ("http://localhost:5173", True),
        ("http://127.0.0.1:9", True),
        ("https://evil.example", False),
        ("null", False),
    ],
)
async def test_pages_of_foreign_origins_are_refused(
    running: Running, place: str, origin: Any, accepted: bool
) -> None:
    if accepted:
        async with running.connect(place, origin=origin) as ws:
            assert (await receive(ws))["type"] == "hello"
        return
    with pytest.raises(InvalidStatus) as refused:
        async with running.connect(place, origin=origin):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("place", PLACES)
async def test_an_origin_in_the_settings_is_let_in(place: str) -> None:
    service = MemoryService()
    origin: Any = "https://board.example"
    async with (
        Servers(service, settings(allowed_origins=(origin,))) as servers,
        Running(service, servers).connect(place, origin=origin) as ws,
    ):
        assert (await receive(ws))["type"] == "hello"


@pytest.mark.parametrize("place", PLACES)
async def test_more_clients_than_the_server_takes_are_told_so(place: str) -> None:
    service = MemoryService()
    async with Servers(service, settings(StreamSettings(max_clients=1))) as servers:
        running = Running(service, servers)
        async with running.connect(place) as ws:
            await receive(ws)
            with pytest.raises(InvalidStatus) as refused:
                async with running.connect(place):
                    pass
            assert refused.value.response.status_code == 503


async def test_another_path_of_the_stream_port_is_not_found(running: Running) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(running.servers.ws_url + "elsewhere"):
            pass
    assert refused.value.response.status_code == 404


async def test_a_browser_that_sends_keep_alive_with_its_upgrade_is_taken(running: Running) -> None:
    async with raw(running.servers.stream.port, HANDSHAKE % b"keep-alive, Upgrade") as reader:
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("place", PLACES)
async def test_a_heartbeat_names_the_games_that_moved(running: Running, place: str) -> None:
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        await send(ws, op="subscribe")
        await until(ws, "subscribed")
        running.servers.hub.heartbeat()
        await until(ws, "heartbeat")
        running.service.say(GAME, ("alert", alert(0)))
        running.servers.hub.heartbeat()
        beat = (await until(ws, "heartbeat"))[-1]
        assert beat["data"] == {"positions": {GAME: {"epoch": "e1", "seq": 2}}, "gone": []}


@pytest.mark.parametrize("place", PLACES)
async def test_a_server_that_stops_closes_its_clients_with_1001(running: Running, place: str) -> None:
    async with running.connect(place) as ws:
        await until(ws, "snapshot")
        stopping = asyncio.create_task(running.servers.stop())
        with pytest.raises(ConnectionClosed) as closed:
            await until(ws, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
        await stopping
    assert len(running.servers.hub) == 0


@pytest.mark.parametrize("place", PLACES)
async def test_a_stuck_client_is_closed_at_its_bound_and_slows_nobody(place: str) -> None:
    service = MemoryService()
    await register(service, GAME)
    limits = StreamSettings(
        settle_seconds=0.0, backlog_messages=200, close_grace_seconds=0.05, socket_buffer_bytes=32 * 1024
    )
    async with Servers(service, settings(limits)) as servers:
        service.subscribe(servers.hub.deliver)
        running = Running(service, servers)
        port = servers.stream.port if place == "stream" else servers.http.port
        async with raw(port, HANDSHAKE % b"Upgrade"), running.connect(place) as ws:
            await until(ws, "snapshot")
            expected, seen = 1, [1]
            long = Alert("drought", "home", "BOS", "x" * 4000, 0.0, 0.0, 1.0)
            while servers.metrics.value("courtside_clients_closed_total", reason="1013") == 0:
                service.say(GAME, ("alert", long), ("score_update", score(expected)))
                expected += 2
                seen += [(await receive(ws))["seq"], (await receive(ws))["seq"]]
                assert expected < 20_000
            assert seen == list(range(1, expected + 1))


async def test_a_slow_client_gets_every_event_and_the_newest_state() -> None:
    service = MemoryService()
    await register(service, GAME)
    limits = StreamSettings(
        settle_seconds=0.0, backlog_messages=10_000, backlog_bytes=2**24, socket_buffer_bytes=32 * 1024
    )
    async with Servers(service, settings(limits)) as servers:
        service.subscribe(servers.hub.deliver)
        async with raw(servers.stream.port, HANDSHAKE % b"Upgrade", 128 * 1024) as reader:
            await reader.readuntil(b"\r\n\r\n")
            long = "x" * 2000
            for number in range(2_000):
                event = Alert("drought", "home", "BOS", long, float(number), 0.0, 1.0)
                service.say(GAME, ("score_update", score(number)), ("alert", event))
                if number % 100 == 0:
                    await asyncio.sleep(0)
            frames: list[Frame] = []
            async with asyncio.timeout(20):
                while not frames or frames[-1].get("data", {}).get("value") != 1999.0:
                    frames.append(json.loads(await read_frame(reader)))
    alerts = [frame["data"]["value"] for frame in frames if frame["type"] == "alert"]
    scores = [frame["data"]["score_home"] for frame in frames if frame["type"] == "score_update"]
    assert alerts == [float(number) for number in range(2_000)]
    assert len(scores) < 2_000
    assert scores == sorted(scores)
    assert scores[-1] == 1999
    assert seqs(frames) == sorted(seqs(frames))
    assert servers.metrics.value("courtside_messages_coalesced_total") == 2_000 - len(scores)


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(2)
    length = head[1]
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    return await reader.readexactly(length)


async def test_a_client_that_answers_no_ping_is_closed() -> None:
    service = MemoryService()
    async with (
        Servers(service, settings(StreamSettings(ping_seconds=0.05))) as servers,
        raw(servers.stream.port, HANDSHAKE % b"Upgrade") as reader,
    ):
        async with asyncio.timeout(10):
            await reader.read()
        assert len(servers.hub) == 0
