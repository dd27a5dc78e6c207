"""How members are combined: weights that are not negative, add up to one and make the least error.

D. H. Wolpert, "Stacked generalization", Neural Networks 5 (1992); L. Breiman, "Stacked regressions",
Machine Learning 24 (1996): weights are learned on forecasts out of sample, and never negative.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from courtside.errors import BadInput
from courtside.forecast.member import Floats

SHRINK = 0.02
"""The members are nearly the same forecast: without a pull their weights would follow chance."""
TRACE = 1e-9
LARGEST = 12
_CLASSIC = {"dejavu": 0.4, "lstm": 0.6}


def stack(
    said: Floats, increments: Floats, *, shrink: float = SHRINK, toward: Floats | None = None
) -> Floats:
    """Weights (M,) for members' out-of-sample increments `said` (N, M) of what came, (N,).

    Minimises the mean squared error plus `shrink` times the members' mean squared disagreement times the
    squared distance of the weights from `toward` (equal weights by default). Exact: every set of
    members with positive weights is solved, and the best that is feasible taken.
    """
    games, members = said.shape
    if games != len(increments) or games < 1 or not 1 <= members <= LARGEST:
        raise BadInput(
            f"{games} forecasts of {members} members for {len(increments)} games; give a row a game, "
            f"and 1 to {LARGEST} members"
        )
    if not (np.isfinite(said).all() and np.isfinite(increments).all()):
        raise BadInput(
            "a member's forecast or an outcome is not a number; stack only games that all forecast"
        )
    aim = np.full(members, 1.0 / members) if toward is None else toward
    errors = said - increments[:, None]
    disagreement = float(((said - said.mean(axis=1, keepdims=True)) ** 2).mean())
    # Members that say exactly the same would leave the weights open: a trace of the pull always stays.
    pull = max(shrink * disagreement, TRACE * float((errors**2).mean()))
    if pull == 0.0:
        return np.array(aim / aim.sum())
    # With weights that add up to one, the error of the mixture is the mixture of the errors.
    quadratic = errors.T @ errors / games + pull * np.eye(members)
    best: tuple[float, Floats] | None = None
    for size in range(1, members + 1):
        for chosen in combinations(range(members), size):
            weights = _on(list(chosen), quadratic, pull * aim)
            if (weights < 0).any():
                continue
            loss = float(weights @ quadratic @ weights - 2 * pull * aim @ weights)
            if best is None or loss < best[0]:
                best = loss, weights
    assert best is not None, "one member alone is always feasible"
    return best[1]


def classic(members: Sequence[str]) -> Floats:
    """The mixture of the original system: 40% Dejavu, 60% LSTM, nothing of any other."""
    if not set(_CLASSIC) <= set(members):
        raise BadInput(f"the classic mixture needs {' and '.join(_CLASSIC)}, not {', '.join(members)}")
    return np.array([_CLASSIC.get(member, 0.0) for member in members])


def _on(chosen: list[int], quadratic: Floats, linear: Floats) -> Floats:
    """The best weights that add up to one, of any sign, where only those chosen may differ from zero."""
    inner = quadratic[np.ix_(chosen, chosen)]
    free = np.linalg.solve(inner, linear[chosen])
    along = np.linalg.solve(inner, np.ones(len(chosen)))
    weights = np.zeros(len(linear))
    weights[chosen] = free + along * (1.0 - free.sum()) / along.sum()
    return weights
