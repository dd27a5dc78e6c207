import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.errors import ModelError
from courtside.forecast.conformal import STEP, ConformalResiduals

RESIDUALS = st.lists(st.floats(-40, 40), min_size=1, max_size=60).map(np.array)
FORECASTS = st.floats(-60, 60)


@given(RESIDUALS, FORECASTS, st.floats(0.5, 2.0))
def test_a_distribution_is_one_of_probabilities(
    residuals: np.ndarray[tuple[int], np.dtype[np.float64]], forecast: float, scale: float
) -> None:
    distribution = ConformalResiduals.of(residuals).distribution(forecast, scale)
    assert (distribution.probabilities >= 0.0).all()
    assert distribution.probabilities.sum() == pytest.approx(1.0, abs=1e-9)


@given(RESIDUALS, st.integers(-30, 30), st.integers(-50, 50))
def test_at_integers_the_table_is_the_share_of_residuals_and_of_the_one_to_come(
    residuals: np.ndarray[tuple[int], np.dtype[np.float64]], forecast: int, outcome: int
) -> None:
    whole = np.round(residuals)
    count = len(whole)
    below = ConformalResiduals.of(whole).distribution(forecast).cdf(outcome)
    seen = int((whole <= outcome - forecast).sum())
    # The residual to come may stand on either side.
    assert seen / (count + 1) - 2e-5 <= below <= (seen + 1) / (count + 1) + 2e-5


def test_a_shifted_forecast_shifts_the_distribution() -> None:
    residuals = ConformalResiduals.of(np.random.default_rng(1).normal(0.0, 6.0, 500))
    here, there = residuals.distribution(0.25), residuals.distribution(7.25)
    assert [there.cdf(k + 7) for k in range(-20, 20)] == pytest.approx([here.cdf(k) for k in range(-20, 20)])


def test_a_scale_stretches_the_residuals() -> None:
    residuals = ConformalResiduals.of(np.random.default_rng(2).normal(0.0, 6.0, 4000))
    narrow, wide = residuals.distribution(0.0).interval(0.8), residuals.distribution(0.0, 2.0).interval(0.8)
    assert wide[1] - wide[0] == pytest.approx(2 * (narrow[1] - narrow[0]), abs=2.0)


def test_outcomes_may_stand_on_a_fractional_score() -> None:
    residuals = ConformalResiduals.of(np.arange(-3.0, 4.0))
    moved = residuals.distribution(10.5, offset=0.5)
    assert moved.median == 10.5
    assert moved.cdf(10.5) == residuals.distribution(10.0).cdf(10.0)


@pytest.mark.parametrize("count", [9, 19, 39, 99])
@pytest.mark.parametrize("coverage", [0.8, 0.95])
@pytest.mark.parametrize("tails", ["normal", "heavy"])
def test_small_calibration_sets_cover_what_they_promise(count: int, coverage: float, tails: str) -> None:
    dice = np.random.default_rng(count)

    def draw(size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return 8.0 * (dice.standard_normal(size) if tails == "normal" else dice.standard_t(4, size))

    covered, promised, games = 0.0, 0.0, 300
    for _ in range(games):
        distribution = ConformalResiduals.of(draw(count)).distribution(0.3)
        low, high = distribution.interval(coverage)
        promised += distribution.cdf(high) - distribution.cdf(low - 1.0)
        covered += float(np.mean(np.abs(2 * np.round(draw(200) + 0.3) - low - high) <= high - low))
    # With less than one residual expected outside, how far the tails reach is a guess.
    doubt = 0.015 if count * (1.0 - coverage) >= 1.0 else 0.04
    assert covered / games > promised / games - doubt
    assert promised / games == pytest.approx(coverage, abs=0.02)


def test_many_residuals_give_calibrated_probabilities() -> None:
    dice = np.random.default_rng(5)
    forecasts = dice.normal(0.0, 9.0, 6000)
    outcomes = np.round(forecasts + dice.normal(0.0, 7.0, 6000))
    residuals = ConformalResiduals.of((outcomes - forecasts)[:4000])
    later = [
        (residuals.distribution(m).cdf(y) + residuals.distribution(m).cdf(y - 1)) / 2
        for m, y in zip(forecasts[4000:], outcomes[4000:], strict=True)
    ]
    shares, _ = np.histogram(later, bins=10, range=(0.0, 1.0))
    assert np.abs(shares / 2000 - 0.1).max() < 0.03


def test_a_recent_game_can_weigh_more() -> None:
    residuals = np.concatenate([np.full(100, -5.0), np.full(100, 5.0)])
    weights = np.concatenate([np.full(100, 0.1), np.ones(100)])
    assert ConformalResiduals.of(residuals).distribution(0.0).cdf(0) == pytest.approx(0.5)
    assert ConformalResiduals.of(residuals, weights).distribution(0.0).cdf(0) == pytest.approx(
        10.5 / 111, abs=1e-4
    )


def test_equal_weights_are_no_weights() -> None:
    residuals = np.arange(-7.0, 9.0)
    plain, weighted = ConformalResiduals.of(residuals), ConformalResiduals.of(residuals, np.full(16, 0.2))
    assert plain.first == weighted.first
    assert np.allclose(plain.cdf, weighted.cdf)


def test_arrays_carry_the_whole_table() -> None:
    residuals = ConformalResiduals.of(np.random.default_rng(3).normal(0.0, 6.0, 50))
    again = ConformalResiduals.from_arrays(residuals.to_arrays())
    assert again.first == residuals.first
    assert np.array_equal(again.cdf, residuals.cdf)
    assert again.grid[1] - again.grid[0] == STEP


@settings(max_examples=20)
@given(st.floats(0.05, 0.95))
def test_any_coverage_can_be_asked_for(coverage: float) -> None:
    residuals = ConformalResiduals.of(np.random.default_rng(4).normal(0.0, 6.0, 2000))
    distribution = residuals.distribution(1.4)
    low, high = distribution.interval(coverage)
    assert distribution.cdf(high) - distribution.cdf(low - 1.0) == pytest.approx(coverage, abs=0.04)


@pytest.mark.parametrize(
    ("residuals", "weights"),
    [
        (np.array([]), None),
        (np.array([1.0, np.nan]), None),
        (np.array([1.0, 2.0]), np.array([1.0])),
        (np.array([1.0, 2.0]), np.array([1.0, -1.0])),
        (np.array([1.0, 2.0]), np.array([0.0, 0.0])),
    ],
)
def test_what_cannot_calibrate_is_refused(
    residuals: np.ndarray[tuple[int], np.dtype[np.float64]],
    weights: np.ndarray[tuple[int], np.dtype[np.float64]] | None,
) -> None:
    with pytest.raises(ModelError):
        ConformalResiduals.of(residuals, weights)


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"first": np.array([0.0])},
        {"first": np.array([]), "cdf": np.array([0.0, 1.0])},
        {"first": np.array([0.0]), "cdf": np.array([0.0, np.nan])},
        {"first": np.array([0.0]), "cdf": np.array([0.0, 0.5])},
        {"first": np.array([0.0]), "cdf": np.array([-0.5, 1.0])},
        {"first": np.array([0.0]), "cdf": np.array([1.0])},
    ],
)
def test_broken_tables_are_refused(
    arrays: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]],
) -> None:
    with pytest.raises(ModelError):
        ConformalResiduals.from_arrays(arrays)
