"""`courtside run` with a broker: one role of the program, or all of them, in this process."""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import msgspec

from courtside import __version__
from courtside.app.cluster.gateway import Gateway
from courtside.app.cluster.ingest import Ingest
from courtside.app.cluster.lessons import Lessons
from courtside.app.cluster.worker import GROUP, Worker
from courtside.app.feed_health import count_faults, feed_health, watch_polls
from courtside.app.forecasting import Forecasting, open_forecasting
from courtside.app.oracle import Oracle
from courtside.app.program import Program
from courtside.app.ratings import Ratings, eastern_day
from courtside.app.sources import check_source, make_source
from courtside.bus.bus import Bus, Stream
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings
from courtside.clock import Clock, WallClock
from courtside.engine import EngineSettings
from courtside.errors import BadConfig, BusError, JournalError
from courtside.game.status import RUNNING
from courtside.monitor.metrics import Metrics
from courtside.replies import Health
from courtside.serve.http import HttpServer, create_vital_app
from courtside.serve.servers import Servers, cannot_listen
from courtside.serve.settings import ServeSettings, StreamSettings
from courtside.settings import Settings
from courtside.sources.source import Source
from courtside.store.open import open_journal

log = logging.getLogger("courtside.app")

GAUGES_SECONDS = 2.0
TIDY_SECONDS = 60.0


class Roles(msgspec.Struct):
    """The running parts; those of other roles are None."""

    settings: Settings
    bus: Bus
    ingest: Ingest | None
    worker: Worker | None
    gateway: Gateway | None
    http_url: str
    ws_url: str | None


def make_bus(settings: Settings) -> Bus:
    """The bus that the settings name, not started yet. Raises `BadConfig`, `BusError`."""
    if settings.bus == "memory" and settings.role != "all":
        raise BadConfig(
            f"role is {settings.role}, but a bus within the process reaches no other; "
            "name a broker, e.g. --bus redis://127.0.0.1:6379"
        )
    return open_bus(settings.part(BusSettings, "bus_"))


class Part:
    """What `/health` and `/ready` say of a process."""

    def __init__(self, settings: Settings, bus: Bus, model_version: str, clock: Clock) -> None:
        self._settings = settings
        self._bus = bus
        self._model_version = model_version
        self._clock = clock
        self._started_ms = clock.now_ms()
        self.ingest: Ingest | None = None
        self.worker: Worker | None = None

    def health(self) -> Health:
        trouble = self._bus.trouble
        statuses = [] if self.worker is None else [live.status for live in self.worker.games]
        return Health(
            ready=trouble is None,
            reasons=[] if trouble is None else [trouble],
            version=__version__,
            source=self._settings.source,
            uptime_seconds=(self._clock.now_ms() - self._started_ms) / 1000,
            games=len(statuses),
            live_games=sum(status in RUNNING for status in statuses),
            clients=0,
            journal=trouble or "ok",
            model_version=self._model_version,
            feed=self.feed(),
        )

    def feed(self) -> dict[str, float | int | str | None]:
        """How the source is doing, and what this process does of the work."""
        said: dict[str, float | int | str | None] = {"role": self._settings.role}
        if self.ingest is not None:
            said["leads"] = int(self.ingest.leads)
            said |= feed_health(self.ingest.source, self._clock.now_ms())
        if self.worker is not None:
            said["partitions"] = len(self.worker.shards)
            said["records_set_aside"] = self.worker.set_aside
        return said


