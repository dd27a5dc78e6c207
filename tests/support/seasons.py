"""Real seasons in small: some weeks of each, imported, and cut at a day."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courtside.training import history_import
from courtside.training.history_game import GameFacts, HistoryGame, PlayerFacts
from courtside.training.history_store import HistoryStore, SourceWriter

Weeks = Mapping[int, tuple[int, int]]
"""By season: how many of its games, by date and id, are passed over, and how many are then taken."""


def write_weeks(history: Path, weeks: Weeks, out: Path) -> Path:
    """A folder of seasons as `courtside history import` reads it, of some games of `history`."""
    out.mkdir(parents=True)
    with (history / "games.csv").open(newline="", encoding="utf-8") as file:
        dates = {row["game_id"]: row["date"] for row in csv.DictReader(file)}
    for season, (first, count) in weeks.items():
        of_season = [game_id for game_id in dates if game_id[3:5] == f"{season % 100:02d}"]
        wanted = sorted(of_season, key=lambda game_id: (dates[game_id], game_id))[first : first + count]
        table = pq.read_table(history / f"nbastats_{season}.parquet")
        ids = pc.utf8_lpad(table["GAME_ID"].cast(pa.string()), 10, "0")
        pq.write_table(table.filter(pc.is_in(ids, pa.array(wanted))), out / f"nbastats_{season}.parquet")
    (out / "games.csv").write_bytes((history / "games.csv").read_bytes())
    return out


def import_weeks(folder: Path, store: Path) -> Path:
    plan = history_import.plan(folder, store)
    for _ in history_import.run(plan.tasks, store, jobs=2, progress=lambda name, games: None):
        pass
    return store


def copy_games(store: Path, out: Path, wanted: Callable[[GameFacts], bool]) -> Path:
    """A store of some of the games of another."""
    history = HistoryStore(store)
    for source in history.sources:
        season = source.seasons[0]
        lines: dict[str, list[PlayerFacts]] = {}
        for line in history.players(season):
            lines.setdefault(line.game_id, []).append(line)
        stints = history.stints(season)
        kept = [game for game in history.plays(season) if wanted(game.facts)]
        if not kept:
            continue
        writer = SourceWriter(out, source.name)
        for game in kept:
            game_id = game.facts.game_id
            writer.add(HistoryGame(game.facts, lines[game_id], game.plays, stints[game_id]))
        writer.finish(source.name, "cut", [])
    return out


def before(store: Path, day: str, out: Path) -> Path:
    """A store that ends before a day."""
    return copy_games(store, out, lambda facts: facts.date is not None and facts.date < day)
