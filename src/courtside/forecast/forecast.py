"""What every forecaster can do: look at a game at 18:00 and answer with a distribution."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from courtside import features
from courtside.clock import PATTERN_MINUTES
from courtside.errors import BadInput
from courtside.events import LARGEST_MARGIN
from courtside.features import Vector
from courtside.forecast.adaptive import NOMINAL_80, NOMINAL_95, effective
from courtside.forecast.distribution import IntegerDistribution
from courtside.game.prior import NOTHING, Prior
from courtside.game.state import GameState
from courtside.messages import SimilarGame


class Situation(msgspec.Struct, frozen=True):
    """What a forecaster may look at: nothing in it is later than 18:00 of game time.

    `pattern` are the 18 differentials; `state` is the game at 18:00 where there is one (None for a
    bare pattern); `prior` is what is known beyond the plays. A game of history does not count as one
    that is similar to itself, if `game_id` says which it is.
    """

    pattern: tuple[float, ...]
    state: GameState | None = None
    prior: Prior = NOTHING
    game_id: str | None = None

    def vector(self) -> Vector:
        if self.state is None:
            return features.bare(self.pattern, self.prior)
        return features.vector(self.state, self.prior)


class Forecast(msgspec.Struct, frozen=True):
    """The differential at halftime, home minus away, as a distribution, and what its members said."""

    distribution: IntegerDistribution
    members: Mapping[str, float]
    """Point forecast of each member, in points."""
    weights: Mapping[str, float]
    similar: tuple[SimilarGame, ...] = ()
    known: str = "score"
    """The tier that served: how much was known beyond the score."""
    levels: tuple[float, float] = (NOMINAL_80, NOMINAL_95)
    """What the adaptive levels have made of the nominal 0.2 and 0.05."""
    expected: float | None = None
    """The ensemble's forecast before it becomes a distribution over integers."""

    @property
    def point(self) -> float:
        """Where the ensemble stands, to a hundredth of a point; the median where it does not say.

        An integer would cost: rounding a forecast of 6.4 to 6 adds to the expected absolute error.
        """
        return self.distribution.median if self.expected is None else round(self.expected, 2)

    def interval(self, alpha: float) -> tuple[float, float]:
        """The central interval that misses `alpha` of all outcomes, adapted to what was missed lately."""
        if not 0.0 < alpha < 1.0:
            raise BadInput(f"alpha {alpha} is not between 0 and 1; 0.05 gives a 95% interval")
        return self.distribution.interval(1.0 - effective(alpha, *self.levels))


class Running(msgspec.Struct, frozen=True):
    """A game at any moment: both margins, home minus away, and who will win.

    `halftime` is None once the first half is over. `final` has nothing at 0: no game ends in a tie.
    """

    halftime: IntegerDistribution | None
    final: IntegerDistribution
    win_home: float
    run: float | None
    """Probability that either side scores eight unanswered points in the next three minutes."""
    known: str


class Forecaster(Protocol):
    """Pure: the same situation gives the same forecast."""

    version: str

    def forecast(self, situation: Situation) -> Forecast: ...

    def running(self, state: GameState, prior: Prior, *, over: bool = False) -> Running:
        """`over`: the game is, whether or not a play says so; only then somebody wins for certain."""
        ...

    def win(self, state: GameState, prior: Prior, *, over: bool = False) -> float:
        """The probability of `running`, alone and fast."""
        ...


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
