"""Servers that conformance suites run against."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from courtside.bus.bus import Bus
from courtside.bus.memory import MemoryBus
from courtside.bus.open import open_bus
from tests.support.buses import PARTITIONS, OpenBus, settings_for
from tools.servers.server import Server

_TOOL = Path(__file__).parents[2] / "tools" / "postgres.py"
_NOT_INSTALLED = 3


class PostgresServer:
    """A real PostgreSQL on loopback."""

    def __init__(self, folder: str, url: str) -> None:
        self.folder = folder
        self.url = url

    def restart(self) -> None:
        """As after a crash: every connection breaks."""
        postgres_tool("restart", self.folder)

    def pause(self) -> None:
        """Not there until the next `restart`."""
        postgres_tool("pause", self.folder)


def postgres_tool(*arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(_TOOL), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode == _NOT_INSTALLED and os.environ.get("CI") != "true":
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    folder, url = postgres_tool("start")
    yield PostgresServer(folder, url)
    postgres_tool("stop", folder)


BROKERS = [
    pytest.param("redis", marks=pytest.mark.redis),
    pytest.param("kafka", marks=pytest.mark.kafka),
]


@pytest.fixture(params=["memory", *BROKERS])
async def another(request: pytest.FixtureRequest) -> AsyncIterator[OpenBus]:
    """Opens the bus once more, as another process does; the streams of each test are its own."""
    if request.param == "memory":
        shared = MemoryBus(PARTITIONS)

        async def open_shared() -> Bus:
            return shared

        yield open_shared
        return
    server: Server = request.getfixturevalue(f"{request.param}_server")
    settings = settings_for(server)
    opened: list[Bus] = []

    async def open_one() -> Bus:
        bus = open_bus(settings)
        opened.append(bus)
        await bus.start()
        return bus

    yield open_one
    for bus in opened:
        await bus.aclose()


@pytest.fixture
async def bus(another: OpenBus) -> Bus:
    return await another()


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that the test may kill; it is there again afterwards."""
    server: Server = request.getfixturevalue(f"{request.param}_server")
    yield server
    if not server.answers():
        server.start()
