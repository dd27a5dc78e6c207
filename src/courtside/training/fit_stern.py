"""The numbers of Stern's model: what a point of rating is worth, and how much chance moves a game."""

import math
from collections.abc import Sequence

import numpy as np

from courtside.errors import BadInput
from courtside.features import NAMES
from courtside.forecast.member import Floats, all_known, places
from courtside.forecast.stern import REGULATION_MINUTES, Stern, SternParameters, normal_cdf

PRIOR = ("elo", "home_advantage")
SIGMAS = (0.5, 5.0)
"""Points per square root of a minute between which the best is looked for; real games are near 2.5."""
STEPS = 30
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
BINS = 4000
_cdf = np.vectorize(normal_cdf, otypes=[np.float64])


def fit_stern(
    seen: Floats,
    final: Floats,
    minutes: Floats,
    leads: Floats,
    *,
    features: Sequence[str] = PRIOR,
    vocabulary: Sequence[str] = NAMES,
    name: str = "stern",
) -> Stern:
    """Least squares of the final margin on the expected one; then the sigma that makes winning likeliest.

    `leads` (N, T) are margins at `minutes` (T,) of regulation, before its end; `final` (N,) has no ties.
    Stern's own way: a probit of who wins. Without `features` both teams count as equal.
    """
    if leads.shape != (len(final), len(minutes)) or len(seen) != len(final) or not len(minutes):
        raise BadInput(
            f"leads are {leads.shape} for {len(final)} games and {len(minutes)} moments; "
            "give a row a game and a column a moment"
        )
    if (final == 0).any() or minutes.max() >= REGULATION_MINUTES:
        raise BadInput("a game ended in a tie, or a moment is after 47:59; give finished games, seen before")
    expected = all_known(seen[:, places(features, vocabulary, name)], features, name).sum(axis=1)
    scale = float(expected @ final / (expected @ expected)) if expected.any() else 1.0
    left = REGULATION_MINUTES - minutes
    reach = leads + scale * expected[:, None] * (left / REGULATION_MINUTES)
    parameters = SternParameters(
        features=tuple(features),
        scale=scale,
        sigma=_likeliest((reach / np.sqrt(left) * np.sign(final)[:, None]).ravel()),
        margin_sigma=float(np.sqrt((((final[:, None] - reach) ** 2) / left).mean())),
    )
    return Stern(parameters, vocabulary, name)


def _likeliest(towards: Floats) -> float:
    """The sigma with the highest likelihood; `towards` is positive where the leader by it won.

    Golden section over log sigma, on a histogram: its bins are far narrower than sigma.
    """
    counts, edges = np.histogram(towards, bins=BINS)
    middles = (edges[:-1] + edges[1:])[counts > 0] / 2
    counts = counts[counts > 0]

    def loss(log_sigma: float) -> float:
        likelihood = np.maximum(_cdf(middles / math.exp(log_sigma)), 1e-300)
        return -float(counts @ np.log(likelihood))

    low, high = math.log(SIGMAS[0]), math.log(SIGMAS[1])
    for _ in range(STEPS):
        inner, outer = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, outer) if loss(inner) < loss(outer) else (inner, high)
    return math.exp((low + high) / 2)
