import itertools

import pytest

from courtside.events import ScoreLine, Status
from courtside.formats.stamp import Stamp, read_stamp
from courtside.sources.nba_gate import STAMPS_KEPT, LineGate, StampGate, Verdict, settle


def line(
    status: Status | None = "live", period: int | None = 1, left: int | None = 6000, **more: object
) -> ScoreLine:
    values: dict[str, object] = {
        "game_id": "1",
        "received_ms": 0,
        "source": "nba",
        "status": status,
        "period": period,
        "remaining_tenths": left,
        "score_home": 10,
        "score_away": 8,
        **more,
    }
    return ScoreLine(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("game", "before", "says", "verdict"),
    [
        (None, None, "scheduled", "accept"),
        ("scheduled", "scheduled", "live", "accept"),
        ("live", None, "scheduled", "lagging"),
        ("live", "live", "scheduled", "lagging"),
        ("live", "live", "final", "accept"),
        ("final", "live", "live", "lagging"),
        ("final", None, "live", "lagging"),
        ("final", "final", "live", "reopen"),
        ("final", "final", "scheduled", "lagging"),
        ("live", "final", "final", "lagging"),
        ("live", "live", "halftime", "accept"),
        ("live", "live", "postponed", "accept"),
        ("live", "postponed", "postponed", "lagging"),
        ("postponed", None, "scheduled", "lagging"),
        ("postponed", "postponed", "scheduled", "accept"),
        ("postponed", "live", "live", "lagging"),
        ("postponed", None, "live", "accept"),
        ("postponed", "scheduled", "live", "accept"),
    ],
)
def test_a_status_is_settled_by_a_table(
    game: Status | None, before: Status | None, says: Status, verdict: Verdict
) -> None:
    assert settle(game, before, says) == verdict


def test_every_combination_of_statuses_has_an_answer() -> None:
    statuses: tuple[Status, ...] = ("scheduled", "live", "break", "halftime", "final", "postponed")
    for game, before, says in itertools.product((None, *statuses), (None, *statuses), statuses):
        assert settle(game, before, says) in ("accept", "reopen", "lagging")


def test_a_line_that_says_nothing_new_is_not_told_whichever_file_says_it() -> None:
    gate = LineGate()
    assert gate.take("scoreboard", line(), plays_ended=False)[0] is not None
    assert gate.take("scoreboard", line(received_ms=9, observed_ms=9), plays_ended=False)[0] is None
    assert gate.take("boxscore", line(bonus_home=None), plays_ended=False)[0] is None
    told, _ = gate.take("boxscore", line(bonus_home=True), plays_ended=False)
    assert told is not None and told.bonus_home


def test_a_file_that_is_behind_the_other_tells_its_own_things_but_no_score_and_no_clock() -> None:
    gate = LineGate()
    gate.take("boxscore", line(left=5000, score_home=14), plays_ended=False)
    told, verdict = gate.take(
        "scoreboard", line(left=5500, score_home=12, timeouts_home=5), plays_ended=False
    )
    assert verdict == "accept"
    assert told is not None
    assert (told.score_home, told.remaining_tenths, told.status, told.timeouts_home) == (None, None, None, 5)


def test_at_one_game_time_the_older_file_is_behind() -> None:
    gate = LineGate()
    gate.take("boxscore", line(score_home=14, observed_ms=2_000), plays_ended=False)
    assert gate.take("scoreboard", line(score_home=12, observed_ms=1_000), plays_ended=False)[0] is None
    told, _ = gate.take("scoreboard", line(score_home=15, observed_ms=3_000), plays_ended=False)
    assert told is not None and told.score_home == 15


def test_a_clock_that_goes_back_in_the_same_file_is_a_correction() -> None:
    gate = LineGate()
    gate.take("scoreboard", line(left=5000), plays_ended=False)
    told, _ = gate.take("scoreboard", line(left=5100), plays_ended=False)
    assert told is not None and told.remaining_tenths == 5100


def test_a_reopened_game_takes_its_clock_from_the_file_that_reopened_it() -> None:
    gate = LineGate()
    for kind in ("scoreboard", "boxscore"):
        gate.take(kind, line("final", 4, None), plays_ended=False)
    assert gate.all_final
    told, verdict = gate.take("scoreboard", line("live", 4, 20), plays_ended=False)
    assert verdict == "reopen"
    assert told is not None and (told.status, told.remaining_tenths) == ("live", 20)
    assert not gate.all_final
    told, verdict = gate.take("boxscore", line("final", 4, None), plays_ended=False)
    assert (told, verdict) == (None, "lagging")


