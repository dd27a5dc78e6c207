"""Forecasts of games that nobody is playing here."""

from typing import Any

import pytest

from courtside.app.oracle import Oracle
from courtside.errors import BadInput
from courtside.serve.decode import BadField
from courtside.serve.schemas_forecast import PredictRequest, StateRequest
from tests.support.forecasting import plain_oracle, rated_book

FIVES = {"on_court_home": [1, 2, 3, 4, 5], "on_court_away": [6, 7, 8, 9, 10]}


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return plain_oracle(rated_book)


def ask(**fields: Any) -> PredictRequest:
    return PredictRequest(**{"pattern": [0.0] * 17 + [6.0]} | fields)


def state(**fields: Any) -> StateRequest:
    base: dict[str, Any] = {"score_home": 52, "score_away": 42, "period": 2, "game_clock": "6:00"}
    return StateRequest(**base | fields)


def test_a_bare_pattern_has_a_forecast(oracle: Oracle) -> None:
    reply = oracle.pattern(ask(alpha=0.2))
    assert reply.point_forecast == 6
    assert reply.interval_lower < 6 < reply.interval_upper
    assert reply.coverage_probability == pytest.approx(0.8)
    assert reply.known == "score"
    assert reply.explanation is not None and reply.explanation.members["still"] == 6
    assert [game.game_id for game in reply.explanation.similar_games] == ["0021300001"]
    assert oracle.pattern(ask(return_explanation=False)).explanation is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pattern": [0.0] * 17}, "17 numbers"),
        ({"pattern": [0.0] * 17 + [float("nan")]}, "minute 18"),
        ({"pattern": [0.0] * 17 + [True]}, "minute 18"),
        ({"pattern": "0,1,2"}, "not a list"),
        ({"alpha": 0.0}, "alpha"),
        ({"alpha": 2.0}, "alpha"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_in_one_line(
    oracle: Oracle, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        oracle.pattern(ask(**fields))


def test_teams_and_market_count_where_they_are_known(oracle: Oracle) -> None:
    assert oracle.pattern(ask(home_team="BOS", away_team="MIA")).known == "players"
    assert oracle.pattern(ask(market_spread=-4.5)).known == "market"
    even = oracle.state(state())
    favoured = oracle.state(state(market_spread=-9.5))
    assert (even.known, favoured.known) == ("score", "market")
    assert favoured.win_probability_home > even.win_probability_home


@pytest.mark.parametrize(
    ("home", "away", "field", "said"),
    [
        ("BSO", "LAL", "home_team", "BOS"),
        ("BOS", "Lakers", "away_team", "LAL"),
        ("BOS", None, "away_team", "both teams or neither"),
        (None, "BOS", "home_team", "both teams or neither"),
        ("BOS", "BOS", "away_team", "home team too"),
    ],
)
def test_a_team_that_is_not_rated_is_refused_with_the_nearest_ones(
    oracle: Oracle, home: str | None, away: str | None, field: str, said: str
) -> None:
    for asked in (oracle.pattern, oracle.state):
        make: Any = ask if asked == oracle.pattern else state
        with pytest.raises(BadField, match=said) as refused:
            asked(make(home_team=home, away_team=away))
        assert refused.value.field == field


def test_a_model_without_ratings_says_so() -> None:
    with pytest.raises(BadField, match="rates no teams"):
        plain_oracle().pattern(ask(home_team="BOS", away_team="LAL"))


def test_a_state_has_both_margins_and_a_winner(oracle: Oracle) -> None:
    reply = oracle.state(state())
    assert (reply.elapsed_seconds, reply.current_differential, reply.winner) == (1080, 10, "home")
    assert reply.win_probability_home + reply.win_probability_away == 1.0
    assert reply.halftime is not None
    assert reply.halftime.lower95 <= reply.halftime.lower80 <= reply.halftime.median
    assert reply.final.median == 10


def test_after_halftime_there_is_only_the_final_margin(oracle: Oracle) -> None:
    assert oracle.state(state(period=3, game_clock="11:59")).halftime is None


def test_a_game_whose_clock_is_down_is_over_unless_it_is_level(oracle: Oracle) -> None:
    over = oracle.state(state(score_home=99, score_away=101, period=4, game_clock="0:00"))
    assert (over.win_probability_home, over.win_probability_away, over.winner) == (0.0, 1.0, "away")
    assert over.final.lower95 == over.final.upper95 == -2
    level = oracle.state(state(score_home=99, score_away=99, period=4, game_clock="0:00"))
    assert 0.0 < level.win_probability_home < 1.0


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"game_clock": "soon"}, "game_clock", "10:45"),
        ({"game_clock": "12:01"}, "game_clock", "longer than the 12:00"),
        ({"period": 5, "game_clock": "5:01"}, "game_clock", "longer than the 5:00"),
        ({"pattern": [0] * 19}, "pattern", "only 18 have passed"),
        ({"pattern": [0] * 18}, "pattern", "the score says 10"),
        ({"on_court_home": [1, 2, 3, 4, 5]}, "on_court_away", "both teams or of neither"),
        (FIVES | {"on_court_away": [5, 6, 7, 8, 9]}, "on_court_away", "names 5 twice"),
    ],
)
def test_a_state_that_makes_no_sense_is_refused_with_its_field(
    oracle: Oracle, fields: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(BadField, match=said) as refused:
        oracle.state(state(**fields))
    assert refused.value.field == field
