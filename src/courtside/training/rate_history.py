"""Rates a whole history in the order of play, and tells of each game what was known before its day."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from courtside.events import PlayerPrior
from courtside.forecast.elo import is_neutral
from courtside.forecast.rating_book import RatingBook
from courtside.game.finished import FinishedGame, PlayerLine, ordered
from courtside.game.stints import Stint
from courtside.training.history_game import GameFacts, PlayerFacts
from courtside.training.history_store import HistoryStore

Known = tuple[GameFacts, dict[str, float], tuple[PlayerPrior, ...]]
"""A game with the values and players of its `Context`."""

_LINE = PlayerLine.__struct_fields__


def rate(store: HistoryStore, until: str | None = None, book: RatingBook | None = None) -> Iterator[Known]:
    """Every game before the day `until`, with what `book` (an empty one if none is given) knew then.

    Games of one day do not see one another: the book learns from them when all of them were told. It has
    learned from all when the iterator is exhausted. A game without date is told without any prior, and
    not rated.
    """
    book = RatingBook() if book is None else book
    for season in store.seasons:
        games = store.games(season)
        if until is not None and all(facts.date is not None and facts.date >= until for facts in games):
            continue
        lines = _by_game(store.players(season))
        stints = store.stints(season)
        for date, day in groupby(games, key=lambda facts: facts.date):
            if date is None:
                yield from ((facts, {}, ()) for facts in day)
                continue
            if until is not None and date >= until:
                break
            games_of_day = [
                (facts, finished(facts, lines.get(facts.game_id, ()), stints[facts.game_id])) for facts in day
            ]
            for facts, game in games_of_day:
                ids = [line.person_id for line in game.players]
                neutral = is_neutral(facts.game_id, date)
                yield facts, *book.prior(facts.home, facts.away, date, ids, neutral=neutral)
            for _, game in games_of_day:
                book.after(game)


def finished(facts: GameFacts, lines: Iterable[PlayerFacts], stints: tuple[Stint, ...]) -> FinishedGame:
    """A stored game as ratings see it: the same as `finished_game` makes of it live. It must have a date."""
    assert facts.date is not None
    return FinishedGame(
        facts.game_id,
        facts.date,
        facts.home,
        facts.away,
        facts.final_differential,
        ordered(_line(line) for line in lines if line.played > 0),
        stints,
    )


def _line(facts: PlayerFacts) -> PlayerLine:
    known = {name: getattr(facts, name) for name in _LINE}
    return PlayerLine(**{**known, "starter": bool(facts.starter)})


def _by_game(lines: Iterable[PlayerFacts]) -> dict[str, list[PlayerFacts]]:
    found: dict[str, list[PlayerFacts]] = {}
    for line in lines:
        found.setdefault(line.game_id, []).append(line)
    return found
