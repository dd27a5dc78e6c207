"""Every row of the feed's quirks, played over a real socket. See docs/nba-source.md."""

from itertools import pairwise

import pytest

from courtside.events import BoxScore, ScoreLine
from tests.integration.nba.conftest import (
    ACCESS_DENIED,
    GAME,
    HOME,
    OTHER,
    Lab,
    Reply,
    action,
    answer,
    board,
    box,
    end,
    game_row,
    plain,
    plays,
    start,
)


async def test_a_live_game_is_told_whole_with_its_roster_and_line(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.box_score(answer(box()))
    lab.site.play_by_play(answer(plays(start(), action(2, score=(2, 0)))))
    async with lab.watch() as watch:
        await watch.run(1)
    assert [play.play_id for play in watch.plays[0].plays] == [1, 2]
    assert watch.plays[0].plays[1].score_home == 2
    assert watch.lines[0].status == "live"
    [roster] = watch.of(BoxScore)
    assert sum(player.starter for player in roster.players) == 10
    assert not watch.stats.faults


async def test_plays_come_in_order_number_whatever_their_place_number_and_time(lab: Lab) -> None:
    late = action(9, orderNumber=15_000, timeActual="2026-02-12T00:10:00Z")
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(answer(plays(action(2), late, start())))
    async with lab.watch() as watch:
        await watch.run(1)
    assert [play.play_id for play in watch.plays[0].plays] == [1, 9, 2]


async def test_edited_inserted_and_deleted_plays_are_the_new_whole_truth(lab: Lab) -> None:
    before = plays(start(), action(2, score=(2, 0)), action(3, "foul", (2, 0)), at=0)
    after = plays(start(), action(2, "3pt", (3, 0)), action(7, "steal", (3, 0), orderNumber=25_000), at=60)
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(answer(before), answer(after))
    async with lab.watch() as watch:
        await watch.run(15)
    first, second = watch.plays
    assert [play.play_id for play in second.plays] == [1, 2, 7]
    assert second.plays[1].action == "3pt"
    assert second.plays[0] is first.plays[0]


async def test_a_score_that_goes_down_is_passed_on(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(
        answer(plays(start(), action(2, score=(3, 0)), at=0)),
        answer(plays(start(), action(2, score=(2, 0)), at=10)),
    )
    async with lab.watch() as watch:
        await watch.run(15)
    assert [seen.plays[-1].score_home for seen in watch.plays] == [3, 2]
    assert not watch.stats.faults


async def test_an_older_copy_is_dropped_and_counted_and_a_newer_one_is_followed(lab: Lab) -> None:
    new = plays(start(), action(2, score=(2, 0)), at=100)
    old = plays(start(), at=50)
    newer = plays(start(), action(2, score=(2, 0)), action(3, score=(4, 0)), at=110)
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(answer(new), answer(old), answer(old), answer(newer))
    async with lab.watch() as watch:
        await watch.run(35)
    assert [len(seen.plays) for seen in watch.plays] == [2, 3]
    assert watch.stats.faults["stale"] == 2


async def test_an_older_box_score_and_an_older_scoreboard_are_dropped_too(lab: Lab) -> None:
    lab.site.scoreboard(
        answer(board(game_row(score=(10, 8), gameClock="PT08M00.00S"), at="07:40:00")),
        answer(board(game_row(score=(4, 2), gameClock="PT10M00.00S"), at="07:30:00")),
    )
    lab.site.box_score(
        answer(box(score=(10, 8), at=100, gameClock="PT08M00.00S")),
        answer(box(score=(4, 2), at=50, gameClock="PT10M00.00S")),
    )
    async with lab.watch() as watch:
        await watch.run(35)
    assert {line.score_home for line in watch.lines if line.score_home is not None} == {10}
    # Which half of the day the scoreboard's stamps mean is said by the tip-off.
    assert watch.stats.faults["stale"] >= 2


async def test_a_scoreboard_without_http_times_is_old_where_all_its_games_are_behind(lab: Lab) -> None:
    def at(clock: str, period: int, time: str) -> Reply:
        row = game_row(2, gameClock=clock, period=period, gameTimeUTC=None)
        return answer(board(row, at=time))

    lab.site.scoreboard(
        at("PT05M00.00S", 1, "11:40:00"), at("PT09M00.00S", 1, "11:30:00"), at("PT04M00.00S", 1, "11:41:00")
    )
    async with lab.watch() as watch:
        await watch.run(25)
    assert [line.remaining_tenths for line in watch.lines] == [3000, 2400]
    assert watch.stats.faults == {"stale": 1}


async def test_a_clock_that_stays_behind_is_followed_in_the_end(lab: Lab) -> None:
    replies = [
        answer(plays(start(), *[action(n, score=(2 * n, 0)) for n in range(2, 3 + k)], at=-3600 + k))
        for k in range(60)
    ]
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(answer(plays(start(), at=0)), *replies)
    async with lab.watch(disbelief_polls=6) as watch:
        await watch.run(100)
    assert watch.stats.faults["stale"] == 5
    assert watch.stats.faults["clock_stepped_back"] == 1
    assert len(watch.plays[-1].plays) > 7


async def test_the_scoreboards_twelve_hour_clock_goes_on_over_its_wrap(lab: Lab) -> None:
    boards = [
        board(game_row(score=(10, 8), gameClock="PT08M00.00S"), at="11:59:50"),
        board(game_row(score=(12, 8), gameClock="PT07M40.00S"), at="12:00:00"),
        board(game_row(score=(14, 8), gameClock="PT07M20.00S"), at="01:00:10"),
    ]
    for late in boards[1:]:
        late["meta"]["time"] = late["meta"]["time"].replace("2026-02-11", "2026-02-12")
    times = ("04:59:50", "05:00:00", "06:00:10")
    lab.site.scoreboard(
        *[
            answer(body, Last_Modified=f"Thu, 12 Feb 2026 {time} GMT")
            for body, time in zip(boards, times, strict=True)
        ]
    )
    async with lab.watch() as watch:
        await watch.run(25)
    assert [line.score_home for line in watch.lines] == [10, 12, 14]
    assert not watch.stats.faults["stale"]


async def test_access_denied_in_xml_is_not_yet_and_no_fault(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(ACCESS_DENIED, ACCESS_DENIED, answer(plays(start())))
    async with lab.watch() as watch:
        await watch.run(25)
    assert watch.stats.files["playbyplay"].not_yet == 2
    assert not watch.stats.faults
    assert len(watch.plays) == 1


async def test_a_block_in_html_is_a_fault_that_backs_off_and_is_said_once(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(b"<html><body>Access to this page has been denied</body></html>", 403))
    async with lab.watch() as watch:
        await watch.run(120)
    times = lab.site.times("playbyplay")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[:4] == [2.5, 5.0, 10.0, 20.0]
    assert watch.stats.faults["blocked"] == len(times)
    assert sum("refused" in record.getMessage() for record in caplog.records) == 1


async def test_a_file_that_existed_and_is_denied_later_is_a_fault_and_forgets_nothing(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(answer(plays(start())), ACCESS_DENIED, answer(plays(start(), action(2), at=20)))
    async with lab.watch() as watch:
        await watch.run(25)
    assert watch.stats.faults["file_missing"] == 1
    assert [len(seen.plays) for seen in watch.plays] == [1, 2]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (plain(b""), "empty_body"),
        (plain(b"<html><body>Service Unavailable</body></html>"), "html"),
        (plain(b'{"meta":{"code":500},"message":"internal error"}'), "error_envelope"),
        (plain(b'{"meta":{"time":"2026-02-11 19:40:00.0"},"game":{"gameId":"002'), "truncated"),
        (plain(b"not json"), "not_json"),
        (plain(b"[]"), "bad_value"),
        (answer(plays(start(), at=10, game_id=OTHER)), "wrong_game"),
        (answer(plays(action(1, clock="11:3x"), at=10)), "bad_clock"),
        (answer(plays(action(1, teamId=17), at=10)), "unknown_team"),
        (answer({"meta": {}, "game": {"gameId": GAME, "actions": []}}), "missing_field"),
        (plain(b"\x1f\x8b junk", Content_Encoding="gzip"), "bad_encoding"),
        (plain(b"junk", Content_Encoding="br"), "bad_encoding"),
        (plain(b"nothing here", 418), "http_status"),
        (plain(b"busy", 503), "server_error"),
        (plain(b"slow down", 429), "rate_limited"),
        (plain(b"moved", 302, Location="/elsewhere"), "http_status"),
    ],
)
async def test_a_broken_answer_is_counted_by_kind_and_asked_for_again(
    lab: Lab, reply: Reply, fault: str
) -> None:
    good = answer(plays(start(), at=0))
    better = answer(plays(start(), action(2), at=20))
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(good, reply, better)
    async with lab.watch() as watch:
        await watch.run(13)
    assert watch.stats.faults == {fault: 1}
    assert lab.site.times("playbyplay") == [0.0, 10.0, 12.5]
    assert [len(seen.plays) for seen in watch.plays] == [1, 2]


async def test_headers_are_those_of_a_browser_on_the_leagues_site(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    async with lab.watch() as watch:
        await watch.run(1)
    for asked in lab.site.asked:
        assert asked.headers["user-agent"].startswith("Mozilla/5.0")
        assert asked.headers["referer"] == "https://www.nba.com/"
        assert asked.headers["accept-encoding"] == "gzip"


async def test_a_running_game_that_leaves_the_scoreboard_is_polled_on(lab: Lab) -> None:
    lab.site.scoreboard(
        answer(board(game_row(), at="11:59:50")),
        answer(board(game_row(1, game_id=OTHER), at="11:59:59", date="2026-02-12")),
    )
    lab.site.play_by_play(*[answer(plays(start(), *map(action, range(2, 3 + n)), at=n)) for n in range(9)])
    async with lab.watch() as watch:
        await watch.run(85)
    assert len(watch.plays) == 9


async def test_games_that_change_places_on_the_scoreboard_stay_themselves(lab: Lab) -> None:
    one, two = game_row(score=(2, 0)), game_row(game_id=OTHER, score=(7, 9))
    lab.site.scoreboard(answer(board(one, two)), answer(board(two, one, at="07:30:10")))
    async with lab.watch() as watch:
        await watch.run(15)
    assert [line.score_home for line in watch.lines] == [2]
    assert [line.score_home for line in watch.of(ScoreLine, OTHER)] == [7]


async def test_a_scoreboard_stuck_at_scheduled_does_not_hold_a_game_that_the_box_score_says_is_on(
    lab: Lab,
) -> None:
    lab.site.scoreboard(
        answer(board(game_row(1, gameTimeUTC="2026-02-12T00:35:00Z"))),
        answer(board(game_row(1, gameTimeUTC="2026-02-12T00:35:00Z"), at="07:30:40")),
    )
    lab.site.box_score(answer(box(2, at=0)))
    lab.site.play_by_play(ACCESS_DENIED, answer(plays(start(), at=20)))
    async with lab.watch() as watch:
        await watch.run(45)
    assert lab.site.times("playbyplay") == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert [line.status for line in watch.lines if line.status] == ["scheduled", "live"]
    assert watch.stats.faults["status_conflict"] == 1


async def test_a_box_score_stuck_at_scheduled_does_not_hold_a_game_that_the_scoreboard_says_is_on(
    lab: Lab,
) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.box_score(answer(box(1, at=0)), answer(box(1, at=30, score=(0, 0), gameClock="PT11M00.00S")))
    lab.site.play_by_play(answer(plays(start())))
    async with lab.watch() as watch:
        await watch.run(45)
    assert [line.status for line in watch.lines if line.status] == ["live"]
    assert watch.stats.games == {"live": 1}


async def test_a_game_is_asked_for_from_its_tip_off_time_though_nobody_says_that_it_has_begun(
    lab: Lab,
) -> None:
    lab.site.scoreboard(answer(board(game_row(1, gameTimeUTC="2026-02-12T00:50:00Z"))))
    lab.site.box_score(answer(box(1, gameTimeUTC="2026-02-12T00:50:00Z")))
    async with lab.watch() as watch:
        await watch.run(590)
        assert lab.site.times("playbyplay") == []
        await watch.run(700)
        assert lab.site.times("playbyplay")[:3] == [600.0, 630.0, 660.0]
        lab.site.play_by_play(answer(plays(start())))
        await watch.run(60)
    assert len(watch.plays) == 1
    assert watch.stats.games == {"live": 1}


async def test_status_2_with_the_text_final_is_live_until_the_plays_have_ended(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2, gameStatusText="Final"))))
    lab.site.play_by_play(answer(plays(start(), at=0)), answer(plays(start(), end(2, (9, 8)), at=10)))
    async with lab.watch(grace_polls=3) as watch:
        await watch.run(5)
        assert watch.stats.games == {"live": 1}
        await watch.run(6)
        assert watch.stats.games == {"grace": 1}
        await watch.run(60)
        assert watch.stats.games == {"late": 1}
    assert len(watch.plays) == 2


