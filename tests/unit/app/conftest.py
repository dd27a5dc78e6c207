"""A pipeline over a real journal in memory, and what it published."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from courtside.app.games import PipelineGames
from courtside.app.oracle import Oracle
from courtside.app.pipeline import Pipeline
from courtside.app.program import Program
from courtside.app.ratings import Ratings
from courtside.app.rebuild import rebuild
from courtside.clock import ManualClock
from courtside.engine import Engine, EngineSettings
from courtside.errors import JournalFull
from courtside.messages import EncodedMessage
from courtside.monitor.metrics import Metrics
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.store.journal import Entry
from courtside.store.sqlite import SqliteJournal
from tests.support.forecasting import INFO, TODAY, plain_forecasting, rated_book
from tests.support.plain import Plain

START_MS = 1_700_000_000_000


@pytest.fixture(scope="session")
def game() -> SimulatedGame:
    return simulate_game(11, "DEN", "MIA", game_id="9000000011", start_ms=START_MS)


class Tight(SqliteJournal):
    """A journal whose disk is full when a test says so."""

    full = False
    appends = 0

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.full:
            raise JournalFull("the disk of the journal is full; make room, it goes on by itself")
        self.appends += 1
        await super().append(entries)


class Parts:
    """Everything behind the servers."""

    def __init__(self, path: str, settings: EngineSettings | None = None) -> None:
        self.journal = Tight(path)
        self.engine = Engine(Plain(), settings)
        self.published: list[EncodedMessage] = []
        self.metrics = Metrics()
        self.clock = ManualClock(START_MS)
        self.ratings = Ratings(plain_forecasting(rated_book))
        self.pipeline = Pipeline(
            self.engine, self.journal, self.published.extend, self.metrics, self.clock, self.ratings
        )
        oracle = Oracle(self.engine.forecaster, self.ratings, lambda: TODAY)
        self.program = Program(
            PipelineGames(self.pipeline), self.engine.settings, self.journal, self.clock, "push", oracle, INFO
        )

    async def restore(self) -> None:
        for position in await self.journal.positions():
            live = await rebuild(self.journal, self.engine, position, self.clock.now_ms())
            if live is not None:
                self.pipeline.adopt(live)


@asynccontextmanager
async def _running(path: str, settings: EngineSettings | None = None) -> AsyncIterator[Parts]:
    parts = Parts(path, settings)
    await parts.restore()
    loop = asyncio.create_task(parts.pipeline.run())
    try:
        yield parts
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await parts.journal.aclose()


@pytest.fixture
def running() -> object:
    return _running


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with _running(":memory:") as parts:
        yield parts
