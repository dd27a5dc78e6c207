"""The trees and their way to ONNX."""

import numpy as np
import pytest

from courtside.errors import BadInput, ModelError
from courtside.features import INDEX, NAMES
from courtside.forecast.onnx_session import OnnxSession
from courtside.training.fit_boosting import BoostingFit, export, fit_boosting, train
from courtside.training.onnx_export import Node, Tree, at_most, float32, trees_graph
from tests.unit.training.drawn_games import PLAYERS, drawn_games

FIT = BoostingFit(trees=40, leaves=8, smallest_leaf=10, rate=0.1)


def test_onnx_says_of_every_game_what_lightgbm_says() -> None:
    games = drawn_games(800)
    booster = train(float32(games.seen), games.increments, FIT)
    session = OnnxSession(export(booster, len(NAMES)), "boosting.onnx")
    fresh = drawn_games(2000, seed=11).seen
    draws = np.random.default_rng(12)
    fresh[draws.random(fresh.shape) < 0.2] = np.nan
    theirs = np.asarray(booster.predict(float32(fresh)))
    ours = session.run(fresh.astype(np.float32))[:, 0]
    assert theirs.std() > 0.5
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_values_on_a_threshold_go_the_same_way() -> None:
    draws = np.random.default_rng(3)
    columns = float32(draws.normal(0.0, 1.0, (400, 2)))
    booster = train(columns, np.sign(columns[:, 0] - 0.1) * 5 + columns[:, 1], FIT)
    session = OnnxSession(export(booster, 2), "boosting.onnx")
    beside = [columns, columns.copy()]
    for direction in (-np.inf, np.inf):
        beside.append(np.nextafter(columns.astype(np.float32), np.float32(direction)).astype(np.float64))
    for points in beside:
        ours = session.run(points.astype(np.float32))[:, 0]
        assert ours == pytest.approx(np.asarray(booster.predict(points)), abs=1e-5)


def test_thresholds_are_rounded_down() -> None:
    for threshold in (0.1, -0.1, 1e-35, 123456.789, -3.0, 0.0):
        rounded = at_most(threshold)
        assert rounded <= threshold
        assert float(np.nextafter(np.float32(rounded), np.float32(np.inf))) > threshold


def test_trees_take_up_what_the_sum_cannot_say() -> None:
    games = drawn_games(800)
    bent = np.abs(games.seen[:, INDEX["lead"]]) + games.seen[:, INDEX["elo"]]
    model = fit_boosting(games.seen, bent, PLAYERS, fit=FIT)
    fresh = drawn_games(300, seed=21).seen
    truth = np.abs(fresh[:, INDEX["lead"]]) + fresh[:, INDEX["elo"]]
    by_sum = np.abs(model.linear_increments(fresh) - truth).mean()
    assert np.abs(model.increments(fresh) - truth).mean() < 0.5 * by_sum


def test_games_with_unknown_features_are_learned_from_too() -> None:
    games = drawn_games(400)
    linear = (*PLAYERS, "rotation_game_score")
    model = fit_boosting(games.seen, games.increments, linear, fit=FIT)
    assert np.isfinite(model.increments(games.seen)).all()
    assert model.parameters.intercept == pytest.approx(games.increments.mean())


def test_a_feature_that_no_game_knows_cannot_be_in_the_sum() -> None:
    games = drawn_games(100)
    with pytest.raises(BadInput, match="is known in no game"):
        fit_boosting(games.seen, games.increments, ("lead", "market_margin"))


def test_trees_that_onnx_cannot_say_are_refused() -> None:
    left, right = Node(leaf_value=1.0), Node(leaf_value=2.0)
    with pytest.raises(ModelError, match="splits by '=='"):
        trees_graph([Tree(Node(decision_type="==", left_child=left, right_child=right))], 1)
    with pytest.raises(ModelError, match="with 'Zero' missing"):
        trees_graph([Tree(Node(missing_type="Zero", left_child=left, right_child=right))], 1)
    with pytest.raises(ModelError, match="neither a split nor a leaf"):
        trees_graph([Tree(Node())], 1)