async def test_a_final_game_that_is_played_on_is_polled_at_full_pace_again(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "courtside.nba")
    over = plays(start(), end(2, (9, 8)), at=0)
    on = plays(start(), action(3, score=(9, 9)), at=50)
    lab.site.scoreboard(answer(board(game_row(2))), answer(board(game_row(3), at="07:30:10")))
    lab.site.play_by_play(answer(over))
    async with lab.watch(grace_polls=3, late_every_polls=6) as watch:
        await watch.run(95)
        assert watch.stats.games == {"late": 1}
        lab.site.scoreboard(answer(board(game_row(2), at="07:33:00")))
        lab.site.play_by_play(answer(on))
        await watch.run(120)
        assert watch.stats.games == {"live": 1}
    assert [line.status for line in watch.lines] == ["live", "final", "live"]
    assert len(watch.plays) == 2
    assert any("goes on after its end" in record.getMessage() for record in caplog.records)


async def test_one_file_alone_reopens_a_game_only_when_it_says_so_twice(lab: Lab) -> None:
    lab.site.scoreboard(
        answer(board(game_row(3), at="07:30:00")),
        answer(board(game_row(2), at="07:31:00")),
        answer(board(game_row(3), at="07:32:00")),
        answer(board(game_row(2), at="07:33:00"), ETag='"a"'),
    )
    lab.site.play_by_play(answer(plays(start(), end(2, (9, 8)))))
    async with lab.watch() as watch:
        await watch.run(125)
        assert [line.status for line in watch.lines] == ["final"]
        await watch.run(125)
    assert [line.status for line in watch.lines] == ["final", "live"]
    assert watch.stats.faults["status_conflict"] == 2


