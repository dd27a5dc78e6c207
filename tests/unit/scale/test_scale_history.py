"""What workers make of row groups of the store is what training builds, and a table is read back whole."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from courtside import features
from courtside.errors import BadHistory
from courtside.forecast.rating_book import RatingBook
from courtside.scale import history
from courtside.scale.table import differences, read_table
from courtside.training import history_import
from courtside.training.dataset import MOMENTS, Dataset, build, known_before
from tests.unit.training.stats_writer import simulated, stats_rows, write_parquet

DATES = {1: "2022-11-01", 2: "2022-11-03", 4: "2022-11-03", 6: "2023-11-01", 7: "2023-11-02"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    games = [simulated(number, season=int(date[:4])) for number, date in DATES.items()]
    write_parquet(folder / "a.parquet", [stats_rows(game) for game in games])
    lines = [f"{game.game_id},{date}" for game, date in zip(games, DATES.values(), strict=True)]
    (folder / "games.csv").write_text("\n".join(["game_id,date", *lines]) + "\n")
    plan = history_import.plan(folder, folder / "store")
    list(history_import.run(plan.tasks, folder / "store", jobs=1, progress=lambda name, games: None))
    return folder / "store"


@pytest.fixture(scope="module")
def built(store: Path) -> Dataset:
    return build(store, RatingBook(), jobs=1)


@pytest.fixture
def written(store: Path, tmp_path: Path) -> Path:
    """The table, its rows as workers make them, its files as Spark lays them out."""
    for season, games in known_before(store, RatingBook()):
        known = {facts.game_id: before for facts, before in games}
        units = history.units(store, season, known)
        rows = [history.row_of_unit(unit) for unit in units]
        table = pa.Table.from_batches(history.look([pa.RecordBatch.from_pylist(rows)]))
        at_18 = tmp_path / history.AT_18 / f"season={season}"
        running = tmp_path / history.RUNNING / f"season={season}"
        at_18.mkdir(parents=True)
        running.mkdir(parents=True)
        pq.write_table(table.drop_columns([history.MATRIX]), at_18 / "part.parquet")
        moments = [
            {"game_id": game_id, "date": date, "moment_tenths": moment}
            | dict(zip(features.RUNNING_NAMES, numbers, strict=True))
            for game_id, date, matrix in zip(
                *(table[name].to_pylist() for name in ("game_id", "date", history.MATRIX)), strict=True
            )
            for moment, numbers in zip(MOMENTS, matrix, strict=True)
        ]
        kinds = [pa.field(name, pa.float32()) for name in features.RUNNING_NAMES]
        schema = pa.schema(
            [("game_id", pa.string()), ("date", pa.string()), ("moment_tenths", pa.int32()), *kinds]
        )
        pq.write_table(pa.Table.from_pylist(moments, schema), running / "part.parquet")
    return tmp_path


def test_every_number_is_the_one_that_training_builds(written: Path, built: Dataset) -> None:
    table = read_table(written)
    assert differences(table, built) == []
    assert len(table) == len(DATES)


def test_what_is_unknown_is_null(written: Path) -> None:
    [path] = (written / history.AT_18 / "season=2022").iterdir()
    elo = pq.read_table(path)["elo"]
    assert elo.null_count == len(elo) == 3


def test_a_number_that_differs_is_told_of(written: Path, built: Dataset) -> None:
    table = read_table(written)
    table.at_18[1, 5] += 1.0
    table.running[0, 0, 0] += 1
    assert [each.split()[0] for each in differences(table, built)] == ["at_18", "running"]
    fewer = built.where(built.season == 2022)
    assert "5 games against 3" in differences(table, fewer)[0]


def test_a_table_that_was_not_finished_is_refused(written: Path, tmp_path: Path) -> None:
    [path] = (written / history.RUNNING / "season=2023").iterdir()
    pq.write_table(pq.read_table(path)[:-3], path)
    with pytest.raises(BadHistory, match="is not whole"):
        read_table(written)
    with pytest.raises(BadHistory, match="holds no at_18"):
        read_table(tmp_path / "elsewhere")


def test_a_game_of_two_sources_is_looked_at_once(store: Path) -> None:
    [(season, games), *_] = known_before(store, RatingBook())
    known = {facts.game_id: before for facts, before in games[:2]}
    units = history.units(store, season, known)
    assert sorted(game_id for unit in units for game_id in unit.known) == sorted(known)
