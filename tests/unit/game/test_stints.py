from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest

from courtside.events import Play, RosterEntry
from courtside.game.state import fold_all, start
from courtside.game.stints import Stint, stints
from courtside.sources.simulator_game import SimulatedGame, simulate_game

MakePlays = Callable[..., list[Play]]
HOME, AWAY = (1, 2, 3, 4, 5), (11, 12, 13, 14, 15)
ROSTER = tuple(
    RosterEntry(number, f"P{number}", "home" if number < 10 else "away", starter=number % 10 <= 5)
    for number in (*range(1, 9), *range(11, 19))
)
OUT, IN = {"sub_type": "out"}, {"sub_type": "in"}


@pytest.fixture(scope="module", params=[1, 2, 3])
def game(request: pytest.FixtureRequest) -> SimulatedGame:
    return simulate_game(request.param)


def test_a_substitution_ends_a_stint_and_begins_another(plays: MakePlays) -> None:
    found = stints(
        plays(
            ("1 11:00", "2pt", "home", 1),
            ("1 06:00", "substitution", "home", 1, OUT),
            ("1 06:00", "substitution", "home", 6, IN),
            ("1 05:00", "3pt", "away", 11),
            ("1 00:00", "period", None, None, {"sub_type": "end"}),
        ),
        ROSTER,
    )
    assert found == (
        Stint(0, 3600, 2, HOME, AWAY),
        Stint(3600, 7200, -3, (2, 3, 4, 5, 6), AWAY),
    )


def test_a_free_throw_after_a_substitution_counts_for_those_who_were_there_at_the_foul(
    plays: MakePlays,
) -> None:
    before, after = stints(
        plays(
            ("1 06:00", "foul", "away", 11, {"sub_type": "personal"}),
            ("1 06:00", "substitution", "home", 2, OUT),
            ("1 06:00", "substitution", "home", 6, IN),
            ("1 06:00", "freethrow", "home", 1),
            ("1 03:00", "timeout", "home"),
        ),
        ROSTER,
    )
    assert (before.margin, after.margin) == (1, 0)


def test_a_span_in_which_a_side_has_not_five_is_left_out(plays: MakePlays) -> None:
    found = stints(
        plays(
            ("1 06:00", "substitution", "home", 1, OUT),
            ("1 05:00", "substitution", "home", 6, IN),
            ("1 03:00", "timeout", "home"),
        ),
        ROSTER,
    )
    assert [(stint.start, stint.end) for stint in found] == [(0, 3600), (4200, 5400)]


def test_who_is_seen_late_was_on_court_since_the_period_began(plays: MakePlays) -> None:
    found = stints(
        plays(
            *(("1 11:00", "2pt", "home", number) for number in HOME),
            *(("1 02:00", "2pt", "away", number) for number in AWAY),
            ("2 11:00", "2pt", "home", 6),
            ("2 10:00", "2pt", "home", 2),
            ("2 10:00", "2pt", "home", 3),
            ("2 10:00", "2pt", "home", 4),
            ("2 10:00", "2pt", "home", 5),
            ("2 00:00", "period", None, None, {"sub_type": "end"}),
        )
    )
    assert found == (
        Stint(0, 7200, 0, HOME, AWAY),
        Stint(7200, 14400, 10, (2, 3, 4, 5, 6), AWAY),
    )


def test_a_starter_who_ended_the_first_half_and_comes_back_at_once_keeps_both_stints(
    plays: MakePlays,
) -> None:
    """The fold takes him off and on again within one play: his first stint must not be lost."""
    found = stints(
        plays(
            *(("1 11:00", "2pt", "home", number) for number in HOME),
            *(("1 02:00", "2pt", "away", number) for number in AWAY),
            ("2 06:00", "substitution", "home", 5, OUT),
            ("2 06:00", "substitution", "home", 6, IN),
            ("2 00:00", "period", None, None, {"sub_type": "end"}),
            ("3 11:00", "2pt", "home", 6),
            ("3 00:00", "period", None, None, {"sub_type": "end"}),
        )
    )
    assert Stint(10800, 14400, 0, (1, 2, 3, 4, 6), AWAY) in found


def test_without_players_there_are_no_stints(plays: MakePlays) -> None:
    assert stints(plays(("1 06:00", "score", None, None, {"score_home": 9}))) == ()


def test_stints_cover_a_simulated_game_once_and_add_up_to_its_margin(game: SimulatedGame) -> None:
    found = stints(game.plays, game.roster)
    state = fold_all(start(game.roster), game.plays)
    assert found[0].start == 0
    assert found[-1].end == state.elapsed
    assert all(one.end == following.start for one, following in pairwise(found))
    assert sum(stint.margin for stint in found) == game.score[0] - game.score[1]


def test_everybody_has_his_minutes_and_plus_minus_in_his_stints(game: SimulatedGame) -> None:
    played: dict[int, int] = defaultdict(int)
    margin: dict[int, int] = defaultdict(int)
    for stint in stints(game.plays, game.roster):
        for five, sign in ((stint.home, 1), (stint.away, -1)):
            for person_id in five:
                played[person_id] += stint.end - stint.start
                margin[person_id] += sign * stint.margin
    state = fold_all(start(game.roster), game.plays)
    for person_id, player in state.players.items():
        assert played[person_id] == player.played(state.elapsed)
        assert margin[person_id] == player.plus_minus(state.differential)
