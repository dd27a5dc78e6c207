from collections.abc import Callable

import pytest

from courtside.events import Play, RosterEntry
from courtside.game import players as players_module
from courtside.game.players import Moment, PlayerState, from_roster, take_break
from courtside.game.state import GameState, fold_all, start

MakePlays = Callable[..., list[Play]]
HOME = tuple(RosterEntry(number, f"H{number}", "home", starter=number <= 5) for number in range(1, 9))
AWAY = tuple(RosterEntry(number, f"A{number}", "away", starter=number <= 15) for number in range(11, 19))
ROSTER = HOME + AWAY


def game(plays: list[Play], roster: tuple[RosterEntry, ...] = ROSTER) -> GameState:
    return fold_all(start(roster), plays)


def test_starters_play_from_the_tip_and_a_substitution_ends_a_stint(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 06:00", "substitution", "home", 1, {"sub_type": "out"}),
            ("1 06:00", "substitution", "home", 6, {"sub_type": "in"}),
            ("1 04:00", "timeout", "home"),
        )
    )
    out, into = state.players[1], state.players[6]
    assert (out.played(state.elapsed), out.on_court, out.rest_start) == (3600, False, 3600)
    assert (into.played(state.elapsed), into.on_court, into.stint_start) == (1200, True, 3600)


def test_a_technical_foul_is_no_personal_foul(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 11:00", "foul", "home", 1, {"sub_type": "technical"}),
            ("1 10:00", "foul", "home", 1, {"sub_type": "personal"}),
            ("1 09:00", "foul", "home", 1, {"sub_type": "offensive"}),
        )
    )
    assert state.players[1].fouls == 2


def test_a_shot_counts_for_shooter_and_helper(plays: MakePlays) -> None:
    state = game(plays(("1 11:00", "3pt", "home", 1, {"assist_id": 2})))
    assert (state.players[1].points, state.players[1].three_pointers_made) == (3, 1)
    assert state.players[2].assists == 1


def test_a_team_rebound_belongs_to_no_player(plays: MakePlays) -> None:
    state = game(plays(("1 11:00", "rebound", "home", None, {"sub_type": "offensive"})))
    assert all(player.rebounds == 0 for player in state.players.values())


def test_plus_minus_counts_the_margin_on_court_from_each_players_side(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 11:00", "3pt", "home", 1),
            ("1 10:00", "substitution", "home", 1, {"sub_type": "out"}),
            ("1 10:00", "substitution", "home", 6, {"sub_type": "in"}),
            ("1 09:00", "2pt", "away", 11),
        )
    )
    margins = {number: state.players[number].plus_minus(state.differential) for number in (1, 2, 6, 11)}
    assert margins == {1: 3, 2: 1, 6: -2, 11: -1}


def test_a_free_throw_counts_for_those_on_court_at_the_foul(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 11:00", "foul", "away", 11, {"sub_type": "personal"}),
            ("1 11:00", "substitution", "home", 2, {"sub_type": "out"}),
            ("1 11:00", "substitution", "home", 6, {"sub_type": "in"}),
            ("1 11:00", "freethrow", "home", 1, {"sub_type": "1 of 1"}),
        )
    )
    assert state.players[2].plus_minus(state.differential) == 1
    assert state.players[6].plus_minus(state.differential) == 0


def test_without_a_box_score_starters_are_those_who_act_without_coming_in(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 11:00", "2pt", "home", 1),
            ("1 06:00", "substitution", "home", 2, {"sub_type": "out"}),
            ("1 06:00", "substitution", "home", 6, {"sub_type": "in"}),
            ("1 05:00", "2pt", "home", 6),
        ),
        roster=(),
    )
    assert {number: player.starter for number, player in state.players.items()} == {
        1: True,
        2: True,
        6: False,
    }
    assert state.players[2].played(state.elapsed) == 3600
    assert state.players[1].played(state.elapsed) == 4200


