"""`courtside run`: everything wired together, once, and taken down again in order."""

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import msgspec

from courtside.app.cluster.roles import make_bus, started_roles
from courtside.app.feed_health import count_faults, feed_health, watch_polls
from courtside.app.forecasting import Forecasting, open_forecasting
from courtside.app.games import PipelineGames
from courtside.app.housekeeping import Housekeeping
from courtside.app.oracle import Oracle
from courtside.app.pipeline import Pipeline
from courtside.app.program import Program
from courtside.app.ratings import Ratings, eastern_day, ratings_file
from courtside.app.restore import restore
from courtside.app.sources import check_source, make_source
from courtside.clock import Clock, WallClock
from courtside.engine import Engine, EngineSettings
from courtside.errors import JournalError
from courtside.monitor.metrics import Metrics
from courtside.serve.hub import Hub
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings, StreamSettings
from courtside.settings import Settings
from courtside.sources.source import Source
from courtside.store.journal import Journal
from courtside.store.open import open_journal

log = logging.getLogger("courtside.app")

GAUGES_SECONDS = 2.0


class App(msgspec.Struct):
    """The running parts, for whoever started them."""

    settings: Settings
    program: Program
    pipeline: Pipeline
    hub: Hub
    metrics: Metrics
    journal: Journal
    source: Source | None
    http_url: str
    ws_url: str
    finished: asyncio.Event
    """Set when the source has nothing more to say (a replay's end)."""


@asynccontextmanager
async def started(
    settings: Settings, clock: Clock | None = None, forecasting: Forecasting | None = None
) -> AsyncIterator[App]:
    """All parts running; taken down in reverse order when the block ends.

    `forecasting` is the model that the settings name, unless another is given.
    """
    clock = clock if clock is not None else WallClock()
    check_source(settings)
    forecasting = open_forecasting(settings) if forecasting is None else forecasting
    async with AsyncExitStack() as stack:
        if settings.database is None:
            _make_folder(settings.data_dir)
        journal = open_journal(settings.database_url)
        stack.push_async_callback(journal.aclose)
        metrics = Metrics()
        # A recording says when it was received, every time the same: without a new epoch a client could
        # resume in the middle of what an earlier run said under other settings.
        epoch = f"{clock.now_ms():x}" if settings.source == "replay" else None
        engine = Engine(forecasting.forecaster, settings.part(EngineSettings), epoch)
        ratings = Ratings(forecasting, ratings_file(settings, forecasting.forecaster.version))
        pipeline = Pipeline(
            engine, journal, lambda messages: servers.hub.deliver(messages), metrics, clock, ratings
        )
        oracle = Oracle(forecasting.forecaster, ratings, lambda: eastern_day(clock.now_ms()))
        games = PipelineGames(pipeline)
        program = Program(games, engine.settings, journal, clock, settings.source, oracle, forecasting.info)
        serving = msgspec.structs.replace(settings.part(ServeSettings), stream=settings.part(StreamSettings))
        servers = Servers(program, serving, metrics, clock)
        program.clients = lambda: len(servers.hub)
        house = Housekeeping(
            journal, pipeline, _leaves(program, games, servers.hub, ratings), settings, clock
        )
        unfinished = await restore(journal, engine, pipeline, house, settings, clock.now_ms())
        ratings.catch_up(pipeline.committed.values())
        await servers.start()
        stack.push_async_callback(servers.stop)

        source = make_source(settings, clock, unfinished, watch_polls(metrics))
        program.feed_health = lambda: feed_health(source, clock.now_ms())
        finished = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(pipeline.run(), name="pipeline"),
                tasks.create_task(house.run(), name="housekeeping"),
                tasks.create_task(ratings.run(), name="ratings"),
                tasks.create_task(_gauges(source, pipeline, journal, metrics, clock)),
            ]
            if source is not None:
                running.append(tasks.create_task(_follow(source, pipeline, finished), name="source"))
            try:
                yield App(
                    settings=settings,
                    program=program,
                    pipeline=pipeline,
                    hub=servers.hub,
                    metrics=metrics,
                    journal=journal,
                    source=source,
                    http_url=servers.url,
                    ws_url=servers.ws_url,
                    finished=finished,
                )
            finally:
                if source is not None:
                    await source.aclose()
                for task in running:
                    task.cancel()


class Listening(Protocol):
    """What people are told once everything runs."""

    @property
    def http_url(self) -> str: ...

    @property
    def ws_url(self) -> str | None: ...


async def run_app(settings: Settings, ready: Callable[[Listening], None] | None = None) -> None:
    """Runs until SIGINT or SIGTERM, also while it starts; `ready` is called once everything listens.

    A second signal ends the process at once: the journal holds all that was told.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def signalled(number: int) -> None:
        if stop.is_set():
            log.warning("cut off")
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signalled, number)
    serving = asyncio.create_task(_serve(settings, ready))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            log.info("stopping")
    finally:
        serving.cancel()
        stopping.cancel()
        await asyncio.wait((serving, stopping))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    if not serving.cancelled():
        serving.result()


async def _serve(settings: Settings, ready: Callable[[Listening], None] | None) -> None:
    running: AbstractAsyncContextManager[Listening]
    if settings.bus == "memory" and settings.role == "all":
        running = started(settings)
    else:
        running = started_roles(settings, make_bus(settings))
    async with running as app:
        log.info("listening on %s", " and ".join(filter(None, (app.http_url, app.ws_url))))
        if ready is not None:
            ready(app)
        await asyncio.Event().wait()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"cannot make the folder {folder} ({error.strerror}); choose another with --data-dir"
        ) from error


def _leaves(program: Program, games: PipelineGames, hub: Hub, ratings: Ratings) -> Callable[[str], None]:
    """What everybody lets go of where a game leaves the memory."""

    def leave(game_id: str) -> None:
        program.forget(game_id)
        games.forget(game_id)
        hub.forget(game_id)
        ratings.forget(game_id)

    return leave


async def _follow(source: Source, pipeline: Pipeline, finished: asyncio.Event) -> None:
    await pipeline.follow(source)
    finished.set()


async def _gauges(
    source: Source | None, pipeline: Pipeline, journal: Journal, metrics: Metrics, clock: Clock
) -> None:
    while True:
        await clock.sleep(GAUGES_SECONDS)
        metrics.games(Counter(live.status for live in pipeline.committed.values()))
        metrics.queue_depth.labels("pipeline").set(pipeline.waiting)
        with suppress(JournalError):
            size = await journal.size_bytes()
            if size is not None:
                metrics.journal_bytes.set(size)
        count_faults(source, metrics)
