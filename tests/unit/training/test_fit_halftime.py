"""Members season by season, their combination, and nothing of it from games that come later."""

from functools import partial

import numpy as np
import pytest

from courtside.errors import BadHistory
from courtside.forecast.adaptive import AdaptiveLevels
from courtside.forecast.conformal import ConformalResiduals
from courtside.forecast.halftime import CLASSIC
from courtside.forecast.member import PATTERN_FEATURES
from courtside.training import fit_halftime as module
from courtside.training.dataset import Dataset
from courtside.training.fit_halftime import Fitted, WalkForward, fit_halftime, fit_members, run_levels
from courtside.training.fit_linear import fit_linear
from tests.unit.training.made_dataset import made_dataset

SEASONS = {2019: 120, 2020: 140, 2021: 130, 2022: 120}


@pytest.fixture(autouse=True)
def few_and_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST_GAMES", 100)
    # Compiling the real one takes longer than all the rest; least squares look at the same pattern.
    like_it = partial(fit_linear, features=PATTERN_FEATURES, name="lstm")
    monkeypatch.setattr(module, "fit_lstm", like_it)


@pytest.fixture
def games() -> Dataset:
    return made_dataset(SEASONS)


def fitted(games: Dataset, until: int = 2023) -> Fitted:
    before = games.season < until
    walk = WalkForward(games)
    return fit_halftime(walk, before, walk.members_of(before))


def tiers(found: Fitted) -> list[str]:
    return [combination.tier for combination in found.model.combinations]


def test_each_tier_is_combined_of_its_own_members_with_weights_that_add_up(games: Dataset) -> None:
    found = fitted(games)
    assert tiers(found) == ["score", "teams", "players", CLASSIC]
    for combination in found.model.combinations:
        assert sum(combination.weights.values()) == pytest.approx(1.0)
        assert min(combination.weights.values()) >= 0.0
    players = found.model.combinations[2]
    assert players.members == {
        "persistence": "persistence", "linear": "linear-players", "dejavu": "dejavu", "lstm": "lstm",
        "stern": "stern", "boosting": "boosting-players",
    }  # fmt: skip
    assert found.model.combinations[-1].weights == {"dejavu": 0.4, "lstm": 0.6}
    assert found.unseen.tier == "players"
    assert len(found.unseen.errors) == SEASONS[2021] + SEASONS[2022]


def test_a_tier_known_only_in_the_latest_season_waits_for_the_next() -> None:
    games = made_dataset({2019: 120, 2020: 140})
    assert tiers(fitted(games)) == ["score", CLASSIC]
    assert tiers(fitted(made_dataset({2019: 120, 2020: 140, 2021: 120}))) == [
        "score", "teams", "players", CLASSIC,
    ]  # fmt: skip


def test_what_knows_the_market_serves_once_there_are_spreads_to_learn_from() -> None:
    games = made_dataset(SEASONS, spread_from=2021)
    found = fitted(games)
    assert tiers(found) == ["score", "teams", "spread", "players", "market", CLASSIC]
    assert found.unseen.tier == "players"
    seen = games.at_18[-1]
    assert found.model.forecast(seen, explain=False).known == "market"
    late = made_dataset(SEASONS, spread_from=2022)
    assert tiers(fitted(late)) == ["score", "teams", "players", CLASSIC]


@pytest.mark.parametrize(
    ("seasons", "told"),
    [
        ({2021: 90}, "90 games are too few to learn from; 100 are needed at least"),
        ({2021: 150}, "calibrated out of sample: give two seasons of history or more"),
    ],
)
def test_too_little_history_is_refused(seasons: dict[int, int], told: str) -> None:
    with pytest.raises(BadHistory, match=told):
        fitted(made_dataset(seasons))


def test_what_is_said_of_a_season_does_not_depend_on_it_or_on_what_follows(games: Dataset) -> None:
    changed = games.where(np.ones(len(games), dtype=np.bool_))
    late = changed.season >= 2021
    changed.half[late] += 40
    changed.final[late] += 40
    one, other = (WalkForward(each).said(2021, "players") for each in (games, changed))
    shorter = WalkForward(games.where(games.season <= 2021)).said(2021, "players")
    assert one is not None and other is not None and shorter is not None
    assert np.array_equal(one.increments, other.increments)
    assert np.array_equal(one.increments, shorter.increments)
    assert one.rows.tolist() == np.flatnonzero(games.season == 2021).tolist()


def test_whole_seasons_are_fitted_once_and_parts_of_one_on_their_own(
    games: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[int] = []

    def counted(games: Dataset, progress: object = None) -> module.Members:
        fits.append(len(games))
        return fit_members(games)

    monkeypatch.setattr(module, "fit_members", counted)
    walk = WalkForward(games)
    first = walk.members_of(games.season < 2021)
    assert walk.members_before(2021) is first
    half = walk.members_of(games.day < games.day[games.season == 2021][60])
    assert half is not first
    assert fits == [260, 320]


def test_a_season_that_is_under_way_counts_as_far_as_it_is_known(games: Dataset) -> None:
    before = games.day < games.day[games.season == 2022][60]
    walk = WalkForward(games)
    found = fit_halftime(walk, before, walk.members_of(before))
    assert len(found.unseen.rows) == SEASONS[2021] + 60
    assert before[found.unseen.rows].all()


def test_levels_learn_of_a_day_when_it_is_over() -> None:
    residuals = ConformalResiduals.of(np.linspace(-8.0, 8.0, 200))
    fresh = AdaptiveLevels()
    days = np.array([1, 1, 2])
    inside, outside = np.zeros(3), np.full(3, 60.0)
    fine, bad = (run_levels(fresh, days, errors, residuals) for errors in (inside, outside))
    assert fine == fresh.after(True, True).after(True, True).after(True, True)
    assert bad == fresh.after(False, False).after(False, False).after(False, False)
    assert bad.level80.alpha < fresh.level80.alpha < fine.level80.alpha
    assert run_levels(fresh, days[:0], inside[:0], residuals) == fresh
