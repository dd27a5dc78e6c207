"""Intervals that keep their promise while the game changes: adaptive conformal inference.

Gibbs and Candes, "Adaptive Conformal Inference Under Distribution Shift" (2021). After an interval that
missed, the next ones are a little wider; after one that held, a very little narrower.

Which guarantee is which: split conformal covers its share of games like those that it was calibrated on
(marginal); this one covers its share over a long row of games, whatever the drift (long-run); neither
says anything about one game.
"""

import math

import msgspec

from courtside.errors import BadInput

GAMMA = 0.003
"""The step. Simulated: costs 0.2% of width (0.5% at 95%) where nothing drifts; a spread that grows by 2.5%
a season then keeps its coverage to half a point, where it would lose three."""
NOMINAL_80, NOMINAL_95 = 0.2, 0.05
"""Shares of games outside an 80% and a 95% interval."""
RANGE_80, RANGE_95 = (0.12, 0.32), (0.01, 0.11)
"""Where the levels are held. They do not overlap, so an 80% interval never leaves the 95% one."""


class AdaptiveLevel(msgspec.Struct, frozen=True):
    """`alpha` is what to ask of the distribution in order to miss `nominal` of the games.

    At a bound of its range it stays, and the long-run promise waits: the model then needs training.

    >>> level = AdaptiveLevel.fresh(NOMINAL_80, RANGE_80)
    >>> level.after(inside=False).alpha < level.alpha < level.after(inside=True).alpha
    True
    """

    nominal: float
    lowest: float
    highest: float
    alpha: float
    gamma: float = GAMMA

    @classmethod
    def fresh(cls, nominal: float, bounds: tuple[float, float], gamma: float = GAMMA) -> "AdaptiveLevel":
        return cls(nominal, *bounds, alpha=nominal, gamma=gamma)

    def after(self, inside: bool) -> "AdaptiveLevel":
        """Once a game's outcome is known: was it inside the interval at this level?"""
        step = self.gamma * (self.nominal - (0.0 if inside else 1.0))
        alpha = min(max(self.alpha + step, self.lowest), self.highest)
        return msgspec.structs.replace(self, alpha=alpha)


class AdaptiveLevels(msgspec.Struct, frozen=True):
    """The levels of the 80% and of the 95% interval of one forecast."""

    level80: AdaptiveLevel = AdaptiveLevel.fresh(NOMINAL_80, RANGE_80)
    level95: AdaptiveLevel = AdaptiveLevel.fresh(NOMINAL_95, RANGE_95)

    def after(self, inside80: bool, inside95: bool) -> "AdaptiveLevels":
        return AdaptiveLevels(self.level80.after(inside80), self.level95.after(inside95))

    @property
    def values(self) -> dict[str, float]:
        """As the next game's context has them."""
        return {"alpha80": self.level80.alpha, "alpha95": self.level95.alpha}


def effective(alpha: float, alpha80: float = NOMINAL_80, alpha95: float = NOMINAL_95) -> float:
    """What to ask of the distribution for any nominal `alpha` in [0, 1], rising with it.

    .2 becomes `alpha80` and .05 `alpha95`; on the logistic scale the correction is linear between the
    two and constant outside, so that 0 stays 0 and 1 stays 1. Only at those two alphas is the long-run
    share held; elsewhere it is carried over.

    >>> effective(0.05, 0.21, 0.06), effective(0.2, 0.21, 0.06), effective(1.0, 0.21, 0.06)
    (0.06, 0.21, 1.0)
    """
    if not 0.0 <= alpha <= 1.0:
        raise BadInput(f"alpha {alpha} is not between 0 and 1; 0.05 gives a 95% interval")
    if not 0.0 < alpha95 < alpha80 < 1.0:
        raise BadInput(
            f"adaptive levels alpha95 {alpha95} and alpha80 {alpha80} are out of order; "
            "start them afresh at 0.05 and 0.2"
        )
    if alpha in (0.0, 1.0):
        return alpha
    if alpha == NOMINAL_80:
        return alpha80
    if alpha == NOMINAL_95:
        return alpha95
    shift80 = _logit(alpha80) - _logit(NOMINAL_80)
    shift95 = _logit(alpha95) - _logit(NOMINAL_95)
    share = (_logit(alpha) - _logit(NOMINAL_95)) / (_logit(NOMINAL_80) - _logit(NOMINAL_95))
    share = min(max(share, 0.0), 1.0)
    return _logistic(_logit(alpha) + shift95 + share * (shift80 - shift95))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
