"""Games, players, stints and plays as Parquet columns, and back: exactly what went in comes out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from courtside.events import Play, RosterEntry
from courtside.game.players import ON_COURT
from courtside.game.stints import Stint
from courtside.training.history_game import GameFacts, HistoryGame, PlayerFacts

if TYPE_CHECKING:
    import pyarrow as pa

GAMES, PLAYERS, PLAYS = "games.parquet", "players.parquet", "plays.parquet"
STINTS = "stints.parquet"
GAMES_A_GROUP = 100
SEPARATOR = "|"
_TYPES = {
    "order": "int32",
    "play_id": "int32",
    "period": "int8",
    "remaining_tenths": "int16",
    "person_id": "int64",
    "made": "bool",
    "score_home": "int16",
    "score_away": "int16",
    "assist_id": "int64",
    "at_ms": "int64",
}
_STINT_TYPES = {
    "start": "int32",
    "end": "int32",
    "margin": "int16",
    **{f"{side}_{number}": "int64" for side in ("home", "away") for number in range(1, ON_COURT + 1)},
}
_FIELDS = Play.__struct_fields__
_QUALIFIERS = _FIELDS.index("qualifiers")
_roster_encoder = msgspec.msgpack.Encoder()
_roster_decoder = msgspec.msgpack.Decoder(tuple[RosterEntry, ...])


def _plays_schema() -> "pa.Schema":
    import pyarrow as pa

    types = {name: pa.type_for_alias(_TYPES.get(name, "string")) for name in _FIELDS}
    return pa.schema([("game_id", pa.string()), *types.items()])


def _stints_schema() -> "pa.Schema":
    import pyarrow as pa

    types = {name: pa.type_for_alias(alias) for name, alias in _STINT_TYPES.items()}
    return pa.schema([("game_id", pa.string()), *types.items()])


def _facts_schema(kind: type[msgspec.Struct]) -> "pa.Schema":
    import pyarrow as pa

    def of(annotation: object) -> "pa.DataType":
        if annotation in (int, int | None):
            return pa.int64()
        if annotation in (bool, bool | None):
            return pa.bool_()
        if annotation is float:
            return pa.float64()
        if annotation == list[int]:
            return pa.list_(pa.int64())
        return pa.binary() if annotation == tuple[RosterEntry, ...] else pa.string()

    return pa.schema([(field.name, of(field.type)) for field in msgspec.structs.fields(kind)])


class Writer:
    """Four files of one source, written a group of games at a time."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet as pq

        self._games_schema = _facts_schema(GameFacts)
        self._players_schema = _facts_schema(PlayerFacts)
        self._plays_schema = _plays_schema()
        self._games_file = pq.ParquetWriter(folder / GAMES, self._games_schema, compression="zstd")
        self._players_file = pq.ParquetWriter(folder / PLAYERS, self._players_schema, compression="zstd")
        self._plays_file = pq.ParquetWriter(folder / PLAYS, self._plays_schema, compression="zstd")
        self._stints_schema = _stints_schema()
        self._stints_file = pq.ParquetWriter(folder / STINTS, self._stints_schema, compression="zstd")
        self._waiting: list[HistoryGame] = []

    def add(self, game: HistoryGame) -> None:
        self._waiting.append(game)
        if len(self._waiting) == GAMES_A_GROUP:
            self._flush()

    def close(self) -> None:
        if self._waiting:
            self._flush()
        for file in (self._games_file, self._players_file, self._stints_file, self._plays_file):
            file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        games = [_game_row(game.facts) for game in self._waiting]
        self._games_file.write_table(pa.Table.from_pylist(games, self._games_schema))
        lines = [msgspec.structs.asdict(line) for game in self._waiting for line in game.players]
        self._players_file.write_table(pa.Table.from_pylist(lines, self._players_schema))
        rows = [
            (game.facts.game_id, stint.start, stint.end, stint.margin, *stint.home, *stint.away)
            for game in self._waiting
            for stint in game.stints
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._stints_file.write_table(pa.table(columns, schema=self._stints_schema))
        values: list[list[object]] = [
            [getattr(play, name) for game in self._waiting for play in game.plays] for name in _FIELDS
        ]
        values[_QUALIFIERS] = [
            SEPARATOR.join(play.qualifiers) for game in self._waiting for play in game.plays
        ]
        ids = [game.facts.game_id for game in self._waiting for _ in game.plays]
        self._plays_file.write_table(pa.table([ids, *values], schema=self._plays_schema))
        self._waiting.clear()


def _game_row(facts: GameFacts) -> dict[str, object]:
    return {**msgspec.structs.asdict(facts), "roster": _roster_encoder.encode(facts.roster)}


def read_games(folder: Path) -> list[GameFacts]:
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / GAMES).to_pylist()
    return [GameFacts(**{**row, "roster": _roster_decoder.decode(row["roster"])}) for row in rows]


def read_players(folder: Path) -> list[PlayerFacts]:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / PLAYERS)
    names = table.column_names
    columns = zip(*(column.to_pylist() for column in table), strict=True)
    return [PlayerFacts(**dict(zip(names, row, strict=True))) for row in columns]


def read_stints(folder: Path) -> dict[str, tuple[Stint, ...]]:
    """Stints by game id; a game that has none is absent."""
    import pyarrow.parquet as pq

    columns = [column.to_pylist() for column in pq.read_table(folder / STINTS)]
    ids, spans, people = columns[0], columns[1:4], columns[4:]
    home = zip(*people[:ON_COURT], strict=True)
    away = zip(*people[ON_COURT:], strict=True)
    found: dict[str, list[Stint]] = {}
    for game_id, begin, end, margin, ours, theirs in zip(ids, *spans, home, away, strict=True):
        found.setdefault(game_id, []).append(Stint(begin, end, margin, ours, theirs))
    return {game_id: tuple(stints) for game_id, stints in found.items()}


def read_plays(
    folder: Path, games: Sequence[GameFacts], group: int | None = None
) -> Iterator[tuple[Play, ...]]:
    """The plays of each of the folder's games, in their order, or of one group of `GAMES_A_GROUP`."""
    import pyarrow.parquet as pq

    texts = [name for name in _FIELDS if name not in _TYPES and name != "description"]
    with pq.ParquetFile(folder / PLAYS, read_dictionary=texts) as file:
        for number in range(file.num_row_groups) if group is None else (group,):
            plays = _group(file.read_row_group(number, columns=list(_FIELDS)))
            begin = 0
            for game in games[number * GAMES_A_GROUP : (number + 1) * GAMES_A_GROUP]:
                yield tuple(plays[begin : begin + game.plays])
                begin += game.plays


def _group(table: "pa.Table") -> list[Play]:
    columns = [_values(table[name].combine_chunks()) for name in _FIELDS]
    split = {text: tuple(text.split(SEPARATOR)) if text else () for text in set(columns[_QUALIFIERS])}
    columns[_QUALIFIERS] = [split[text] for text in columns[_QUALIFIERS]]
    return [Play(*row) for row in zip(*columns, strict=True)]


def _values(column: "pa.Array") -> list:  # type: ignore[type-arg]
    """Python values; texts that repeat are one object."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    if not pa.types.is_dictionary(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    texts = [*column.dictionary.to_pylist(), None]
    return [texts[index] for index in column.indices.fill_null(len(texts) - 1).to_pylist()]
