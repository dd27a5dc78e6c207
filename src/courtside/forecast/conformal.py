"""How far forecasts have been off, as the distribution of how far the next one will be.

A conformal predictive system (Vovk et al. 2017) for integers: the residuals of forecasts of games that
the forecaster had not seen, and one more that is not known yet, have the same chance to be the next.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError
from courtside.forecast.distribution import IntegerDistribution

Array = npt.NDArray[np.float64]

STEP = 0.5
"""Points between two entries of the table; at an integer forecast it is then exact."""
SLIGHTEST = 1e-5
"""A tail ends where less than this is left of it."""


class ConformalResiduals:
    """The residuals outcome - forecast as a table of F at `first, first + STEP, ...` points.

    An outcome is an integer, so it stands for everything within half a point of it; `P(Y <= k)` is
    `F(k + 0.5 - forecast)`. Guarantee: over games exchangeable with those of the residuals, a central
    interval covers at least nearly its nominal share (marginally; not for one game or one kind of game).

    >>> residuals = ConformalResiduals.of(np.arange(-4.0, 5.0))
    >>> residuals.distribution(10.0).median
    10.0
    """

    def __init__(self, first: float, cdf: Array) -> None:
        if cdf.ndim != 1 or len(cdf) < 2 or not np.isfinite(cdf).all():
            raise ModelError("a table of residuals is empty or broken; train the model again")
        self.first = first
        self.cdf = np.maximum.accumulate(cdf.astype(np.float64))
        if self.cdf[0] < 0.0 or not math.isclose(self.cdf[-1], 1.0, abs_tol=1e-6):
            raise ModelError("a table of residuals does not rise to one; train the model again")
        self.grid = first + STEP * np.arange(len(cdf), dtype=np.float64)
        self.last = float(self.grid[-1])

    @classmethod
    def of(cls, residuals: Array, weights: Array | None = None) -> "ConformalResiduals":
        """From residuals (n,) in points; `weights` (n,) are relative, the new game weighs the largest.

        The new game's own residual is one of n + 1. Half of its weight lies below all that were seen
        and half above, falling off with twice their standard deviation.
        """
        if len(residuals) == 0 or not np.isfinite(residuals).all():
            raise ModelError("there are no residuals to calibrate with, or some are not numbers")
        shares: Array = np.ones(len(residuals)) if weights is None else np.asarray(weights, dtype=np.float64)
        if shares.shape != residuals.shape or (shares < 0).any() or shares.max() <= 0:
            raise ModelError("weights of residuals must be as many, none negative and not all zero")
        shares = shares / shares.max()
        new = 1.0 / (shares.sum() + 1.0)
        mean = float(residuals @ shares / shares.sum())
        deviation = math.sqrt(float((residuals - mean) ** 2 @ shares / shares.sum()))
        scale = 2.0 * max(deviation, 1.0)
        reach = scale * max(math.log(new / 2 / SLIGHTEST), 0.0) + 1.0
        low, high = float(residuals.min()) - 0.5, float(residuals.max()) + 0.5
        first = math.floor((low - reach) / STEP) * STEP
        count = math.ceil((high + reach - first) / STEP) + 1
        grid = first + STEP * np.arange(count, dtype=np.float64)
        below = 0.5 * np.exp(np.minimum(grid - low, 0.0) / scale)
        above = 0.5 * np.exp(np.minimum(high - grid, 0.0) / scale)
        cdf = (1.0 - new) * _dithered(residuals, shares, grid) + new * (0.5 + below - above)
        cdf[0], cdf[-1] = 0.0, 1.0
        return cls(first, cdf)

    def at(self, points: Array) -> Array:
        """F at the given residuals."""
        return np.interp(points, self.grid, self.cdf)

    def distribution(self, forecast: float, scale: float = 1.0, offset: float = 0.0) -> IntegerDistribution:
        """Outcomes around `forecast` points, the residuals stretched by `scale`.

        Outcomes are `offset` plus integers, for a caller whose score so far is fractional.
        """
        middle = forecast - offset
        first = math.floor(middle + scale * self.first)
        last = math.ceil(middle + scale * self.last)
        outcomes: Array = np.arange(first, last + 1, dtype=np.float64)
        cumulative = self.at((outcomes + (0.5 - middle)) / scale)
        probabilities = cumulative.copy()
        probabilities[1:] -= cumulative[:-1]
        return IntegerDistribution(first, probabilities, offset)

    def to_arrays(self) -> dict[str, Array]:
        return {"first": np.array([self.first]), "cdf": self.cdf}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> "ConformalResiduals":
        """The inverse of `to_arrays`; raises `ModelError` where something is missing or not a table."""
        try:
            first, cdf = float(arrays["first"][0]), arrays["cdf"]
        except (KeyError, IndexError) as error:
            raise ModelError(f"a table of residuals lacks {error}; train the model again") from error
        return cls(first, cdf)


def _dithered(residuals: Array, shares: Array, grid: Array) -> Array:
    """Weighted share of the residuals, each spread evenly over one point, at or below the grid.

    The distribution function of a spread residual is the slope of a hinge, so two sums of hinges do.
    """
    order = np.argsort(residuals, kind="stable")
    sorted_residuals, sorted_shares = residuals[order], shares[order]
    weight = np.concatenate(([0.0], np.cumsum(sorted_shares)))
    moment = np.concatenate(([0.0], np.cumsum(sorted_shares * sorted_residuals)))

    def hinges(points: Array) -> Array:
        count = np.searchsorted(sorted_residuals, points)
        return np.asarray(points * weight[count] - moment[count])

    return np.asarray((hinges(grid + 0.5) - hinges(grid - 0.5)) / weight[-1])
