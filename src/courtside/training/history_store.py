"""The imported history: a folder of columns, one folder in it for each imported source.

    STORE/<source>/games.parquet      a row a game (`GameFacts`)
    STORE/<source>/players.parquet    a row a player and game (`PlayerFacts`)
    STORE/<source>/stints.parquet     a row a stint (`Stint`): the ten on court, and the margin
    STORE/<source>/plays.parquet      a row a play, games one after the other, whole games in a row group
    STORE/<source>/source.json        what it was made of, and the games that were left out, with the reason

A source's folder appears whole or not at all. Games of one source stand in its order.
"""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from courtside.errors import BadHistory, UnknownGame
from courtside.events import Play
from courtside.game.stints import Stint
from courtside.training import history_columns as columns
from courtside.training.history_game import GameFacts, HistoryGame, PlayerFacts

LAYOUT = 2
"""Rises when stored games would come out differently: older folders are then imported again."""

SOURCE_FILE = "source.json"


class BrokenGame(msgspec.Struct, frozen=True):
    game_id: str
    kind: str
    reason: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What one folder of the store was made of."""

    name: str
    fingerprint: str
    layout: int
    games: int
    plays: int
    seasons: list[int]
    first_date: str | None = None
    last_date: str | None = None
    undated: int = 0
    broken: list[BrokenGame] = []


class StoredGame(msgspec.Struct, frozen=True):
    """A game as it was played: the fold of `plays` from `facts.roster` is the state that the facts tell."""

    facts: GameFacts
    plays: tuple[Play, ...]


class HistoryStore:
    """Read access to a store; raises `BadHistory` where the folder is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = {part: read_source(part) for part in parts(folder)}
        if not self._parts:
            raise BadHistory(
                "no_store",
                f"{folder} holds no imported history; make it with 'courtside history import --out {folder}'",
            )

    @property
    def sources(self) -> list[Source]:
        return list(self._parts.values())

    @property
    def seasons(self) -> list[int]:
        return sorted({season for source in self.sources for season in source.seasons})

    def games(self, season: int | None = None) -> list[GameFacts]:
        """All games, or those of a season, by date and id; a game without date comes by its id."""
        found = [
            facts
            for part in self._of(season)
            for facts in columns.read_games(part)
            if season is None or facts.season == season
        ]
        return sorted(found, key=lambda facts: (facts.date or "", facts.game_id))

    def players(self, season: int | None = None) -> list[PlayerFacts]:
        """The players' lines of those games, game by game in no promised order."""
        wanted = None if season is None else {facts.game_id for facts in self.games(season)}
        return [
            line
            for part in self._of(season)
            for line in columns.read_players(part)
            if wanted is None or line.game_id in wanted
        ]

    def stints(self, season: int | None = None) -> dict[str, tuple[Stint, ...]]:
        """The stints of those games by game id; a game in which nobody's five are known has none.

        Raises `BadHistory` for a store that was imported before stints were kept.
        """
        found: dict[str, tuple[Stint, ...]] = {}
        for part in self._of(season):
            if self._parts[part].layout < LAYOUT:
                raise BadHistory(
                    "store",
                    f"{part} was imported by an older Courtside; run 'courtside history import' again",
                )
            stored = columns.read_stints(part)
            for facts in columns.read_games(part):
                if season is None or facts.season == season:
                    found[facts.game_id] = stored.get(facts.game_id, ())
        return found

    def plays(self, season: int | None = None) -> Iterator[StoredGame]:
        """Those games with their plays, source by source, as they were imported."""
        for part in self._of(season):
            facts = columns.read_games(part)
            for game, plays in zip(facts, columns.read_plays(part, facts), strict=True):
                if season is None or game.season == season:
                    yield StoredGame(game, plays)

    def game(self, game_id: str) -> StoredGame:
        """One game with its plays; raises `UnknownGame`."""
        for part in self._parts:
            games = columns.read_games(part)
            for index, facts in enumerate(games):
                if facts.game_id == game_id:
                    group, place = divmod(index, columns.GAMES_A_GROUP)
                    plays = next(islice(columns.read_plays(part, games, group), place, None))
                    return StoredGame(facts, plays)
        raise UnknownGame(f"no game {game_id!r} in {self._folder}; 'courtside history list' shows what is")

    def _of(self, season: int | None) -> list[Path]:
        return [part for part, source in self._parts.items() if season is None or season in source.seasons]


def parts(folder: Path) -> list[Path]:
    """The folders of whole sources, by name."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if not path.name.startswith(".") and (path / SOURCE_FILE).is_file()
    )


def read_source(part: Path) -> Source:
    path = part / SOURCE_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Source)
    except msgspec.DecodeError as error:
        raise BadHistory(
            "store", f"{path}: {error}; remove the folder {part.name} and import it again"
        ) from error


class SourceWriter:
    """Writes one source beside the others, under a name that nobody reads, until `finish`."""

    def __init__(self, store: Path, name: str) -> None:
        self._final = store / name
        self._work = store / f".{name}.new"
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        self._writer = columns.Writer(self._work)
        self._games = 0
        self._plays = 0
        self._seasons: set[int] = set()
        self._dates: list[str] = []

    def add(self, game: HistoryGame) -> None:
        self._writer.add(game)
        self._games += 1
        self._plays += len(game.plays)
        self._seasons.add(game.facts.season)
        if game.facts.date is not None:
            self._dates.append(game.facts.date)

    def finish(self, name: str, fingerprint: str, broken: list[BrokenGame]) -> Source:
        """The source is in the store from here on, in place of an older one of its name."""
        self._writer.close()
        source = Source(
            name=name,
            fingerprint=fingerprint,
            layout=LAYOUT,
            games=self._games,
            plays=self._plays,
            seasons=sorted(self._seasons),
            first_date=min(self._dates, default=None),
            last_date=max(self._dates, default=None),
            undated=self._games - len(self._dates),
            broken=broken,
        )
        (self._work / SOURCE_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(source)) + b"\n")
        old = self._final.with_name(f".{self._final.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self._final.exists():
            self._final.rename(old)
        self._work.rename(self._final)
        shutil.rmtree(old, ignore_errors=True)
        return source

    def abandon(self) -> None:
        self._writer.close()
        shutil.rmtree(self._work, ignore_errors=True)
