"""Tables of the endgame: what was seen, a little of its neighbours, and never nothing."""

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.forecast.running_tables import FARTHEST, STEPS
from courtside.training.endgame import steps_table


def weights(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.ones(count)


def test_a_table_is_a_distribution_in_which_nothing_is_impossible() -> None:
    for steps in (np.zeros(1), np.array([-3.0, 2.0]), np.arange(-40.0, 41.0)):
        table = steps_table(steps, weights(len(steps)), mirrored=False)
        assert table.shape == STEPS.shape
        assert table.sum() == pytest.approx(1.0)
        assert table.min() > 0.0


def test_of_many_games_it_is_what_was_seen() -> None:
    steps = np.repeat([0.0, 2.0, 3.0, -2.0], [70_000, 15_000, 10_000, 5_000])
    table = steps_table(steps, weights(len(steps)), mirrored=False)
    for step, share in ((0, 0.7), (2, 0.15), (3, 0.1), (-2, 0.05)):
        assert table[step + FARTHEST] == pytest.approx(share, abs=0.001)
    assert table[1 + FARTHEST] < 0.001


def test_of_few_games_a_margin_that_was_not_seen_borrows_from_its_neighbours() -> None:
    steps = np.repeat([-6.0, -2.0, 0.0, 2.0, 6.0], 8)
    table = steps_table(steps, weights(len(steps)), mirrored=False)
    assert table[1 + FARTHEST] > 0.01
    many = steps_table(np.repeat(steps, 100), weights(len(steps) * 100), mirrored=False)
    assert many[1 + FARTHEST] < table[1 + FARTHEST] / 3
    certain = steps_table(np.zeros(40), weights(40), mirrored=False)
    assert certain[FARTHEST] > 0.95


def test_mirrored_counts_every_game_for_both_sides() -> None:
    steps = np.array([3.0] * 30 + [1.0] * 10)
    table = steps_table(steps, weights(40), mirrored=True)
    assert table == pytest.approx(table[::-1])
    both = steps_table(np.concatenate([steps, -steps]), weights(80) / 2, mirrored=False)
    assert table @ np.abs(STEPS) == pytest.approx(both @ np.abs(STEPS), rel=0.05)


def test_weights_count_relative_to_the_heaviest() -> None:
    steps = np.array([2.0] * 500 + [-2.0] * 500)
    shares = np.where(steps > 0, 3.0, 1.0)
    table = steps_table(steps, shares, mirrored=False)
    assert table == pytest.approx(steps_table(steps, shares * 7, mirrored=False))
    assert table[FARTHEST + 2] / table[FARTHEST - 2] == pytest.approx(3.0, rel=0.05)
    thrice = np.array([2.0] * 1500 + [-2.0] * 500)
    # Three games weigh as one of the heaviest.
    light = steps_table(thrice, np.full(2000, 1.0), mirrored=False)
    assert np.abs(table - light).max() < 0.05


def test_what_lies_past_all_reach_counts_as_the_farthest() -> None:
    table = steps_table(np.full(200, 120.0), weights(200), mirrored=False)
    assert table.argmax() == len(STEPS) - 1


@pytest.mark.parametrize("count", [0, 5])
def test_without_a_game_that_weighs_anything_there_is_no_table(count: int) -> None:
    with pytest.raises(ModelError, match="import more seasons") as failure:
        steps_table(np.zeros(count), np.zeros(count), mirrored=True)
    assert "\n" not in str(failure.value)
