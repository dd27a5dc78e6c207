"""What a player is worth beyond what his lines say: a Kalman filter over the margins of stints.

Ten players share a stint's surprise by how uncertain each of them is. Covariances between players are
not kept: a diagonal filter, after J. Sill's adjusted plus-minus (2010) in its ridge form, which it
follows one stint at a time.
"""

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

NOISE = 170.0
"""Variance of a whole game's margin, in squared points."""
RIDGE = 120.0
SPREAD = NOISE / RIDGE
"""Variance of deviations before anything was seen, in squared points per 48 minutes."""
HALF_LIFE_DAYS = 400.0


class StintTable(msgspec.Struct, frozen=True):
    """The stints of a game: places of the five in the game's list of players, shape (n, 5) each."""

    home: Integers
    away: Integers
    margins: Floats
    """Home minus away per 48 minutes."""
    shares: Floats
    """Parts of 48 minutes."""

    def differences(self, values: Floats) -> Floats:
        """Home's five summed less away's; `values` has a row a player."""
        result: Floats = values[self.home].sum(axis=1) - values[self.away].sum(axis=1)
        return result


def fade(deviations: Floats, variances: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Deviations and variances after days in which nothing was seen: back towards none and `SPREAD`."""
    left = np.exp2(-days / HALF_LIFE_DAYS)
    return deviations * left, SPREAD - (SPREAD - variances) * left


def follow(
    deviations: Floats, variances: Floats, table: StintTable, expected: Floats
) -> tuple[Floats, Floats]:
    """Both after the stints of one game, of which `expected` was expected without any deviation."""
    mean, spread = deviations.tolist(), variances.tolist()
    surprises = (table.margins - expected).tolist()
    noises = (NOISE / table.shares).tolist()
    stints = zip(table.home.tolist(), table.away.tolist(), surprises, noises, strict=True)
    for home, away, surprise, noise in stints:
        uncertain = noise
        for place in home:
            surprise -= mean[place]
            uncertain += spread[place]
        for place in away:
            surprise += mean[place]
            uncertain += spread[place]
        step = surprise / uncertain
        for place in home:
            mean[place] += spread[place] * step
            spread[place] -= spread[place] * spread[place] / uncertain
        for place in away:
            mean[place] -= spread[place] * step
            spread[place] -= spread[place] * spread[place] / uncertain
    return np.array(mean), np.array(spread)
