"""The sum and the trees."""

import pytest

from courtside.errors import ModelError
from courtside.forecast.boosting import Boosting, BoostingParameters
from courtside.training.onnx_export import Node, Tree, trees_graph
from tests.unit.training.drawn_games import game

PARAMETERS = BoostingParameters(
    features=("possession", "pace"),
    linear=("lead", "elo"),
    means=(2.0, 10.0),
    coefficients=(-0.1, 0.5),
    intercept=1.0,
)
SPLIT = Node(
    split_feature=1,
    threshold=100.0,
    missing_type="NaN",
    default_left=False,
    left_child=Node(leaf_value=0.25),
    right_child=Node(leaf_value=-0.25),
)
MODEL = Boosting(PARAMETERS, trees_graph([Tree(SPLIT), Tree(Node(leaf_value=2.0))], 2))


def test_the_trees_are_added_to_the_sum() -> None:
    assert MODEL.increment(game(lead=12.0, elo=10.0, pace=100.0)) == pytest.approx(1.0 - 1.0 + 2.25)
    assert MODEL.increment(game(lead=12.0, elo=10.0, pace=100.1)) == pytest.approx(1.0 - 1.0 + 1.75)


def test_an_unknown_feature_counts_as_usual_in_the_sum_and_goes_its_own_way_in_the_trees() -> None:
    assert MODEL.increment(game(lead=12.0, pace=0.0)) == MODEL.increment(game(lead=12.0, elo=10.0, pace=0.0))
    assert MODEL.increment(game(lead=2.0, elo=10.0)) == pytest.approx(1.0 + 1.75)


def test_parameters_of_different_lengths_are_refused() -> None:
    short = BoostingParameters(
        features=("pace",), linear=("lead",), means=(), coefficients=(1.0,), intercept=0.0
    )
    with pytest.raises(ModelError, match="1 linear features, 0 means and 1 coefficients"):
        Boosting(short, trees_graph([Tree(Node(leaf_value=0.0))], 1))


def test_a_graph_for_other_features_is_refused_when_it_is_asked() -> None:
    wider = Boosting(PARAMETERS, trees_graph([Tree(SPLIT)], 5))
    with pytest.raises(ModelError, match=r"boosting\.onnx cannot be run"):
        wider.increment(game(lead=1.0, pace=1.0))
