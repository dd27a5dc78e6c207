"""Rows by hand, one rule each; whole games are in tests/unit/training."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadHistory
from courtside.events import Play
from courtside.formats.stats_layout import StatsRow, Teams, find_teams, parse_game, short_name
from courtside.formats.stats_scores import ScoringRow, read_score, running_scores
from courtside.formats.stats_times import read_times
from courtside.game.state import fold_all, start

HOME, AWAY = 1610612738, 1610612752
TEAMS = Teams(HOME, "BOS", AWAY, "NYK")
EMPTY = StatsRow(*[None] * len(StatsRow._fields))


def row(kind: int, action: int = 0, clock: str = "11:00", period: int = 1, **more: Any) -> StatsRow:
    base = EMPTY._replace(
        eventmsgtype=kind,
        eventmsgactiontype=action,
        pctimestring=clock,
        period=period,
        wctimestring="7:40 PM",
    )
    return base._replace(**more)


def by(number: int, person_id: int, side: str, name: str = "Ann Other") -> dict[str, Any]:
    return {
        f"person{number}type": 4 if side == "home" else 5,
        f"player{number}_id": person_id,
        f"player{number}_name": name,
        f"player{number}_team_id": HOME if side == "home" else AWAY,
    }


def plays(*rows: StatsRow, date: str | None = None) -> list[Play]:
    """The plays of those rows, after an opening basket that gives the game a SCORE."""
    opening = row(1, 1, "11:50", homedescription="Other 2' Layup", score="0 - 2", **by(1, 99, "home"))
    return list(parse_game([opening, *rows], TEAMS, date))[1:]


def facts(play: Play) -> tuple[object, ...]:
    return play.action, play.sub_type, play.descriptor, play.side, play.person_id


def test_a_shot_is_a_three_by_its_description_and_has_its_helper() -> None:
    (made,) = plays(
        row(
            1, 79, homedescription="Other 26' 3PT Pullup Jump Shot (3 PTS) (Else 1 AST)", score="0 - 5",
            **by(1, 1, "home"), **by(2, 2, "home"),
        )
    )  # fmt: skip
    assert facts(made) == ("3pt", "Jump Shot", "pullup", "home", 1)
    assert (made.made, made.assist_id, made.score_home, made.player) == (True, 2, 5, "A. Other")


def test_a_miss_with_a_block_gives_both() -> None:
    miss, block = plays(
        row(
            2, 5, eventnum=40, homedescription="Else BLOCK (1 BLK)", visitordescription="MISS Other 3' Layup",
            **by(1, 1, "away"), **by(3, 2, "home"),
        )
    )  # fmt: skip
    assert facts(miss) == ("2pt", "Layup", "", "away", 1)
    assert facts(block) == ("block", "", "", "home", 2)
    assert (miss.made, miss.description, block.description) == (
        False, "MISS Other 3' Layup", "Else BLOCK (1 BLK)",
    )  # fmt: skip
    assert (miss.play_id, block.play_id) == (40, 41)


def test_a_turnover_with_a_steal_gives_both() -> None:
    lost, steal = plays(row(5, 2, **by(1, 1, "home"), **by(2, 2, "away")))
    assert facts(lost) == ("turnover", "lost ball", "", "home", 1)
    assert facts(steal) == ("steal", "", "", "away", 2)


def test_a_substitution_gives_one_out_and_one_in() -> None:
    assert [facts(play) for play in plays(row(8, **by(1, 1, "home"), **by(2, 2, "home")))] == [
        ("substitution", "out", "", "home", 1),
        ("substitution", "in", "", "home", 2),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1, ("personal", "")), (2, ("personal", "shooting")), (3, ("personal", "loose ball")),
        (4, ("offensive", "")), (26, ("offensive", "charge")), (28, ("personal", "take")),
        (31, ("personal", "transition take")), (14, ("personal", "flagrant-type-1")),
        (9, ("personal", "clear path")), (11, ("technical", "")), (17, ("technical", "defensive-3-second")),
    ],
)  # fmt: skip
def test_fouls_have_the_kinds_of_the_live_feed(code: int, expected: tuple[str, str]) -> None:
    (foul,) = plays(row(6, code, **by(1, 1, "away")))
    assert facts(foul) == ("foul", *expected, "away", 1)


def test_a_double_foul_is_one_of_each_player() -> None:
    both = plays(row(6, 10, **by(1, 1, "home"), **by(2, 2, "away")))
    assert [facts(play) for play in both] == [
        ("foul", "personal", "double", "home", 1),
        ("foul", "personal", "double", "away", 2),
    ]


def test_a_coach_and_a_team_are_no_players() -> None:
    coach, team = plays(
        row(6, 11, person1type=7, player1_id=300, player1_name="Co Ach", player1_team_id=AWAY),
        row(6, 18, person1type=2, player1_id=HOME),
    )
    assert facts(coach) == ("foul", "technical", "", "away", None)
    assert coach.player == "C. Ach"
    assert facts(team) == ("foul", "technical", "delay", "home", None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (10, ("1 of 1", "")), (12, ("2 of 2", "")), (16, ("1 of 1", "technical")),
        (25, ("1 of 2", "clear path")), (29, ("3 of 3", "flagrant")),
    ],
)  # fmt: skip
def test_free_throws_say_which_of_how_many(code: int, expected: tuple[str, str]) -> None:
    (throw,) = plays(row(3, code, homedescription="Other Free Throw", score="0 - 3", **by(1, 1, "home")))
    assert facts(throw) == ("freethrow", *expected, "home", 1)
    assert (throw.made, throw.score_home) == (True, 3)


def test_a_free_throw_without_score_did_not_count() -> None:
    (violated,) = plays(row(3, 12, homedescription="Free Throw 2 of 2", **by(1, 1, "home")))
    assert (violated.made, violated.score_home) == (False, 2)


@pytest.mark.parametrize(("foul", "descriptor"), [(31, "transition take"), (6, "away-from-play"), (2, "")])
def test_the_single_free_throw_after_a_take_foul_leaves_the_ball_with_the_shooter(
    foul: int, descriptor: str
) -> None:
    _, throw = plays(
        row(6, foul, **by(1, 2, "away")),
        row(3, 10, homedescription="Other Free Throw 1 of 1", score="0 - 3", **by(1, 1, "home")),
    )
    assert throw.descriptor == descriptor
    holder = fold_all(start(), plays(row(6, foul, **by(1, 2, "away")), row(
        3, 10, homedescription="Other Free Throw 1 of 1", score="0 - 3", **by(1, 1, "home")
    ))).possession.holder  # fmt: skip
    assert holder == ("home" if descriptor else "away")


def test_a_rebound_is_offensive_for_the_side_that_shot() -> None:
    miss = row(2, 1, homedescription="MISS Other 20' Jump Shot", **by(1, 1, "home"))
    _, own, _, theirs, _, team = plays(
        miss,
        row(4, **by(1, 2, "home")),
        miss,
        row(4, **by(1, 3, "away")),
        row(3, 11, homedescription="MISS Other Free Throw 1 of 2", **by(1, 1, "home")),
        row(4, 1, person1type=2, player1_id=HOME),
    )
    assert [play.sub_type for play in (own, theirs, team)] == ["offensive", "defensive", "offensive"]
    assert (team.person_id, team.qualifiers) == (None, ("team", "deadball"))


def test_the_ball_of_a_jump_ball_goes_to_the_third_player_or_team() -> None:
    person, team, nobody = plays(
        row(10, **by(1, 1, "home"), **by(2, 2, "away"), **by(3, 3, "away")),
        row(10, **by(1, 1, "home"), **by(2, 2, "away"), person3type=2, player3_id=HOME),
        row(10, **by(1, 1, "home"), **by(2, 2, "away"), person3type=0, player3_id=0),
    )
    assert [(play.side, play.person_id) for play in (person, team, nobody)] == [
        ("away", 3), ("home", None), (None, None),
    ]  # fmt: skip


def test_replays_and_what_was_taken_back_are_left_out() -> None:
    taken_back = (row(18, 1), row(7, 0, **by(1, 1, "home")), row(11, 0, **by(1, 1, "home")))
    assert plays(*taken_back) == []


def test_timeouts_violations_and_ejections() -> None:
    timeout, official, kicked, ejection = plays(
        row(9, 7, person1type=3, player1_id=AWAY),
        row(9, 4, person1type=1, player1_id=0),
        row(7, 5, **by(1, 1, "home")),
        row(11, 4, **by(1, 1, "home")),
    )
    assert facts(timeout) == ("timeout", "challenge", "", "away", None)
    assert facts(official) == ("timeout", "official", "", None, None)
    assert facts(kicked) == ("violation", "kicked ball", "", "home", 1)
    assert facts(ejection) == ("ejection", "other", "", "home", 1)


def test_after_the_last_period_the_game_ends() -> None:
    end, game = plays(row(13, clock="0:00", score="0 - 2"))
    assert (end.action, end.sub_type, game.action, game.sub_type) == ("period", "end", "game", "end")


def test_play_ids_are_unique_where_eventnums_are_not() -> None:
    found = plays(*[row(8, eventnum=7, **by(1, 1, "home"), **by(2, 2, "home"))] * 3)
    assert len({play.play_id for play in found}) == 6
    assert [play.play_id for play in found[:2]] == [7, 8]


def test_rows_keep_their_order_whatever_their_clock() -> None:
    late, early = plays(row(9, 1, "5:00", person1type=2, player1_id=HOME), row(8, 0, "5:10", **by(1, 1, "home"), **by(2, 2, "home")))[:2]  # fmt: skip  # noqa: E501
    assert (late.remaining_tenths, early.remaining_tenths) == (3000, 3100)
    assert late.order < early.order


def test_teams_are_those_of_the_players() -> None:
    rows = [row(8, **by(1, 1, "home"), player1_team_abbreviation="BOS"), row(8, **by(1, 2, "away"))]
    assert find_teams(rows) == Teams(HOME, "BOS", AWAY, "")
    with pytest.raises(BadHistory, match="1 home and 0 visiting"):
        find_teams(rows[:1])


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (row(1, clock="12:30", homedescription="x", score="0 - 4", **by(1, 1, "home")), "clock"),
        (row(1, clock="noon", homedescription="x", score="0 - 4", **by(1, 1, "home")), "clock"),
        (row(8, period=3, **by(1, 1, "home")), "period_order"),
        (row(21), "unknown_row"),
        (row(6, 99, **by(1, 1, "home")), "unknown_kind"),
        (row(3, 99, homedescription="x", **by(1, 1, "home")), "unknown_kind"),
        (row(8, person1type=4, player1_id=1, player1_team_id=5), "unknown_team"),
        (row(13, score="ten - 8"), "score"),
        (EMPTY._replace(eventmsgtype=8), "missing_value"),
    ],
)
def test_a_broken_game_says_what_is_wrong(bad: StatsRow, kind: str) -> None:
    with pytest.raises(BadHistory) as caught:
        plays(bad)
    assert caught.value.kind == kind


def test_a_game_without_any_score_is_broken() -> None:
    with pytest.raises(BadHistory, match="no row has a SCORE"):
        parse_game([row(12)], TEAMS)


def test_names_are_abbreviated_as_in_the_live_feed() -> None:
    assert short_name("Nikola Vučević") == "N. Vučević"


def test_wall_times_are_eastern_go_past_midnight_and_may_step_back() -> None:
    assert read_times(["7:12 PM", "7:11 PM", "noon"], "2024-01-15") == [1705363920000, 1705363860000, None]
    before, after = read_times(["10:40 PM", "12:05 AM"], "2024-01-15")
    assert before is not None and after is not None and after - before == 85 * 60_000
    summer = read_times(["7:12 PM"], "2024-06-01")[0]
    assert summer == 1717283520000
    assert read_times(["7:12 PM"], None) == [None]
    assert plays(row(9, 1), date="2024-01-15")[0].at_ms == 1705365600000


# What SCORE says, and what the rows say.


def scoring(*rows: tuple[int, int, str | None]) -> list[ScoringRow]:
    return [
        ScoringRow(index, home, away, read_score(text) if text else None)
        for index, (home, away, text) in enumerate(rows)
    ]


def test_a_basket_that_score_does_not_count_changes_nothing() -> None:
    rows = scoring((2, 0, "0 - 2"), (2, 0, "0 - 2"), (0, 3, "3 - 2"), (2, 0, "3 - 4"))
    assert running_scores(rows, (4, 3)) == [(2, 0), (2, 0), (2, 3), (4, 3)]


def test_points_without_a_row_come_when_score_has_them() -> None:
    rows = scoring((2, 0, "0 - 2"), (0, 3, "3 - 5"), (2, 0, "3 - 7"))
    assert running_scores(rows, (7, 3)) == [(2, 0), (5, 3), (7, 3)]


def test_rows_out_of_order_count_where_they_stand() -> None:
    # The second and third row changed places: SCORE is that of the order in which they were typed in.
    rows = scoring((2, 0, "0 - 2"), (0, 2, "2 - 5"), (3, 0, "0 - 5"), (2, 0, "2 - 7"))
    assert running_scores(rows, (7, 2)) == [(2, 0), (2, 2), (5, 2), (7, 2)]


def test_a_last_row_with_an_old_score_leaves_the_final_one() -> None:
    rows = scoring((2, 0, "0 - 2"), (0, 2, "2 - 2"), (1, 0, "0 - 1"))
    assert running_scores(rows, (3, 2)) == [(2, 0), (2, 2), (3, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 40), st.integers(0, 40)), max_size=4),
)
def test_whatever_score_says_the_score_rises_from_row_to_row_and_stays_below_the_final(
    points: list[tuple[int, int]], wrong: list[tuple[int, int, int]]
) -> None:
    home = away = 0
    rows = []
    odd = {index: (h, a) for index, h, a in wrong}
    for index, (h, a) in enumerate(points):
        home, away = home + h, away + a
        rows.append(ScoringRow(index, h, a, odd.get(index, (home, away))))
    final = (max(row.score[0] for row in rows if row.score), max(row.score[1] for row in rows if row.score))
    scores = running_scores(rows, final)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(scores))
    assert scores[-1][0] <= final[0] and scores[-1][1] <= final[1]
    if not odd:
        assert scores[-1] == (home, away)
