"""The training table of all history in batch: what `training.dataset` builds here, built on a cluster.

Ratings follow from one day to the next, so what was known of each game beforehand is found in order, on the
driver; the games themselves are folded beside one another, a row group of the store at a time. The folds
and features are `training.dataset`'s own.

    OUT/at_18/season=2023/*.parquet     a row a game, by date and id: facts, outcome, `features.NAMES`
    OUT/running/season=2023/*.parquet   a row a game and moment: `moment_tenths`, `features.RUNNING_NAMES`

What is unknown is null. A season's folder is written as a whole, over an older one.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from courtside import features
from courtside.errors import BadHistory
from courtside.forecast.rating_book import RatingBook
from courtside.training import history_columns as columns
from courtside.training.dataset import MOMENTS, Known, Row, day_of, known_before, row_of
from courtside.training.history_game import GameFacts
from courtside.training.history_store import StoredGame, parts

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

AT_18, RUNNING = "at_18", "running"
PATH_MINUTES = 48
FACTS = ("game_id", "date", "day", "season_type", "home", "away", "half", "final")
_TEXTS = ("game_id", "date", "season_type", "home", "away")
MATRIX = "running_moments"

_UNITS = "part STRING, row_group INT, known BINARY"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(dict[str, Known])


class Unit(msgspec.Struct, frozen=True):
    """A row group of the store, and what was known beforehand of those of its games that are wanted."""

    part: str
    group: int
    known: Mapping[str, Known]


def write_history(
    spark: "SparkSession",
    store: Path,
    out: str,
    *,
    spreads: Mapping[str, float] | None = None,
    until: str | None = None,
    after: str | None = None,
    progress: Callable[[int, int], None] = lambda season, games: None,
) -> int:
    """The table of all games of the store, in `out`; returns how many there are. `until`, `after` and
    `spreads` are those of `training.dataset.build`. Raises `BadHistory` where there is no game.

    `store` and `out` have to be where all workers can reach them.
    """
    pending: deque[Future[int]] = deque()
    total = 0
    # While one season is folded the next one is rated.
    with ThreadPoolExecutor(1) as beside:
        for season, games in known_before(store, RatingBook(), spreads=spreads, until=until, after=after):
            while pending and pending[0].done():
                total += pending.popleft().result()
            known = {facts.game_id: before for facts, before in games}
            work = units(store, season, known)
            pending.append(beside.submit(_write_season, spark, work, out, season, progress))
        total += sum(each.result() for each in pending)
    if not total:
        raise BadHistory(
            "no_games", f"{store} has no games in that span; 'courtside history list' shows them"
        )
    return total


def units(store: Path, season: int, known: Mapping[str, Known]) -> list[Unit]:
    """The row groups that hold the games of `known`; of a game that two sources have, the later one's."""
    places: dict[str, tuple[Path, int]] = {}
    for part in parts(store):
        for index, facts in enumerate(columns.read_games(part)):
            if facts.season == season and facts.game_id in known:
                places[facts.game_id] = part, index // columns.GAMES_A_GROUP
    groups: dict[tuple[Path, int], dict[str, Known]] = defaultdict(dict)
    for game_id, place in places.items():
        groups[place][game_id] = known[game_id]
    return [Unit(str(part.resolve()), group, of_group) for (part, group), of_group in groups.items()]


def _write_season(
    spark: "SparkSession", work: list[Unit], out: str, season: int, progress: Callable[[int, int], None]
) -> int:
    from pyspark.sql import functions as f

    rows = [row_of_unit(unit) for unit in work]
    table = spark.createDataFrame(spark.sparkContext.parallelize(rows, len(rows)), _UNITS)
    games = table.mapInArrow(look, _ddl()).persist()
    try:
        at_18 = games.select(*FACTS, "path", *features.NAMES)
        _save(at_18, ("date", "game_id"), f"{out.rstrip('/')}/{AT_18}/season={season}")
        moments = f.array(*map(f.lit, MOMENTS))
        each = games.select("game_id", "date", f.posexplode(MATRIX).alias("place", "row")).select(
            "game_id",
            "date",
            moments[f.col("place")].alias("moment_tenths"),
            *(f.col("row")[place].alias(name) for place, name in enumerate(features.RUNNING_NAMES)),
        )
        _save(each, ("date", "game_id", "moment_tenths"), f"{out.rstrip('/')}/{RUNNING}/season={season}")
    finally:
        games.unpersist()
    count = sum(len(unit.known) for unit in work)
    progress(season, count)
    return count


