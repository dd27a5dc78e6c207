"""Engines behind a broker: how many records a second, how much later, and what a thousand games cost.

    python -m benchmarks.scaling throughput [--bus NAME,...] [--games N]
    python -m benchmarks.scaling latency    [--bus NAME,...]
    python -m benchmarks.scaling growth     [--bus NAME,...] [--counts N,...] [--seconds S] [--picture FILE]

Throughput: the log of recorded games (COURTSIDE_DATA; else simulated ones) lies ready, one record a play;
one engine reads it from the oldest record, with the shipped model, and publishes what there is to tell.
Latency: records come at ten a second; from before a record is published until a reader of the messages has
what it came to, with the memory bus as reference. Growth: simulated games at their own speed, one engine
and one gateway as processes of their own, and what they use of a core. `--json` prints the figures as JSON.
"""

import argparse
import asyncio
import heapq
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import msgspec
from prometheus_client import Histogram

from benchmarks.replay import SHIPPED, observed, recorded
from courtside.app.cluster.lessons import Lessons
from courtside.app.cluster.thin import Thinner
from courtside.app.cluster.told import heard
from courtside.app.cluster.worker import GROUP, Worker
from courtside.app.forecasting import open_forecasting
from courtside.app.ratings import Ratings
from courtside.bus.bus import Bus, Delivery, Record, Stream
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings
from courtside.clock import WallClock
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, encode_logged
from courtside.events import AnyObservation, Play, PlayByPlay, PlayChanges, ScoreLine
from courtside.monitor.metrics import Metrics
from courtside.sources.simulator_game import simulate_game
from tools.kafka_server import KafkaServer
from tools.redis_server import RedisServer
from tools.servers.server import Server

BUSES = ("memory", "redis", "redis-everysec", "kafka")
"""`redis-everysec` flushes to disk each second: a power cut may take the last one with it."""
CHUNK = 512
LATENCIES = 300
EVERY_SECONDS = 0.05
WARM_SECONDS = 5.0
TEMPLATES = 20
WALL_SECONDS = 8_100.0
"""A game takes two hours and a quarter."""
TICKS = os.sysconf("SC_CLK_TCK")


class Cost(msgspec.Struct, frozen=True):
    """What so many games at once take; shares are of one core."""

    bus: str
    games: int
    records_per_second: float
    latency_p50_ms: float
    latency_p99_ms: float
    engine_share: float
    gateway_share: float
    engine_mb: float
    gateway_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("throughput", "latency", "growth"))
    parser.add_argument("--bus", default=",".join(BUSES), help="which, separated by commas")
    parser.add_argument("--games", type=int, default=40)
    parser.add_argument("--counts", default="10,100,300,1000")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured for each number of games")
    parser.add_argument("--speed", type=float, default=1.0, help="of the simulated games")
    parser.add_argument("--picture", type=Path, help="draw what growth measured into this PNG")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    buses = [name for name in BUSES if name in arguments.bus.split(",")]
    match arguments.what:
        case "throughput":
            rates = asyncio.run(_throughputs(buses, arguments.games))
            _print(arguments.json, rates, _rate_lines(rates))
        case "latency":
            times = asyncio.run(_latencies(buses))
            _print(arguments.json, times, _latency_lines(times))
        case _:
            counts = [int(count) for count in arguments.counts.split(",")]
            costs = asyncio.run(
                _growth(
                    [name for name in buses if name != "memory"], counts, arguments.seconds, arguments.speed
                )
            )
            if arguments.picture is not None:
                _draw(costs, arguments.picture)
            _print(arguments.json, [msgspec.to_builtins(cost) for cost in costs], _cost_lines(costs))


def _print(as_json: bool, figures: object, lines: Sequence[str]) -> None:
    print(json.dumps(figures) if as_json else "\n".join(lines))


@asynccontextmanager
async def _broker(name: str) -> AsyncIterator[str]:
    """The URL of a bus whose server lives as long as the block."""
    if name == "memory":
        yield "memory"
        return
    server: Server
    if name == "kafka":
        server = KafkaServer()
    else:
        server = RedisServer(config="appendfsync everysec" if name == "redis-everysec" else "")
    with server:
        yield server.url


