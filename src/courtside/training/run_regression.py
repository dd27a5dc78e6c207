"""The regression behind the run model: its columns at past moments, its weights, and what they say."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from courtside.errors import BadHistory
from courtside.forecast import runs
from courtside.forecast.runs import Floats, Renewal
from courtside.training.run_moments import Moments

RIDGE = 10.0
_STEPS = 6
_CHUNK = 200_000
Rows = NDArray[np.int64]


def _knows_ball(tier: int) -> bool:
    return tier % 2 == 1


def _knows_edge(tier: int) -> bool:
    return tier >= 2


def known(seen: Moments, rows: Rows, tier: int) -> Rows:
    """Those rows in which everything that the tier looks at is known."""
    fits = np.ones(len(rows), dtype=np.bool_)
    if _knows_ball(tier):
        fits &= seen.ball[rows] != 0.0
    if _knows_edge(tier):
        fits &= np.isfinite(seen.edge[rows])
    return rows[fits]


def coefficients(seen: Moments, baseline: Renewal, rows: Rows, tier: int) -> Floats:
    """The terms' weights, with the walk's log odds as offset."""
    return logistic_fit(
        known(seen, rows, tier),
        lambda chunk: _columns(seen, baseline, chunk, tier),
        lambda chunk: log_odds(walk(baseline, seen, chunk)),
        seen.followed,
        np.zeros(runs.TERMS),
    )


def logistic_fit(
    rows: Rows,
    columns_of: Callable[[Rows], Floats],
    offset_of: Callable[[Rows], Floats],
    followed: Floats,
    weights: Floats,
) -> Floats:
    """Ridge logistic regression by Newton's method, a chunk of rows at a time."""
    if not len(rows):
        raise BadHistory("too_short", "no moment of the training years says whose ball it is; import others")
    for _ in range(_STEPS):
        curvature = np.eye(len(weights)) * RIDGE
        slope = -RIDGE * weights
        for chunk in np.array_split(rows, -(-len(rows) // _CHUNK)):
            columns = columns_of(chunk)
            chance = logistic(columns @ weights + offset_of(chunk))
            slope += columns.T @ (followed[chunk] - chance)
            curvature += (columns * (chance * (1.0 - chance))[:, None]).T @ columns
        weights = weights + np.linalg.solve(curvature, slope)
    return weights


def _columns(seen: Moments, baseline: Renewal, rows: Rows, tier: int) -> Floats:
    """The terms at those moments, shape (rows, TERMS); what the tier doesn't know adds nothing."""
    nothing = np.zeros(len(rows))
    return np.column_stack(
        runs.terms(
            log_odds(walk(baseline, seen, rows)),
            seen.run[rows],
            seen.since_seconds[rows],
            seen.ball[rows] if _knows_ball(tier) else nothing,
            seen.period[rows],
            seen.remaining_seconds[rows],
            seen.lead[rows],
            seen.total[rows],
            seen.edge[rows] if _knows_edge(tier) else nothing,
        )
    )


def walk(baseline: Renewal, seen: Moments, rows: Rows) -> Floats:
    """What the baseline says at those moments."""
    since = np.minimum(seen.since_seconds[rows], runs.OLDEST_SECONDS).astype(np.int64)
    window = np.minimum(seen.left_seconds[rows], runs.WINDOW_SECONDS).astype(np.int64)
    return baseline.table[since, np.abs(seen.run[rows]).astype(np.int64), window]


def predict(seen: Moments, baseline: Renewal, weights: Floats, rows: Rows, tier: int) -> Floats:
    columns = _columns(seen, baseline, rows, tier)
    return logistic(columns @ weights + log_odds(walk(baseline, seen, rows)))


def log_odds(chance: Floats) -> Floats:
    inside = np.clip(chance, runs.LEAST_CHANCE, 1.0 - runs.LEAST_CHANCE)
    return np.log(inside / (1.0 - inside))


def logistic(log_odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-log_odds))
