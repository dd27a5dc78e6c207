"""Game clock arithmetic, and the only place that reads wall time.

Inside the program a game clock is an integer count of tenths of a second: the feed's finest
unit, exact under addition. Wall time is an integer count of milliseconds since the Unix epoch.
"""

import asyncio
import re
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from courtside.errors import BadClock

REGULATION_PERIODS = 4
PERIOD_TENTHS = 12 * 60 * 10
OVERTIME_TENTHS = 5 * 60 * 10
REGULATION_TENTHS = REGULATION_PERIODS * PERIOD_TENTHS
HALF_TENTHS = 2 * PERIOD_TENTHS
PATTERN_MINUTES = 18
PATTERN_TENTHS = PATTERN_MINUTES * 600

_ISO_CLOCK = re.compile(r"PT(\d{1,2})M(\d{1,2})(?:\.(\d{1,2}))?S", re.ASCII)
_PLAIN_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2})(?:\.(\d{1,2}))?", re.ASCII)


def period_tenths(period: int) -> int:
    """Length of a period in tenths of a second: 12:00 in regulation, 5:00 in overtime."""
    return PERIOD_TENTHS if period <= REGULATION_PERIODS else OVERTIME_TENTHS


def period_start_tenths(period: int) -> int:
    """Game time elapsed before `period` starts, in tenths of a second."""
    if period <= REGULATION_PERIODS:
        return (period - 1) * PERIOD_TENTHS
    return REGULATION_TENTHS + (period - 1 - REGULATION_PERIODS) * OVERTIME_TENTHS


def elapsed_tenths(period: int, remaining_tenths: int) -> int:
    """Game time elapsed, in tenths of a second.

    >>> elapsed_tenths(2, parse_clock("PT06M00.00S")) == PATTERN_TENTHS
    True
    """
    return period_start_tenths(period) + period_tenths(period) - remaining_tenths


def parse_clock(text: str, period: int | None = None) -> int:
    """Remaining tenths of a second of `PT10M30.00S` (live feed) or `10:45` (scrapers, history).

    With `period`, a clock longer than that period is refused. Raises `BadClock`, naming the value.

    >>> parse_clock("PT10M30.50S"), parse_clock("10:45"), parse_clock("0:05.2")
    (6305, 6450, 52)
    """
    match = _ISO_CLOCK.fullmatch(text) or _PLAIN_CLOCK.fullmatch(text)
    if match is None:
        raise BadClock(f"game clock {text!r} is neither 'PT10M30.00S' nor '10:45'; send one of the two")
    minutes, seconds, fraction = match.groups()
    if int(seconds) > 59:
        raise BadClock(f"game clock {text!r} has {seconds} seconds; a minute has 60")
    tenths = int(minutes) * 600 + int(seconds) * 10 + (int(fraction[0]) if fraction else 0)
    longest = PERIOD_TENTHS if period is None else period_tenths(period)
    if tenths > longest:
        raise BadClock(
            f"game clock {text!r} is longer than the {longest // 600}:00 of period {period or 1}; "
            "send the time remaining in the period"
        )
    return tenths


def format_clock(remaining_tenths: int) -> str:
    """`MM:SS`, with tenths where they are not zero.

    >>> format_clock(6450), format_clock(52)
    ('10:45', '00:05.2')
    """
    seconds, tenths = divmod(remaining_tenths, 10)
    text = f"{seconds // 60:02d}:{seconds % 60:02d}"
    return f"{text}.{tenths}" if tenths else text


def parse_utc(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadClock(f"time {text!r} is not ISO 8601, e.g. '2026-02-12T00:12:42.300Z'") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def format_utc(milliseconds: int) -> str:
    """ISO 8601 with milliseconds, in UTC.

    >>> format_utc(1770855162300)
    '2026-02-12T00:12:42.300Z'
    """
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_whole_seconds(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=1024)
def _whole_seconds(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


class Clock(Protocol):
    """Wall time, chosen once at start-up: the machine's own, or one that a test or replay turns."""

    def now_ms(self) -> int: ...

    async def sleep(self, seconds: float) -> None: ...


class WallClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only when told, or when somebody sleeps on it; nothing ever waits.

    >>> clock = ManualClock(1_000)
    >>> asyncio.run(clock.sleep(2.5))
    >>> clock.now_ms()
    3500
    """

    def __init__(self, start_ms: int = 0) -> None:
        self._now_ms = float(start_ms)

    def now_ms(self) -> int:
        return round(self._now_ms)

    def advance(self, seconds: float) -> None:
        self._now_ms += seconds * 1000

    async def sleep(self, seconds: float) -> None:
        self.advance(max(seconds, 0.0))
        await asyncio.sleep(0)


def stopwatch_ms() -> float:
    """Milliseconds on a clock that only moves forward: for durations, never for time stamps."""
    return time.perf_counter() * 1000