def _save(table: "DataFrame", order: Iterable[str], folder: str) -> None:
    table.coalesce(1).sortWithinPartitions(*order).write.mode("overwrite").parquet(folder)


def _ddl() -> str:
    """The columns of `look`, in Spark's words."""
    facts = [f"{name} {'STRING' if name in _TEXTS else 'BIGINT'}" for name in FACTS]
    vector = [f"{name} DOUBLE" for name in features.NAMES]
    return ", ".join([*facts, "path ARRAY<BIGINT>", *vector, f"{MATRIX} ARRAY<ARRAY<FLOAT>>"])


def row_of_unit(unit: Unit) -> dict[str, object]:
    """A unit as it goes to a worker."""
    return {"part": unit.part, "row_group": unit.group, "known": _encoder.encode(unit.known)}


def look(batches: Iterable["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """On a worker: row groups of the store in, a row a game out."""
    for batch in batches:
        for row in batch.to_pylist():
            unit = Unit(row["part"], row["row_group"], _decoder.decode(row["known"]))
            yield _batch(
                [(game.facts, row_of(game, unit.known[game.facts.game_id].prior)) for game in _games(unit)]
            )


def _games(unit: Unit) -> Iterator[StoredGame]:
    part = Path(unit.part)
    facts = _facts(part)
    first = unit.group * columns.GAMES_A_GROUP
    of_group = facts[first : first + columns.GAMES_A_GROUP]
    for game, plays in zip(of_group, columns.read_plays(part, facts, unit.group), strict=True):
        if game.game_id in unit.known:
            yield StoredGame(game, plays)


@lru_cache(maxsize=1)
def _facts(part: Path) -> list[GameFacts]:
    return columns.read_games(part)


def _batch(games: list[tuple[GameFacts, Row]]) -> "pa.RecordBatch":
    import pyarrow as pa

    facts = [each for each, _ in games]
    outcome = {
        "day": [day_of(each.date or "") for each in facts],
        "half": [each.halftime_differential for each in facts],
        "final": [each.final_differential for each in facts],
    }
    arrays = [
        pa.array(
            outcome[name] if name in outcome else [getattr(each, name) for each in facts],
            pa.string() if name in _TEXTS else pa.int64(),
        )
        for name in FACTS
    ]
    path = pa.array([each.path[:PATH_MINUTES] for each in facts], pa.list_(pa.int64()))
    vectors = np.stack([row.at_18 for _, row in games])
    unknown = [pa.array(column, pa.float64(), from_pandas=True) for column in vectors.T]
    matrix = np.stack([row.running for _, row in games])
    return pa.RecordBatch.from_arrays(
        [*arrays, path, *unknown, _nested(matrix)],
        names=[*FACTS, "path", *features.NAMES, MATRIX],
    )


def _nested(matrix: "np.ndarray[tuple[int, int, int], np.dtype[np.float32]]") -> "pa.Array":
    """N games of M moments of K numbers as lists of lists; NaN becomes null."""
    import pyarrow as pa

    games, moments, numbers = matrix.shape
    flat = pa.array(matrix.reshape(-1), pa.float32(), from_pandas=True)
    inner = pa.ListArray.from_arrays(np.arange(games * moments + 1, dtype=np.int32) * numbers, flat)
    return pa.ListArray.from_arrays(np.arange(games + 1, dtype=np.int32) * moments, inner)
