"""Messages without servers: a source, an engine and a journal, for whoever carries the messages elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from courtside.app.forecasting import Forecasting, open_forecasting
from courtside.app.housekeeping import Housekeeping
from courtside.app.pipeline import Pipeline
from courtside.app.ratings import Ratings, ratings_file
from courtside.app.restore import restore
from courtside.app.sources import check_source, make_source
from courtside.clock import Clock
from courtside.engine import Engine, EngineSettings
from courtside.errors import BadConfig
from courtside.messages import EncodedMessage, Message, decode_message
from courtside.monitor.metrics import Metrics
from courtside.settings import Settings
from courtside.sources.source import Source
from courtside.store.journal import Journal
from courtside.store.open import open_journal

Take = Callable[[Message], Awaitable[None]]


def journal_url(settings: Settings) -> str:
    """A journal of its own beside that of `courtside run`, which may be running; what can be shown again
    from its start needs none."""
    if settings.source in ("replay", "simulate"):
        return "sqlite:///:memory:"
    return settings.database or f"sqlite:///{settings.data_dir / 'produce.db'}"


async def follow_source(
    settings: Settings,
    types: frozenset[str],
    take: Take,
    leave: Callable[[str], None],
    clock: Clock,
    forecasting: Forecasting | None = None,
) -> None:
    """Messages of `types`, from the first that the journal has of each game; returns where the source ends.

    `leave` hears of games that nobody goes on with. A replay's games begin in the epoch of their own
    recorded time, so that showing them again says the same, under the same numbers.
    """
    if settings.source == "push":
        raise BadConfig(
            "nobody can push without a server; use 'courtside run --source push', and here "
            "--from with its address"
        )
    check_source(settings)
    forecasting = open_forecasting(settings) if forecasting is None else forecasting
    url = journal_url(settings)
    if url.startswith("sqlite") and not url.endswith(":memory:"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    journal = open_journal(url)
    try:
        await _run(settings, journal, types, take, leave, clock, forecasting)
    finally:
        await journal.aclose()


async def _run(
    settings: Settings,
    journal: Journal,
    types: frozenset[str],
    take: Take,
    leave: Callable[[str], None],
    clock: Clock,
    forecasting: Forecasting,
) -> None:
    engine = Engine(forecasting.forecaster, settings.part(EngineSettings))
    frames: asyncio.Queue[bytes | None] = asyncio.Queue()
    ratings = Ratings(forecasting, ratings_file(settings, forecasting.forecaster.version))

    def deliver(messages: Sequence[EncodedMessage]) -> None:
        for message in messages:
            if message.type in types:
                frames.put_nowait(message.frame)

    def left(game_id: str) -> None:
        ratings.forget(game_id)
        leave(game_id)

    pipeline = Pipeline(engine, journal, deliver, Metrics(), clock, ratings)
    house = Housekeeping(journal, pipeline, left, settings, clock)
    unfinished = await restore(journal, engine, pipeline, house, settings, clock.now_ms())
    ratings.catch_up(pipeline.committed.values())
    for game_id in list(pipeline.committed):
        for message in await journal.messages(game_id, types=types):
            await take(decode_message(message.frame))
    source = make_source(settings, clock, unfinished)
    assert source is not None
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(pipeline.run()),
                tasks.create_task(house.run()),
                tasks.create_task(ratings.run()),
            ]
            tasks.create_task(_follow(source, pipeline, frames))
            while (frame := await frames.get()) is not None:
                await take(decode_message(frame))
            for task in running:
                task.cancel()
    finally:
        await source.aclose()


async def _follow(source: Source, pipeline: Pipeline, frames: "asyncio.Queue[bytes | None]") -> None:
    await pipeline.follow(source)
    frames.put_nowait(None)