async def test_an_empty_clock_is_no_clock_and_text_is_never_read_for_time(lab: Lab) -> None:
    lab.site.scoreboard(
        answer(
            board(
                game_row(1, gameClock="", gameStatusText="7:00 pm ET"),
                game_row(2, game_id=OTHER, gameClock="PT00M00.00S", gameStatusText="Half", period=2),
            )
        )
    )
    async with lab.watch() as watch:
        await watch.run(1)
    [before] = watch.lines
    [half] = watch.of(ScoreLine, OTHER)
    assert (before.period, before.remaining_tenths) == (None, None)
    assert (half.period, half.remaining_tenths) == (2, 0)
    assert not watch.stats.faults


async def test_a_postponed_game_is_said_to_be_and_not_polled(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(1, gameStatusText="PPD"))))
    async with lab.watch() as watch:
        await watch.run(200)
    assert [line.status for line in watch.lines] == ["postponed"]
    assert lab.site.times("playbyplay") == lab.site.times("boxscore") == []


async def test_a_game_postponed_after_it_was_live_waits_and_can_go_on(lab: Lab) -> None:
    lab.site.scoreboard(
        answer(board(game_row(2, gameClock=""))),
        answer(board(game_row(1, gameStatusText="PPD"), at="07:31:00")),
    )
    lab.site.play_by_play(answer(plays()))
    async with lab.watch() as watch:
        await watch.run(100)
        assert watch.stats.games == {"postponed": 1}
        assert watch.plays == []
        lab.site.scoreboard(answer(board(game_row(2), at="07:33:00")))
        lab.site.play_by_play(answer(plays(start(), at=100)))
        await watch.run(60)
    assert [line.status for line in watch.lines] == ["live", "postponed", "live"]
    assert len(watch.plays) == 1


