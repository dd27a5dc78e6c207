import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadInput
from courtside.training import scores_win as scores

CHANCES = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


def test_brier_and_log_loss_of_a_coin() -> None:
    coin, came = np.full(2, 0.5), np.array([True, False])
    assert scores.brier(coin, came) == 0.25
    assert scores.log_loss(coin, came) == pytest.approx(np.log(2.0))


def test_log_loss_of_a_certainty_that_was_wrong_is_bounded() -> None:
    assert scores.log_loss(np.array([1.0]), np.array([False])) == pytest.approx(-np.log(scores.CLIP))
    assert scores.log_loss(np.array([0.0]), np.array([True])) == pytest.approx(-np.log(scores.CLIP))


@given(CHANCES)
def test_auc_is_the_share_of_pairs_in_the_right_order_with_ties_as_halves(
    games: list[tuple[float, bool]],
) -> None:
    probability = np.array([chance for chance, _ in games])
    came = np.array([happened for _, happened in games])
    yes, no = probability[came], probability[~came]
    if not len(yes) or not len(no):
        assert scores.auc(probability, came) is None
        return
    pairs = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    assert scores.auc(probability, came) == pytest.approx(pairs.mean())


@given(CHANCES)
def test_calibration_error_is_the_mean_gap_of_the_reliability_table(games: list[tuple[float, bool]]) -> None:
    probability = np.array([chance for chance, _ in games])
    came = np.array([happened for _, happened in games])
    table = scores.reliability(probability, came)
    assert sum(group.n for group in table) == len(games)
    assert scores.ece(probability, came) == pytest.approx(
        sum(group.n * abs(group.predicted - group.observed) for group in table) / len(games)
    )


def test_a_chance_on_the_border_belongs_to_the_upper_bin_and_one_to_the_last() -> None:
    table = scores.reliability(np.array([0.3, 0.6, 0.7, 1.0]), np.array([True, True, False, True]))
    assert [group.lower for group in table] == [0.3, 0.6, 0.7, 0.9]
    assert table[-1] == scores.Bin(lower=0.9, upper=1.0, n=1, predicted=1.0, observed=1.0, se=0.0)


def test_the_floor_is_what_perfect_chances_show() -> None:
    random = np.random.default_rng(8)
    chances = random.beta(2.0, 2.0, 600)
    mean, highest = scores.ece_floor(chances)
    shown = [scores.ece(chances, random.random(600) < chances) for _ in range(400)]
    assert np.mean(shown) == pytest.approx(mean, rel=0.05)
    assert np.mean(np.array(shown) > highest) == pytest.approx(0.05, abs=0.03)


def test_wrong_chances_lie_above_the_floor() -> None:
    random = np.random.default_rng(9)
    truth = random.beta(2.0, 2.0, 3000)
    came = random.random(3000) < truth
    confident = np.clip(0.5 + 1.5 * (truth - 0.5), 0.0, 1.0)
    assert scores.ece(truth, came) < scores.ece_floor(truth)[1]
    assert scores.ece(confident, came) > scores.ece_floor(confident)[1]


def test_the_floor_of_several_moments_is_the_mean_of_theirs() -> None:
    random = np.random.default_rng(10)
    chances = random.random((500, 3))
    alone = np.mean([scores.ece_floor(chances[:, moment])[0] for moment in range(3)])
    together, highest = scores.ece_floor(chances)
    assert together == pytest.approx(alone, rel=0.02)
    assert highest > together


def test_the_same_seed_draws_the_same_floor_and_another_one_nearly_the_same() -> None:
    chances = np.random.default_rng(11).random(400)
    assert scores.ece_floor(chances, seed=1) == scores.ece_floor(chances, seed=1)
    assert scores.ece_floor(chances, seed=1) != scores.ece_floor(chances, seed=2)
    assert scores.ece_floor(chances, seed=1)[0] == pytest.approx(
        scores.ece_floor(chances, seed=2)[0], rel=0.05
    )


def test_no_games_have_no_score() -> None:
    with pytest.raises(BadInput, match="no games to score"):
        scores.ece_floor(np.array([]))
    with pytest.raises(BadInput, match="columns have"):
        scores.brier(np.array([0.5]), np.array([True, False]))