@asynccontextmanager
async def _started(url: str) -> AsyncIterator[Bus]:
    bus = open_bus(BusSettings(bus=url))
    try:
        await bus.start()
        yield bus
    finally:
        await bus.aclose()


class _Stopwatch(Metrics):
    """Knows when the first record was folded: joining the group is not what is measured."""

    first: float | None = None

    @property
    def step_seconds(self) -> Histogram:
        self.first = self.first or time.perf_counter()
        return self._step_seconds

    @step_seconds.setter
    def step_seconds(self, histogram: Histogram) -> None:
        self._step_seconds = histogram


@asynccontextmanager
async def _worker(bus: Bus, metrics: Metrics | None = None) -> AsyncIterator[Worker]:
    """An engine as `courtside run --role engine` has it, without its server."""
    forecasting = open_forecasting(SHIPPED)
    ratings = Ratings(forecasting)
    lessons = Lessons(bus, ratings)
    worker = Worker(
        bus, forecasting.forecaster, EngineSettings(), ratings, lessons, metrics or Metrics(), WallClock()
    )
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(worker.run()), tasks.create_task(lessons.run())]
        yield worker
        for task in running:
            task.cancel()


async def _throughputs(buses: Sequence[str], games: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = recorded(Path(scratch), games)
        _, observations = await observed(folder, games)
    thinner = Thinner()
    records = [
        Record(each.game_id, encode_logged(Logged(each.game_id, each, term="1")))
        for each in map(thinner.thin, observations)
        if each is not None
    ]
    rates = {}
    for name in buses:
        async with _broker(name) as url, _started(url) as bus:
            for first in range(0, len(records), CHUNK):
                await bus.publish(Stream.OBSERVATIONS, records[first : first + CHUNK])
            metrics = _Stopwatch()
            async with _worker(bus, metrics):
                while metrics.first is None or await bus.lag(GROUP, Stream.OBSERVATIONS):
                    await asyncio.sleep(0.05)
                rates[name] = len(records) / (time.perf_counter() - metrics.first)
    return rates


def _rate_lines(rates: dict[str, float]) -> list[str]:
    reference = rates.get("memory")
    lines = ["records of the log into one engine, with everything that it tells published", ""]
    for name, rate in rates.items():
        share = "" if reference is None else f"{rate / reference:8.2f} x memory"
        lines.append(f"  {name:<16}{rate:9,.0f} records/s{share}")
    return lines


async def _latencies(buses: Sequence[str]) -> dict[str, dict[str, float]]:
    found = {}
    for name in buses:
        async with _broker(name) as url, _started(url) as bus, _worker(bus) as worker:
            while len(worker.shards) < bus.partitions(Stream.OBSERVATIONS):
                await asyncio.sleep(0.05)
            sent = _Sent(bus)
            async with asyncio.TaskGroup() as tasks:
                hearing = tasks.create_task(sent.hear())
                for count, (_, seen) in enumerate(_schedule(20, 1.0)):
                    await sent.publish(seen)
                    await asyncio.sleep(EVERY_SECONDS)
                    if count == LATENCIES:
                        break
                hearing.cancel()
            found[name] = _quantiles(sent.latencies_ms)
    return found


def _latency_lines(times: dict[str, dict[str, float]]) -> list[str]:
    lines = ["from before a record is published until a reader has what it came to, in ms", ""]
    lines.append(f"  {'':<16}{'p50':>8}{'p99':>8}{'p50 added':>12}")
    reference = times.get("memory")
    for name, at in times.items():
        added = "" if reference is None else f"{at['p50'] - reference['p50']:12.2f}"
        lines.append(f"  {name:<16}{at['p50']:8.2f}{at['p99']:8.2f}{added}")
    return lines


class _Sent:
    """Publishes observations, and hears when they have been told."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._at: dict[tuple[str, int], float] = {}
        self._reader = bus.reader(Stream.MESSAGES)
        self.latencies_ms: list[float] = []

    async def publish(self, *seen: AnyObservation) -> None:
        now = time.perf_counter()
        for each in seen:
            if isinstance(each, PlayChanges):
                self._at[each.game_id, each.upserted[-1].play_id] = now
        await self._bus.publish(
            Stream.OBSERVATIONS,
            [Record(each.game_id, encode_logged(Logged(each.game_id, each))) for each in seen],
        )

    async def hear(self) -> None:
        """Until cancelled."""
        for partition in range(self._bus.partitions(Stream.MESSAGES)):
            self._reader.add(partition, None)
        try:
            while True:
                self._match(await self._reader.read())
        finally:
            await self._reader.aclose()

    def _match(self, deliveries: Sequence[Delivery]) -> None:
        now = time.perf_counter()
        for delivery in deliveries:
            for _, entry in heard(delivery).entries:
                seen = entry.observation
                if isinstance(seen, PlayChanges) and seen.upserted:
                    at = self._at.pop((seen.game_id, seen.upserted[-1].play_id), None)
                    if at is not None:
                        self.latencies_ms.append((now - at) * 1000)


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {"p50": cuts[49], "p99": cuts[98]}


def _templates() -> list[tuple[Play, ...]]:
    return [tuple(simulate_game(seed, game_id=f"9{seed:09d}").plays) for seed in range(TEMPLATES)]


def _schedule(games: int, speed: float) -> Iterator[tuple[float, AnyObservation]]:
    """Due times in seconds and observations, for ever: games at all stages, each new one where one ends.

    What was played before the start comes first, at time 0.
    """
    chance = random.Random(1)
    templates = _templates()
    due: list[tuple[float, int, str, tuple[Play, ...], int, float]] = []
    number = 0

    def begin(at: float, played: float) -> Iterator[tuple[float, AnyObservation]]:
        nonlocal number
        plays = templates[number % len(templates)]
        game_id = f"9{number:09d}"
        number += 1
        step = WALL_SECONDS / len(plays) / speed
        first = int(played * len(plays))
        now_ms = round(time.time() * 1000)
        yield (
            at,
            ScoreLine(
                game_id=game_id,
                received_ms=now_ms,
                source="simulated",
                status="live",
                home_team="BOS",
                away_team="NYK",
            ),
        )
        yield at, PlayByPlay(game_id=game_id, received_ms=now_ms, source="simulated", plays=plays[:first])
        heapq.heappush(due, (at + step * chance.random(), number, game_id, plays, first, step))

    for _ in range(games):
        yield from begin(0.0, chance.random() * 0.95)
    while due:
        at, order, game_id, plays, index, step = heapq.heappop(due)
        now_ms = round(time.time() * 1000)
        yield (
            at,
            PlayChanges(game_id=game_id, received_ms=now_ms, source="simulated", upserted=(plays[index],)),
        )
        if index + 1 < len(plays):
            heapq.heappush(due, (at + step, order, game_id, plays, index + 1, step))
        else:
            yield from begin(at, 0.0)


async def _growth(buses: Sequence[str], counts: Sequence[int], seconds: float, speed: float) -> list[Cost]:
    costs = []
    for name in buses:
        for count in counts:
            costs.append(await _cost(name, count, seconds, speed))
            print(_cost_lines(costs)[-1], file=sys.stderr, flush=True)
    return costs


async def _cost(name: str, games: int, seconds: float, speed: float) -> Cost:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_broker(name))
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        bus = await stack.enter_async_context(_started(url))
        engine, _engine_url = await _role(stack, "engine", url, scratch)
        gateway, gateway_url = await _role(stack, "gateway", url, scratch)
        schedule = _schedule(games, speed)
        sent = _Sent(bus)
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(sent.hear())
            ready = [next(schedule)[1] for _ in range(2 * games)]
            for first in range(0, len(ready), CHUNK):
                await sent.publish(*ready[first : first + CHUNK])
            while await bus.lag(GROUP, Stream.OBSERVATIONS):
                await asyncio.sleep(0.1)
            await _until_known(gateway_url, games)
            playing = tasks.create_task(_play(schedule, sent))
            await asyncio.sleep(WARM_SECONDS)
            sent.latencies_ms.clear()
            before, started = (_cpu(engine), _cpu(gateway)), time.perf_counter()
            await asyncio.sleep(seconds)
            took = time.perf_counter() - started
            after = _cpu(engine), _cpu(gateway)
            playing.cancel()
            hearing.cancel()
        at = _quantiles(sent.latencies_ms)
        return Cost(
            bus=name,
            games=games,
            records_per_second=len(sent.latencies_ms) / took,
            latency_p50_ms=at["p50"],
            latency_p99_ms=at["p99"],
            engine_share=(after[0] - before[0]) / took,
            gateway_share=(after[1] - before[1]) / took,
            engine_mb=_megabytes(engine),
            gateway_mb=_megabytes(gateway),
        )


async def _play(schedule: Iterator[tuple[float, AnyObservation]], sent: _Sent) -> None:
    """Publishes what is due, when it is due, until cancelled."""
    started = time.perf_counter()
    pending = next(schedule)
    while True:
        late = time.perf_counter() - started - pending[0]
        if late < 0:
            await asyncio.sleep(-late)
        due = []
        while pending[0] <= time.perf_counter() - started:
            due.append(pending[1])
            pending = next(schedule)
        if due:
            await sent.publish(*due)


async def _role(stack: AsyncExitStack, role: str, bus: str, folder: str) -> tuple[int, str]:
    """The process id and the address of a role; it ends with the stack."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "courtside.cli", "run", "--role", role, "--bus", bus, "--source", "push",
        "--http-port", "0", "--ws-port", "0", "--data-dir", str(Path(folder) / role),
        "--log-dir", "none", "--log-level", "warning",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None

    async def end() -> None:
        process.terminate()
        await process.wait()

    stack.push_async_callback(end)
    async for line in process.stdout:
        words = line.decode().split()
        if words and words[-1].startswith("http://"):
            return process.pid, words[-1]
    raise RuntimeError(f"the {role} does not start")


async def _until_known(url: str, games: int) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        while (await http.get("/health")).json()["games"] < games:
            await asyncio.sleep(0.1)


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _cost_lines(costs: Sequence[Cost]) -> list[str]:
    lines = [
        "simulated games at once: one engine, one gateway",
        "",
        "  bus              games  records/s   p50 ms   p99 ms   engine  gateway  engine MB  gateway MB",
    ]
    lines += [
        f"  {cost.bus:<16}{cost.games:>6}{cost.records_per_second:>11.1f}{cost.latency_p50_ms:>9.1f}"
        f"{cost.latency_p99_ms:>9.1f}{cost.engine_share:>9.1%}{cost.gateway_share:>9.1%}"
        f"{cost.engine_mb:>11.0f}{cost.gateway_mb:>12.0f}"
        for cost in costs
    ]
    return lines


def _draw(costs: Sequence[Cost], file: Path) -> None:
    """Shares of a core and latencies over the number of games, a line for each role and bus."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.4), layout="constrained")
    for name, style in zip(dict.fromkeys(cost.bus for cost in costs), ("-", "--", ":"), strict=False):
        mine = [cost for cost in costs if cost.bus == name]
        games = [cost.games for cost in mine]
        for axes, what, values, color, marker in (
            (left, "engine", [cost.engine_share for cost in mine], "#0b6e99", "o"),
            (left, "gateway", [cost.gateway_share for cost in mine], "#c2571a", "s"),
            (right, "p50", [cost.latency_p50_ms for cost in mine], "#333333", "o"),
            (right, "p99", [cost.latency_p99_ms for cost in mine], "#999999", "s"),
        ):
            axes.plot(games, values, style, color=color, marker=marker, label=f"{what}, {name}")
    left.set_ylabel("share of a core")
    left.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1.0))
    right.set_ylabel("until told, ms")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("games at once")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, dpi=130, pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
