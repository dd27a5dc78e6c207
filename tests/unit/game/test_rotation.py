"""The strength of those who will probably play, from who has been seen and when."""

from collections.abc import Mapping

import msgspec
import pytest

from courtside.events import PlayerPrior, Side
from courtside.game.players import PlayerState
from courtside.game.prior import NOTHING, Prior
from courtside.game.rotation import SMALLEST_SHARE, UNKNOWN, has_appeared, share, strength
from courtside.game.state import GameState, start

MINUTES = 30.0
QUARTER = 7200


def rated(person_id: int, side: Side, impact: float, tonight: float = 24.0) -> PlayerPrior:
    return PlayerPrior(person_id, side, 2 * impact, impact, MINUTES, tonight)


def seen(person_id: int, side: Side, on_court: bool) -> PlayerState:
    return PlayerState(
        person_id, None, side, played_before=0 if on_court else 3000, stint_start=0 if on_court else None
    )


def state(elapsed: int, *players: PlayerState) -> GameState:
    return msgspec.structs.replace(
        start(), elapsed=elapsed, started=True, players={player.person_id: player for player in players}
    )


HOME = [seen(number, "home", True) for number in range(1, 6)]
AWAY = [seen(number, "away", True) for number in range(11, 16)]
EVERYBODY = {number: rated(number, "home", 1.0) for number in range(1, 6)} | {
    number: rated(number, "away", -1.0) for number in range(11, 16)
}


def prior(changed: Mapping[int, PlayerPrior] | None = None, **values: float) -> Prior:
    return Prior.of(values, {**EVERYBODY, **(changed or {})}.values())


def test_without_rated_players_nothing_is_known() -> None:
    assert strength(state(QUARTER, *HOME, *AWAY), NOTHING) is UNKNOWN


def test_five_of_one_impact_against_five_of_another() -> None:
    found = strength(state(QUARTER, *HOME, *AWAY), prior())
    assert (found.impact, found.court_impact) == pytest.approx((10.0, 10.0))
    assert (found.game_score, found.court_game_score) == pytest.approx((20.0, 20.0))


def test_those_on_the_bench_count_by_the_share_that_they_will_probably_play() -> None:
    star = rated(6, "home", 5.0)
    found = strength(state(QUARTER, *HOME, seen(6, "home", False), *AWAY), prior({6: star}))
    there, back = share(True, MINUTES), share(False, MINUTES)
    assert found.impact == pytest.approx(5 * (5 * there * 1.0 + back * 5.0) / (5 * there + back) + 5.0)
    assert found.court_impact == pytest.approx(10.0)


def test_an_absent_star_counts_less_and_less_and_after_a_quarter_not_at_all() -> None:
    expected = prior({6: rated(6, "home", 9.0, tonight=36.0)})
    impacts = [
        strength(state(elapsed, *HOME, *AWAY), expected).impact for elapsed in (1, 1800, 3600, QUARTER, 9000)
    ]
    assert impacts[:4] == sorted(impacts[:4], reverse=True)
    assert impacts[0] > impacts[3] + 1.0
    assert impacts[3] == impacts[4] == pytest.approx(10.0)


def test_where_not_five_are_known_on_court_the_rotation_stands_for_them() -> None:
    found = strength(state(QUARTER, *HOME[:4], seen(5, "home", False), *AWAY), prior())
    assert found.court_impact == pytest.approx(found.impact)


def test_somebody_never_rated_is_assumed_to_be_a_newcomer_or_makes_it_unknown() -> None:
    stranger = seen(99, "home", True)
    now = state(QUARTER, *HOME[:4], stranger, *AWAY)
    assert strength(now, prior()) is UNKNOWN
    said = {"newcomer_game_score": -1.0, "newcomer_impact": -3.0, "newcomer_minutes": 10.0}
    assert strength(now, prior(None, **said)).court_impact == pytest.approx(4 * 1.0 - 3.0 + 5.0)


def test_a_side_of_which_nobody_is_known_makes_it_unknown() -> None:
    assert strength(state(QUARTER, *HOME), prior()) is UNKNOWN


def test_who_sits_on_the_bench_all_game_has_not_appeared() -> None:
    waiting = PlayerState(7, None, "home", starter=False)
    assert not has_appeared(waiting, QUARTER)
    assert has_appeared(HOME[0], QUARTER) and has_appeared(seen(6, "home", False), QUARTER)
    with_him = strength(state(QUARTER, *HOME, waiting, *AWAY), prior({7: rated(7, "home", 9.0)}))
    assert with_him.impact == pytest.approx(10.0)


def test_a_share_is_between_a_little_and_all() -> None:
    assert share(False, 0.0) == SMALLEST_SHARE
    assert share(True, 60.0) == 1.0
    assert share(True, MINUTES) > share(False, MINUTES) > share(False, 12.0)