async def test_a_live_game_without_a_single_play_waits_and_says_nothing(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(answer(plays()))
    async with lab.watch() as watch:
        await watch.run(30)
    assert watch.plays == []
    assert not watch.stats.faults


async def test_plays_that_are_suddenly_all_gone_are_not_believed_at_once(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(
        answer(plays(start(), at=0)), answer(plays(at=10)), answer(plays(start(), action(2), at=20))
    )
    async with lab.watch() as watch:
        await watch.run(25)
    assert [len(seen.plays) for seen in watch.plays] == [1, 2]
    assert watch.stats.faults == {"plays_vanished": 1}


async def test_seven_periods_and_tenths_of_a_second_are_kept(lab: Lab) -> None:
    rows = [action(n, "period", period=n, subType="start", clock="PT05M00.00S") for n in range(1, 8)]
    shot = action(8, period=7, clock="PT00M12.30S", score=(150, 148))
    lab.site.scoreboard(answer(board(game_row(2, period=7, gameClock="PT00M12.30S"))))
    lab.site.play_by_play(answer(plays(*rows, shot)))
    async with lab.watch() as watch:
        await watch.run(1)
    assert (watch.plays[0].plays[-1].period, watch.plays[0].plays[-1].remaining_tenths) == (7, 123)
    assert (watch.lines[0].period, watch.lines[0].remaining_tenths) == (7, 123)


async def test_nobody_is_invented_for_team_rebounds_timeouts_and_unknown_possession(lab: Lab) -> None:
    rebound = action(2, "rebound", teamId=HOME, personId=0, possession=0)
    timeout = action(3, "timeout", personId=0)
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(answer(plays(start(), rebound, timeout)))
    async with lab.watch() as watch:
        await watch.run(1)
    _, team_rebound, official_timeout = watch.plays[0].plays
    assert (team_rebound.side, team_rebound.person_id, team_rebound.possession) == ("home", None, None)
    assert (official_timeout.side, official_timeout.person_id) == (None, None)


async def test_halftime_is_slow_and_the_third_period_is_found_late_stamped_or_not(lab: Lab) -> None:
    half = [start(), action(2, "period", period=2, subType="end", clock="PT00M00.00S", score=(50, 48))]
    third = action(3, "period", period=3, subType="start", clock="PT12M00.00S", score=(50, 48))
    lab.site.scoreboard(answer(board(game_row(2, period=2, gameClock="PT00M00.00S"))))
    lab.site.play_by_play(
        answer(plays(*half, at=0)), answer(plays(*half, at=0)), answer(plays(*half, third, at=50))
    )
    async with lab.watch() as watch:
        await watch.run(35)
        assert watch.stats.games == {"halftime": 1}
        await watch.run(50)
        assert watch.stats.games == {"live": 1}
    assert lab.site.times("playbyplay") == [0.0, 30.0, 60.0, 70.0, 80.0]


async def test_after_minutes_without_an_answer_the_whole_truth_comes_at_once(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(answer(plays(start(), at=0)), plain(b"", 503))
    async with lab.watch() as watch:
        await watch.run(240)
        lab.site.play_by_play(answer(plays(start(), *map(action, range(2, 60)), at=230)))
        await watch.run(130)
    assert [len(seen.plays) for seen in watch.plays] == [1, 59]


async def test_a_process_that_starts_in_the_middle_gets_the_whole_game(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2, period=3))))
    lab.site.play_by_play(answer(plays(start(), *map(action, range(2, 300)))))
    async with lab.watch() as watch:
        await watch.run(1)
    assert len(watch.plays[0].plays) == 299