@asynccontextmanager
async def started_roles(
    settings: Settings, bus: Bus, clock: Clock | None = None, forecasting: Forecasting | None = None
) -> AsyncIterator[Roles]:
    """The parts of `settings.role` running on a bus that is not started yet; taken down in reverse order."""
    clock = clock if clock is not None else WallClock()
    role = settings.role
    check_source(settings)
    forecasting = open_forecasting(settings) if forecasting is None else forecasting
    engine_settings = settings.part(EngineSettings)
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.aclose)
        await bus.start()
        part = Part(settings, bus, forecasting.forecaster.version, clock)
        ratings = Ratings(forecasting)
        lessons = Lessons(bus, ratings)
        worker: Worker | None = None
        ingest: Ingest | None = None
        gateway: Gateway | None = None
        if role != "ingest":
            await lessons.catch_up()
        if role in ("all", "engine"):
            worker = part.worker = Worker(
                bus, forecasting.forecaster, engine_settings, ratings, lessons, metrics, clock
            )
        if role in ("all", "ingest") and settings.source != "push":

            def make() -> Source:
                source = make_source(settings, clock, (), watch_polls(metrics))
                assert source is not None
                return source

            ingest = part.ingest = Ingest(bus, make, clock)
        serving = msgspec.structs.replace(settings.part(ServeSettings), stream=settings.part(StreamSettings))
        ws_url: str | None = None
        if role in ("all", "gateway"):
            journal = open_journal(f"sqlite:///{_cache_file(settings, stack)}")
            stack.push_async_callback(journal.aclose)
            gateway = Gateway(bus, journal, forecasting.forecaster, engine_settings, clock)
            oracle = Oracle(forecasting.forecaster, ratings, lambda: eastern_day(clock.now_ms()))
            program = Program(
                gateway, engine_settings, journal, clock, settings.source, oracle, forecasting.info
            )
            program.feed_health = part.feed
            servers = Servers(program, serving, metrics, clock)
            hub = servers.hub
            program.clients = lambda: len(hub)

            def leave(game_id: str) -> None:
                program.forget(game_id)
                hub.forget(game_id)

            gateway.deliver = hub.deliver
            gateway.leave = leave
            gateway.renumbered = lambda: hub.close("the games are numbered anew; resume for how they stand")
            await gateway.catch_up()
            await servers.start()
            stack.push_async_callback(servers.stop)
            http_url, ws_url = servers.url, servers.ws_url
        else:
            http = HttpServer(create_vital_app(part, metrics), serving)
            try:
                await http.start()
            except OSError as error:
                raise cannot_listen(serving.host, serving.http_port, "--http-port", error) from error
            stack.push_async_callback(http.stop)
            http_url = http.url
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(_gauges(bus, worker, ingest, metrics, clock), name="gauges")]
            if role != "ingest":
                running.append(tasks.create_task(lessons.run(), name="lessons"))
            if worker is not None:
                running.append(tasks.create_task(worker.run(), name="engine"))
            if gateway is not None:
                running.append(tasks.create_task(gateway.run(), name="gateway"))
            if ingest is not None:
                running.append(tasks.create_task(ingest.run(), name="ingest"))
            running.append(tasks.create_task(_tidy(worker, gateway, clock), name="housekeeping"))
            try:
                yield Roles(settings, bus, ingest, worker, gateway, http_url, ws_url)
            finally:
                for task in running:
                    task.cancel()


def _cache_file(settings: Settings, stack: AsyncExitStack) -> Path:
    """Where a gateway keeps what it has read, for as long as it runs."""
    name = settings.http_port or f"pid{os.getpid()}"
    file = settings.data_dir / f"gateway-{name}.db"

    def remove() -> None:
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        remove()
    except OSError as error:
        raise JournalError(
            f"cannot keep the cache {file} ({error.strerror}); choose another folder with --data-dir"
        ) from error
    stack.callback(remove)
    return file


async def _gauges(
    bus: Bus, worker: Worker | None, ingest: Ingest | None, metrics: Metrics, clock: Clock
) -> None:
    while True:
        await clock.sleep(GAUGES_SECONDS)
        if worker is not None:
            metrics.games(Counter(live.status for live in worker.games))
            # While the broker is away `/ready` says so; the lag is what it was.
            with suppress(BusError):
                metrics.bus_lag.labels(GROUP).set(await bus.lag(GROUP, Stream.OBSERVATIONS))
        if ingest is not None:
            count_faults(ingest.source, metrics)


async def _tidy(worker: Worker | None, gateway: Gateway | None, clock: Clock) -> None:
    while True:
        await clock.sleep(TIDY_SECONDS)
        if worker is not None:
            worker.tidy()
        if gateway is not None:
            await gateway.tidy()
