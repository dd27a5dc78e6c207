"""What every forecaster does with a game at 18:00."""

import numpy as np
import pytest

from courtside.forecast.forecast import Forecaster, Situation
from courtside.forecast.persistence import Persistence
from courtside.game.state import fold_all, start
from courtside.sources.simulator_game import simulate_game

FORECASTERS = [Persistence.shipped]


@pytest.fixture(params=FORECASTERS)
def forecaster(request: pytest.FixtureRequest) -> Forecaster:
    made: Forecaster = request.param()
    return made


@pytest.fixture(params=[0, 1, 2])
def situation(request: pytest.FixtureRequest) -> Situation:
    game = simulate_game(request.param)
    at_18 = fold_all(start(game.roster), game.plays).pattern_state
    return Situation(pattern=tuple(float(value or 0) for value in at_18.path[:18]), state=at_18)


def test_the_same_situation_gives_the_same_forecast(forecaster: Forecaster, situation: Situation) -> None:
    one, other = forecaster.forecast(situation), forecaster.forecast(situation)
    assert one.point == other.point
    assert np.array_equal(one.distribution.probabilities, other.distribution.probabilities)


def test_its_distribution_is_one(forecaster: Forecaster, situation: Situation) -> None:
    probabilities = forecaster.forecast(situation).distribution.probabilities
    assert probabilities.min() >= 0
    assert probabilities.sum() == pytest.approx(1.0)


def test_wider_intervals_hold_narrower_ones_and_the_point(
    forecaster: Forecaster, situation: Situation
) -> None:
    forecast = forecaster.forecast(situation)
    low80, high80 = forecast.distribution.interval(0.8)
    low95, high95 = forecast.distribution.interval(0.95)
    assert low95 <= low80 <= forecast.point <= high80 <= high95


def test_its_weights_add_up_over_members_that_it_names(forecaster: Forecaster, situation: Situation) -> None:
    forecast = forecaster.forecast(situation)
    assert sum(forecast.weights.values()) == pytest.approx(1.0)
    assert forecast.weights.keys() == forecast.members.keys()


def test_it_answers_a_bare_pattern_too(forecaster: Forecaster, situation: Situation) -> None:
    bare = Situation(pattern=situation.pattern)
    assert abs(forecaster.forecast(bare).point - forecaster.forecast(situation).point) < 15


def test_a_mirrored_game_has_the_mirrored_point_within_a_home_advantage(forecaster: Forecaster) -> None:
    pattern = tuple(float(minute % 7) for minute in range(18))
    there = forecaster.forecast(Situation(pattern=pattern)).point
    back = forecaster.forecast(Situation(pattern=tuple(-value for value in pattern))).point
    assert abs(there + back) < 3
