"""Nothing changes but chance: the baseline that every other member has to beat."""

from collections.abc import Mapping

import numpy as np

from courtside.forecast.member import Floats


class Persistence:
    """Nothing is added to the differential at 18:00.

    >>> Persistence().increment(np.array([7.0]))
    0.0
    """

    name = "persistence"
    features: tuple[str, ...] = ()

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> "Persistence":
        return cls()

    def increment(self, seen: Floats) -> float:
        return 0.0

    def increments(self, seen: Floats) -> Floats:
        return np.zeros(len(seen))

    def to_parts(self) -> dict[str, bytes]:
        return {}
