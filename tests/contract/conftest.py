"""Servers that conformance suites run against."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
