"""A real broker, commands in processes of their own, and recordings of simulated games."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path

import pytest

from courtside.clock import ManualClock
from courtside.engine import Engine
from courtside.formats.recordings import Recordings
from courtside.momentum.event import ScoringEvent, encode
from courtside.momentum.kafka import TopicReader, TopicWriter, connection, make_topic
from courtside.momentum.teller import Tellers
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from tests.support.plain import Plain

SECONDS = 60.0
_numbers = count(1)


@pytest.fixture
def topic() -> str:
    """A topic that nobody else uses."""
    return f"momentum-{next(_numbers)}"


class Command:
    """`courtside ...` in a process of its own; its output, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output: list[str] = []

    async def line(self, having: str) -> str:
        """The next line that has this in it."""
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            async for raw in self._process.stdout:
                text = raw.decode()
                self.output.append(text)
                if having in text:
                    return text
        raise AssertionError(f"it ended without {having!r}: {''.join(self.output)[-3000:]}")

    async def end(self, number: int | None = None) -> int:
        """Its exit status; with a signal, sent first."""
        assert self._process.stdout is not None
        if number is not None and self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(SECONDS):
            rest, code = await asyncio.gather(self._process.stdout.read(), self._process.wait())
        self.output.append(rest.decode())
        return code

    @property
    def text(self) -> str:
        return "".join(self.output)


StartCommand = Callable[..., AbstractAsyncContextManager[Command]]


@pytest.fixture
def courtside(tmp_path: Path) -> StartCommand:
    """`async with courtside("produce", ...) as command`; killed by its id where the block leaves it."""

    @asynccontextmanager
    async def start(*arguments: object) -> AsyncIterator[Command]:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("COURTSIDE_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "courtside.cli",
            *map(str, arguments),
            cwd=tmp_path,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**24,
        )
        command = Command(process)
        try:
            yield command
        finally:
            if process.returncode is None:
                await command.end(signal.SIGKILL)

    return start


@pytest.fixture
def run(courtside: StartCommand) -> Callable[..., "asyncio.Future[str]"]:
    """`await run("consume", ...)`: what it printed, once it has ended well."""

    async def done(*arguments: object) -> str:
        async with courtside(*arguments) as command:
            code = await command.end()
        assert code == 0, command.text
        return command.text

    return done  # type: ignore[return-value]


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two simulated games, as recorded."""
    folder = tmp_path_factory.mktemp("games")
    for number, (home, away) in enumerate((("DEN", "MIA"), ("BOS", "LAL")), start=1):
        game = simulate_game(
            number, home, away, game_id=f"900000000{number}", start_ms=1_700_000_000_000 + number
        )
        write_recording(folder, game)
    return folder


@pytest.fixture(scope="session")
def told(recordings: Path) -> list[ScoringEvent]:
    """What the recordings come to, without a broker and without the program."""

    async def replayed() -> list[ScoringEvent]:
        engine, tellers = Engine(Plain()), Tellers()
        source = ReplaySource(Recordings.open(recordings), clock=ManualClock())
        return [
            event
            async for observation in source
            for message in engine.step(observation).messages
            for event in tellers.take(message)
        ]

    return asyncio.run(replayed())


def write_all(url: str, topic: str, events: Iterable[ScoringEvent]) -> None:
    """Store events as a producer does."""
    config = connection(url)
    assert make_topic(config, topic, seconds=10.0)
    writer = TopicWriter(config, topic)
    for event in events:
        writer.send(event.game_id, encode(event), {}, lambda partition, offset: None)
    assert writer.flush(10.0) == 0


def read_all(url: str, topic: str) -> list[bytes]:
    """Every record that lies in a topic, doubles included."""
    reader = TopicReader(connection(url), topic)
    values = []
    try:
        while not reader.caught_up:
            values += [record.value for record in reader.read(0.2)]
    finally:
        reader.close()
    return values
