"""Whether one forecaster is better than another on the same games, or was only lucky."""

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.training.scores import FloatArray, checked

_GRID = 20_001


class Paired(msgspec.Struct, frozen=True):
    """Mean difference in loss, ours minus theirs: negative is ours better.

    `se`, `p` (two-sided) and the 95% confidence interval are None where all games are of one date: no
    error can be told from one cluster.
    """

    delta: float
    se: float | None
    p: float | None
    lower95: float | None
    upper95: float | None
    n: int
    dates: int


def paired(ours: FloatArray, theirs: FloatArray, dates: npt.NDArray[np.str_]) -> Paired:
    """Diebold-Mariano test (1995) of two losses on the same games, standard error clustered by date.

    Losses are anything that adds up: absolute errors, squared errors of probabilities. Games of one
    evening share ratings and whatever moves the league, so only dates count as independent; p and the
    interval are from Student's t with one degree of freedom fewer than there are dates.

    >>> days = np.array(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"])
    >>> test = paired(np.array([1.0, 2.0, 2.0, 3.0]), np.array([2.0, 3.0, 3.0, 5.0]), days)
    >>> test.delta, round(test.se, 4), round(test.p, 3), test.dates
    (-1.25, 0.2864, 0.049, 3)
    """
    checked(ours, theirs, dates)
    difference = ours - theirs
    n = len(difference)
    delta = float(difference.mean())
    _, cluster = np.unique(dates, return_inverse=True)
    clusters = int(cluster.max()) + 1
    if clusters < 2:
        return Paired(delta, None, None, None, None, n, clusters)
    sums = np.bincount(cluster, difference - delta)
    se = float(np.sqrt(np.square(sums).sum() * clusters / (clusters - 1))) / n
    p, reach = _student(0.0 if delta == 0.0 else abs(delta) / se if se else float("inf"), clusters - 1)
    return Paired(delta, se, p, delta - reach * se, delta + reach * se, n, clusters)


def paired_errors(
    ours: FloatArray, theirs: FloatArray, actual: FloatArray, dates: npt.NDArray[np.str_]
) -> Paired:
    """`paired` on the absolute errors of two point forecasts, points.

    >>> days = np.array(["2024-01-01", "2024-01-02"])
    >>> paired_errors(np.array([1.0, 2.0]), np.array([3.0, 2.0]), np.array([0.0, 0.0]), days).delta
    -1.0
    """
    checked(ours, theirs, actual)
    return paired(np.abs(ours - actual), np.abs(theirs - actual), dates)


def _student(t: float, freedom: int) -> tuple[float, float]:
    """Two-sided p of `t`, and the t that 95% of the distribution lies within.

    With t = sqrt(freedom) tan(angle) the density is a power of the cosine, which is summed on a grid
    that is finest where the angle is small, as many degrees of freedom need.
    """
    angle = np.linspace(0.0, 1.0, _GRID) ** 2 * (np.pi / 2)
    density = np.cos(angle) ** (freedom - 1)
    pieces = np.diff(angle) * (density[1:] + density[:-1]) / 2
    # Summed from the far end, so that a tiny p is not the difference of two numbers near one.
    beyond = np.append(np.cumsum(pieces[::-1])[::-1], 0.0)
    beyond /= beyond[0]
    p = float(np.interp(np.arctan2(t, np.sqrt(freedom)), angle, beyond))
    reach = float(np.sqrt(freedom) * np.tan(np.interp(-0.05, -beyond, angle)))
    return p, reach
