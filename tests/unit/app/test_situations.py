"""A described state is the one that the fold would have come to."""

import math
from typing import Any

import pytest

from courtside import features
from courtside.app.situations import state_of
from courtside.game.prior import NOTHING
from courtside.serve.schemas_forecast import StateRequest

HOME, AWAY = [1, 2, 3, 4, 5], [6, 7, 8, 9, 10]


def state(**fields: Any) -> StateRequest:
    base: dict[str, Any] = {"score_home": 52, "score_away": 42, "period": 2, "game_clock": "5:59.5"}
    return StateRequest(**base | fields)


def test_score_and_clock_are_those_that_were_said() -> None:
    made = state_of(state())
    assert (made.score_home, made.score_away, made.period, made.remaining_tenths) == (52, 42, 2, 3595)
    assert made.started and not made.period_over


@pytest.mark.parametrize(("side", "ball"), [("home", 1.0), ("away", -1.0)])
def test_the_ball_is_with_the_side_that_was_said(side: str, ball: float) -> None:
    assert features.ball(state_of(state(possession=side))) == ball


def test_without_possession_nobody_knows_whose_ball_it_is() -> None:
    assert math.isnan(features.ball(state_of(state())))


def test_the_five_are_on_court() -> None:
    made = state_of(state(possession="home", on_court_home=HOME, on_court_away=AWAY))
    assert {number: player.side for number, player in made.players.items() if player.on_court} == {
        **dict.fromkeys(HOME, "home"),
        **dict.fromkeys(AWAY, "away"),
    }


def test_the_pattern_is_the_path() -> None:
    pattern = [0, 2, -1, 3, 3, 5, 8, 6, 4, 4, 7, 9, 11, 8, 6, 6, 9, 12]
    made = state_of(state(pattern=pattern))
    assert list(made.path[:18]) == pattern
    assert made.differential == 10


def test_what_was_left_out_is_unknown_and_not_zero() -> None:
    seen = dict(zip(features.RUNNING_NAMES, features.running(state_of(state()), NOTHING), strict=True))
    assert seen.pop("lead") == 10
    assert all(math.isnan(value) for value in seen.values())