def test_somebody_inferred_on_court_replaces_the_one_who_was_not_seen_since_the_break(
    plays: MakePlays,
) -> None:
    first = [(f"1 {11 - number:02d}:00", "2pt", "home", number) for number in range(1, 6)]
    state = game(plays(*first, ("2 11:00", "2pt", "home", 6), ("2 10:00", "2pt", "home", 2)), roster=())
    assert not state.players[1].on_court
    assert state.players[1].played(state.elapsed) == 7200
    assert state.players[6].played(state.elapsed) == 1200
    assert sum(player.on_court for player in state.players.values()) == 5


def test_a_substitution_in_of_somebody_on_court_changes_nothing(plays: MakePlays) -> None:
    state = game(plays(("1 06:00", "substitution", "home", 1, {"sub_type": "in"})))
    assert state.players[1].stint_start == 0


def test_somebody_who_is_on_no_roster_is_known_from_then_on_and_no_starter(plays: MakePlays) -> None:
    state = game(plays(("1 06:00", "substitution", "home", 99, {"sub_type": "in", "player": "N. New"})))
    assert (state.players[99].starter, state.players[99].name) == (False, "N. New")


def test_fatigue_rises_on_court_and_falls_in_rest() -> None:
    playing = PlayerState(1, "H1", "home", stint_start=0)
    tired = playing.fatigue(7200, 1.0)
    assert 0.4 < tired < 0.65
    assert playing.fatigue(7200, 1.2) > tired
    rested = players_module._off(playing, 7200, 0, Moment(7200, 1, 0, 0, 1.0))
    assert rested.fatigue(7200, 1.0) == pytest.approx(tired)
    assert rested.fatigue(9600, 1.0) < tired


def test_a_break_halves_the_load_every_four_minutes() -> None:
    roster = from_roster(HOME)
    assert take_break(roster, 2400, 2400, 1.0)[1].load == pytest.approx(1200)
    assert take_break(roster, 2400, 2400, 1.0)[6] is roster[6]


def test_a_helper_gets_the_name_when_a_play_says_it(plays: MakePlays) -> None:
    state = game(
        plays(
            ("1 11:00", "2pt", "home", 1, {"assist_id": 2, "player": "O. One"}),
            ("1 10:00", "2pt", "home", 2, {"player": "T. Two"}),
        ),
        roster=(),
    )
    assert (state.players[2].name, state.players[2].assists) == ("T. Two", 1)


def test_after_halftime_the_starters_are_back_until_somebody_else_makes_six(plays: MakePlays) -> None:
    first = [(f"1 {11 - number:02d}:00", "2pt", "home", number) for number in range(1, 6)]
    rows = (
        *first,
        *[(f"2 {11 - number:02d}:00", "2pt", "home", number) for number in range(2, 6)],
        ("2 05:00", "substitution", "home", 1, {"sub_type": "out"}),
        ("2 05:00", "substitution", "home", 6, {"sub_type": "in"}),
        ("2 04:00", "2pt", "home", 6),
        ("3 11:00", "2pt", "home", 2),
    )
    back = game(plays(*rows), roster=())
    assert {number for number, player in back.players.items() if player.on_court} == {1, 2, 3, 4, 5}
    assert back.players[6].played(back.elapsed) == 3000
    stayed = game(plays(*rows, ("3 10:00", "2pt", "home", 6), ("3 09:00", "2pt", "home", 3)), roster=())
    assert {number for number, player in stayed.players.items() if player.on_court} == {2, 3, 4, 5, 6}
    assert stayed.players[1].played(stayed.elapsed) == 7200 + 4200


def test_starters_who_were_named_come_back_only_by_substitution(plays: MakePlays) -> None:
    state = game(
        plays(
            ("2 05:00", "substitution", "home", 1, {"sub_type": "out"}),
            ("2 05:00", "substitution", "home", 6, {"sub_type": "in"}),
            ("3 11:00", "2pt", "home", 2),
        )
    )
    assert {number for number in (1, 6) if state.players[number].on_court} == {6}
