"""The two regressions behind the running forecast, against what they must find."""

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.training.fit_running import least_squares, logistic


def test_least_squares_finds_what_there_is_to_find() -> None:
    draws = np.random.default_rng(3)
    design = np.column_stack([np.ones(400), draws.normal(5.0, 3.0, (400, 2))])
    coefficients = np.array([4.0, -2.0, 0.5])
    found, others = least_squares(design, design @ coefficients, np.ones(400), np.arange(400) % 4, 1e-9)
    assert found == pytest.approx(coefficients, abs=1e-6)
    assert others == pytest.approx(design @ coefficients, abs=1e-6)


def test_each_season_is_predicted_by_the_others_alone() -> None:
    draws = np.random.default_rng(4)
    design = np.column_stack([np.ones(300), draws.normal(2.0, 3.0, (300, 2))])
    outcome, weights = draws.normal(0.0, 5.0, 300), draws.uniform(0.2, 1.0, 300)
    groups, roots = np.repeat([2019, 2021, 2022], 100), np.sqrt(weights)
    _, predicted = least_squares(design, outcome, weights, groups, 0.0)
    for group in (2019, 2021, 2022):
        own = groups == group
        left, right = design[~own] * roots[~own, None], outcome[~own] * roots[~own]
        others = np.linalg.lstsq(left, right, rcond=None)[0]
        assert predicted[own] == pytest.approx(design[own] @ others, abs=1e-6)


def test_a_single_season_is_predicted_by_itself() -> None:
    draws = np.random.default_rng(5)
    design, outcome = np.column_stack([np.ones(50), draws.normal(size=50)]), draws.normal(size=50)
    found, predicted = least_squares(design, outcome, np.ones(50), np.full(50, 2020), 0.0)
    assert predicted == pytest.approx(design @ found)


def test_logistic_finds_the_odds_that_games_were_drawn_with() -> None:
    draws = np.random.default_rng(6)
    design = np.column_stack([np.ones(40_000), draws.normal((3.0, 0.0), (6.0, 1.0), (40_000, 2))])
    truth = np.array([-0.4, 0.15, 0.5])
    won = (draws.random(40_000) < 1.0 / (1.0 + np.exp(-design @ truth))).astype(np.float64)
    found = logistic(design, won, np.ones(40_000), 0.1)
    assert found == pytest.approx(truth, abs=0.06)
    chances = 1.0 / (1.0 + np.exp(-design @ found))
    assert chances.mean() == pytest.approx(won.mean(), abs=1e-6)
    twice = (np.concatenate([design, design]), np.concatenate([won, won]))
    assert logistic(*twice, np.full(80_000, 0.5), 0.1) == pytest.approx(found, abs=1e-6)


def test_a_ridge_holds_back_what_parts_games_completely_but_not_the_mean() -> None:
    lead = np.concatenate([np.arange(-20.0, 0.0), np.arange(1.0, 21.0)])
    design, won = np.column_stack([np.ones(40), lead]), (lead > 0).astype(np.float64)
    loose, tight = (logistic(design, won, np.ones(40), ridge) for ridge in (0.1, 100.0))
    assert 0.0 < tight[1] < loose[1] < 5.0
    quarter = (np.arange(40) % 4 == 0).astype(np.float64)
    shifted = logistic(design, quarter, np.ones(40), 1e9)
    assert 1.0 / (1.0 + np.exp(-shifted[0])) == pytest.approx(0.25, abs=1e-3)


def test_a_column_that_never_varies_counts_for_nothing() -> None:
    draws = np.random.default_rng(7)
    design = np.column_stack([np.ones(200), np.full(200, 3.0), draws.normal(size=200)])
    won = (design[:, 2] + draws.normal(size=200) > 0).astype(np.float64)
    assert logistic(design, won, np.ones(200), 0.1)[1] == pytest.approx(0.0, abs=1e-9)
    found, _ = least_squares(design, 2.0 * design[:, 2], np.ones(200), np.zeros(200, dtype=np.int64), 0.1)
    assert found[1] == pytest.approx(0.0, abs=1e-9)


def test_a_step_too_far_is_taken_back_by_halves() -> None:
    """Features with tails as heavy as these, which were searched for: plain Newton steps overshoot."""
    draws = np.random.default_rng(1945)
    count = int(draws.integers(8, 200))
    design = np.column_stack([np.ones(count), draws.standard_t(1, (count, 2))])
    luck = draws.random(count)
    odds = np.clip(design @ draws.normal(size=3) * 3, -30, 30)
    won = (luck < 1 / (1 + np.exp(-odds))).astype(np.float64)
    found = logistic(design, won, np.ones(count), 1e-3)
    chances = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
    assert chances.mean() == pytest.approx(won.mean(), abs=1e-6)
    assert ((chances > 0.5) == (won > 0)).mean() > 0.9


def test_odds_that_do_not_settle_are_refused() -> None:
    draws = np.random.default_rng(8)
    design = np.column_stack([np.ones(60), draws.normal(size=60)])
    won = (draws.random(60) < 0.5).astype(np.float64)
    with pytest.raises(ModelError, match="did not settle") as failure:
        logistic(design, won, np.ones(60), 0.1, most=1)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("won", [0.0, 1.0])
def test_games_that_one_side_always_wins_are_refused(won: float) -> None:
    design = np.column_stack([np.ones(60), np.linspace(-1.0, 1.0, 60)])
    with pytest.raises(ModelError, match="every game has the same winner") as failure:
        logistic(design, np.full(60, won), np.ones(60), 0.1)
    assert "\n" not in str(failure.value)
