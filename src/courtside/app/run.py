"""`courtside run`: everything wired together, once, and taken down again in order."""

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import msgspec

from courtside.app.pipeline import Pipeline
from courtside.app.program import Program
from courtside.app.rebuild import rebuild
from courtside.app.sources import REDOABLE, AutoSource, make_source
from courtside.bus.memory import MemoryBus
from courtside.clock import Clock, WallClock
from courtside.engine import Engine, EngineSettings
from courtside.errors import BadConfig, JournalError
from courtside.forecast.persistence import Persistence
from courtside.game.live import LiveGame
from courtside.monitor.metrics import Metrics
from courtside.serve.hub import Hub
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings, StreamSettings
from courtside.settings import Settings
from courtside.sources.nba_live import NbaSource, PollWatcher
from courtside.sources.source import Source
from courtside.store.journal import Journal
from courtside.store.open import open_journal

log = logging.getLogger("courtside.app")

DAY_MS = 86_400_000
IN_MEMORY_MS = DAY_MS
"""A final game leaves the memory this long after its last observation; the journal still has it."""
SIMULATED_KEPT_MS = 1_200_000
"""A simulated game that is over is forgotten after twenty minutes."""
FINALS_IN_MEMORY = 60
"""Of games that are over the newest so many stay in memory, however short ago they ended."""
HOUSEKEEPING_SECONDS = 60.0
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
async def started(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """All parts running; taken down in reverse order when the block ends."""
    clock = clock if clock is not None else WallClock()
    async with AsyncExitStack() as stack:
        if settings.database is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        journal = open_journal(settings.database_url)
        stack.push_async_callback(journal.aclose)
        metrics = Metrics()
        engine = Engine(Persistence.shipped(), settings.part(EngineSettings))
        bus = MemoryBus()
        pipeline = Pipeline(engine, journal, bus, metrics, clock)
        program = Program(pipeline, engine, journal, clock, settings.source)
        serving = msgspec.structs.replace(settings.part(ServeSettings), stream=settings.part(StreamSettings))
        servers = Servers(program, serving, metrics, clock)
        program.clients = lambda: len(servers.hub)
        bus.subscribe(servers.hub.deliver)
        unfinished = await _rebuild_all(journal, engine, pipeline, settings, clock.now_ms())
        await _listen(servers, settings)
        stack.push_async_callback(servers.stop)

        source = make_source(settings, clock, unfinished, _watch_polls(metrics))
        program.feed_health = lambda: _feed_health(source, clock.now_ms())
        finished = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(pipeline.run(), name="pipeline"),
                tasks.create_task(_keep_house(journal, pipeline, program, settings, clock)),
                tasks.create_task(_gauges(source, pipeline, journal, metrics, clock)),
            ]
            if source is not None:
                running.append(tasks.create_task(_pump(source, pipeline, finished), name="source"))
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


async def run_app(settings: Settings, ready: Callable[[App], None] | None = None) -> None:
    """Runs until SIGINT or SIGTERM; `ready` is called once everything listens."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with started(settings) as app:
        log.info("listening on %s and %s", app.http_url, app.ws_url)
        if ready is not None:
            ready(app)
        await stop.wait()
        log.info("stopping")


async def _listen(servers: Servers, settings: Settings) -> None:
    try:
        await servers.start()
    except OSError as error:
        raise BadConfig(
            f"cannot listen on {settings.host} ports {settings.http_port} and {settings.ws_port} "
            f"({error.strerror}); stop what uses them, or choose others with --http-port and --ws-port"
        ) from error


async def _rebuild_all(
    journal: Journal,
    engine: Engine,
    pipeline: Pipeline,
    settings: Settings,
    now_ms: int,
) -> list[str]:
    """Bring recent and unfinished games back; returns the ids of the NBA's that were still on."""
    unfinished: list[str] = []
    redone: list[str] = []
    redo = settings.source in ("replay", "simulate", "auto")
    for position in await journal.positions():
        if position.final and now_ms - position.last_received_ms > IN_MEMORY_MS:
            pipeline.asleep.add(position.game_id)
            continue
        live = await rebuild(journal, engine, position, now_ms)
        if live is None:
            continue
        if live.source in REDOABLE and redo:
            redone.append(live.game_id)
            continue
        if settings.source == "replay":
            raise BadConfig(
                f"the journal holds game {live.game_id} as it was seen live; replay into another "
                "folder with --data-dir"
            )
        pipeline.adopt(live)
        if live.status != "final" and live.source == "nba":
            unfinished.append(live.game_id)
    if redone:
        log.info("%d replayed or simulated games start afresh", len(redone))
        await journal.forget(redone)
    return unfinished


