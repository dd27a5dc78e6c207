"""A real Spark, a real Kafka, and logs of recorded games, for all tests of this folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from courtside.engine.logged import Logged
from courtside.forecast.model import Model
from tests.integration.spark.driver import Answer, History, Stream
from tests.integration.spark.topics import Broker
from tests.support.gamelog import recorded_log
from tools.kafka_server import KafkaServer
from tools.servers.server import NotInstalled
from tools.spark_jars import fetch

GAMES = 40


# Spark for a few seconds is mostly start-up: the quick compiler gets there first.
QUICK_JAVA = "-XX:TieredStopAtLevel=1"


@pytest.fixture(scope="module", autouse=True)
def quick_java() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_SUBMIT_OPTS", QUICK_JAVA)
        yield


def missing(reason: str) -> None:
    """What is not there skips the tests, but fails in CI, where it must be."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def jars() -> Path:
    if shutil.which("java") is None:
        missing("java is not installed: apt-get install default-jre-headless")
    try:
        return fetch()
    except NotInstalled as error:
        missing(str(error))
        raise


@pytest.fixture(scope="module")
def broker(jars: Path) -> Iterator[Broker]:
    try:
        server = KafkaServer()
    except NotInstalled as error:
        missing(str(error))
        raise
    with server:
        yield Broker(f"127.0.0.1:{server.port}")


class Driver:
    """The driver's process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def ask(self, work: Stream | History) -> Answer:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(work) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the driver ended"
        return msgspec.json.decode(line, type=Answer)


@pytest.fixture(scope="module")
def driver(jars: Path) -> Iterator[Driver]:
    command = [sys.executable, "-m", "tests.integration.spark.driver", str(jars)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Driver(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.shipped()


@pytest.fixture(scope="module")
def log(data_dir: Path) -> list[Logged]:
    """Forty recorded games, with their ratings."""
    return recorded_log(data_dir / "cdn" / "games", GAMES)
