"""What every forecaster can do: look at a game at 18:00 and answer with a distribution."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from courtside.clock import PATTERN_MINUTES
from courtside.errors import BadInput
from courtside.events import LARGEST_MARGIN
from courtside.forecast.distribution import IntegerDistribution
from courtside.game.state import GameState


class Situation(msgspec.Struct, frozen=True):
    """What a forecaster may look at: nothing in it is later than 18:00 of game time.

    `pattern` are the 18 differentials; `state` is the game at 18:00 where there is one (None for a
    bare pattern); `context` is what is known beyond the plays, by name.
    """

    pattern: tuple[float, ...]
    state: GameState | None = None
    context: Mapping[str, float] = {}


class Forecast(msgspec.Struct, frozen=True):
    """The differential at halftime, home minus away, as a distribution, and what its members said."""

    distribution: IntegerDistribution
    members: Mapping[str, float]
    """Point forecast of each member, in points."""
    weights: Mapping[str, float]

    @property
    def point(self) -> float:
        """The median: it minimises the expected absolute error."""
        return self.distribution.median


class Forecaster(Protocol):
    """Pure: the same situation gives the same forecast."""

    version: str

    def forecast(self, situation: Situation) -> Forecast: ...


def checked_pattern(pattern: object) -> tuple[float, ...]:
    """18 finite numbers, or one line that says what is wrong.

    >>> checked_pattern([0] * 17)
    Traceback (most recent call last):
    courtside.errors.BadInput: pattern has 17 numbers; send 18, the differential at the end of each minute
    """
    if isinstance(pattern, str | bytes) or not hasattr(pattern, "__iter__"):
        raise BadInput(f"pattern {pattern!r} is not a list; send 18 numbers")
    values: list[float] = []
    for minute, value in enumerate(pattern, 1):
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST_MARGIN:
            raise BadInput(
                f"pattern has {value!r} at minute {minute}; "
                f"send a differential between -{LARGEST_MARGIN:g} and {LARGEST_MARGIN:g}"
            )
        values.append(value)
    if len(values) != PATTERN_MINUTES:
        raise BadInput(
            f"pattern has {len(values)} numbers; send {PATTERN_MINUTES}, "
            "the differential at the end of each minute"
        )
    return tuple(values)
