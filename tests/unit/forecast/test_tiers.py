import math

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.forecast.tiers import Tier, choose, positions, richest

INDEX = {"lead": 0, "elo": 1, "market": 2}
TIERS = (Tier("score", ("lead",)), Tier("teams", ("lead", "elo")), Tier("market", ("lead", "elo", "market")))


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        ((3.0, math.nan, math.nan), "score"),
        ((3.0, 1.0, math.nan), "teams"),
        ((3.0, 1.0, -2.0), "market"),
        ((3.0, math.nan, -2.0), "score"),
    ],
)
def test_the_richest_tier_that_knows_all_its_features_serves(seen: tuple[float, ...], name: str) -> None:
    assert choose(TIERS, INDEX, seen).name == name
    assert choose(TIERS, INDEX, np.array(seen)).name == name


def test_a_zero_is_known() -> None:
    assert choose(TIERS, INDEX, (0.0, 0.0, 0.0)).name == "market"


def test_without_even_the_score_there_is_no_tier() -> None:
    with pytest.raises(ModelError, match="give at least the score"):
        choose(TIERS, INDEX, (math.nan, 1.0, 1.0))


def test_a_feature_that_the_vector_lacks_is_named() -> None:
    with pytest.raises(ModelError, match="'weather'"):
        positions(("lead", "weather"), INDEX)


def test_a_tier_can_be_asked_for_by_its_number() -> None:
    assert richest([(0,), (0, 1)], [1.0, math.nan]) == 0
