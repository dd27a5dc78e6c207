"""The feed over real HTTP, at a virtual time that the tests turn."""

import asyncio
import contextlib
import gzip
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from courtside.clock import ManualClock
from courtside.errors import BadConfig, BadInput, CannotListen
from courtside.feed import FeedServer, FeedSettings, fault_names, serve_feed
from courtside.feed.pages import SCOREBOARD_PATH, STATUS_PATH, Report, game_path
from courtside.formats.nba_live import parse_play_by_play
from tests.unit.feed.playback import NOW_MS, write_games


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_games(tmp_path_factory.mktemp("recordings"))


@asynccontextmanager
async def feed(
    folder: Path,
    clock: ManualClock,
    *,
    faults: tuple[str, ...] = (),
    fault_rate: float = 0.1,
    speed: float = 1.0,
) -> AsyncIterator[tuple[FeedServer, httpx.AsyncClient]]:
    settings = FeedSettings(
        recordings=folder, port=0, faults=faults, fault_rate=fault_rate, speed=speed, games=2
    )
    async with (
        FeedServer(settings, clock=clock) as server,
        httpx.AsyncClient(base_url=server.url, timeout=10) as client,
    ):
        yield server, client


def a_path(server: FeedServer, kind: str = "playbyplay") -> str:
    return game_path(kind, server.slate.games[0].game_id)


async def test_a_game_is_played_from_its_tip_to_its_end_at_the_clocks_speed(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, speed=400) as (server, client):
        game = server.slate.games[0]
        seen = []
        assert (await client.get(a_path(server))).status_code == 403
        while server.now_ms() < game.settled_ms:
            clock.advance(1.0)
            answer = await client.get(a_path(server))
            seen.append(len(answer.json()["game"]["actions"]))
        assert seen == sorted(seen)
        assert 15 < len(seen) < 40
        box = (await client.get(a_path(server, "boxscore"))).json()["game"]
        assert (box["gameStatus"], box["homeTeam"]["score"]) == (
            3,
            game.line(game.version(server.now_ms()) or 0).score_home,
        )


