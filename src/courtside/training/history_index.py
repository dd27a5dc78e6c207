"""`games.csv` beside the play-by-play files: what the rows themselves do not say, first of all the date."""

import csv
from pathlib import Path

import msgspec

from courtside.errors import BadHistory

INDEX_NAME = "games.csv"


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the index. What it says beside the date is checked against the plays."""

    game_id: str
    date: str
    home_id: int | None = None
    away_id: int | None = None
    home: str | None = None
    away: str | None = None
    home_score: int | None = None
    away_score: int | None = None


def read_index(folder: Path) -> dict[str, IndexEntry]:
    """Entries by game id, empty where the folder has no index; raises `BadHistory`."""
    path = folder / INDEX_NAME
    if not path.is_file():
        return {}
    entries: dict[str, IndexEntry] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            filled = {key: value for key, value in line.items() if key and value}
            if "game_id" in filled:
                filled["game_id"] = filled["game_id"].zfill(10)
            try:
                entry = msgspec.convert(filled, IndexEntry, strict=False)
            except msgspec.ValidationError as error:
                raise BadHistory(
                    "index", f"{path}, line {number}: {error}; it needs game_id and date"
                ) from error
            entries[entry.game_id] = entry
    return entries
