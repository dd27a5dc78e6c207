"""Weights against a search over a grid of all of them."""

from itertools import product

import numpy as np
import pytest

from courtside.errors import BadInput
from courtside.training.stacking import classic, stack


def made(
    members: int, seed: int, games: int = 300
) -> tuple[
    np.ndarray[tuple[int, ...], np.dtype[np.float64]], np.ndarray[tuple[int, ...], np.dtype[np.float64]]
]:
    draws = np.random.default_rng(seed)
    signal = draws.normal(0.0, 2.0, games)
    outcome = signal + draws.normal(0.0, 6.0, games)
    noise = draws.normal(0.0, draws.uniform(0.2, 4.0, members), (games, members))
    return signal[:, None] * draws.uniform(0.2, 1.5, members) + noise, outcome


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("members", [2, 3])
def test_no_weights_on_a_fine_grid_do_better(members: int, seed: int) -> None:
    said, outcome = made(members, seed)
    disagreement = ((said - said.mean(axis=1, keepdims=True)) ** 2).mean()

    def loss(weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        distance = ((weights - 1 / members) ** 2).sum()
        return float(((said @ weights - outcome) ** 2).mean() + 0.02 * disagreement * distance)

    weights = stack(said, outcome)
    steps = 40
    grid = (
        np.array([*shares, steps - sum(shares)]) / steps
        for shares in product(range(steps + 1), repeat=members - 1)
        if sum(shares) <= steps
    )
    assert loss(weights) <= min(loss(other) for other in grid) + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_weights_are_shares(seed: int) -> None:
    weights = stack(*made(6, seed))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)


def test_a_member_that_is_right_gets_everything() -> None:
    said, outcome = made(3, 1)
    said[:, 1] = outcome
    assert stack(said, outcome, shrink=0.0).tolist() == pytest.approx([0.0, 1.0, 0.0], abs=1e-6)


def test_shrinking_hard_gives_what_it_is_shrunk_to() -> None:
    said, outcome = made(4, 2)
    assert stack(said, outcome, shrink=1e6).tolist() == pytest.approx([0.25] * 4, abs=1e-3)
    toward = np.array([0.7, 0.1, 0.1, 0.1])
    assert stack(said, outcome, shrink=1e6, toward=toward).tolist() == pytest.approx(toward, abs=1e-3)


def test_members_that_say_the_same_share_equally() -> None:
    said, outcome = made(1, 3)
    assert stack(np.repeat(said, 3, axis=1), outcome).tolist() == pytest.approx([1 / 3] * 3)


def test_two_twins_share_what_one_would_get() -> None:
    said, outcome = made(2, 4)
    weights = stack(np.column_stack([said[:, 0], said[:, 0], said[:, 1]]), outcome)
    assert weights[0] == pytest.approx(weights[1])


def test_one_member_has_all_the_weight() -> None:
    assert stack(*made(1, 5)).tolist() == pytest.approx([1.0])


def test_the_order_of_members_is_the_order_of_weights() -> None:
    said, outcome = made(4, 6)
    assert stack(said[:, ::-1], outcome)[::-1].tolist() == pytest.approx(stack(said, outcome).tolist())


def test_what_is_not_known_cannot_be_stacked() -> None:
    said, outcome = made(2, 7)
    said[3, 0] = np.nan
    with pytest.raises(BadInput, match="is not a number"):
        stack(said, outcome)
    with pytest.raises(BadInput, match="1 to 12 members"):
        stack(np.zeros((5, 13)), np.zeros(5))
    with pytest.raises(BadInput, match="give a row a game"):
        stack(np.zeros((5, 2)), np.zeros(4))


def test_the_classic_mixture_is_four_to_six() -> None:
    assert classic(("linear", "lstm", "dejavu")).tolist() == [0.0, 0.6, 0.4]
    with pytest.raises(BadInput, match="needs dejavu and lstm, not linear"):
        classic(("linear",))


def test_members_that_are_all_right_share_equally() -> None:
    _, outcome = made(1, 8)
    assert stack(np.repeat(outcome[:, None], 2, axis=1), outcome).tolist() == [0.5, 0.5]