async def test_one_connection_serves_many_requests_and_unchanged_files_come_as_304(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock) as (server, client):
        clock.advance(3000)
        first = await client.get(a_path(server))
        assert first.headers["content-encoding"] == "gzip"
        stream = first.extensions["network_stream"]
        again = await client.get(a_path(server), headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.extensions["network_stream"].get_extra_info("client_addr") == stream.get_extra_info(
            "client_addr"
        )
        plain = await client.get(a_path(server), headers={"Accept-Encoding": "identity"})
        assert plain.content == first.content
        head = await client.head(a_path(server), headers={"Accept-Encoding": "identity"})
        assert (head.content, int(head.headers["content-length"])) == (b"", len(plain.content))


async def test_clients_ask_for_every_file_at_once(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock) as (server, client):
        clock.advance(5000)
        paths = [SCOREBOARD_PATH, a_path(server), a_path(server, "boxscore"), "/", STATUS_PATH] * 10
        answers = await asyncio.gather(*[client.get(path) for path in paths])
        assert {answer.status_code for answer in answers} == {200}
        report = msgspec.json.decode(answers[-1].content, type=Report)
        assert report.games[0].status == 2
        assert server.report().requests["200"] == len(paths)


async def test_a_reset_breaks_off_in_the_middle_of_the_body(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, faults=("reset",), fault_rate=1.0) as (server, client):
        clock.advance(3000)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await client.get(a_path(server))
        assert server.report().faults_played == {"reset": 1}


async def test_a_hang_never_answers_and_ends_by_itself(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, faults=("hang",), fault_rate=1.0) as (server, client):
        before_ms = clock.now_ms()
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(SCOREBOARD_PATH)
        assert clock.now_ms() - before_ms == server.settings.hang_seconds * 1000


async def test_a_hang_ends_with_the_client(folder: Path) -> None:
    class StoppedClock(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    clock = StoppedClock(NOW_MS)
    async with feed(folder, clock, faults=("hang",), fault_rate=1.0) as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {SCOREBOARD_PATH} HTTP/1.1\r\nHost: feed\r\n\r\n".encode())
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_dripping_response_is_whole_in_the_end(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, faults=("drip",), fault_rate=1.0) as (server, client):
        clock.advance(3000)
        before_ms = clock.now_ms()
        answer = await client.get(a_path(server))
        assert answer.json()["game"]["gameId"] == server.slate.games[0].game_id
        assert clock.now_ms() - before_ms == pytest.approx(server.settings.hang_seconds * 1000, rel=0.1)


async def test_a_truncated_file_comes_with_a_length_that_agrees(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, faults=("truncated",), fault_rate=1.0) as (server, client):
        clock.advance(3000)
        answer = await client.get(a_path(server))
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()


async def test_with_every_fault_a_patient_client_ends_with_the_true_file(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock, faults=fault_names(), fault_rate=0.6, speed=400) as (server, client):
        newest, last, bad = "", b"", 0
        game = server.slate.games[0]
        settled = False
        while not settled:
            clock.advance(0.1)
            at_ms = server.now_ms()
            try:
                answer = await client.get(a_path(server))
                body = answer.json() if answer.status_code == 200 else {}
            except (httpx.TransportError, ValueError):
                body = {}
            if "game" not in body:
                bad += 1
            elif body["meta"]["time"] >= newest:
                newest, last = body["meta"]["time"], answer.content
                settled = at_ms >= game.settled_ms
        assert bad > 10
        assert last == game.play_by_play(len(game.timeline.times) - 1).plain


async def test_what_is_no_http_is_refused_and_the_next_client_is_served(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock) as (server, client):
        for nonsense in (
            b"\x16\x03\x01 not http\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET " + b"x" * 70_000,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(nonsense)
            assert (await reader.read(100)).startswith(b"HTTP/1.1 4")
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        posted = await client.post(SCOREBOARD_PATH, content=b"{}")
        assert posted.status_code == 405
        assert (await client.get(SCOREBOARD_PATH)).status_code == 200


async def test_an_http_1_0_client_is_served_and_closed(folder: Path) -> None:
    async with feed(folder, ManualClock(NOW_MS)) as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {SCOREBOARD_PATH}?time=1 HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert b"scoreboard" in gzip.decompress(body)
        writer.close()
        await writer.wait_closed()


async def test_a_client_that_goes_away_in_the_middle_is_no_error(folder: Path) -> None:
    clock = ManualClock(NOW_MS)
    async with feed(folder, clock) as (server, client):
        clock.advance(4000)
        for _ in range(5):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(f"GET {a_path(server)} HTTP/1.1\r\nHost: feed\r\n\r\n".encode() * 20)
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            writer.transport.abort()
        assert (await client.get(SCOREBOARD_PATH)).status_code == 200


async def test_a_taken_port_is_said_in_one_line_and_before_anything_else(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with feed(folder, ManualClock(NOW_MS)) as (server, _):
        other = FeedServer(FeedSettings(recordings=folder, port=server.port), clock=ManualClock(NOW_MS))
        caplog.clear()
        with pytest.raises(CannotListen, match=f"cannot listen on 127.0.0.1:{server.port}"):
            await other.start()
        assert "tips off" not in caplog.text
        await other.stop()


async def test_a_folder_without_recordings_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no recorded game"):
        await FeedServer(FeedSettings(recordings=tmp_path)).start()


async def test_a_feed_that_has_not_started_says_so(folder: Path) -> None:
    server = FeedServer(FeedSettings(recordings=folder, port=8123))
    assert server.port == 8123
    with pytest.raises(BadConfig, match="not been started"):
        server.now_ms()


async def test_serving_goes_on_until_it_is_cancelled(folder: Path) -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = FeedSettings(
        recordings=folder, port=0, host="::1" if socket.has_ipv6 and ipv6() else "127.0.0.1"
    )
    serving = asyncio.create_task(serve_feed(settings, ready=lambda server: ready.set_result(server.url)))
    async with httpx.AsyncClient(base_url=await ready) as client:
        assert (await client.get("/")).status_code == 200
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        with pytest.raises(httpx.TransportError):
            await client.get("/")


def ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.data
async def test_recorded_games_end_as_they_were_recorded(data_dir: Path) -> None:
    clock = ManualClock(NOW_MS)
    settings = FeedSettings(recordings=data_dir / "cdn" / "games", port=0, games=5, speed=400)
    async with FeedServer(settings, clock=clock) as server, httpx.AsyncClient(base_url=server.url) as client:
        clock.advance((server.slate.settled_ms - server.now_ms()) / 1000 / 400 + 1)
        for game in server.slate.games:
            recorded = gzip.decompress(
                (settings.recordings / f"boxscore_{game.game_id}.json.gz").read_bytes()
            )
            truth = json.loads(recorded)["game"]
            served = (await client.get(game_path("boxscore", game.game_id))).json()["game"]
            for side in ("homeTeam", "awayTeam"):
                assert served[side] == truth[side]
            answer = await client.get(game_path("playbyplay", game.game_id))
            plays = parse_play_by_play(
                answer.content,
                home_team_id=truth["homeTeam"]["teamId"],
                away_team_id=truth["awayTeam"]["teamId"],
                received_ms=0,
                source="nba",
            ).observation.plays
            assert plays[-1].score_home == truth["homeTeam"]["score"]
        board = (await client.get(SCOREBOARD_PATH)).json()["scoreboard"]["games"]
        assert {row["gameStatus"] for row in board} == {3}
