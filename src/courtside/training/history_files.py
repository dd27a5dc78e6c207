"""Files in the stats layout, Parquet or CSV, as games: the rows of each, in the file's order."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from courtside.errors import BadHistory
from courtside.formats.stats_layout import COLUMNS, StatsRow

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".parquet", ".csv")
GAME_ID = "GAME_ID"
_NUMBERS = frozenset(
    name
    for name in COLUMNS
    if name.endswith(("_ID", "TYPE", "EVENTNUM", "PERIOD")) or name == "EVENTMSGACTIONTYPE"
)


def stats_files(folder: Path) -> list[Path]:
    """Files that hold play-by-play in the stats layout, by their columns, in the order of their names."""
    return [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES and _is_stats(path)]


def read_games(path: Path) -> Iterator[tuple[str, list[StatsRow]]]:
    """Every game of a file with its rows, in the order of first appearance; raises `BadHistory`."""
    table = _read(path)
    ids = table[GAME_ID].to_pylist()
    spans: dict[str, list[tuple[int, int]]] = {}
    begin = 0
    for end in range(1, len(ids) + 1):
        if end == len(ids) or ids[end] != ids[begin]:
            if ids[begin] is None:
                raise BadHistory("game_id", f"{path.name}: row {begin + 1} has no GAME_ID")
            spans.setdefault(str(ids[begin]).zfill(10), []).append((begin, end))
            begin = end
    columns = table.select(list(COLUMNS))
    for game_id, parts in spans.items():
        rows: list[StatsRow] = []
        for begin, end in parts:
            part = columns.slice(begin, end - begin)
            rows.extend(map(StatsRow._make, zip(*(column.to_pylist() for column in part), strict=True)))
        yield game_id, rows


def game_ids(path: Path) -> set[str]:
    return {str(found).zfill(10) for found in _read(path, [GAME_ID])[GAME_ID].unique().to_pylist()}


def _is_stats(path: Path) -> bool:
    return {GAME_ID, *COLUMNS} <= set(_names(path))


def _names(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig") as file:
            return file.readline().rstrip("\r\n").replace('"', "").split(",")
    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        raise BadHistory("file", f"{path.name} is no Parquet file ({error}); load it again") from error


def _read(path: Path, names: list[str] | None = None) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = names or [GAME_ID, *COLUMNS]
    try:
        if path.suffix == ".parquet":
            return _numbers(pq.read_table(path, columns=wanted))
        return _numbers(_read_csv(path, wanted))
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise BadHistory("file", f"{path.name} cannot be read ({error}); load it again") from error


def _read_csv(path: Path, names: list[str]) -> "pa.Table":
    """Everything as text first: the same column has `1610612754`, `1610612754.0` and nothing."""
    import pyarrow as pa
    from pyarrow import csv

    options = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        strings_can_be_null=True,
        null_values=["", "nan", "NaN", "None", "NULL"],
    )
    return csv.read_csv(
        path, convert_options=options, parse_options=csv.ParseOptions(newlines_in_values=True)
    )


def _numbers(table: "pa.Table") -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    for index, name in enumerate(table.column_names):
        column = table[name]
        if name == GAME_ID:
            column = pc.replace_substring_regex(column.cast(pa.string()), r"\.0$", "")
        elif name in _NUMBERS and column.type != pa.int64():
            if not pa.types.is_floating(column.type):
                column = pc.replace_substring_regex(column.cast(pa.string()), r"\.0$", "")
            column = column.cast(pa.int64())
        table = table.set_column(index, name, column)
    return table
