"""The buses side by side: how long a record is on its way, and how many go through.

    python -m benchmarks.bus [--runs N] [--json]

One process publishes and reads, over real servers on loopback (tools/redis_server.py, which has every write
on disk before it answers, and tools/kafka_server.py); a bus whose server is not installed is left out. On
its way: from the call of `publish` to the return of `read`, one record of 200 bytes at a time. Through:
batches of 512, published and read at the same time until all are read. Each figure is the median of all runs.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from uuid import uuid4

import msgspec

from courtside.bus.bus import Bus, Reader, Record, Stream
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings
from tools.kafka_server import KafkaServer
from tools.redis_server import RedisServer
from tools.servers.server import NotInstalled, Server

RUNS = 3
SINGLES, BATCHES, BATCH = 1_000, 120, 512
GAMES = tuple(f"00225{number:05d}" for number in range(40))
BODY = b"x" * 200
GOALS = {"redis": (3.0, 20_000), "kafka": (10.0, 20_000)}
"""Milliseconds on its way at most (median), and records a second at least."""


class Figures(msgspec.Struct, frozen=True):
    """Milliseconds on its way; records a second."""

    p50_ms: float
    p99_ms: float
    published_a_second: float
    through_a_second: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    urls = {"memory": "memory"}
    with ExitStack() as servers:
        builders: dict[str, Callable[[], Server]] = {"redis": RedisServer, "kafka": KafkaServer}
        for name, build in builders.items():
            try:
                urls[name] = servers.enter_context(build()).url
            except NotInstalled as error:
                print(f"without {name}: {error}", file=sys.stderr)
        # In turn, so that a busy minute of the machine is nobody's alone.
        runs = [
            {name: asyncio.run(_measure(url)) for name, url in urls.items()} for _ in range(arguments.runs)
        ]
    figures = {name: _median([run[name] for run in runs]) for name in urls}
    if arguments.json:
        print(json.dumps({name: msgspec.to_builtins(each) for name, each in figures.items()}))
    else:
        _print(figures)
    missed = [
        name
        for name, (most_ms, least) in GOALS.items()
        if name in figures and (figures[name].p50_ms > most_ms or figures[name].through_a_second < least)
    ]
    if missed:
        print(f"missed its goal: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


async def _measure(url: str) -> Figures:
    bus = open_bus(BusSettings(bus=url, prefix=f"bench-{uuid4().hex}"))
    await bus.start()
    reader = bus.reader(Stream.OBSERVATIONS)
    for partition in range(bus.partitions(Stream.OBSERVATIONS)):
        reader.add(partition, None)
    # Connections, threads and metadata are there before the watch runs.
    await _singles(bus, reader, 50)
    on_the_way = sorted(await _singles(bus, reader, SINGLES))
    published, through = await _batches(bus, reader)
    await reader.aclose()
    await bus.aclose()
    return Figures(
        p50_ms=on_the_way[len(on_the_way) // 2] * 1e3,
        p99_ms=on_the_way[len(on_the_way) * 99 // 100] * 1e3,
        published_a_second=published,
        through_a_second=through,
    )


async def _singles(bus: Bus, reader: Reader, count: int) -> list[float]:
    seconds = []
    for number in range(count):
        reading = asyncio.create_task(reader.read())
        # The reader waits already when the record comes.
        await asyncio.sleep(0)
        started = time.perf_counter()
        await bus.publish(Stream.OBSERVATIONS, [Record(GAMES[number % len(GAMES)], BODY)])
        await reading
        seconds.append(time.perf_counter() - started)
    return seconds


async def _batches(bus: Bus, reader: Reader) -> tuple[float, float]:
    total = BATCHES * BATCH
    started = time.perf_counter()

    async def read() -> float:
        found = 0
        while found < total:
            found += len(await reader.read())
        return time.perf_counter() - started

    reading = asyncio.create_task(read())
    for _ in range(BATCHES):
        batch = [Record(GAMES[number % len(GAMES)], BODY) for number in range(BATCH)]
        await bus.publish(Stream.OBSERVATIONS, batch)
        # A bus within the process never waits, and would not let the reader in.
        await asyncio.sleep(0)
    published = time.perf_counter() - started
    return total / published, total / await reading


def _median(runs: list[Figures]) -> Figures:
    return Figures(
        *(statistics.median(values) for values in zip(*map(msgspec.structs.astuple, runs), strict=True))
    )


def _print(figures: dict[str, Figures]) -> None:
    memory = figures["memory"]
    print("            on its way          published        through      as memory: on its way, through")
    for name, each in figures.items():
        slower, share = each.p50_ms / memory.p50_ms, each.through_a_second / memory.through_a_second
        rates = f"{each.published_a_second:9,.0f}/s  {each.through_a_second:9,.0f}/s"
        print(f"  {name:<8} p50 {each.p50_ms:6.3f} ms  {rates}  x{slower:7.1f}  x{share:.3f}")
        print(f"           p99 {each.p99_ms:6.3f} ms")


if __name__ == "__main__":
    sys.exit(main())
