"""A thousand simulated games are like three real seasons."""

import random

import pytest

from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_league import TEAMS
from courtside.sources.simulator_measure import (
    Counts,
    GameMeasures,
    average,
    measure_game,
    measure_simulated,
)
from courtside.sources.simulator_rates import Measures, shipped

GAMES = 1000
SEED = 2
WITHIN = 0.10


@pytest.fixture(scope="module")
def simulated() -> Measures:
    rng = random.Random(SEED)
    codes = sorted(TEAMS)
    return average(
        [
            measure_simulated(simulate_game(f"{SEED} {number}", *rng.sample(codes, 2)))
            for number in range(GAMES)
        ]
    )


@pytest.mark.parametrize("name", Measures.__struct_fields__)
def test_a_thousand_games_agree_with_the_real_seasons_within_a_tenth(name: str, simulated: Measures) -> None:
    ours, real = getattr(simulated, name), getattr(shipped().targets, name)
    assert ours == pytest.approx(real, rel=WITHIN)


def test_the_shipped_rates_are_those_of_the_seasons_that_they_name() -> None:
    table = shipped()
    assert table.seasons == (2021, 2022, 2023)
    assert table.games == 3690
    assert 0.33 < table.rates.made.three_made < 0.40
    assert table.rates.steal.seconds < table.rates.rebound.seconds < table.rates.made.seconds


def _measured(*path: tuple[int, int, int], periods: int = 4) -> GameMeasures:
    return measure_game(path, Counts(180, 70, 44, 20, 26, periods))


def test_a_game_is_measured_from_the_course_of_its_score() -> None:
    game = _measured((300, 2, 0), (600, 2, 3), (900, 4, 3), (900, 5, 3), (14_400, 5, 5), (28_000, 5, 8))
    assert (game.points, game.ties, game.lead_changes) == (13, 1, 3)
    assert (game.halftime_margin, game.final_margin) == (0, -3)
    assert game.run_points == (2, 3, 3, 5)
    assert game.minute_margins[0] == -1
    assert game.minute_margins[1] == 3
    assert sum(game.minute_margins) == -3
    assert (game.scored, game.scored_again) == (4, 1)


def test_pace_counts_possessions_of_one_team_in_48_minutes() -> None:
    regulation, overtime = _measured(periods=4).counts.pace, _measured(periods=5).counts.pace
    assert regulation == pytest.approx((180 + 0.44 * 44 - 20 + 26) / 2)
    assert overtime == pytest.approx(regulation * 48 / 53)


def test_averages_are_over_games() -> None:
    games = [_measured((300, 10, 0), periods=5), _measured((300, 0, 8), (700, 2, 8))]
    measures = average(games)
    assert measures.points == 5.0
    assert measures.overtime_share == 0.5
    assert (measures.runs_of_8, measures.runs_of_10) == (1.0, 0.5)
    assert measures.halftime_margin_deviation == 8.0
