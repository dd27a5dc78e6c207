import asyncio
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.clock import (
    HALF_TENTHS,
    OVERTIME_TENTHS,
    PATTERN_TENTHS,
    PERIOD_TENTHS,
    ManualClock,
    WallClock,
    elapsed_tenths,
    format_clock,
    format_utc,
    parse_clock,
    parse_utc,
    period_start_tenths,
    period_tenths,
    stopwatch_ms,
)
from courtside.errors import BadClock

PERIODS = st.integers(1, 12)


@st.composite
def moments(draw: st.DrawFn) -> tuple[int, int]:
    """A period, and tenths of a second left in it."""
    period = draw(PERIODS)
    return period, draw(st.integers(0, period_tenths(period)))


def test_both_formats_of_the_clock_mean_the_same() -> None:
    assert parse_clock("PT10M30.00S") == parse_clock("10:30") == 6300
    assert parse_clock("PT00M05.20S") == parse_clock("0:05.2") == 52
    assert parse_clock("PT12M00.00S") == parse_clock("12:00") == PERIOD_TENTHS
    assert parse_clock("PT00M00.00S") == 0


@pytest.mark.parametrize(
    "text",
    ["", "10", "10:75", "PT10M75.00S", "13:00", "-1:00", "10:45 ", "Q1 10:45", "PT1H", "10.45", "1\u0660:00"],
)
def test_a_clock_that_is_none_is_an_error_that_names_the_value(text: str) -> None:
    with pytest.raises(BadClock, match=re.escape(repr(text))) as refused:
        parse_clock(text)
    assert "\n" not in str(refused.value)


def test_overtime_has_no_more_than_five_minutes() -> None:
    assert parse_clock("5:00", 5) == OVERTIME_TENTHS
    with pytest.raises(BadClock, match="5:00 of period 6"):
        parse_clock("5:01", 6)
    assert parse_clock("5:01", 4) == 3010


@given(moments())
def test_a_clock_that_was_written_reads_the_same_in_both_formats(moment: tuple[int, int]) -> None:
    period, remaining = moment
    assert parse_clock(format_clock(remaining), period) == remaining
    minutes, tenths = divmod(remaining, 600)
    assert parse_clock(f"PT{minutes:02d}M{tenths // 10:02d}.{tenths % 10}0S", period) == remaining


@given(moments())
def test_game_time_lies_within_its_period_and_runs_against_the_clock(moment: tuple[int, int]) -> None:
    period, remaining = moment
    elapsed = elapsed_tenths(period, remaining)
    assert period_start_tenths(period) <= elapsed <= period_start_tenths(period + 1)
    assert elapsed - period_start_tenths(period) == period_tenths(period) - remaining


def test_the_pattern_ends_at_six_minutes_of_the_second_quarter() -> None:
    assert elapsed_tenths(2, parse_clock("6:00")) == PATTERN_TENTHS
    assert elapsed_tenths(2, 0) == HALF_TENTHS
    assert elapsed_tenths(7, 0) - elapsed_tenths(4, 0) == 3 * OVERTIME_TENTHS


@given(st.integers(-(10**12), 4 * 10**12))
def test_a_time_that_was_written_reads_the_same(milliseconds: int) -> None:
    assert parse_utc(format_utc(milliseconds)) == milliseconds


def test_times_have_zones_or_are_utc() -> None:
    assert parse_utc("2026-02-12T00:00:00") == parse_utc("2026-02-12T00:00:00Z")
    assert parse_utc("2026-02-11T19:00:00-05:00") == parse_utc("2026-02-12T00:00:00Z")
    with pytest.raises(BadClock, match="'tonight' is not ISO 8601"):
        parse_utc("tonight")


async def test_a_manual_clock_moves_by_what_is_slept_and_never_back() -> None:
    clock = ManualClock(1_000)
    await clock.sleep(0.25)
    await clock.sleep(-3)
    clock.advance(1)
    assert clock.now_ms() == 2_250


async def test_the_machines_clock_tells_its_time_and_waits() -> None:
    clock, before = WallClock(), stopwatch_ms()
    assert abs(clock.now_ms() - time.time() * 1000) < 1_000
    await clock.sleep(0.01)
    assert stopwatch_ms() - before >= 9
    sleeping = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    assert not sleeping.done()
    sleeping.cancel()
