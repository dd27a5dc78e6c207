from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadInput
from courtside.forecast.adaptive import (
    NOMINAL_80,
    NOMINAL_95,
    RANGE_80,
    RANGE_95,
    AdaptiveLevel,
    AdaptiveLevels,
    effective,
)

LEVELS_80, LEVELS_95 = st.floats(*RANGE_80), st.floats(*RANGE_95)


def season_after_season(
    spread: np.ndarray[tuple[int], np.dtype[np.float64]],
    nominal: float,
    bounds: tuple[float, float],
    seed: int,
) -> tuple[float, float]:
    """Share of games inside, and mean width beside that of one who knows the spread."""
    outcomes = np.abs(np.random.default_rng(seed).standard_normal(len(spread)) * spread)
    level, normal = AdaptiveLevel.fresh(nominal, bounds), NormalDist()
    inside, widths = 0, 0.0
    for outcome, truth in zip(outcomes, spread, strict=True):
        half = normal.inv_cdf(1.0 - level.alpha / 2)
        widths += half / (normal.inv_cdf(1.0 - nominal / 2) * truth)
        inside += bool(outcome <= half)
        level = level.after(inside=bool(outcome <= half))
    return inside / len(spread), widths / len(spread)


@pytest.mark.parametrize(("nominal", "bounds"), [(NOMINAL_80, RANGE_80), (NOMINAL_95, RANGE_95)])
def test_a_spread_that_grows_keeps_its_coverage(nominal: float, bounds: tuple[float, float]) -> None:
    growing = 1.025 ** (np.arange(6600) / 1320)
    inside, _ = season_after_season(growing, nominal, bounds, seed=1)
    assert inside == pytest.approx(1.0 - nominal, abs=0.006)


@pytest.mark.parametrize(("nominal", "bounds"), [(NOMINAL_80, RANGE_80), (NOMINAL_95, RANGE_95)])
def test_where_nothing_drifts_nothing_widens(nominal: float, bounds: tuple[float, float]) -> None:
    runs = [season_after_season(np.ones(3000), nominal, bounds, seed) for seed in range(6)]
    assert np.mean([inside for inside, _ in runs]) == pytest.approx(1.0 - nominal, abs=0.004)
    assert float(np.mean([width for _, width in runs])) < 1.015


def test_a_miss_widens_and_a_hit_narrows() -> None:
    levels = AdaptiveLevels()
    assert levels.values == {"alpha80": NOMINAL_80, "alpha95": NOMINAL_95}
    missed, held = levels.after(False, False), levels.after(True, True)
    for name, value in levels.values.items():
        assert missed.values[name] < value < held.values[name]


def test_in_the_long_run_hits_and_misses_at_the_nominal_rate_change_nothing() -> None:
    levels = AdaptiveLevels()
    for game in range(200):
        levels = levels.after(game % 5 != 0, game % 20 != 0)
    assert levels.level80.alpha == pytest.approx(NOMINAL_80)
    assert levels.level95.alpha == pytest.approx(NOMINAL_95)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=300))
def test_the_levels_never_cross(games: list[tuple[bool, bool]]) -> None:
    levels = AdaptiveLevels()
    for inside80, inside95 in games * 3:
        levels = levels.after(inside80, inside95)
    assert RANGE_95[0] <= levels.level95.alpha <= RANGE_95[1]
    assert levels.level95.alpha < levels.level80.alpha <= RANGE_80[1]


@given(LEVELS_80, LEVELS_95)
def test_the_map_rises_from_nothing_to_all_through_both_levels(alpha80: float, alpha95: float) -> None:
    alphas = [*np.linspace(0.0, 1.0, 101), NOMINAL_95, NOMINAL_80, 1e-6, 1.0 - 1e-6]
    asked = [effective(alpha, alpha80, alpha95) for alpha in sorted(alphas)]
    assert all(before <= after + 1e-12 for before, after in pairwise(asked))
    assert (asked[0], asked[-1]) == (0.0, 1.0)
    assert effective(NOMINAL_80, alpha80, alpha95) == alpha80
    assert effective(NOMINAL_95, alpha80, alpha95) == alpha95
    assert effective(NOMINAL_95 + 1e-9, alpha80, alpha95) == pytest.approx(alpha95, abs=1e-6)


@given(st.floats(0.001, 0.999))
def test_fresh_levels_ask_for_what_was_asked(alpha: float) -> None:
    assert effective(alpha) == pytest.approx(alpha)


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_an_alpha_that_is_no_share_is_refused(alpha: float) -> None:
    with pytest.raises(BadInput, match=r"0\.05 gives a 95% interval"):
        effective(alpha)


@pytest.mark.parametrize(("alpha80", "alpha95"), [(0.05, 0.2), (0.2, 0.2), (0.2, 0.0), (1.0, 0.05)])
def test_levels_out_of_order_are_refused(alpha80: float, alpha95: float) -> None:
    with pytest.raises(BadInput, match="out of order"):
        effective(0.1, alpha80, alpha95)
