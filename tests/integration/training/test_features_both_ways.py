"""The same games out of the live feed and out of history have the same features, name by name."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from courtside import features
from courtside.clock import PERIOD_TENTHS
from courtside.forecast.forecast import Situation
from courtside.forecast.model import Model
from courtside.formats.recordings import Recordings
from courtside.game.prior import Prior
from courtside.game.state import GameState, fold_all, start
from courtside.training.dataset import MOMENTS, row_of
from courtside.training.history_store import HistoryStore, StoredGame
from tests.support.seasons import import_weeks

pytestmark = pytest.mark.data
EXACT = 1e-9
"""Players stand in another order in the two, and sums of them differ in their last bits."""
UNNOTICED = "0022400729"
"""History has no rows for substitutions between periods: who came in then is seen when he does something.
In this game somebody had done nothing between the start of the second quarter and 18:00."""
DIFFERING = {
    # A possession or two that only the live feed tells of.
    "pace": {"0022400695": 1.3, "0022400733": 2.7, "0022400744": 2.7},
    # Plays of one second, in another order.
    "last_play_5": {"0022400721": 1.0},
    "rotation_game_score": {UNNOTICED: 1.3},
    "rotation_impact": {UNNOTICED: 0.5},
    "court_game_score": {UNNOTICED: 4.5},
    "court_impact": {UNNOTICED: 1.3},
}
"""Every exception at 18:00: the game, and how far apart the two are."""
MOMENTUM = 0.01
"""Points. It fades with tenths of seconds live, and with seconds in history."""
RUNNING_DIFFERING = {
    # The ball changes hands in the very second of a moment.
    "possession": 37,
    "lead_with_ball": 37,
    # Starters of a period of whom history has not heard yet.
    "rotation_game_score": 454,
    "rotation_impact": 454,
    "court_game_score": 454,
    "court_impact": 454,
}
"""Of 40 games at 62 moments each."""
LATE_TENTHS, LATE = 3600, 6
"""Of those 454, six are later than six minutes into a quarter."""


class Both(msgspec.Struct, frozen=True):
    """A game with its plays from history and from the live feed, and what was known beforehand."""

    history: StoredGame
    live: StoredGame
    prior: Prior

    @property
    def game_id(self) -> str:
        return self.history.facts.game_id


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.shipped()


@pytest.fixture(scope="module")
def forty(data_dir: Path, tmp_path_factory: pytest.TempPathFactory, model: Model) -> list[Both]:
    folder = tmp_path_factory.mktemp("forty")
    for name in ("nbastats_same_games.parquet", "games.csv"):
        shutil.copy(data_dir / "cdn" / name, folder)
    store = HistoryStore(import_weeks(folder, folder / "store"))
    recordings = Recordings.open(data_dir / "cdn" / "games")
    return list(_both(store, recordings, model))


def _both(store: HistoryStore, recordings: Recordings, model: Model) -> Iterator[Both]:
    book = model.book()
    for game in store.plays():
        facts = game.facts
        assert facts.date is not None
        roster = recordings.game(facts.game_id).box.observation.players
        ids = [entry.person_id for entry in roster]
        prior = Prior.of(*book.prior(facts.home, facts.away, facts.date, ids))
        live = msgspec.structs.replace(facts, roster=roster)
        yield Both(game, StoredGame(live, recordings.plays(facts.game_id)), prior)


def at_18(game: StoredGame) -> GameState:
    return fold_all(start(game.facts.roster), game.plays).pattern_state


def test_the_vector_at_18_00_is_the_same_live_and_from_history(forty: list[Both]) -> None:
    assert len(forty) == 40
    differing: dict[str, dict[str, float]] = {}
    for game in forty:
        history, live = (features.vector(at_18(side), game.prior) for side in (game.history, game.live))
        assert np.array_equal(np.isnan(history), np.isnan(live)), game.game_id
        for name, here, there in zip(features.NAMES, history.tolist(), live.tolist(), strict=True):
            apart = abs(here - there)
            if apart > (MOMENTUM if name == "momentum" else EXACT):
                differing.setdefault(name, {})[game.game_id] = round(apart, 1)
    assert differing == DIFFERING


def test_everything_but_the_market_is_known_of_real_games(forty: list[Both]) -> None:
    for game in forty:
        seen = features.vector(at_18(game.live), game.prior)
        assert {name for name, value in zip(features.NAMES, seen, strict=True) if np.isnan(value)} == {
            "market_margin"
        }


def test_the_forecast_at_18_00_is_the_same_live_and_from_history(forty: list[Both], model: Model) -> None:
    for game in forty:
        history, live = (
            model.forecast(Situation((), at_18(side), game.prior, game.game_id))
            for side in (game.history, game.live)
        )
        within = 0.1 if game.game_id == UNNOTICED else 0.0
        assert abs(history.point - live.point) <= within, game.game_id
        if not within:
            assert history.interval(0.05) == live.interval(0.05)
        assert history.similar == live.similar
        assert history.known == live.known == "players"


def test_running_features_are_the_same_at_all_but_a_few_moments(forty: list[Both]) -> None:
    differing: Counter[str] = Counter()
    late = 0
    for game in forty:
        history, live = (row_of(side, game.prior).running for side in (game.history, game.live))
        assert np.array_equal(np.isnan(history), np.isnan(live)), game.game_id
        apart = np.abs(np.nan_to_num(history) - np.nan_to_num(live))
        for place, name in enumerate(features.RUNNING_NAMES):
            differing[name] += int((apart[:, place] > 1e-4).sum())
        (unlike,) = np.nonzero(apart[:, features.RUNNING_INDEX["rotation_impact"]] > 1e-4)
        late += sum(MOMENTS[place] % PERIOD_TENTHS > LATE_TENTHS for place in unlike)
    assert len(MOMENTS) == 62
    assert {name: count for name, count in differing.items() if count} == RUNNING_DIFFERING
    assert late <= LATE
