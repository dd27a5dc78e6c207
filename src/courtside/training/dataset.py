"""History as a model sees it: every game at 18:00 and at moments from tip to end, with what followed.

What is known of a game beforehand (ratings, rest, market) is from earlier days only. The features are
those of live games (`courtside.features`), from the same fold.
"""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from courtside import features
from courtside.errors import BadHistory
from courtside.events import LARGEST_MARGIN, PlayerPrior
from courtside.forecast.rating_book import RatingBook
from courtside.game.prior import Prior
from courtside.game.state import GameState, fold, start
from courtside.training.fit_running import TIMES
from courtside.training.history_game import GameFacts
from courtside.training.history_store import HistoryStore, StoredGame
from courtside.training.rate_history import rate

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOMENTS = TIMES
"""Tenths of game time at which every game is looked at."""


class Dataset(msgspec.Struct, frozen=True):
    """N games in order of date and id; margins are home minus away, in points.

    `at_18` has shape (N, len(features.NAMES)), `running` (N, len(MOMENTS), len(features.RUNNING_NAMES)),
    `path` (N, 48): the differential at the end of each minute.
    """

    games: list[GameFacts]
    day: Integers
    """The Eastern day of the tip, as `day_of` counts."""
    season: Integers
    at_18: Floats
    running: npt.NDArray[np.float32]
    path: Integers
    half: Integers
    final: Integers

    def __len__(self) -> int:
        return len(self.games)

    @property
    def lead_18(self) -> Integers:
        return self.path[:, features.PATTERN.stop - 1]

    def expected_margins(self) -> dict[str, float]:
        """By game id, the final margins that were expected beforehand; those of games that nobody rated
        are not there."""
        margins = self.at_18[:, features.INDEX["expected_margin"]].tolist()
        return {
            facts.game_id: margin
            for facts, margin in zip(self.games, margins, strict=True)
            if margin == margin  # unknown ones are NaN
        }

    def where(self, mask: npt.NDArray[np.bool_]) -> "Dataset":
        """The games of a mask of shape (N,)."""
        chosen = np.flatnonzero(mask)
        return Dataset(
            games=[self.games[place] for place in chosen.tolist()],
            day=self.day[chosen],
            season=self.season[chosen],
            at_18=self.at_18[chosen],
            running=self.running[chosen],
            path=self.path[chosen],
            half=self.half[chosen],
            final=self.final[chosen],
        )


def day_of(date: str) -> int:
    """Days since 1970 of an ISO date."""
    return int(np.datetime64(date, "D").astype(np.int64))


class Known(msgspec.Struct, frozen=True):
    """What a worker needs of one game beyond its plays."""

    values: Mapping[str, float]
    players: tuple[PlayerPrior, ...]

    @property
    def prior(self) -> Prior:
        return Prior.of(self.values, self.players)


class Row(msgspec.Struct, frozen=True):
    """What `Dataset` has of one game that follows from its plays."""

    game_id: str
    at_18: Floats
    running: npt.NDArray[np.float32]


