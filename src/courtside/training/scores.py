"""How good forecasts in points are: errors, the whole distribution, intervals. Pure functions of arrays.

Arrays have shape (n,), one game each, and are in points (home minus away). Empty arrays raise `BadInput`:
the mean of nothing would be NaN, which looks like a score.
"""

import numpy as np
import numpy.typing as npt

from courtside.errors import BadInput
from courtside.forecast.distribution import IntegerDistribution

FloatArray = npt.NDArray[np.float64]
PIT_BINS = 10


def checked(*columns: npt.NDArray[np.generic]) -> None:
    """All of one length, and not empty; raises `BadInput`."""
    lengths = {len(column) for column in columns}
    if len(lengths) != 1:
        raise BadInput(f"columns have {sorted(lengths)} rows; give one value a game in each")
    if lengths == {0}:
        raise BadInput("no games to score; choose dates with games that were played")


def mae(forecast: FloatArray, actual: FloatArray) -> float:
    """Mean absolute error, points.

    >>> mae(np.array([3.0, -2.0]), np.array([5.0, -2.0]))
    1.0
    """
    checked(forecast, actual)
    return float(np.abs(forecast - actual).mean())


def rmse(forecast: FloatArray, actual: FloatArray) -> float:
    """Root of the mean squared error, points.

    >>> rmse(np.array([3.0, -2.0]), np.array([6.0, 2.0]))
    3.5355339059327378
    """
    checked(forecast, actual)
    return float(np.sqrt(np.square(forecast - actual).mean()))


def crps(distribution: IntegerDistribution, actual: float) -> float:
    """Continuous ranked probability score, points; 0 is best. One game.

    E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007), summed exactly over the support. For a point
    forecast it is the absolute error, so that the two compare.

    >>> crps(IntegerDistribution(0, np.array([1.0])), 7.0)
    7.0
    >>> crps(IntegerDistribution(-1, np.array([0.25, 0.5, 0.25])), 0.0)
    0.125
    """
    probabilities = distribution.probabilities
    outcomes = distribution.offset + distribution.first + np.arange(len(probabilities))
    cumulative = np.minimum(np.cumsum(probabilities), 1.0)
    spread = float((cumulative * (1.0 - cumulative)).sum())
    return float(probabilities @ np.abs(outcomes - actual)) - spread


def coverage(lower: FloatArray, upper: FloatArray, actual: FloatArray) -> float:
    """Share of games inside their interval; both ends belong to it.

    >>> coverage(np.array([-3.0, 2.0]), np.array([4.0, 9.0]), np.array([4.0, 1.0]))
    0.5
    """
    checked(lower, upper, actual)
    return float(((lower <= actual) & (actual <= upper)).mean())


def coverage_error(level: float, games: int) -> float:
    """Standard error of the share of `games` inside intervals that truly cover `level`.

    From the nominal level, not the observed share: it is the yardstick for "within noise", and stays
    honest where a small sample was covered completely.

    >>> round(coverage_error(0.8, 400), 6)
    0.02
    """
    if games < 1:
        raise BadInput("no games to score; choose dates with games that were played")
    return float(np.sqrt(level * (1.0 - level) / games))


def mean_width(lower: FloatArray, upper: FloatArray) -> float:
    """Mean of upper minus lower end, points: an interval from -5 to 5 is 10 wide and holds 11 integers.

    >>> mean_width(np.array([-3.0, 2.0]), np.array([4.0, 7.0]))
    6.0
    """
    checked(lower, upper)
    return float((upper - lower).mean())


def pit(distribution: IntegerDistribution, actual: float) -> tuple[float, float]:
    """The probabilities of less than `actual` and of at most `actual`: the ends of one game's PIT.

    The probability integral transform of an integer is not one number but the step that its
    distribution takes there. Instead of drawing a number inside the step with a seed, or taking its
    middle (which is not uniform even under a perfect forecast), the histogram spreads the game evenly
    over it: exact and without chance (Czado, Gneiting and Held 2009).

    >>> pit(IntegerDistribution(-1, np.array([0.25, 0.5, 0.25])), 0.0)
    (0.25, 0.75)
    """
    # A sum of many probabilities may pass one by a rounding error.
    return min(distribution.cdf(actual - 1.0), 1.0), min(distribution.cdf(actual), 1.0)


def pit_histogram(lower: FloatArray, upper: FloatArray, bins: int = PIT_BINS) -> FloatArray:
    """Density by bin, shape (bins,): 1 everywhere when the distributions are calibrated.

    U-shaped: too narrow. A hill: too wide. A slope: biased. `lower` and `upper` are the ends from `pit`.

    >>> pit_histogram(np.array([0.0, 0.5]), np.array([0.5, 1.0]), bins=4)
    array([1., 1., 1., 1.])
    """
    checked(lower, upper)
    edges = np.linspace(0.0, 1.0, bins + 1)
    width = upper - lower
    # An outcome that had no probability to speak of is a step of no width: it lies in the bin of its end.
    wide = width > 1e-12
    inside = np.clip((edges[:, None] - lower) / np.where(wide, width, 1.0), 0.0, 1.0)
    point = (edges[:, None] > lower) | (edges[:, None] >= 1.0)
    below = np.where(wide, inside, point.astype(np.float64))
    return np.asarray(np.diff(below.mean(axis=1)) * bins, dtype=np.float64)
