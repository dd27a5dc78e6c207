"""Commands that talk to servers, against real ones."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from courtside.app.run import started
from courtside.cli import execute
from courtside.cli.recorder import record_feed
from courtside.cli.watching import BoardScreen, JsonLines, PlainLines, watch_stream
from courtside.client import StreamClient
from courtside.clock import ManualClock
from courtside.events import ScoreLine
from courtside.feed import FeedServer, FeedSettings
from courtside.formats.recordings import Recordings
from courtside.messages import GameSnapshot
from courtside.settings import Settings
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording

DAY_MS = 1_770_850_800_000
START_SECONDS = 20.0


def settings(**changes: object) -> Settings:
    base = {"http_port": 0, "ws_port": 0, "database": "sqlite:///:memory:", "log_dir": None}
    return Settings(**(base | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    write_recording(folder, simulate_game(7, "BOS", "LAL", game_id="9000000001", start_ms=DAY_MS))
    return folder


async def test_watch_once_prints_the_snapshot_for_people_and_for_programs(
    recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with started(settings(source="replay", recordings=recordings, speed=None)) as app:
        await app.finished.wait()
        assert await asyncio.to_thread(execute, ["watch", app.ws_url, "--once", "--json"]) == 0
        [game] = msgspec.json.decode(capsys.readouterr().out, type=list[GameSnapshot])
        assert (game.status, game.home_team) == ("final", "BOS")
        assert await asyncio.to_thread(execute, ["watch", app.http_url, "--once"]) == 0
        text = capsys.readouterr().out
    assert "SIMULATED GAMES" in text
    assert f"BOS  {game.score_home:>3}" in text


async def test_watch_once_without_a_server_fails_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Impatient(StreamClient):
        def __init__(self, url: str, games: list[str] | None, *, give_up_seconds: float) -> None:
            assert give_up_seconds == 5.0
            super().__init__(url, games, give_up_seconds=0.05)

    monkeypatch.setattr("courtside.client.StreamClient", Impatient)
    assert await asyncio.to_thread(execute, ["watch", "127.0.0.1:9", "--once"]) == 1
    assert "start a server with `courtside run`" in capsys.readouterr().err


async def test_watching_tells_everything_that_happens_in_lines(recordings: Path) -> None:
    out, raw = io.StringIO(), io.StringIO()
    async with started(settings(source="replay", recordings=recordings, speed=None)) as app:
        plain = StreamClient(app.ws_url, from_start=True)
        as_json = StreamClient(app.ws_url, from_start=True)
        await asyncio.gather(
            watch_stream(plain, PlainLines(out), for_seconds=1.5),
            watch_stream(as_json, JsonLines(raw), for_seconds=1.5),
        )
        position = app.program.position("9000000001")
    lines = out.getvalue().splitlines()
    assert lines[0] == "connected"
    assert lines.count("SIMULATED GAMES: invented players, no real results") == 1
    for said in ("tip-off", "takes the lead", "forecast for halftime", "halftime is", "final"):
        assert any(said in line for line in lines), said
    sequence = [msgspec.json.decode(line)["seq"] for line in raw.getvalue().splitlines()]
    assert position is not None
    assert sequence == list(range(1, position[1] + 1))


async def test_the_board_stays_when_the_connection_goes_and_says_so(recordings: Path) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, height=30, _environ={})
    async with started(settings(source="replay", recordings=recordings, speed=None)) as app:
        await app.finished.wait()
        client = StreamClient(app.ws_url, retry_seconds=0.01)
        watching = asyncio.create_task(
            watch_stream(client, BoardScreen(app.ws_url, console), for_seconds=30.0)
        )
        await _until(lambda: "BOS" in out.getvalue() and "Final" in out.getvalue(), watching)
        assert "connection lost" not in out.getvalue().rpartition("Final")[2]
    out.truncate(0)
    await _until(lambda: "connection lost" in out.getvalue() and "BOS" in out.getvalue(), watching)
    os.kill(os.getpid(), signal.SIGINT)
    await watching


async def test_plain_lines_say_that_the_connection_went() -> None:
    out = io.StringIO()
    async with started(settings(source="push")) as app:
        watching = asyncio.create_task(
            watch_stream(StreamClient(app.ws_url), PlainLines(out), for_seconds=30.0)
        )
        await _until(lambda: "connected" in out.getvalue(), watching)
        line = ScoreLine(
            game_id="p1", received_ms=DAY_MS, source="push", home_team="BOS", away_team="NYK", status="live"
        )
        await app.pipeline.submit(line, None)
        await _until(lambda: "tip-off" in out.getvalue(), watching)
    await _until(lambda: "connection lost" in out.getvalue(), watching)
    os.kill(os.getpid(), signal.SIGTERM)
    await watching


async def _until(done: object, watching: "asyncio.Task[None]") -> None:
    assert callable(done)
    async with asyncio.timeout(10):
        while not done():
            assert not watching.done(), watching
            await asyncio.sleep(0.02)


async def test_what_was_recorded_can_be_replayed(recordings: Path, tmp_path: Path) -> None:
    said: list[str] = []
    out = tmp_path / "kept"
    feed_settings = FeedSettings(recordings=recordings, port=0, speed=3000, lead_seconds=0)
    async with FeedServer(feed_settings) as feed:
        kept = await record_feed(
            NbaSettings(url=feed.url, poll_seconds=0.1), out, 3.5, said.append, ManualProgress()
        )
    assert kept.endswith(f"in {out}")
    assert any(line.startswith("playbyplay_9000000001: first response") for line in said)
    assert any("responses kept" in line for line in said)
    recorded = Recordings.open(out)
    assert recorded.game_ids == ("9000000001",)
    assert len(recorded.captures("playbyplay_9000000001")) > 3


class ManualProgress(ManualClock):
    """Wall time for what is polled; a minute between two lines of progress passes in a second."""

    def __init__(self) -> None:
        super().__init__()
        self._wall = asyncio.get_running_loop().time

    def now_ms(self) -> int:
        return DAY_MS + round(self._wall() * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 1.0))


def courtside(*line: str, cwd: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "courtside", *line]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read_until(process: "subprocess.Popen[str]", part: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if part in line:
            return line
    raise AssertionError(f"{part!r} was not said: {process.communicate()}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_says_where_it_is_and_stops_in_order(tmp_path: Path, number: signal.Signals) -> None:
    line = [
        "run",
        "--source",
        "simulate",
        "--games",
        "2",
        "--speed",
        "50",
        "--http-port",
        "0",
        "--ws-port",
        "0",
    ]
    process = courtside(*line, cwd=tmp_path)
    try:
        assert "SIMULATED" in read_until(process, "Courtside")
        url = read_until(process, "stream").split()[-1]
        watched = courtside("watch", url, "--once", "--json", cwd=tmp_path)
        answer, errors = watched.communicate(timeout=START_SECONDS)
        assert watched.returncode == 0, errors
        games = msgspec.json.decode(answer, type=list[GameSnapshot])
        assert {game.source for game in games} <= {"simulated"}
        process.send_signal(number)
        _, errors = process.communicate(timeout=START_SECONDS)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "data" / "courtside.db").exists()
    assert (tmp_path / "logs" / "courtside.log").exists()


def test_run_on_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = ["run", "--source", "push", "--http-port", port, "--ws-port", "0", "--log-dir", "none"]
        process = courtside(*line, cwd=tmp_path)
        _, errors = process.communicate(timeout=START_SECONDS)
    assert process.returncode in (1, 2)
    assert port in errors
    assert "Traceback" not in errors


def test_feed_says_where_it_is_and_stops_in_order(tmp_path: Path, recordings: Path) -> None:
    process = courtside("feed", "--recordings", str(recordings), "--port", "0", cwd=tmp_path)
    try:
        assert "1 recorded game at" in read_until(process, "recorded")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=START_SECONDS)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.communicate()


def test_record_without_a_feed_goes_on_until_its_time_is_over(tmp_path: Path) -> None:
    line = ["record", "--out", "kept", "--nba-url", "http://127.0.0.1:9", "--for", "0.5"]
    process = courtside(*line, cwd=tmp_path)
    out, errors = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0, errors
    assert "0 responses kept, 0.0 MB" in out
    assert "Traceback" not in errors
