"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from tools.kafka_server import KafkaServer
from tools.redis_server import RedisServer
from tools.servers.server import NotInstalled, Server

_Server = TypeVar("_Server", bound=Server)

if os.environ.get("CI") != "true":
    # A machine that is busy makes single examples slow; in CI Hypothesis has no deadline anyway.
    settings.register_profile("here", deadline=None)
    settings.load_profile("here")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real games: COURTSIDE_DATA, or `../shared/data` beside the checkout.

    Without it a test that needs it is skipped, but fails in CI, where it must be there.
    """
    path = Path(os.environ.get("COURTSIDE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if path.is_dir():
        return path
    reason = f"no recorded games at {path}: set COURTSIDE_DATA to the data folder"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A real Redis. Who kills it starts it again."""
    yield from _running(RedisServer)


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    """A real Kafka. Who kills it starts it again."""
    yield from _running(KafkaServer)


def _running(build: type[_Server]) -> Iterator[_Server]:
    try:
        server = build()
    except NotInstalled as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with server:
        yield server
