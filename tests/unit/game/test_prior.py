"""What is known before a game, and what each observation adds to it."""

import math

import pytest

from courtside.events import Context, PlayerPrior, Side
from courtside.game.prior import NOTHING, Prior


def player(person_id: int, side: Side | None, impact: float, tonight: float = 24.0) -> PlayerPrior:
    return PlayerPrior(person_id, side, 2 * impact, impact, 24.0, tonight)


def context(values: dict[str, float], players: tuple[PlayerPrior, ...] = ()) -> Context:
    return Context(game_id="g", received_ms=1, source="nba", values=values, players=players)


PLAYERS = (
    player(1, "home", 3.0),
    player(2, "home", 1.0, 12.0),
    player(3, "away", -1.0),
    player(4, None, 9.0),
)


def test_the_usual_strength_is_of_five_players_weighed_by_the_minutes_expected() -> None:
    prior = Prior.of({}, PLAYERS)
    home, away = 5 * (24 * 3.0 + 12 * 1.0) / 36, 5 * -1.0
    assert prior.usual == pytest.approx((2 * (home - away), home - away))
    assert [entry.person_id for entry in prior.home] == [1, 2]
    assert [entry.person_id for entry in prior.away] == [3]


def test_who_is_not_expected_tonight_does_not_count_but_is_known() -> None:
    prior = Prior.of({}, [*PLAYERS, player(5, "away", 8.0, tonight=0.0)])
    assert prior.usual == Prior.of({}, PLAYERS).usual
    assert 5 in prior.players and 4 in prior.players


def test_a_side_of_which_nobody_is_known_leaves_the_strength_unknown() -> None:
    assert all(map(math.isnan, Prior.of({}, PLAYERS[:2]).usual))
    assert all(map(math.isnan, NOTHING.usual))


def test_a_newcomer_is_assumed_only_where_all_of_him_is_said() -> None:
    said = {"newcomer_game_score": -1.0, "newcomer_impact": -2.0, "newcomer_minutes": 8.0}
    assert Prior.of(said).newcomer == PlayerPrior(0, None, -1.0, -2.0, 8.0, 0.0)
    for name in said:
        assert Prior.of({key: value for key, value in said.items() if key != name}).newcomer is None


def test_an_observation_adds_to_what_was_known_and_replaces_what_it_says_again() -> None:
    first = NOTHING.after(context({"elo": 3.0, "altitude": 0.0}, PLAYERS))
    second = first.after(context({"elo": 4.0, "market_spread": -2.5}))
    assert second.values == {"elo": 4.0, "altitude": 0.0, "market_spread": -2.5}
    assert second.players == first.players
    third = second.after(context({}, PLAYERS[:3]))
    assert third.players.keys() == {1, 2, 3}
    assert third.values == second.values


def test_an_observation_that_says_nothing_new_leaves_the_very_same_prior() -> None:
    prior = NOTHING.after(context({"elo": 3.0}, PLAYERS))
    assert prior.after(context({"elo": 3.0})) is prior
    assert prior.after(context({}, PLAYERS)) is prior
    assert prior.after(context({"elo": 3.5})) is not prior
