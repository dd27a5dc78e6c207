"""What the model wins, it wins by what it knows: shuffled, nothing of it is left."""

import msgspec
import numpy as np
import pytest

from courtside import features
from courtside.training.dataset import Dataset
from courtside.training.fit_halftime import WalkForward, fit_halftime

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("few_are_enough")]
TESTED = 2023
REAL_GAIN = 1.0
"""In squared points a game. The real one is 1.5 with a standard error of 0.4."""
NO_GAIN = 0.4
RATINGS = [
    features.INDEX[name]
    for name in features.NAMES
    if name in (*features.PRIOR_NAMES, "expected_margin") or name.startswith(("rotation", "court", "usual"))
]


def gain(games: Dataset) -> tuple[float, set[str]]:
    """What a model of earlier seasons takes off persistence's squared error in the last one, and the
    tiers that served."""
    earlier = games.season < TESTED
    walk = WalkForward(games)
    model = fit_halftime(walk, earlier, walk.members_of(earlier)).model
    tested = games.where(games.season == TESTED)
    forecasts = [model.forecast(seen, explain=False) for seen in tested.at_18]
    said = np.array([forecast.expected for forecast in forecasts], dtype=np.float64)
    errors, increments = tested.half - said, tested.half - tested.lead_18
    gained = np.square(increments).mean() - np.square(errors).mean()
    return float(gained), {forecast.known for forecast in forecasts}


def test_players_and_ratings_win_against_persistence(games: Dataset) -> None:
    won, tiers = gain(games)
    assert tiers == {"players"}
    assert won > REAL_GAIN


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_targets_leave_no_skill(games: Dataset, seed: int) -> None:
    increments = np.random.default_rng(seed).permutation(games.half - games.lead_18)
    won, _ = gain(msgspec.structs.replace(games, half=games.lead_18 + increments))
    assert abs(won) < NO_GAIN


def test_other_games_ratings_and_players_leave_none_of_their_gain(games: Dataset) -> None:
    draws = np.random.default_rng(3)
    order = np.arange(len(games))
    for season in np.unique(games.season):
        (rows,) = np.nonzero(games.season == season)
        order[rows] = draws.permutation(rows)
    at_18 = games.at_18.copy()
    at_18[:, RATINGS] = games.at_18[order][:, RATINGS]
    won, _ = gain(msgspec.structs.replace(games, at_18=at_18))
    assert won < NO_GAIN