async def _pump(source: Source, pipeline: Pipeline, finished: asyncio.Event) -> None:
    async for observation in source:
        await pipeline.put(observation)
    await pipeline.drained()
    finished.set()


async def _keep_house(
    journal: Journal, pipeline: Pipeline, program: Program, settings: Settings, clock: Clock
) -> None:
    """Tell the journal what is final, and forget what is old."""
    marked: dict[str, bool] = {}
    while True:
        await clock.sleep(HOUSEKEEPING_SECONDS)
        try:
            await _tidy(journal, pipeline, program, settings, clock.now_ms(), marked)
        except JournalError as error:
            log.warning("housekeeping is put off: %s", error)


async def _tidy(
    journal: Journal,
    pipeline: Pipeline,
    program: Program,
    settings: Settings,
    now_ms: int,
    marked: dict[str, bool],
) -> None:
    newest_first = sorted(pipeline.committed.values(), key=lambda live: -live.updated_ms)
    finals = 0
    for live in newest_first:
        over = live.status in ("final", "postponed")
        if marked.get(live.game_id) != over:
            await journal.mark_final(live.game_id, over)
            marked[live.game_id] = over
        finals += over
        if over and (finals > FINALS_IN_MEMORY or _is_old(live, now_ms)):
            if live.source == "simulated":
                await journal.forget([live.game_id])
                pipeline.forget(live.game_id)
            else:
                pipeline.put_to_sleep(live.game_id)
            program.forget(live.game_id)
            marked.pop(live.game_id, None)
    if settings.retention_days > 0:
        for game_id in await journal.prune(now_ms - round(settings.retention_days * DAY_MS)):
            pipeline.forget(game_id)
            program.forget(game_id)
        pipeline.journal_writes()


def _is_old(live: LiveGame, now_ms: int) -> bool:
    kept = SIMULATED_KEPT_MS if live.source == "simulated" else IN_MEMORY_MS
    return now_ms - live.updated_ms > kept


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
        poller = _poller(source)
        if poller is not None:
            metrics.faults(poller.stats.faults)


def _watch_polls(metrics: Metrics) -> PollWatcher:
    """Every poll is counted, and a line in the log with `debug`."""

    def poll_ended(endpoint: str, outcome: str, seconds: float) -> None:
        metrics.poll(endpoint, outcome, seconds)
        log.debug("%s: %s", endpoint, outcome, extra={"poll_ms": round(seconds * 1000, 1)})

    return poll_ended


def _poller(source: Source | None) -> NbaSource | None:
    current = source.current if isinstance(source, AutoSource) else source
    return current if isinstance(current, NbaSource) else None


def _feed_health(source: Source | None, now_ms: int) -> dict[str, float | int | str | None]:
    said: dict[str, float | int | str | None] = {}
    if isinstance(source, AutoSource):
        said["nba"] = source.reason
    poller = _poller(source)
    if poller is not None:
        stats = poller.stats
        said |= {
            "polls": stats.polls,
            "faults": stats.faults.total(),
            "in_flight": stats.in_flight,
            "circuits_open": stats.circuits_open,
            "scoreboard_age_ms": stats.age_ms("scoreboard", now_ms),
        }
    return said
