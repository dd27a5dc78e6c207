"""Few, small and slow trees over all features, on what a weighted sum of some leaves over.

Trees alone do not beat least squares on these games; on its errors they gain a little and cost nothing.
"""

from collections.abc import Sequence

import lightgbm
import msgspec
import numpy as np

from courtside.errors import BadInput
from courtside.features import NAMES
from courtside.forecast.boosting import Boosting, BoostingParameters
from courtside.forecast.member import Floats, places
from courtside.training.fit_linear import RIDGE, ridge_regression
from courtside.training.onnx_export import Tree, float32, trees_graph


class BoostingFit(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen on the seasons 2016 to 2018. `smallest_leaf` is in games."""

    trees: int = 60
    leaves: int = 4
    rate: float = 0.02
    smallest_leaf: int = 400
    ridge: float = 100.0
    features_a_tree: float = 0.5
    games_a_tree: float = 0.7
    seed: int = 1


class _Dump(msgspec.Struct):
    """What is used of LightGBM's own description of a model."""

    tree_info: list[Tree]


def fit_boosting(
    seen: Floats,
    increments: Floats,
    linear: Sequence[str],
    *,
    features: Sequence[str] | None = None,
    vocabulary: Sequence[str] = NAMES,
    fit: BoostingFit = BoostingFit(),  # noqa: B008 - frozen
    name: str = "boosting",
) -> Boosting:
    """Least squares on `linear`, then trees on `features` (all by default) for the rest; NaN is unknown.

    `seen` is (N, len(vocabulary)), `increments` (N,) in points. Same data and seed, same bytes.
    """
    grown = tuple(vocabulary if features is None else features)
    columns = seen[:, places(linear, vocabulary, name)]
    known = np.isfinite(columns)
    if not known.any(axis=0).all():
        raise BadInput(f"a feature among {', '.join(linear)} is known in no game; leave it out")
    means = np.nanmean(columns, axis=0)
    coefficients, _ = ridge_regression(np.where(known, columns, means), increments, RIDGE)
    parameters = BoostingParameters(
        features=grown,
        linear=tuple(linear),
        means=tuple(means.tolist()),
        coefficients=tuple(coefficients.tolist()),
        intercept=float(increments.mean()),
    )
    # The trees see in training what the graph will see: float32.
    trees = float32(seen[:, places(grown, vocabulary, name)])
    nothing = Boosting(parameters, trees_graph([_EMPTY], len(grown)), vocabulary, name)
    booster = train(trees, increments - nothing.linear_increments(seen), fit)
    return Boosting(parameters, export(booster, len(grown)), vocabulary, name)


def train(columns: Floats, target: Floats, fit: BoostingFit) -> lightgbm.Booster:
    """LightGBM on one thread and without chance beyond the seed."""
    settings = {
        "objective": "regression",
        "num_leaves": fit.leaves,
        "learning_rate": fit.rate,
        "min_data_in_leaf": fit.smallest_leaf,
        "lambda_l2": fit.ridge,
        "feature_fraction": fit.features_a_tree,
        "bagging_fraction": fit.games_a_tree,
        "bagging_freq": 1,
        "seed": fit.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(columns, target), num_boost_round=fit.trees)


def export(booster: lightgbm.Booster, features: int) -> bytes:
    """The trees as an ONNX graph; raises `ModelError` for splits that it cannot say."""
    return trees_graph(msgspec.convert(booster.dump_model(), _Dump).tree_info, features)


_EMPTY = msgspec.convert({"tree_structure": {"leaf_value": 0.0}}, Tree)