async def test_a_game_from_before_a_restart_is_watched_though_the_scoreboard_has_moved_on(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(1, game_id=OTHER, gameTimeUTC="2026-02-13T00:00:00Z"))))
    lab.site.box_score(answer(box(2)))
    lab.site.play_by_play(answer(plays(start())))
    async with lab.watch(games=[GAME]) as watch:
        await watch.run(15)
    assert len(watch.plays) == 1


async def test_a_scoreboard_that_fails_does_not_stop_a_running_game(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2))), plain(b"", 500))
    lab.site.play_by_play(*[answer(plays(start(), *map(action, range(2, 3 + n)), at=n)) for n in range(6)])
    async with lab.watch() as watch:
        await watch.run(55)
    assert len(watch.plays) == 6


async def test_a_play_by_play_that_fails_does_not_stop_scores_and_rosters(lab: Lab) -> None:
    lab.site.scoreboard(*[answer(board(game_row(score=(n, 0)), at=f"07:30:{10 * n:02d}")) for n in range(6)])
    lab.site.box_score(answer(box(2)))
    lab.site.play_by_play(plain(b"", 500))
    async with lab.watch() as watch:
        await watch.run(55)
    assert [line.score_home for line in watch.lines][-1] == 5
    assert len(watch.of(BoxScore)) == 1
    assert watch.plays == []


