"""A game as Brownian motion with drift (Stern 1994): the baseline that knows only strength and time.

H. S. Stern, "A Brownian motion model for the progress of sports scores", Journal of the American
Statistical Association 89 (1994). The expected margin arrives at a steady rate over 48 minutes, and what
chance adds has a variance in proportion to the time that is left.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from courtside.errors import ModelError
from courtside.features import NAMES
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.member import Floats, all_known, json_part, places
from courtside.forecast.parts import json_to_bytes

REGULATION_MINUTES = 48.0
REST_OF_HALF_MINUTES = 6.0
TAIL = 6.0
"""Standard deviations beyond which a distribution is cut off: one outcome in a billion."""


class SternParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`features` add up to the expected margin, times `scale`; without any, both teams are equal.

    Both sigmas are in points per square root of a minute: `sigma` is the one that tells best who wins,
    `margin_sigma` how far margins spread. Teams that trail catch up more than chance would have it,
    so that the first is larger.
    """

    features: tuple[str, ...] = ("elo", "home_advantage")
    scale: float
    sigma: float
    margin_sigma: float


class Stern:
    """Drift by strength, spread by time.

    >>> model = Stern(SternParameters(scale=1.0, sigma=2.5, margin_sigma=2.0))
    >>> round(model.win(lead=5.0, minutes_left=12.0, expected_margin=4.0), 3)
    0.756
    """

    def __init__(
        self, parameters: SternParameters, vocabulary: Sequence[str] = NAMES, name: str = "stern"
    ) -> None:
        if not min(parameters.sigma, parameters.margin_sigma) > 0:
            raise ModelError(
                f"{name} has the sigmas {parameters.sigma} and {parameters.margin_sigma}; "
                "both must be positive: train it again"
            )
        self.name = name
        self.parameters = parameters
        self._places = places(parameters.features, vocabulary, name)

    @classmethod
    def from_parts(
        cls, parts: Mapping[str, bytes], vocabulary: Sequence[str] = NAMES, name: str = "stern"
    ) -> "Stern":
        return cls(json_part(parts, f"{name}.json", SternParameters), vocabulary, name)

    @property
    def features(self) -> tuple[str, ...]:
        return self.parameters.features

    def expected_margin(self, seen: Floats) -> float:
        """Home minus away after 48 minutes, in points, as it was expected before the tip."""
        return float(self.expected_margins(seen[None, :])[0])

    def expected_margins(self, seen: Floats) -> Floats:
        """`expected_margin` of every row, shape (N,)."""
        total = np.zeros(len(seen))
        for column in all_known(seen[:, self._places], self.features, self.name).T:
            total += column
        return total * self.parameters.scale

    def increment(self, seen: Floats) -> float:
        return float(self.increments(seen[None, :])[0])

    def increments(self, seen: Floats) -> Floats:
        return self.expected_margins(seen) * (REST_OF_HALF_MINUTES / REGULATION_MINUTES)

    def win(self, lead: float, minutes_left: float, expected_margin: float) -> float:
        """Probability that home wins; a tie with no time left is even."""
        mean = lead + expected_margin * minutes_left / REGULATION_MINUTES
        if minutes_left <= 0.0:
            return 0.5 + 0.5 * ((mean > 0) - (mean < 0))
        return normal_cdf(mean / (self.parameters.sigma * math.sqrt(minutes_left)))

    def distribution(self, lead: float, minutes_left: float, expected_margin: float) -> IntegerDistribution:
        """The margin after that time, ties included, in whole points more or less than `lead`."""
        if minutes_left <= 0.0:
            return IntegerDistribution(0, np.ones(1), lead)
        drift = expected_margin * minutes_left / REGULATION_MINUTES
        spread = self.parameters.margin_sigma * math.sqrt(minutes_left)
        first = math.floor(drift - TAIL * spread)
        last = math.ceil(drift + TAIL * spread)
        cumulative = [normal_cdf((point + 0.5 - drift) / spread) for point in range(first, last)]
        return IntegerDistribution(first, np.diff([0.0, *cumulative, 1.0]), lead)

    def to_parts(self) -> dict[str, bytes]:
        return {f"{self.name}.json": json_to_bytes(self.parameters)}


def normal_cdf(z: float) -> float:
    """Probability that a standard normal is at most `z`, exact in both tails.

    >>> normal_cdf(0.0), round(normal_cdf(1.96), 4)
    (0.5, 0.975)
    """
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
