"""The weighted sum."""

import pytest

from courtside.errors import ModelError
from courtside.forecast.linear import Linear, LinearParameters
from tests.unit.training.drawn_games import game


def test_each_feature_counts_by_its_coefficient() -> None:
    model = Linear(LinearParameters(features=("lead", "elo"), coefficients=(-0.1, 0.5), intercept=1.0))
    assert model.increment(game(lead=10.0, elo=2.0)) == pytest.approx(1.0)
    assert model.increments(game(3, lead=-10.0, elo=2.0)).tolist() == pytest.approx([3.0] * 3)


def test_parameters_of_two_lengths_are_refused() -> None:
    with pytest.raises(ModelError, match="linear has 2 features and 1 coefficients; train it again"):
        Linear(LinearParameters(features=("lead", "elo"), coefficients=(0.1,), intercept=0.0))
