import pytest

from courtside.clock import format_utc, parse_utc
from courtside.events import ScoreLine
from courtside.sources.push import BadPush, PushedEnd, PushedGame, PushedScore, end, registration, score

NOW = parse_utc("2026-02-12T00:12:42.300Z")


def pushed(quarter: int = 2, time_remaining: str = "6:00", home: int = 52, away: int = 42) -> ScoreLine:
    return score("1", PushedScore(quarter, time_remaining, home, away), NOW)


def test_a_registered_game_is_scheduled() -> None:
    line = registration(PushedGame("1", "BOS", "CHI", "2026-02-11T19:10:00-05:00"), NOW)
    assert line == ScoreLine(
        game_id="1",
        received_ms=NOW,
        source="push",
        home_team="BOS",
        away_team="CHI",
        status="scheduled",
        start_ms=parse_utc("2026-02-12T00:10:00Z"),
    )


def test_a_start_that_is_not_said_is_not_known() -> None:
    assert registration(PushedGame("1", "BOS", "CHI"), NOW).start_ms is None


def test_a_score_carries_the_clock_in_tenths_and_the_scrapers_own_time() -> None:
    line = score("1", PushedScore(4, "0:05.2", 99, 98, "2026-02-12T00:12:41Z"), NOW)
    assert (line.period, line.remaining_tenths) == (4, 52)
    assert (line.score_home, line.score_away) == (99, 98)
    assert line.observed_ms == NOW - 1300


def test_a_score_says_no_status_which_follows_from_clock_and_end() -> None:
    assert pushed(2, "0:00", home=52).status is None


def test_a_time_stamp_in_the_future_is_refused_but_clocks_may_differ_a_little() -> None:
    soon, later = format_utc(NOW + 60_000), format_utc(NOW + 600_000)
    seen = PushedScore(1, "11:00", 2, 0, soon)
    assert score("1", seen, NOW).observed_ms == NOW + 60_000
    with pytest.raises(BadPush, match="in the future") as caught:
        score("1", PushedScore(1, "11:00", 2, 0, later), NOW)
    assert caught.value.field == "timestamp"


def test_the_end_may_bring_the_final_score() -> None:
    assert end("1", PushedEnd(118, 109), NOW).score_home == 118
    assert end("1", PushedEnd(), NOW) == ScoreLine(
        game_id="1", received_ms=NOW, source="push", status="final"
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: registration(PushedGame("1", "BOS", "BOS"), NOW), "away_team"),
        (lambda: registration(PushedGame("1", "BOS", "CHI", "soon"), NOW), "start_time"),
        (lambda: registration(PushedGame("1", "BOS", "CHI", "1800-01-01T00:00:00Z"), NOW), "start_time"),
        (lambda: registration(PushedGame("1", "BOS", "CHI", "2400-01-01T00:00:00Z"), NOW), "start_time"),
        (lambda: pushed(1, "12:00.1"), "time_remaining"),
        (lambda: pushed(5, "5:01"), "time_remaining"),
        (lambda: pushed(1, ""), "time_remaining"),
        (lambda: pushed(1, "9:00:00"), "time_remaining"),
        (lambda: score("1", PushedScore(1, "9:00", 0, 0, "1771"), NOW), "timestamp"),
        (lambda: end("1", PushedEnd(None, 90), NOW), "score_home"),
        (lambda: end("1", PushedEnd(90, None), NOW), "score_away"),
        (lambda: end("1", PushedEnd(90, 90), NOW), "score_away"),
    ],
)
def test_what_is_wrong_is_named(make: object, field: str) -> None:
    assert callable(make)
    with pytest.raises(BadPush) as refused:
        make()
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")
    assert "\n" not in str(refused.value)
