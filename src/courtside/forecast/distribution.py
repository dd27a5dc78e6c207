"""A predictive distribution over integers, shifted by what is already known."""

import numpy as np
import numpy.typing as npt

from courtside.errors import BadInput


class IntegerDistribution:
    """Probabilities of the outcomes `offset + first, offset + first + 1, ...`, in points.

    `probabilities` has shape (n,), is non-negative and sums to one. `offset` is the differential that
    the increments are added to; it may be fractional where a caller's pattern is.

    >>> coin = IntegerDistribution(first=-1, probabilities=np.array([0.25, 0.5, 0.25]), offset=4)
    >>> coin.median, coin.mean, coin.interval(0.5)
    (4.0, 4.0, (4.0, 4.0))
    """

    def __init__(self, first: int, probabilities: npt.NDArray[np.float64], offset: float = 0.0) -> None:
        self.first = first
        self.probabilities = probabilities
        self.offset = offset
        self._cumulative = np.cumsum(probabilities)

    def shifted(self, points: float) -> "IntegerDistribution":
        return IntegerDistribution(self.first, self.probabilities, self.offset + points)

    @property
    def mean(self) -> float:
        support = np.arange(self.first, self.first + len(self.probabilities))
        return float(self.offset + support @ self.probabilities)

    @property
    def median(self) -> float:
        return self.quantile(0.5)

    def quantile(self, level: float) -> float:
        """Smallest outcome whose cumulative probability reaches `level`."""
        index = int(np.searchsorted(self._cumulative, level - 1e-12))
        return float(self.offset + (self.first + min(index, len(self.probabilities) - 1)))

    def cdf(self, outcome: float) -> float:
        """Probability of at most `outcome` points."""
        # 3.7 less an offset of 0.7 is a little under 3: an outcome of ours must not fall below itself.
        index = int(np.floor(outcome - self.offset + 1e-9)) - self.first
        if index < 0:
            return 0.0
        return float(self._cumulative[min(index, len(self._cumulative) - 1)])

    def interval(self, coverage: float) -> tuple[float, float]:
        """The central interval whose probability comes nearest to `coverage`; both ends belong to it.

        Between integers no interval has exactly the asked probability; taking the outer quantiles
        every time would cover too much (80% becomes 85% at these widths).
        """
        if not 0.0 < coverage < 1.0:
            raise BadInput(f"coverage {coverage} is not between 0 and 1; 0.95 gives a 95% interval")
        tail = (1.0 - coverage) / 2
        last = len(self.probabilities) - 1
        low = min(int(np.searchsorted(self._cumulative, tail - 1e-12)), last)
        high = min(int(np.searchsorted(self._cumulative, 1.0 - tail - 1e-12)), last)
        mass = float(self.probabilities[low : high + 1].sum())
        while low < high:
            end_low, end_high = float(self.probabilities[low]), float(self.probabilities[high])
            smaller = min(end_low, end_high)
            if abs(mass - smaller - coverage) >= abs(mass - coverage):
                break
            if end_low <= end_high:
                low += 1
            else:
                high -= 1
            mass -= smaller
        return float(self.offset + (self.first + low)), float(self.offset + (self.first + high))
