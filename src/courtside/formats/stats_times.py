"""Wall times of the stats layout: Eastern time of day to the minute, without a date."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
_TIME = re.compile(r"(\d{1,2}):(\d\d) ([AP])M", re.ASCII)
DAY_MINUTES = 24 * 60


def read_times(texts: Sequence[str | None], date: str | None) -> list[int | None]:
    """Milliseconds since the epoch of each row's `7:12 PM`; None without a date or where it cannot be read.

    A time of day far before the first one is after midnight. Times may step back by minutes, as the
    league's clerks typed them.

    >>> read_times(["11:58 PM", "12:04 AM", None], "2013-10-29")
    [1383105480000, 1383105840000, None]
    """
    if date is None:
        return [None] * len(texts)
    midnight = _midnight_ms(date)
    first: int | None = None
    times: list[int | None] = []
    for text in texts:
        minutes = None if text is None else _minutes(text)
        if minutes is None:
            times.append(None)
            continue
        if first is None:
            first = minutes
        if minutes < first - DAY_MINUTES // 2:
            minutes += DAY_MINUTES
        times.append(midnight + minutes * 60_000)
    return times


@lru_cache(maxsize=2048)
def _minutes(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = int(match[1]) % 12 + (12 if match[3] == "P" else 0)
    return hour * 60 + int(match[2])


@lru_cache(maxsize=512)
def _midnight_ms(date: str) -> int:
    """The day's start on the clock that is in force in its evening."""
    evening = datetime.fromisoformat(date).replace(hour=18, tzinfo=EASTERN)
    return round((evening.timestamp() - timedelta(hours=18).total_seconds()) * 1000)
