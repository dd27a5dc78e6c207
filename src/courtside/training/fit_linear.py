"""Least squares with a small ridge, for the linear member."""

from collections.abc import Sequence

import numpy as np

from courtside.errors import BadInput
from courtside.features import NAMES
from courtside.forecast.linear import Linear, LinearParameters
from courtside.forecast.member import Floats, all_known, places

RIDGE = 1.0
"""In games: as if so many games had said that a feature does nothing."""


def fit_linear(
    seen: Floats,
    increments: Floats,
    features: Sequence[str],
    *,
    vocabulary: Sequence[str] = NAMES,
    ridge: float = RIDGE,
    name: str = "linear",
) -> Linear:
    """The weighted sum of `features` that comes nearest to `increments` (N,), in points.

    `seen` is (N, len(vocabulary)); every feature must be known in every game.
    """
    used = all_known(seen[:, places(features, vocabulary, name)], features, name)
    coefficients, intercept = ridge_regression(used, increments, ridge)
    parameters = LinearParameters(
        features=tuple(features), coefficients=tuple(coefficients.tolist()), intercept=intercept
    )
    return Linear(parameters, vocabulary, name)


def ridge_regression(columns: Floats, target: Floats, ridge: float) -> tuple[Floats, float]:
    """Coefficients (n,) and intercept; the ridge works on columns of variance one, not on the intercept.

    A column that never varies gets the coefficient zero.
    """
    games = len(target)
    if columns.shape[0] != games or games <= columns.shape[1] + 1:
        raise BadInput(
            f"{columns.shape[0]} games and {games} targets for {columns.shape[1]} features; "
            "give a row a game, and more games than features"
        )
    means, deviations = columns.mean(axis=0), columns.std(axis=0)
    scales = np.where(deviations > 0, deviations, 1.0)
    centred = (columns - means) / scales
    normal = centred.T @ centred + max(ridge, 1e-9) * np.eye(columns.shape[1])
    coefficients = np.linalg.solve(normal, centred.T @ (target - target.mean())) / scales
    return coefficients, float(target.mean() - means @ coefficients)
