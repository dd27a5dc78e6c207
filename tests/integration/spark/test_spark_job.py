"""Spark says what one engine in one process says: message for message, number for number, killed or not."""

import math
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.dataset as ds
import pytest

from courtside import features
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, LoggedGame, take
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.model import Model
from courtside.forecast.rating_book import RatingBook
from courtside.messages import MlPrediction
from courtside.scale.processor import Recipe
from courtside.scale.rows import AT_18, FEATURE_NAMES, RUNNING
from courtside.scale.spark import Batch, Job
from courtside.scale.table import differences, read_table
from courtside.scale.topics import Topics
from courtside.training.dataset import build
from tests.integration.spark.conftest import Driver
from tests.integration.spark.driver import History, Stream
from tests.integration.spark.processes import kill_family
from tests.integration.spark.topics import Broker, Read
from tests.support.gamelog import encoded, told_of
from tests.support.seasons import Weeks, import_weeks, write_weeks

pytestmark = [pytest.mark.data, pytest.mark.spark, pytest.mark.timeout(300)]

DAY_MS = 86_400_000
FEW = 2
WEEKS: Weeks = {2021: (1000, 60), 2022: (900, 60)}
"""In the first season nobody is rated."""


def recipe(model: Model, **changes: object) -> Recipe:
    usual = Recipe(str(shipped_folder()), model.version, "default", EngineSettings(), True, DAY_MS)
    return msgspec.structs.replace(usual, **changes)


def said(records: Iterable[Read]) -> dict[str, bytes]:
    """Messages by id; one that came twice is the same both times."""
    found: dict[str, bytes] = {}
    for record in records:
        assert found.setdefault(record.id, record.value) == record.value, record.id
    return found


def in_order(records: Iterable[Read]) -> bool:
    """Whether each game's messages lie in the order of their numbers, each game in one partition."""
    numbers: dict[str, list[int]] = defaultdict(list)
    places: dict[str, set[int]] = defaultdict(set)
    for record in records:
        numbers[record.key].append(int(record.id.rpartition("/")[2]))
        places[record.key].add(record.partition)
    return all(seqs == list(range(1, len(seqs) + 1)) for seqs in numbers.values()) and all(
        len(partitions) == 1 for partitions in places.values()
    )


def expected_features(log: Iterable[Logged], model: Model) -> dict[str, Counter[tuple[object, ...]]]:
    """Rows of both tables, reckoned here: of each observation that moved a game, and at 18:00."""
    found: dict[str, Counter[tuple[object, ...]]] = {RUNNING: Counter(), AT_18: Counter()}
    games: dict[str, LoggedGame] = defaultdict(LoggedGame)
    for logged in log:
        before = games[logged.game_id]
        outcome = take(before, logged, model, EngineSettings())
        games[logged.game_id] = outcome.game
        live = outcome.game.live
        if outcome.step is None or live is None or logged.observation is None:
            continue
        received_ms = logged.observation.received_ms
        moved = before.live is None or live.state is not before.live.state
        looks = [(RUNNING, live.seq, live.state)] if moved and live.state.started else []
        looks += [
            (AT_18, message.seq, live.state.pattern_state)
            for message in outcome.step.messages
            if isinstance(message.data, MlPrediction)
        ]
        for kind, seq, state in looks:
            if kind == RUNNING:
                numbers = features.running(state, live.prior)
            else:
                numbers = features.vector(state, live.prior).tolist()
            moment = (received_ms, state.period, state.remaining_tenths, state.elapsed)
            row = (live.game_id, live.epoch, seq, *moment, state.score_home, state.score_away)
            found[kind][*row, *(None if math.isnan(number) else number for number in numbers)] += 1
    return found


