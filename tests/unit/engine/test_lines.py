"""Games of which only the score is known, and score lines beside a play-by-play."""

from collections.abc import Callable
from typing import Any

import pytest

from courtside.clock import parse_clock, parse_utc
from courtside.events import ScoreLine
from courtside.game.state import fold_all, start
from courtside.messages import GameSnapshot
from courtside.sources.simulator_game import SimulatedGame

Table = Any
MakeTable = Callable[..., Table]


@pytest.fixture
def push(table: MakeTable) -> Callable[..., Any]:
    """`push(table, "2 06:00", 40, 38)`: a score as a push scraper tells it."""

    def tell(each: Table, when: str, home: int, away: int, at: str | None = None) -> Any:
        period, clock = when.split()
        return each.line(
            source="push",
            period=int(period),
            remaining_tenths=parse_clock(clock),
            score_home=home,
            score_away=away,
            observed_ms=parse_utc(f"2026-02-12T{at}Z") if at else None,
        )

    return tell


Push = Callable[..., Any]


def test_a_score_only_game_knows_leads_ties_and_its_path(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    each.line(source="push", status="scheduled", home_team="BOS", away_team="LAL")
    push(each, "1 12:00", 0, 0)
    push(each, "1 10:30", 2, 0)
    push(each, "1 08:10", 4, 5)
    push(each, "1 07:00", 7, 7)
    live: GameSnapshot = each.live
    assert (live.status, live.score_home, live.score_away, live.game_clock) == ("live", 7, 7, "07:00")
    assert (live.lead_changes, live.ties, live.play_by_play) == (1, 1, False)
    assert live.pattern == [0, 2, 2, -1, 0]
    assert not each.types("play")
    each.check_client()


def test_a_whole_quarter_without_polls_is_filled_forward_and_the_forecast_still_comes(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "1 12:00", 0, 0)
    push(each, "1 06:00", 12, 9)
    push(each, "2 06:00", 40, 35)
    [forecast] = [m.data for m in each.types("ml_prediction")]
    assert forecast.pattern == [0] * 5 + [3] * 12 + [5]
    assert forecast.point_forecast == 5


def test_a_process_that_joined_late_makes_no_forecast_from_invented_zeros(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "2 08:00", 30, 25)
    push(each, "2 05:00", 38, 35)
    assert not each.types("ml_prediction")
    assert each.live.pattern == [None] * 15 + [5, 5, 5]
    assert each.types("score_update")[-1].data.ready_for_prediction is False
    each.check_client()


def test_a_repeated_score_is_no_news(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 10:00", 2, 0)
    assert push(each, "1 10:00", 2, 0).kept is None


def test_a_lower_score_later_on_the_clock_corrects_what_contradicts_it(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 12:00", 0, 0)
    push(each, "1 10:00", 5, 2)
    push(each, "1 09:00", 8, 2)
    push(each, "1 08:30", 7, 2)
    [correction] = [m.data for m in each.types("correction")]
    assert correction.reason == "score_corrected"
    assert [play.score_home for play in correction.retracted] == [8]
    assert each.live.biggest_lead_home == 5
    assert (each.live.score_home, each.live.score_path) == (7, [0, 3, 3])
    each.check_client()


def test_a_clock_set_back_by_somebody_who_looked_later_is_a_correction(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 12:00", 0, 0, at="00:00:00")
    push(each, "1 05:00", 9, 9, at="00:10:00")
    push(each, "1 05:20", 9, 7, at="00:10:30")
    assert (each.live.game_clock, each.live.score_away) == ("05:20", 7)
    each.check_client()


def test_a_score_that_arrives_out_of_order_fills_the_path_and_leaves_the_present(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "1 12:00", 0, 0, at="00:00:00")
    push(each, "1 08:00", 9, 4, at="00:05:00")
    push(each, "1 10:00", 5, 4, at="00:03:00")
    assert (each.live.score_home, each.live.game_clock) == (9, "08:00")
    assert each.live.pattern == [0, 1, 1, 5]
    [correction] = [m.data for m in each.types("correction")]
    assert (correction.reason, correction.score_before == correction.score_after) == ("late_score", True)
    each.check_client()


def test_without_time_stamps_an_earlier_clock_with_a_score_that_fits_is_late_too(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "1 08:00", 9, 4)
    push(each, "1 10:00", 5, 4)
    assert (each.live.score_home, each.live.game_clock) == (9, "08:00")


def test_a_late_score_that_contradicts_its_neighbours_is_not_taken(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 11:00", 3, 0, at="00:01:00")
    push(each, "1 08:00", 9, 4, at="00:05:00")
    push(each, "1 10:00", 2, 0, at="00:03:00")
    assert each.live.score_path == [3, 3, 3, 5]
    assert not each.types("correction")


def test_the_end_ends_a_score_only_game_and_a_late_score_does_not_reopen_it(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    each.line(source="push", status="scheduled", home_team="BOS", away_team="LAL")
    push(each, "4 00:30", 100, 98)
    each.line(source="push", status="final")
    assert each.live.status == "final"
    each.line(source="push", status="scheduled", home_team="BOS", away_team="LAL")
    assert each.live.status == "final", "a scraper that starts again announces the game again"
    push(each, "4 00:00", 101, 98)
    assert (each.live.status, each.live.score_home) == ("final", 101)
    results = [m.data for m in each.types("result") if m.data.horizon == "final"]
    assert [(result.actual, result.revises is not None) for result in results] == [(2, False), (3, True)]


def test_halftime_and_breaks_are_read_off_a_clock_at_zero(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 00:00", 20, 18)
    assert each.live.status == "break"
    push(each, "2 00:00", 50, 48)
    assert each.live.status == "halftime"
    push(each, "3 11:50", 52, 48)
    assert each.live.status == "live"
    [half] = [m.data for m in each.types("result")]
    assert (half.horizon, half.actual, half.point_forecast) == ("halftime", 2, None)


def test_both_teams_scoring_between_two_looks_is_no_run(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "1 11:00", 9, 0)
    push(each, "1 09:00", 12, 6)
    assert [m.data.phase for m in each.types("scoring_run")] == ["started", "ended"]


# A score line beside a play-by-play


def line_at(game: SimulatedGame, index: int, **more: object) -> dict[str, object]:
    play = game.plays[index]
    return {
        "status": "live",
        "period": play.period,
        "remaining_tenths": play.remaining_tenths,
        "score_home": play.score_home,
        "score_away": play.score_away,
    } | more


def test_play_by_play_takes_over_from_a_score_line(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.line(**line_at(game, 150))
    assert not each.live.play_by_play
    each.plays(game.plays[:151])
    live = each.live
    assert live.play_by_play and None not in live.score_path
    assert [m.data.reason for m in each.types("correction")] == ["play_by_play_took_over"]
    each.check_client()


def test_a_score_line_a_little_ahead_waits_for_the_plays(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays[:100])
    before = each.live.score_home, each.live.score_away, each.live.game_clock
    each.line(**line_at(game, 104))
    assert (each.live.score_home, each.live.score_away, each.live.game_clock) == before


def test_a_play_by_play_that_fell_silent_is_overtaken_until_it_catches_up(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.plays(game.plays[:100])
    path = each.live.score_path
    each.now_ms += 60_000
    each.line(**line_at(game, 200))
    ahead = game.plays[200]
    assert (each.live.score_home, each.live.score_away) == (ahead.score_home, ahead.score_away)
    assert each.live.score_path[: len(path)] == path
    assert each.live.score_path[-1] is not None, "missed minutes are filled forward"
    assert each.live.possession is None
    each.check_client()
    for count in range(150, 300, 50):
        each.plays(game.plays[:count])
    scores = [m.data.elapsed_seconds for m in each.types("score_update")]
    assert scores == sorted(scores), "the clock never runs back to where the plays were"
    now = game.plays[249]
    assert (each.live.score_home, each.live.score_away) == (now.score_home, now.score_away)
    each.check_client()


def test_a_final_line_counts_once_the_plays_agree(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays[:-30])
    final = line_at(game, -1, status="final", remaining_tenths=None)
    each.line(**final)
    assert each.live.status == "live"
    each.plays(game.plays[:-1])
    assert each.live.status == "final"


def test_a_scoreboard_stuck_at_scheduled_does_not_hold_up_a_game_that_is_played(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.line(status="scheduled", home_team="DEN", away_team="MIA")
    each.plays(game.plays[:30])
    each.line(status="scheduled", home_team="DEN", away_team="MIA", timeouts_home=7)
    assert each.live.status == "live"


def test_a_game_that_is_on_without_any_action_waits(table: MakeTable) -> None:
    each = table()
    each.line(status="live", home_team="DEN", away_team="MIA")
    each.plays(())
    assert (each.live.status, each.live.score_home) == ("live", None)
    each.check_client()


def test_a_game_may_be_postponed_after_it_was_on(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays[:30])
    each.line(status="postponed")
    assert each.live.status == "postponed"
    assert [m.data.status for m in each.types("game_status")] == ["live", "postponed"]


def test_a_final_game_whose_end_is_taken_back_is_reopened(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays)
    assert each.live.status == "final"
    each.plays(game.plays[:-2])
    reopened = each.types("game_status")[-1].data
    assert (reopened.status, reopened.previous, reopened.reopened) == ("live", "final", True)
    each.plays(game.plays)
    assert each.live.status == "final"
    each.check_client()


def test_team_names_that_come_later_are_told(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays[:5])
    each.line(status="live", home_team="DEN", away_team="MIA", home_name="Denver Nuggets")
    assert each.types("game_status")[-1].data.home_team == "DEN"
    each.check_client()


def test_a_line_without_news_is_not_accepted(table: MakeTable) -> None:
    each = table()
    each.line(status="scheduled", home_team="DEN")
    line = ScoreLine(
        game_id=each.game_id, received_ms=5, source="nba", status="scheduled", home_team="DEN", observed_ms=9
    )
    assert each.see(line).kept is None


def test_files_that_disagree_about_the_tip_off_are_told_of_only_before_it(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.line(status="scheduled", start_ms=1_000_000)
    each.line(status="scheduled", start_ms=2_000_000)
    each.plays(game.plays[:5])
    said = len(each.types("game_status"))
    each.line(status="live", start_ms=1_000_000)
    assert len(each.types("game_status")) == said == 3
    each.check_client()


def test_a_play_by_play_that_dies_for_good_leaves_a_game_that_ends(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.roster(game)
    for count in range(1, 60):
        each.plays(game.plays[:count])
    each.now_ms += 60_000
    for index in [*range(100, len(game.plays), 8), len(game.plays) - 1]:
        each.line(**line_at(game, index))
    home, away = game.score
    each.line(status="final", period=game.periods, score_home=home, score_away=away)
    live = each.live
    assert (live.status, live.score_home, live.score_away) == ("final", home, away)
    assert live.lead_changes is not None and len(live.pattern) == 18 and None not in live.pattern
    assert [m.data.horizon for m in each.types("result")][-1] == "final"
    assert each.types("ml_prediction")
    each.check_client()
    each.plays(game.plays)
    assert each.engine.games[game.game_id].state == fold_all(start(game.roster), game.plays)
    each.check_client()


def test_the_first_minute_of_plays_does_not_undo_a_game_that_is_known_far_beyond_it(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    late = next(n for n, play in enumerate(game.plays) if play.period == 3)
    each.line(**line_at(game, late))
    known = each.live.score_home, each.live.score_away, each.live.period
    each.plays(game.plays[:6])
    assert (each.live.score_home, each.live.score_away, each.live.period) == known
    each.check_client()
    each.plays(game.plays[: late + 40])
    assert None not in each.live.score_path and each.live.play_by_play
    each.check_client()


def test_an_end_without_a_clock_is_the_end_of_the_fourth_period_and_no_halftime(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "2 05:00", 50, 40)
    each.line(source="push", status="final", score_home=104, score_away=98)
    assert (each.live.period, each.live.score_home, each.live.status) == (4, 104, "final")
    assert [m.data.horizon for m in each.types("result")] == ["final"]


def test_an_end_with_a_score_is_enough_for_a_result(table: MakeTable) -> None:
    each = table("PUSHED")
    each.line(source="push", status="scheduled", home_team="BOS", away_team="LAL")
    each.line(source="push", status="final", score_home=100, score_away=98)
    assert (each.live.score_home, each.live.status) == (100, "final")
    assert [m.data.actual for m in each.types("result")] == [2]
    assert each.live.pattern == [None] * 18


def test_a_game_that_goes_on_after_its_end_is_reopened(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "4 00:30", 98, 98)
    each.line(source="push", status="final")
    push(each, "5 03:00", 102, 100)
    assert each.live.status == "live"
    assert each.types("game_status")[-1].data.reopened


def test_a_late_score_after_the_end_changes_no_status(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "3 05:00", 70, 60, at="01:00:00")
    push(each, "4 00:00", 100, 98, at="02:00:00")
    each.line(source="push", status="final")
    push(each, "4 06:00", 90, 85, at="01:40:00")
    assert each.live.status == "final"
    assert push(each, "4 00:00", 100, 98, at="02:00:00").kept is None


def test_a_forecast_falls_with_the_correction_that_takes_its_pattern_back(
    table: MakeTable, push: Push
) -> None:
    each = table("PUSHED")
    push(each, "1 12:00", 0, 0, at="00:00:00")
    push(each, "4 08:00", 10, 8, at="00:05:00")
    assert each.types("ml_prediction")
    push(each, "1 07:10", 12, 8, at="00:05:30")
    assert each.live.prediction is None
    each.check_client()
    push(each, "2 06:00", 40, 35, at="00:40:00")
    again = each.types("ml_prediction")[-1].data
    assert again.revises is not None and again.pattern[-1] == 5


def test_a_halftime_that_was_taken_back_is_no_longer_a_result(table: MakeTable, push: Push) -> None:
    each = table("PUSHED")
    push(each, "2 00:00", 55, 50, at="01:00:00")
    push(each, "3 11:50", 53, 50, at="01:20:00")
    first, second = (m.data for m in each.types("result"))
    assert (first.actual, second.actual, second.revises is not None) == (5, None, True)
