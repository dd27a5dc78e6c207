import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadInput
from courtside.forecast.distribution import IntegerDistribution
from courtside.training import scores
from tests.unit.training.report_maker import normal_distribution


def test_an_empty_column_or_columns_of_two_lengths_have_no_score() -> None:
    nothing = np.array([])
    with pytest.raises(BadInput, match="no games to score"):
        scores.mae(nothing, nothing)
    with pytest.raises(BadInput, match=r"columns have \[2, 3\] rows"):
        scores.rmse(np.zeros(2), np.zeros(3))
    with pytest.raises(BadInput, match="no games to score"):
        scores.coverage_error(0.8, 0)


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=12).filter(any),
    st.integers(-10, 10),
    st.integers(-30, 30),
    st.sampled_from([0.0, 0.5, -2.0]),
)
def test_crps_is_the_area_between_the_distribution_and_the_step_of_the_outcome(
    weights: list[int], first: int, actual: int, offset: float
) -> None:
    distribution = IntegerDistribution(first, np.array(weights) / sum(weights), offset)
    # Both steps lie on halves, so that a grid of halves integrates exactly.
    grid = np.arange(-60.0, 60.0, 0.5)
    below = np.array([distribution.cdf(x) for x in grid])
    area = float(np.square(below - (grid >= actual)).sum() * 0.5)
    assert scores.crps(distribution, actual) == pytest.approx(area, abs=1e-9)


def test_crps_of_a_normal_distribution_is_the_known_one() -> None:
    # sd (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)) at z = 0: 0.23370 sd; integers differ a little.
    assert scores.crps(normal_distribution(0.0, 6.0), 0.0) == pytest.approx(0.2337 * 6.0, abs=0.03)


def test_crps_is_smallest_on_average_for_the_distribution_that_outcomes_come_from() -> None:
    random = np.random.default_rng(4)
    truth = normal_distribution(2.0, 6.0)
    drawn = truth.first + random.choice(len(truth.probabilities), 4000, p=truth.probabilities)
    means = {
        (mean, sd): np.mean([scores.crps(normal_distribution(mean, sd), y) for y in drawn])
        for mean, sd in ((2.0, 6.0), (2.0, 4.0), (2.0, 9.0), (4.0, 6.0))
    }
    assert min(means, key=lambda setting: means[setting]) == (2.0, 6.0)


def test_both_ends_of_an_interval_belong_to_it() -> None:
    lower, upper = np.full(4, -2.0), np.full(4, 3.0)
    assert scores.coverage(lower, upper, np.array([-2.0, 3.0, -3.0, 4.0])) == 0.5
    assert scores.mean_width(lower, upper) == 5.0


def test_a_pit_histogram_of_right_distributions_is_flat() -> None:
    random = np.random.default_rng(5)
    lower, upper = [], []
    for mean in random.normal(0.0, 9.0, 4000):
        distribution = normal_distribution(float(mean), 6.0)
        drawn = random.choice(len(distribution.probabilities), p=distribution.probabilities)
        ends = scores.pit(distribution, float(distribution.first + drawn))
        lower.append(ends[0])
        upper.append(ends[1])
    heights = scores.pit_histogram(np.array(lower), np.array(upper))
    assert heights.mean() == pytest.approx(1.0)
    assert np.abs(heights - 1.0).max() < 3 * (9 / 4000) ** 0.5


def test_a_pit_histogram_of_too_narrow_distributions_is_a_valley() -> None:
    random = np.random.default_rng(6)
    narrow = normal_distribution(0.0, 3.0)
    ends = [scores.pit(narrow, float(y)) for y in np.round(random.normal(0.0, 6.0, 2000))]
    heights = scores.pit_histogram(*np.array(ends).T)
    assert heights[0] > 2.0 and heights[-1] > 2.0 and heights[4] < 0.8


def test_an_outcome_that_had_no_probability_counts_in_the_first_or_last_bar() -> None:
    short = IntegerDistribution(0, np.array([0.5, 0.5]))
    ends = np.array([scores.pit(short, -5.0), scores.pit(short, 5.0)])
    assert list(scores.pit_histogram(ends[:, 0], ends[:, 1], bins=4)) == [2.0, 0.0, 0.0, 2.0]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_every_game_has_the_same_area_in_the_pit_histogram(ends: list[tuple[float, float]]) -> None:
    lower, upper = np.array([min(pair) for pair in ends]), np.array([max(pair) for pair in ends])
    assert scores.pit_histogram(lower, upper).sum() == pytest.approx(scores.PIT_BINS)
