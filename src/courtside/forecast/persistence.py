"""Nothing changes but chance: the differential at 6:00 of Q2 plus the increments that history has seen.

The baseline that every other model has to beat. Its increments from 18:00 to halftime are counts over
past games, mirrored (home's gain is as likely as away's loss of the same size), so that the median
stays at the current differential.
"""

from importlib import resources

import msgspec
import numpy as np

from courtside.errors import ModelError
from courtside.forecast.member import Floats
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.forecast import Forecast, Situation


class IncrementTable(msgspec.Struct, frozen=True):
    """Counts of the increments `first, first + 1, ...` over `games` games of the named seasons."""

    version: str
    seasons: list[int]
    games: int
    first: int
    counts: list[int]


class Persistence:
    """The current differential, with the empirical distribution of what still happens before halftime.

    >>> model = Persistence.shipped()
    >>> model.forecast(Situation(pattern=(0.0,) * 17 + (7.0,))).point
    7.0
    """

    name = "persistence"

    def __init__(self, table: IncrementTable) -> None:
        self.table = table
        self.version = table.version
        counts = np.array(table.counts, dtype=np.float64)
        if counts.ndim != 1 or counts.sum() <= 0 or (counts < 0).any():
            raise ModelError(f"increment table {table.version} holds no counts; rebuild it")
        widest = max(-table.first, table.first + len(counts) - 1)
        both = np.zeros(2 * widest + 1)
        for index, count in enumerate(counts):
            increment = table.first + index
            both[widest + increment] += count
            both[widest - increment] += count
        self._increments = IntegerDistribution(-widest, both / both.sum())

    @classmethod
    def shipped(cls) -> "Persistence":
        """The table that comes with the package."""
        data = resources.files("courtside.forecast").joinpath("persistence.json").read_bytes()
        try:
            return cls(msgspec.json.decode(data, type=IncrementTable))
        except msgspec.DecodeError as error:
            raise ModelError(f"the shipped increment table cannot be read ({error}); reinstall") from error

    def forecast(self, situation: Situation) -> Forecast:
        differential = situation.pattern[-1]
        return Forecast(
            distribution=self._increments.shifted(differential),
            members={self.name: differential},
            weights={self.name: 1.0},
        )


class NoChange:
    """Persistence as a member: nothing is added to the current differential."""

    name = "persistence"
    features: tuple[str, ...] = ()

    def increment(self, seen: Floats) -> float:
        return 0.0

    def increments(self, seen: Floats) -> Floats:
        return np.zeros(len(seen))

    def to_parts(self) -> dict[str, bytes]:
        return {}
