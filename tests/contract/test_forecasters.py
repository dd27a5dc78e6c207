"""What every forecaster does: with a game at 18:00, and at every other moment."""

from collections.abc import Callable

import numpy as np
import pytest

from courtside.forecast.forecast import Forecaster, Situation
from courtside.forecast.model import Model
from courtside.game.prior import NOTHING, Prior
from courtside.game.state import GameState, fold_all, start
from courtside.sources.simulator_game import simulate_game
from tests.support.plain import Plain

FORECASTERS: dict[str, Callable[[], Forecaster]] = {
    "plain": Plain,
    "shipped": Model.shipped,
    "classic": lambda: Model.shipped("classic"),
}
RATED = Prior.of(
    {"elo": 5.0, "home_advantage": 2.0, "rest_home": 2.0, "rest_away": 1.0, "back_to_back": -1.0}
)


@pytest.fixture(scope="module", params=FORECASTERS)
def forecaster(request: pytest.FixtureRequest) -> Forecaster:
    return FORECASTERS[request.param]()


@pytest.fixture(scope="module")
def moments() -> list[GameState]:
    """A game at every fifteenth play, from before its tip."""
    game = simulate_game(4)
    state = start(game.roster)
    found = [state]
    for number, play in enumerate(game.plays[:-1]):
        state = fold_all(state, [play])
        if number % 15 == 0:
            found.append(state)
    return found


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


def test_at_every_moment_its_margins_are_distributions_that_agree_with_who_wins(
    forecaster: Forecaster, moments: list[GameState]
) -> None:
    for state in moments:
        for prior in (NOTHING, RATED):
            running = forecaster.running(state, prior)
            for margin in (running.final, running.halftime):
                if margin is not None:
                    assert margin.probabilities.min() >= 0
                    assert margin.probabilities.sum() == pytest.approx(1.0)
            assert running.final.cdf(0) - running.final.cdf(-1) == pytest.approx(0.0, abs=1e-9)
            assert 0.0 < running.win_home < 1.0
            assert running.run is None or 0.0 <= running.run <= 1.0
            assert forecaster.win(state, prior) == pytest.approx(running.win_home)


def test_the_halftime_margin_ends_with_the_half(forecaster: Forecaster, moments: list[GameState]) -> None:
    for state in moments:
        running = forecaster.running(state, NOTHING)
        if state.elapsed < 14_400:
            assert running.halftime is not None
        elif state.half is not None and state.period > 2:
            assert (
                running.halftime is None
                or running.halftime.interval(0.95)[0] == state.half[0] - state.half[1]
            )


def test_it_is_certain_of_a_game_that_is_over_and_of_no_other(forecaster: Forecaster) -> None:
    game = simulate_game(4)
    end = fold_all(start(game.roster), game.plays)
    margin = game.score[0] - game.score[1]
    assert forecaster.win(end, NOTHING, over=True) == float(margin > 0)
    over = forecaster.running(end, NOTHING, over=True)
    assert (over.win_home, over.final.median) == (float(margin > 0), margin)


def test_who_is_better_wins_more_often(forecaster: Forecaster, moments: list[GameState]) -> None:
    worse = Prior.of({**RATED.values, "elo": -5.0})
    for state in moments[:-5]:
        assert forecaster.win(state, worse) <= forecaster.win(state, RATED)
