import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadInput
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.model import Model


@st.composite
def distributions(draw: st.DrawFn) -> IntegerDistribution:
    weights = draw(st.lists(st.integers(0, 50), min_size=1, max_size=40).filter(any))
    probabilities = np.array(weights, dtype=np.float64) / sum(weights)
    offset = draw(st.integers(-40, 40) | st.floats(-40, 40).map(lambda value: round(value, 1)))
    return IntegerDistribution(draw(st.integers(-30, 30)), probabilities, offset)


@st.composite
def peaks(draw: st.DrawFn) -> IntegerDistribution:
    """Without a gap and with one top, as increments of a score are."""
    rising = sorted(draw(st.lists(st.integers(1, 60), min_size=1, max_size=20)))
    falling = sorted(draw(st.lists(st.integers(1, 60), max_size=20)), reverse=True)
    weights = np.array(rising + falling, dtype=np.float64)
    return IntegerDistribution(-len(rising), weights / weights.sum())


LEVELS = st.floats(0.001, 0.999)


def mass(distribution: IntegerDistribution, lower: float, upper: float) -> float:
    """Probability from `lower` to `upper`, both of them outcomes."""
    return distribution.cdf(upper) - distribution.cdf(lower - 1)


@given(distributions(), LEVELS)
def test_a_quantile_is_the_first_outcome_that_reaches_its_level(
    distribution: IntegerDistribution, level: float
) -> None:
    outcome = distribution.quantile(level)
    assert distribution.cdf(outcome) >= level - 1e-9
    assert distribution.cdf(outcome - 1) < level + 1e-9


@given(distributions())
def test_the_cumulative_probability_rises_from_nothing_to_one(distribution: IntegerDistribution) -> None:
    count = len(distribution.probabilities)
    first = distribution.offset + distribution.first
    outcomes = [distribution.offset + (distribution.first + step) for step in range(-1, count + 1)]
    values = [distribution.cdf(outcome) for outcome in outcomes]
    assert values[0] == 0.0
    assert values[-1] == pytest.approx(1.0)
    assert values == sorted(values)
    assert distribution.cdf(first + 0.5) == distribution.cdf(first), "between outcomes nothing is added"


@given(distributions(), st.floats(-30, 30).map(lambda value: round(value, 1)))
def test_a_shift_moves_every_outcome_by_the_same(distribution: IntegerDistribution, points: float) -> None:
    moved = distribution.shifted(points)
    assert moved.median == pytest.approx(distribution.median + points)
    assert moved.mean == pytest.approx(distribution.mean + points)
    lower, upper = distribution.interval(0.8)
    assert moved.interval(0.8) == pytest.approx((lower + points, upper + points))


@given(distributions(), LEVELS)
def test_an_interval_is_in_order_and_among_the_outcomes(
    distribution: IntegerDistribution, coverage: float
) -> None:
    lower, upper = distribution.interval(coverage)
    count = len(distribution.probabilities)
    outcomes = [distribution.offset + (distribution.first + step) for step in range(count)]
    assert lower in outcomes and upper in outcomes and lower <= upper
    tail = (1 - coverage) / 2
    assert lower >= distribution.quantile(tail), "never wider than the outer quantiles"
    assert upper <= distribution.quantile(1 - tail)


@given(peaks(), LEVELS)
def test_no_end_can_be_given_up_to_come_nearer_to_the_coverage(
    distribution: IntegerDistribution, coverage: float
) -> None:
    lower, upper = distribution.interval(coverage)
    reached = abs(mass(distribution, lower, upper) - coverage)
    if lower < upper:
        smaller = min(mass(distribution, lower, lower), mass(distribution, upper, upper))
        assert abs(mass(distribution, lower, upper) - smaller - coverage) >= reached - 1e-9


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_what_the_shipped_residuals_cover_is_what_is_asked_to_a_point(coverage: float) -> None:
    distribution = Model.shipped().halftime.residuals["score"].distribution(0.0)
    lower, upper = distribution.interval(coverage)
    widest = float(distribution.probabilities.max())
    assert abs(mass(distribution, lower, upper) - coverage) <= widest / 2 + 1e-9


@given(peaks(), st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_more_coverage_is_never_a_narrower_interval(
    distribution: IntegerDistribution, coverage: float, more: float
) -> None:
    narrow, wide = distribution.interval(coverage), distribution.interval(coverage + more)
    reached = mass(distribution, *narrow), mass(distribution, *wide)
    step = float(distribution.probabilities.max())
    assert reached[1] >= reached[0] - step


@pytest.mark.parametrize("coverage", [0.0, 1.0, -0.5, 95.0, float("nan")])
def test_a_coverage_that_is_no_probability_is_refused_with_its_value(coverage: float) -> None:
    with pytest.raises(BadInput, match=f"coverage {coverage} .* 0.95"):
        IntegerDistribution(0, np.array([1.0])).interval(coverage)


def test_a_single_outcome_is_its_own_interval() -> None:
    sure = IntegerDistribution(3, np.array([1.0]), 2.5)
    assert (sure.mean, sure.median, sure.interval(0.95)) == (5.5, 5.5, (5.5, 5.5))
    assert (sure.cdf(5.4), sure.cdf(5.5), sure.cdf(99)) == (0.0, 1.0, 1.0)