async def test_unchanged_answers_cost_neither_bytes_nor_observations(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2)), ETag='"s1"'))
    lab.site.box_score(answer(box(2)))
    lab.site.play_by_play(answer(plays(start()), ETag='"p1"'))
    async with lab.watch() as watch:
        await watch.run(55)
    files = watch.stats.files
    assert (files["playbyplay"].polls, files["playbyplay"].not_modified) == (6, 5)
    assert files["playbyplay"].wire_bytes < 400
    assert (files["boxscore"].polls, files["boxscore"].same_bytes) == (2, 1)
    assert len(watch.seen) == 3


async def test_last_modified_is_a_condition_only_where_it_is_older_than_its_own_grain(lab: Lab) -> None:
    fresh = {"Last_Modified": "Thu, 12 Feb 2026 00:30:00 GMT", "Date": "Thu, 12 Feb 2026 00:30:01 GMT"}
    settled = {"Last_Modified": "Thu, 12 Feb 2026 00:30:00 GMT", "Date": "Thu, 12 Feb 2026 00:30:09 GMT"}
    lab.site.scoreboard(answer(board(game_row(2)), **settled))
    lab.site.play_by_play(answer(plays(start()), **fresh))
    async with lab.watch() as watch:
        await watch.run(15)
    conditional = [
        asked.path.split("/")[4] for asked in lab.site.asked if "if-modified-since" in asked.headers
    ]
    assert conditional == ["scoreboard"]


async def test_a_cache_that_says_not_modified_for_ever_is_asked_without_conditions_at_times(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(answer(plays(start()), ETag='"p1"'))
    async with lab.watch(revalidate_polls=3) as watch:
        await watch.run(85)
    asked = [asked for asked in lab.site.asked if "/playbyplay/" in asked.path]
    assert ["if-none-match" in one.headers for one in asked] == [False, True, True, True] * 2 + [False]


async def test_a_clock_of_the_other_format_is_read_and_nonsense_is_named(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    lab.site.scoreboard(answer(board(game_row(2))))
    lab.site.play_by_play(
        answer(plays(action(1, clock="10:45"), at=0)), answer(plays(action(1, clock="quarter past"), at=10))
    )
    async with lab.watch() as watch:
        await watch.run(11)
    assert watch.plays[0].plays[0].remaining_tenths == 6450
    assert watch.stats.faults == {"bad_clock": 1}
    assert "quarter past" in caplog.text


async def test_a_game_id_that_is_no_name_of_a_file_is_left_out(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row(2, game_id="../../x?"), game_row(2))))
    async with lab.watch() as watch:
        await watch.run(1)
    assert {said.game_id for said in watch.seen} == {GAME}
    assert watch.stats.faults == {"bad_game_id": 1}
    assert not [asked for asked in lab.site.asked if "x?" in asked.path]


async def test_access_denied_is_not_yet_even_under_status_200(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(ACCESS_DENIED.body), answer(plays(start())))
    async with lab.watch() as watch:
        await watch.run(15)
    assert watch.stats.files["playbyplay"].not_yet == 1
    assert not watch.stats.faults
    assert len(watch.plays) == 1
