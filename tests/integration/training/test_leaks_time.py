"""Nothing that comes later is known earlier: not within a game, nor from one game to another."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from courtside import features
from courtside.clock import PATTERN_TENTHS, elapsed_tenths
from courtside.events import Play
from courtside.forecast.forecast import Situation
from courtside.forecast.model import Model
from courtside.forecast.rating_book import RatingBook
from courtside.game.prior import Prior
from courtside.game.state import GameState, fold_all, start
from courtside.training.dataset import MOMENTS, build, row_of
from courtside.training.history_game import GameFacts
from courtside.training.history_store import HistoryStore, StoredGame
from courtside.training.rate_history import Known, rate
from tests.support.seasons import before, copy_games

pytestmark = pytest.mark.data
CUT = "2023-11-15"


@pytest.fixture(scope="module")
def told(small: Path) -> dict[str, Prior]:
    return {facts.game_id: Prior.of(values, players) for facts, values, players in rate(HistoryStore(small))}


@pytest.fixture(scope="module")
def stored(small: Path) -> list[StoredGame]:
    return list(HistoryStore(small).plays())


def at_18(game: StoredGame, plays: tuple[Play, ...]) -> GameState:
    return fold_all(start(game.facts.roster), plays).pattern_state


def until(game: StoredGame, tenths: int) -> tuple[Play, ...]:
    return tuple(play for play in game.plays if elapsed_tenths(play.period, play.remaining_tenths) <= tenths)


def something_else(plays: tuple[Play, ...]) -> Play:
    """What did not happen a second after 18:00."""
    last = plays[-1]
    return msgspec.structs.replace(
        last, order=last.order + 1, play_id=last.play_id + 1, period=2, remaining_tenths=3590, side="home",
        action="3pt", made=True, score_home=last.score_home + 40, sub_type="", descriptor="", qualifiers=(),
    )  # fmt: skip


def test_a_game_cut_at_18_00_has_the_vector_and_the_forecast_of_the_whole_one(
    stored: list[StoredGame], told: dict[str, Prior]
) -> None:
    model = Model.shipped()
    for number, game in enumerate(stored):
        prior = told[game.facts.game_id]
        early = until(game, PATTERN_TENTHS)
        whole, cut = at_18(game, game.plays), at_18(game, (*early, something_else(early)))
        seen = features.vector(whole, prior)
        assert np.array_equal(seen, features.vector(cut, prior), equal_nan=True), game.facts.game_id
        assert np.isfinite(seen[features.PATTERN]).all()
        if number % 4 == 0:
            one, other = (model.forecast(Situation((), state, prior, "x")) for state in (whole, cut))
            assert one == msgspec.structs.replace(other, distribution=one.distribution)
            assert np.array_equal(one.distribution.probabilities, other.distribution.probabilities)
            assert one.distribution.first == other.distribution.first


def test_running_features_at_a_moment_know_no_later_play(
    stored: list[StoredGame], told: dict[str, Prior]
) -> None:
    places = [MOMENTS.index(minute * 600) for minute in (6, 18, 24, 36, 47)]
    for number, game in enumerate(stored[::3]):
        prior = told[game.facts.game_id]
        place = places[number % len(places)]
        early = until(game, MOMENTS[place])
        whole, cut = row_of(game, prior), row_of(StoredGame(game.facts, early), prior)
        upto = slice(0, place + 1)
        assert np.array_equal(whole.running[upto], cut.running[upto], equal_nan=True), game.facts.game_id


def test_running_features_do_follow_the_plays(stored: list[StoredGame], told: dict[str, Prior]) -> None:
    game = stored[-1]
    prior = told[game.facts.game_id]
    whole = row_of(game, prior)
    cut = row_of(StoredGame(game.facts, until(game, 6000)), prior)
    assert not np.array_equal(whole.running, cut.running, equal_nan=True)


def test_later_games_change_no_earlier_row(small: Path, tmp_path: Path) -> None:
    games = build(small, RatingBook())
    shorter = build(before(small, CUT, tmp_path / "cut"), RatingBook())
    (kept,) = np.nonzero(np.array([facts.date is not None and facts.date < CUT for facts in games.games]))
    assert 40 < len(games) - len(kept) < 80
    assert shorter.games == [games.games[row] for row in kept]
    for name in ("day", "season", "at_18", "running", "path", "half", "final"):
        there, here = getattr(shorter, name), getattr(games, name)[kept]
        assert np.array_equal(there, here, equal_nan=there.dtype.kind == "f"), name


def test_ratings_until_a_day_are_those_of_a_store_that_ends_there(small: Path, tmp_path: Path) -> None:
    one, other = RatingBook(), RatingBook()
    told = list(rate(HistoryStore(small), until=CUT, book=one))
    assert told == list(rate(HistoryStore(before(small, CUT, tmp_path / "cut")), book=other))
    assert one.to_parts() == other.to_parts()


def test_games_of_one_day_do_not_see_one_another(small: Path, tmp_path: Path) -> None:
    whole = {told[0].game_id: told for told in rate(HistoryStore(small))}
    for removed in _one_of_many_on_its_day(whole):
        game_id, date = removed.game_id, removed.date
        folder = tmp_path / game_id
        copy_games(small, folder, lambda facts, game_id=game_id: facts.game_id != game_id)  # type: ignore[misc]
        without = {told[0].game_id: told for told in rate(HistoryStore(folder))}
        assert whole.keys() - without.keys() == {game_id}
        changed = {told[0].date for told in without.values() if told != whole[told[0].game_id]}
        assert changed and date is not None
        assert all(other is not None and other > date for other in changed)


def _one_of_many_on_its_day(told: dict[str, Known]) -> Iterator[GameFacts]:
    days: dict[str, list[Known]] = {}
    for known in told.values():
        days.setdefault(known[0].date or "", []).append(known)
    busy = [games for games in days.values() if len(games) > 5]
    yield busy[0][0][0]
    yield busy[-2][2][0]
