from collections.abc import Callable

import msgspec
import pytest

from courtside.clock import HALF_TENTHS, PATTERN_TENTHS
from courtside.events import Play
from courtside.game.state import fold, fold_all, stage, start
from courtside.game.windows import window

MakePlays = Callable[..., list[Play]]


def test_the_state_at_18_minutes_sees_nothing_later(plays: MakePlays) -> None:
    rows = plays(
        ("1 11:00", "2pt", "home"),
        ("2 06:00", "2pt", "home"),
        ("2 05:59", "3pt", "away"),
        ("2 04:00", "3pt", "home"),
    )
    at_18 = fold_all(start(), rows[:2])
    later = fold_all(start(), rows)
    assert later.pattern_state == at_18
    assert at_18.pattern_state is at_18
    assert at_18.path[17] == 4 == later.path[17]


def test_the_clock_may_jump_over_18_minutes(plays: MakePlays) -> None:
    state = fold_all(start(), plays(("2 06:01", "2pt", "home"), ("2 05:00", "3pt", "away")))
    assert state.pattern_state.elapsed == PATTERN_TENTHS
    assert state.pattern_state.path[17] == 2
    assert state.path[17] == 2


def test_a_score_seen_late_leaves_the_minutes_before_unknown(plays: MakePlays) -> None:
    state = fold_all(start(), plays(("3 06:00", "score", None, None, {"score_home": 60, "score_away": 51})))
    assert state.path[:29] == (None,) * 29 and state.path[29] == 9
    assert state.pattern_state.path == (None,) * 18


def test_nothing_scored_when_first_seen_means_zero_from_the_start(plays: MakePlays) -> None:
    state = fold_all(start(), plays(("1 09:30", "score", None, None)))
    assert state.path == (0, 0)


def test_halftime_is_the_score_at_the_end_of_the_second_period(plays: MakePlays) -> None:
    rows = plays(("2 00:10", "2pt", "home"), ("2 00:00", "period", None, None, {"sub_type": "end"}))
    assert fold_all(start(), rows).half == (2, 0)
    without_end = plays(("2 00:10", "2pt", "home"), ("3 11:00", "3pt", "away"))
    assert fold_all(start(), without_end).half == (2, 0)


def test_a_score_only_game_knows_its_halftime_only_from_a_look_at_24_minutes(plays: MakePlays) -> None:
    missed = plays(
        ("2 01:00", "score", None, None, {"score_home": 40, "score_away": 41}),
        ("3 11:00", "score", None, None, {"score_home": 48, "score_away": 50}),
    )
    assert fold_all(start(), missed).half is None
    seen = plays(("2 00:00", "score", None, None, {"score_home": 44, "score_away": 47}))
    state = fold_all(start(), seen)
    assert (state.half, state.elapsed, stage(state)) == ((44, 47), HALF_TENTHS, "halftime")


def test_halftime_lasts_from_the_last_action_to_the_first_real_one(plays: MakePlays) -> None:
    state = fold_all(
        start(),
        plays(
            ("2 00:03", "2pt", "home", None, {"at_ms": 1_000}),
            ("2 00:00", "period", None, None, {"sub_type": "end", "at_ms": 4_000}),
            ("3 12:00", "period", None, None, {"sub_type": "start", "at_ms": 9_000}),
            ("3 11:40", "2pt", "away", None, {"at_ms": 901_000}),
        ),
    )
    assert state.halftime_seconds == 900.0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([("1 11:00", "2pt", "home")], "live"),
        ([("1 00:00", "period", None, None, {"sub_type": "end"})], "break"),
        ([("2 00:00", "period", None, None, {"sub_type": "end"})], "halftime"),
        ([("2 00:00", "period", None, None, {"sub_type": "end"}), ("3 12:00", "period", None, None)], "live"),
        ([("4 00:00", "period", None, None, {"sub_type": "end"})], "break"),
        ([("4 00:00", "game", None, None, {"sub_type": "end"})], "final"),
    ],
)  # fmt: skip
def test_the_stage_follows_from_the_last_play(
    plays: MakePlays, rows: list[tuple[object, ...]], expected: str | None
) -> None:
    assert stage(fold_all(start(), plays(*rows))) == expected


def test_overtime_has_minutes_of_its_own(plays: MakePlays) -> None:
    state = fold_all(start(), plays(("4 00:00", "2pt", "home"), ("5 03:00", "2pt", "away")))
    assert state.elapsed == 28800 + 1200
    assert len(state.path) == 50 and state.path[49] == 0


def test_team_fouls_start_again_with_each_period(plays: MakePlays) -> None:
    foul = {"sub_type": "personal"}
    rows = plays(
        ("1 11:00", "foul", "home", 1, foul),
        ("1 10:00", "foul", "home", 2, foul),
        ("2 11:00", "foul", "away", 3, foul),
    )
    assert (fold_all(start(), rows[:2]).fouls_home, fold_all(start(), rows).fouls_home) == (2, 0)
    assert fold_all(start(), rows).fouls_away == 1


def test_a_state_never_changes(plays: MakePlays) -> None:
    rows = plays(("1 11:00", "2pt", "home", 1), ("1 10:30", "3pt", "away", 2))
    before = fold(start(), rows[0])
    copy = msgspec.structs.replace(before)
    fold(before, rows[1])
    assert before == copy


def test_windows_count_the_plays_after_their_beginning(plays: MakePlays) -> None:
    state = fold_all(
        start(),
        plays(
            ("1 11:00", "3pt", "home"),
            ("1 09:00", "2pt", "home", None, {"made": False}),
            ("1 08:50", "rebound", "away", None, {"sub_type": "defensive"}),
            ("1 08:30", "freethrow", "away", None, {"sub_type": "1 of 1"}),
            ("1 08:20", "turnover", "home"),
        ),
    )
    one = window(state.recent, state.elapsed, 1)
    assert (one["home"].points, one["home"].field_goals_attempted, one["home"].turnovers) == (0, 1, 1)
    assert (one["away"].points, one["away"].free_throws_attempted) == (1, 1)
    five = window(state.recent, state.elapsed, 5)
    assert five["home"].points == 3
    assert five["home"].possessions == pytest.approx(3.0)


def test_plays_older_than_five_minutes_are_let_go_but_never_the_last_five(plays: MakePlays) -> None:
    many = [
        (f"1 {11 - number // 6:02d}:{50 - number % 6 * 10:02d}", "timeout", "home") for number in range(60)
    ]
    state = fold_all(start(), plays(*many))
    assert all(timed.elapsed > state.elapsed - 3000 for timed in state.recent)
    lonely = [(f"{period} 12:00", "timeout", "home") for period in range(1, 5)]
    assert len(fold_all(start(), plays(*lonely)).recent) == 4