def build(
    folder: Path,
    book: RatingBook,
    *,
    spreads: Mapping[str, float] | None = None,
    until: str | None = None,
    after: str | None = None,
    jobs: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Dataset:
    """All games of the store at `folder`; `book` has rated them all at the end.

    `until` leaves out games from that day on, `after` those before it (they are rated all the same).
    `spreads` are closing home spreads by game id.
    """
    total = len(HistoryStore(folder).games())
    kept: dict[str, GameFacts] = {}
    futures: list[Future[list[Row]]] = []
    rows: dict[str, Row] = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for season, known in known_before(folder, book, spreads=spreads, until=until, after=after):
            kept.update((facts.game_id, facts) for facts, _ in known)
            by_id = {facts.game_id: before for facts, before in known}
            futures.append(pool.submit(_season, folder, season, by_id))
        for future in futures:
            rows.update((row.game_id, row) for row in future.result())
            progress(len(rows), total)
    return _dataset(folder, kept.values(), rows)


def known_before(
    folder: Path,
    book: RatingBook,
    *,
    spreads: Mapping[str, float] | None = None,
    until: str | None = None,
    after: str | None = None,
) -> Iterator[tuple[int, list[tuple[GameFacts, Known]]]]:
    """The games of `build`, season by season, and what was known of each before its day: each day's ratings
    follow from the day before."""
    store = HistoryStore(folder)
    unrated = store.seasons[0] if book.last_date is None else None
    rated = rate(store, until=until, book=book)
    for season, games in groupby(rated, key=lambda known: known[0].season):
        found: list[tuple[GameFacts, Known]] = []
        for facts, values, players in games:
            if facts.date is None or (after is not None and facts.date < after):
                continue
            if season == unrated:
                # In the first season of all nobody has a past: ratings that say nothing are unknown.
                values, players = {}, ()
            known = dict(values)
            if spreads is not None and facts.game_id in spreads:
                known["market_spread"] = spreads[facts.game_id]
            found.append((facts, Known(known, players)))
        if found:
            yield season, found


def _dataset(folder: Path, games: Iterable[GameFacts], rows: Mapping[str, Row]) -> Dataset:
    games = sorted(games, key=lambda facts: (facts.date or "", facts.game_id))
    if not games:
        raise BadHistory(
            "no_games", f"{folder} has no games in that span; 'courtside history list' shows them"
        )
    return Dataset(
        games=games,
        day=np.array([day_of(facts.date or "") for facts in games]),
        season=np.array([facts.season for facts in games]),
        at_18=np.stack([rows[facts.game_id].at_18 for facts in games]),
        running=np.stack([rows[facts.game_id].running for facts in games]),
        path=np.array([facts.path[:48] for facts in games]),
        half=np.array([facts.halftime_differential for facts in games]),
        final=np.array([facts.final_differential for facts in games]),
    )


def _season(folder: Path, season: int, known: Mapping[str, Known]) -> list[Row]:
    return [
        row_of(game, known[game.facts.game_id].prior)
        for game in HistoryStore(folder).plays(season)
        if game.facts.game_id in known
    ]


def row_of(game: StoredGame, prior: Prior) -> Row:
    """One game at 18:00 and at every moment."""
    running = np.full((len(MOMENTS), len(features.RUNNING_NAMES)), np.nan, dtype=np.float32)
    last = start(game.facts.roster)
    for place, state in _at_moments(game):
        running[place] = features.running(state, prior)
        last = state
    return Row(game.facts.game_id, features.vector(last.pattern_state, prior), running)


def _at_moments(game: StoredGame) -> Iterator[tuple[int, GameState]]:
    """The state at each moment: after the last play that is not later."""
    state = start(game.facts.roster)
    place = 0
    for play in game.plays:
        following = fold(state, play)
        while place < len(MOMENTS) and following.elapsed > MOMENTS[place]:
            yield place, state
            place += 1
        if place == len(MOMENTS):
            return
        state = following
    for rest in range(place, len(MOMENTS)):
        yield rest, state


def read_spreads(path: Path) -> dict[str, float]:
    """Closing home spreads by game id, from a CSV with the columns `game_id` and `close_home_spread`;
    an empty one or `NA` is unknown. Raises `BadHistory`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            wanted = {"game_id", "close_home_spread"}
            if not wanted <= set(reader.fieldnames or ()):
                raise BadHistory("spreads", f"{path} lacks the columns {', '.join(sorted(wanted))}")
            rows = [(row["game_id"].zfill(10), row["close_home_spread"] or "NA") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadHistory("spreads", f"{path} cannot be read ({error}); give a CSV") from error
    return {game_id: _spread(path, game_id, said) for game_id, said in rows if said != "NA"}


def _spread(path: Path, game_id: str, said: str) -> float:
    try:
        points = float(said)
    except ValueError:
        points = math.nan
    if not abs(points) < LARGEST_MARGIN:
        raise BadHistory(
            "spreads",
            f"{path}: the spread {said!r} of game {game_id} is not in points; give one such as -4.5",
        )
    return points