def written_features(folder: Path) -> dict[str, Counter[tuple[object, ...]]]:
    found = {}
    for kind in (RUNNING, AT_18):
        columns = ["game_id", "epoch", "seq", *FEATURE_NAMES[kind]]
        table = ds.dataset(folder / kind, partitioning="hive").to_table(columns=columns)
        found[kind] = Counter(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return found


def test_forty_games_come_out_message_for_message(
    driver: Driver, broker: Broker, log: list[Logged], model: Model, tmp_path: Path
) -> None:
    topics = Topics.of("forty")
    junk = (log[0].game_id, b"junk")
    broker.create(topics.observations)
    records = encoded(log)
    broker.write(topics.observations, [*records[:5_000], junk, *records[5_000:]])
    job = Job(
        servers=broker.servers,
        topics=topics,
        recipe=recipe(model),
        checkpoint=str(tmp_path / "checkpoint"),
        features=str(tmp_path / "features"),
        once=True,
        most_records=12_000,
    )
    batches = driver.ask(Stream(job)).batches

    told = told_of(log, model)
    out = broker.read(topics.messages)
    assert len(told.games) == 40
    assert len(out) == len(told.frames) == sum(batch.messages for batch in batches)
    assert said(out) == told.frames
    assert in_order(out)
    assert {record.headers["type"] for record in out} >= {"play", "ml_prediction", "forecast", "result"}

    assert written_features(tmp_path / "features") == expected_features(log, model)

    [aside] = broker.read(topics.dead_letters)
    assert (aside.key, aside.value) == junk
    assert "no record of this log" in aside.headers["reason"]
    assert aside.headers["id"] == f"observations/{aside.headers['position']}"

    assert not driver.ask(Stream(job)).batches, "what was folded is not folded again"


def test_games_that_are_over_leave_the_store_when_others_are_played(
    driver: Driver, broker: Broker, log: list[Logged], model: Model, tmp_path: Path
) -> None:
    topics = Topics.of("leaving")
    [first, second] = list(dict.fromkeys(logged.game_id for logged in log))[:2]
    broker.create(topics.observations)
    job = Job(
        servers=broker.servers,
        topics=topics,
        recipe=recipe(model, forget_ms=1, with_features=False),
        checkpoint=str(tmp_path),
        once=True,
    )
    left = []
    for game_id in (first, second):
        broker.write(topics.observations, encoded([each for each in log if each.game_id == game_id]))
        left.append(driver.ask(Stream(job)).forgotten)
    assert left == [0, 1]
    of_both = [logged for logged in log if logged.game_id in (first, second)]
    assert said(broker.read(topics.messages)) == told_of(of_both, model).frames


def test_killed_at_any_moment_it_goes_on_with_nothing_lost_and_nothing_new_under_an_old_id(
    driver: Driver, broker: Broker, log: list[Logged], model: Model, jars: Path, tmp_path: Path
) -> None:
    topics = Topics.of("killed")
    few = list(dict.fromkeys(logged.game_id for logged in log))[:FEW]
    of_few = [logged for logged in log if logged.game_id in few]
    broker.create(topics.observations)
    broker.write(topics.observations, encoded(of_few))
    told, features_of_few = told_of(of_few, model), expected_features(of_few, model)
    checkpoint, table = tmp_path / "checkpoint", tmp_path / "features"
    command = [
        *(sys.executable, "-m", "courtside", "spark", "run", "--kafka", f"kafka://{broker.servers}"),
        *("--prefix", "killed", "--jars", str(jars), "--checkpoint", str(checkpoint)),
        *("--features", str(table), "--master", "local[2]", "--model", "shipped"),
        *("--once", "--max-records", "300", "--json"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        first = msgspec.json.decode(process.stdout.readline(), type=Batch)
        kill_family(process.pid)
    before = said(broker.read(topics.messages))
    assert 0 < first.messages <= len(before) < len(told.frames)

    done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert said(broker.read(topics.messages)) == told.frames
    assert written_features(table) == features_of_few

    # As if it had died at its end, when the last messages were out and that was not written down yet.
    commits = checkpoint / "commits"
    last = max(int(path.name) for path in commits.iterdir() if path.name.isdecimal())
    for name in (str(last), f".{last}.crc"):
        (commits / name).unlink()
    job = Job(
        servers=broker.servers,
        topics=topics,
        recipe=recipe(model),
        checkpoint=str(checkpoint),
        features=str(table),
        once=True,
        most_records=300,
    )
    [again] = driver.ask(Stream(job)).batches
    assert (again.number, again.messages > 0) == (last, True)
    out = broker.read(topics.messages)
    assert len(out) >= len(told.frames) + again.messages
    assert said(out) == told.frames
    assert written_features(table) == features_of_few


def test_a_log_that_is_not_there_is_named(driver: Driver, broker: Broker, model: Model) -> None:
    job = Job(
        servers=broker.servers, topics=Topics.of("elsewhere"), recipe=recipe(model), checkpoint="nowhere"
    )
    said = driver.ask(Stream(job)).error
    assert said is not None and said.startswith("BusError: there is no topic elsewhere.observations")


def test_the_table_of_history_is_the_one_that_training_builds(
    driver: Driver, data_dir: Path, tmp_path: Path
) -> None:
    store = import_weeks(write_weeks(data_dir / "history", WEEKS, tmp_path / "weeks"), tmp_path / "store")
    out = tmp_path / "table"
    answer = driver.ask(History(str(store), str(out)))
    built = build(store, RatingBook())
    assert answer.games == len(built) > 100
    assert np.isnan(built.at_18).any()
    assert differences(read_table(out), built) == []
