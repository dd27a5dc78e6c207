"""The time that a file gives itself, and which of two files is the newer."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.errors import BadClock
from courtside.formats.stamp import EASTERN, read_stamp


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_24_hour_stamp_is_eastern_time() -> None:
    assert read_stamp("2025-02-02 19:21:52.287703").utc_ms == ms("2025-02-03T00:21:52.288+00:00")
    assert read_stamp("2025-07-02 19:21:52").utc_ms == ms("2025-07-02T23:21:52+00:00")


def test_a_zone_is_believed_where_there_is_one() -> None:
    assert read_stamp("2025-02-02T19:21:52.5Z").utc_ms == ms("2025-02-02T19:21:52.500+00:00")
    assert read_stamp("2025-02-02 19:21:52+02:00", twelve_hour=True).utc_ms == ms("2025-02-02T17:21:52+00:00")


def test_the_scoreboards_fraction_is_minute_and_second_again_and_no_part_of_the_time() -> None:
    stamp = read_stamp(
        "2026-02-11 07:33:43.3343", twelve_hour=True, not_after_ms=ms("2026-02-12T00:34:00+00:00")
    )
    assert stamp.utc_ms == ms("2026-02-12T00:33:43+00:00")


def test_a_12_hour_stamp_means_morning_or_evening() -> None:
    stamp = read_stamp("2026-02-11 07:33:43.3343", twelve_hour=True)
    assert stamp.utc_ms is None
    assert stamp.candidates_ms == (ms("2026-02-11T07:33:43-05:00"), ms("2026-02-11T19:33:43-05:00"))


def test_twelve_is_midnight_or_noon() -> None:
    stamp = read_stamp("2026-02-11 12:05:01.51", twelve_hour=True)
    assert stamp.candidates_ms == (ms("2026-02-11T00:05:01-05:00"), ms("2026-02-11T12:05:01-05:00"))


def test_an_hour_that_no_12_hour_clock_shows_is_plain() -> None:
    assert read_stamp("2026-02-11 19:33:43.3343", twelve_hour=True).utc_ms == ms("2026-02-11T19:33:43-05:00")
    assert read_stamp("2026-02-11 00:33:43.3343", twelve_hour=True).utc_ms == ms("2026-02-11T00:33:43-05:00")


@pytest.mark.parametrize(
    ("http_time", "meant"),
    [
        ("2026-02-11T19:33:50-05:00", "2026-02-11T19:33:43-05:00"),
        ("2026-02-11T19:30:00-05:00", "2026-02-11T19:33:43-05:00"),  # the server's clock is slow
        ("2026-02-11T17:00:00-05:00", "2026-02-11T07:33:43-05:00"),  # nine hours old, not from the future
        ("2026-02-12T07:00:00-05:00", "2026-02-11T19:33:43-05:00"),
    ],
)
def test_the_http_time_tells_morning_from_evening(http_time: str, meant: str) -> None:
    stamp = read_stamp("2026-02-11 07:33:43.3343", twelve_hour=True, not_after_ms=ms(http_time))
    assert stamp.utc_ms == ms(meant)


@pytest.mark.parametrize("http_time", ["2020-01-01T00:00:00+00:00", "2026-02-12T09:00:00-05:00"])
def test_an_http_time_before_both_or_long_after_them_says_nothing(http_time: str) -> None:
    stamp = read_stamp("2026-02-11 07:33:43", twelve_hour=True, not_after_ms=ms(http_time))
    assert stamp.utc_ms is None


def test_a_game_that_has_begun_rules_the_morning_out_and_a_contradiction_rules_nothing_out() -> None:
    tip_off = ms("2026-02-11T19:00:00-05:00")
    text = "2026-02-11 07:33:43"
    assert read_stamp(text, twelve_hour=True, not_before_ms=tip_off).utc_ms == ms("2026-02-11T19:33:43-05:00")
    assert read_stamp(text, twelve_hour=True, not_before_ms=tip_off + 86_400_000).utc_ms is None


def test_newer_older_and_same_are_said_of_known_instants() -> None:
    first, second = read_stamp("2025-02-02 19:21:52.1"), read_stamp("2025-02-02 19:21:52.2")
    assert second.compared_to(first) == "newer"
    assert first.compared_to(second) == "older"
    assert first.compared_to(read_stamp("2025-02-02 19:21:52.100")) == "same"


def test_stamps_of_one_half_day_are_not_compared_and_those_further_apart_are() -> None:
    seven = read_stamp("2026-02-11 07:33:43", twelve_hour=True)
    eight = read_stamp("2026-02-11 08:12:10", twelve_hour=True)
    assert eight.compared_to(seven) == "unknown"
    assert seven.compared_to(seven) == "unknown"
    day_before = read_stamp("2026-02-10 01:43:38", twelve_hour=True)
    assert (seven.compared_to(day_before), day_before.compared_to(seven)) == ("newer", "older")


def test_the_hour_that_autumn_repeats_is_open() -> None:
    stamp = read_stamp("2025-11-02 01:30:00")
    assert len(stamp.candidates_ms) == 2
    assert stamp.candidates_ms[1] - stamp.candidates_ms[0] == 3_600_000


@pytest.mark.parametrize(
    "text", ["", "now", "2025-02-02", "2025-02-30 10:00:00", "2025-02-02 24:00:00", "2025-02-02 19:21:52 ET"]
)
def test_a_time_that_does_not_parse_is_named(text: str) -> None:
    with pytest.raises(BadClock, match=f"'{text}'"):
        read_stamp(text)


@settings(deadline=None)
@given(
    true=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    delay_s=st.integers(0, 11 * 3600),
)
def test_a_12_hour_stamp_and_its_http_time_give_the_true_instant_back(true: datetime, delay_s: int) -> None:
    moment = true.replace(microsecond=0, tzinfo=UTC)
    local = moment.astimezone(EASTERN)
    text = f"{local:%Y-%m-%d %I:%M:%S}.{local:%M%S}"
    true_ms = round(moment.timestamp() * 1000)
    assert true_ms in read_stamp(text, twelve_hour=True).candidates_ms
    resolved = read_stamp(text, twelve_hour=True, not_after_ms=true_ms + delay_s * 1000).utc_ms
    repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    assert resolved == true_ms or repeated
