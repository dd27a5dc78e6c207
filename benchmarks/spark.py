"""How fast Spark folds a log of recorded games, with one core and with two, against one engine alone.

    python -m benchmarks.spark [--recordings DIR] [--copies N] [--json]

Everybody starts from the same bytes and ends with the same messages as bytes; Spark reads and writes a
Kafka beside it, which has to share the cores, and keeps its state. Without recorded games (COURTSIDE_DATA)
some are simulated. Exit status 1 where Spark says something else than the engine.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from courtside.engine.logged import Logged, decode_logged, encode_logged
from courtside.forecast.model import Model
from courtside.scale.spark import Batch
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from tests.support.gamelog import recorded_log, told_of
from tools.kafka_server import KafkaServer
from tools.spark_jars import fetch

PARTITIONS = 4
MOST_RECORDS = 15_000
LIVE_RECORDS, LIVE_BATCHES = 10, 30
"""Ten games, a play each: what a second of an evening brings at most."""
SIMULATED = 20


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=Path, help="folder of recorded games")
    parser.add_argument("--copies", type=int, default=4, help="each game so many times, under other ids")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, KafkaServer() as server:
        folder = arguments.recordings or _recorded(Path(scratch))
        log = _copied(recorded_log(folder), arguments.copies)
        games = len({logged.game_id for logged in log})
        values = [(logged.game_id, encode_logged(logged)) for logged in log]
        seconds, expected = _alone(values)
        cpu = {"one engine alone": seconds.cpu}
        servers = f"127.0.0.1:{server.port}"
        _write(servers, "bench", values)
        _write(servers, "live", values[: LIVE_RECORDS * LIVE_BATCHES])
        runs = {}
        for cores in (1, 2):
            began = _children_seconds()
            runs[f"local[{cores}]"] = _spark(servers, "bench", f"local[{cores}]", MOST_RECORDS, Path(scratch))
            cpu[f"Spark, local[{cores}]"] = _children_seconds() - began
        live = _spark(servers, "live", "local[2]", LIVE_RECORDS, Path(scratch))
    figures = {"one engine alone": len(log) / seconds.wall} | {
        f"Spark, {name}": _rate(batches) for name, batches in runs.items()
    }
    delay = statistics.median(batch.seconds for batch in live[1:])
    wrong = [name for name, batches in runs.items() if sum(each.messages for each in batches) != expected]
    if arguments.json:
        said = {
            "games": games,
            "records": len(log),
            "records_a_second": figures,
            "micro_batch_seconds": delay,
        }
        print(json.dumps(said))
    else:
        print(f"{games} games, {len(log):,} records, {expected:,} messages\n")
        for name, rate in figures.items():
            print(
                f"  {name:<20} {rate:9,.0f} records/s {rate * games / len(log):7.1f} games/s "
                f"{cpu[name]:7.1f} s of CPU for all of it"
            )
        print(f"\n  a micro-batch of {LIVE_RECORDS} records takes {delay:.2f} s (median)")
    if wrong:
        sys.exit(f"{' and '.join(wrong)} said another number of messages than the engine")


def _recorded(scratch: Path) -> Path:
    default = Path(__file__).parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("COURTSIDE_DATA", default)) / "cdn" / "games"
    if folder.is_dir():
        return folder
    for number in range(SIMULATED):
        game = simulate_game(number, game_id=f"9{number:09d}", start_ms=1_700_000_000_000 + number * 60_000)
        write_recording(scratch / "games", game)
    return scratch / "games"


def _copied(log: Sequence[Logged], copies: int) -> list[Logged]:
    return [
        msgspec.structs.replace(
            logged,
            game_id=f"{copy}{logged.game_id[1:]}",
            observation=msgspec.structs.replace(logged.observation, game_id=f"{copy}{logged.game_id[1:]}"),
        )
        for copy in range(copies)
        for logged in log
        if logged.observation is not None
    ]


class Seconds(msgspec.Struct, frozen=True):
    """By the clock on the wall, and of a processor."""

    wall: float
    cpu: float


def _children_seconds() -> float:
    """Of a processor, by all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _alone(values: Sequence[tuple[str, bytes]]) -> tuple[Seconds, int]:
    """Seconds, and how many messages there are; bytes in, bytes out, one game after the other."""
    model = Model.shipped()
    told_of((decode_logged(value) for _, value in values[:500]), model)
    started, used = time.perf_counter(), time.process_time()
    told = told_of((decode_logged(value) for _, value in values), model)
    return Seconds(time.perf_counter() - started, time.process_time() - used), len(told.frames)


def _write(servers: str, prefix: str, values: Sequence[tuple[str, bytes]]) -> None:
    topic = f"{prefix}.observations"
    admin = AdminClient({"bootstrap.servers": servers})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
    producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True, "linger.ms": 20})
    for key, value in values:
        producer.produce(topic, value, key)
        producer.poll(0)
    producer.flush()


def _spark(servers: str, prefix: str, master: str, most: int, scratch: Path) -> list[Batch]:
    command = [
        *(sys.executable, "-m", "courtside", "spark", "run", "--kafka", servers, "--prefix", prefix),
        *("--messages", f"{prefix}.{master[6]}", "--jars", str(fetch()), "--master", master),
        *("--checkpoint", str(scratch / f"{prefix}-{master}"), "--model", "shipped"),
        *("--max-records", str(most), "--once", "--json"),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=scratch)
    return [msgspec.json.decode(line, type=Batch) for line in done.stdout.splitlines()]


def _rate(batches: Sequence[Batch]) -> float:
    """Records a second after the first micro-batch, in which Java and the workers start."""
    return sum(batch.records for batch in batches[1:]) / sum(batch.seconds for batch in batches[1:])


if __name__ == "__main__":
    main()
