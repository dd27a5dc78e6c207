"""The whole program in this process, with clocks that tests turn and games that are simulated."""

import asyncio
import gzip
import heapq
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from courtside.app.run import App
from courtside.settings import Settings
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.sources.simulator_recording import write_recording

START_MS = 1_770_850_800_000
MATCHES = (("9000000001", "BOS", "LAL"), ("9000000002", "DEN", "MIA"))
_POSTGRES = Path(__file__).parents[3] / "tools" / "postgres.py"
_NOT_INSTALLED = 3


class TurnedClock:
    """Time goes from one sleeper's end to the next, and only while a test turns it."""

    def __init__(self, start_ms: int = START_MS) -> None:
        self._now_ms = start_ms
        self._number = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due_ms = self._now_ms + max(0, round(seconds * 1000))
        heapq.heappush(self._sleepers, (due_ms, next(self._number), future))
        await future

    async def turn(self, app: App, until: Callable[[], bool]) -> None:
        """Wakes one sleeper after another, each once everything before has been committed."""
        async with asyncio.timeout(30):
            while not until():
                if self._sleepers:
                    due_ms, _, future = heapq.heappop(self._sleepers)
                    if not future.done():
                        self._now_ms = max(self._now_ms, due_ms)
                        future.set_result(None)
                for _ in range(4):
                    await asyncio.sleep(0)
                await app.pipeline.drained()

    async def pass_by(self, app: App, seconds: float) -> None:
        """So much time goes by."""
        end_ms = self._now_ms + round(seconds * 1000)
        await self.turn(app, lambda: not self._sleepers or self._sleepers[0][0] > end_ms)
        self._now_ms = end_ms

    def skip(self, seconds: float) -> None:
        """Time has gone by while nobody slept, as on a machine that was suspended."""
        self._now_ms += round(seconds * 1000)


class HurriedClock:
    """The machine's clock, so many times as fast: for parts that also wait for real sockets."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._started = time.monotonic()

    def now_ms(self) -> int:
        return START_MS + round((time.monotonic() - self._started) * 1000 * self._factor)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._factor)


@pytest.fixture
def turned_clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def hurried_clock() -> HurriedClock:
    return HurriedClock(100)


def _settings(**changes: Any) -> Settings:
    base: dict[str, Any] = {"http_port": 0, "ws_port": 0, "database": "sqlite:///:memory:", "log_dir": None}
    return Settings(**(base | changes))


@pytest.fixture(scope="session")
def settings() -> Callable[..., Settings]:
    """Settings of a program that leaves nothing behind, with changes."""
    return _settings


@pytest.fixture(scope="session")
def games() -> list[SimulatedGame]:
    return [
        simulate_game(7, home, away, game_id=game_id, start_ms=START_MS) for game_id, home, away in MATCHES
    ]


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory, games: list[SimulatedGame]) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    for game in games:
        write_recording(folder, game)
    return folder


@pytest.fixture(scope="session")
def league_recordings(tmp_path_factory: pytest.TempPathFactory, recordings: Path) -> Path:
    """The same games without the word of the simulator, as the league's own files would be."""
    folder = tmp_path_factory.mktemp("league")
    for path in recordings.iterdir():
        content = json.loads(gzip.decompress(path.read_bytes()))
        content["meta"]["request"] = "http://example.test/"
        (folder / path.name).write_bytes(gzip.compress(json.dumps(content).encode(), mtime=0))
    return folder


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tool(*arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(_POSTGRES), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode == _NOT_INSTALLED and os.environ.get("CI") != "true":
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


class Postgres:
    """A real PostgreSQL on loopback, empty at the start of a module's tests."""

    def __init__(self) -> None:
        self._folder, self.url = _tool("start")

    def pause(self) -> None:
        _tool("pause", self._folder)

    def restart(self) -> None:
        _tool("restart", self._folder)

    def stop(self) -> None:
        _tool("stop", self._folder)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        yield server
    finally:
        server.stop()