def test_a_reopening_against_the_plays_waits_to_be_said_again() -> None:
    gate = LineGate()
    gate.take("scoreboard", line("final", 4, None), plays_ended=True)
    told, verdict = gate.take("scoreboard", line("live", 4, 20), plays_ended=True)
    assert (told, verdict, gate.status) == (None, "lagging", "final")
    doubted = gate.doubted("scoreboard")
    assert doubted is not None
    told, verdict = gate.take("scoreboard", doubted, plays_ended=True)
    assert (verdict, gate.status) == ("reopen", "live")
    assert gate.doubted("scoreboard") is None


def stamp(text: str) -> Stamp:
    return read_stamp(f"2026-02-11 {text}")


def test_an_older_stamp_is_stale_and_a_newer_or_equal_one_is_not() -> None:
    gate = StampGate(5)
    assert gate.judge(stamp("19:30:00.0")) == "fresh"
    gate.accept(stamp("19:30:00.0"))
    assert gate.judge(stamp("19:29:59.9")) == "stale"
    assert gate.judge(stamp("19:30:00.0")) == "same"
    assert gate.judge(stamp("19:30:00.1")) == "fresh"


def test_a_copy_that_was_accepted_before_stays_stale_for_ever() -> None:
    gate = StampGate(3)
    gate.accept(stamp("19:30:00.0"))
    gate.accept(stamp("19:31:00.0"))
    assert {gate.judge(stamp("19:30:00.0")) for _ in range(10)} == {"stale"}


def test_only_so_many_accepted_copies_are_remembered_the_newest_of_them() -> None:
    gate = StampGate(1)
    first = read_stamp("2026-02-11 00:00:00.0")
    for second in range(2 * STAMPS_KEPT):
        minutes, seconds = divmod(second, 60)
        gate.accept(read_stamp(f"2026-02-11 {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.0"))
    assert len(gate._accepted) == STAMPS_KEPT
    assert gate.judge(first) == "stepped_back"
    newest_kept = divmod(STAMPS_KEPT, 60)
    kept = stamp(f"{newest_kept[0] // 60:02d}:{newest_kept[0] % 60:02d}:{newest_kept[1]:02d}.0")
    assert gate.judge(kept) == "stale"


def test_other_older_stamps_in_a_row_mean_that_the_feeds_clock_went_back() -> None:
    gate = StampGate(3)
    gate.accept(stamp("19:30:00.0"))
    judged = [gate.judge(stamp(f"18:30:0{n}.0")) for n in range(3)]
    assert judged == ["stale", "stale", "stepped_back"]


def test_the_accepted_file_in_between_starts_the_row_again() -> None:
    gate = StampGate(2)
    gate.accept(stamp("19:30:00.0"))
    assert gate.judge(stamp("18:30:01.0")) == "stale"
    gate.confirm()
    assert gate.judge(stamp("18:30:02.0")) == "stale"


def test_where_two_stamps_cannot_be_told_apart_the_content_decides() -> None:
    def board(text: str) -> Stamp:
        return read_stamp(f"2026-02-11 {text}", twelve_hour=True)

    gate = StampGate(5)
    gate.accept(board("07:33:43.3343"))
    assert gate.judge(board("07:20:00.2000"), is_behind=True) == "stale"
    assert gate.judge(board("07:40:00.4000"), is_behind=False) == "fresh"


def test_a_line_is_behind_or_ahead_of_the_last_one_of_its_file_by_status_and_game_time() -> None:
    gate = LineGate()
    assert gate.moves("scoreboard", line()) == 0
    gate.take("scoreboard", line(left=5000), plays_ended=False)
    assert gate.moves("scoreboard", line(left=5000, score_home=99)) == 0
    assert gate.moves("scoreboard", line(left=5001)) == -1
    assert gate.moves("scoreboard", line(period=2, left=7200)) == 1
    assert gate.moves("scoreboard", line("final", 4, None)) == 1
    assert gate.moves("scoreboard", line("scheduled", None, None)) == -1
    assert gate.moves("boxscore", line("scheduled", None, None)) == 0
