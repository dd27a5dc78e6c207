"""The live files' own time, `meta.time`: US Eastern without a zone, on the scoreboard without am or pm."""

import re
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from courtside.errors import BadClock

EASTERN = ZoneInfo("America/New_York")
SKEW_MS = 10 * 60 * 1000
"""How far the clocks of the feed's makers and of its HTTP servers may be apart."""
HALF_DAY_MS = 12 * 3600 * 1000

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class Stamp(msgspec.Struct, frozen=True):
    """When a file says that it was made: each instant, in ms since the epoch, that its text can mean.

    One instant as a rule; two on the scoreboard where nothing tells am from pm, and in the hour
    that autumn repeats.
    """

    text: str
    candidates_ms: tuple[int, ...]

    @property
    def utc_ms(self) -> int | None:
        """The instant, or None where the text can mean several."""
        return self.candidates_ms[0] if len(self.candidates_ms) == 1 else None

    def compared_to(self, other: "Stamp") -> Literal["newer", "older", "same", "unknown"]:
        """Where this stamp lies against another of the same file; `unknown` unless it is certain.

        >>> morning_or_evening = read_stamp("2026-02-11 07:33:43.3343", twelve_hour=True)
        >>> day_before = read_stamp("2026-02-10 01:43:38.4338", twelve_hour=True)
        >>> later = read_stamp("2026-02-11 08:12:10.1210", twelve_hour=True)
        >>> morning_or_evening.compared_to(day_before), later.compared_to(morning_or_evening)
        ('newer', 'unknown')
        """
        if self.candidates_ms[0] > other.candidates_ms[-1]:
            return "newer"
        if self.candidates_ms[-1] < other.candidates_ms[0]:
            return "older"
        if self.utc_ms is not None and self.utc_ms == other.utc_ms:
            return "same"
        return "unknown"


def read_stamp(
    text: str,
    *,
    twelve_hour: bool = False,
    not_before_ms: int | None = None,
    not_after_ms: int | None = None,
) -> Stamp:
    """Reads `meta.time`; raises `BadClock`, naming the value.

    `twelve_hour` is the scoreboard's way: hours 1 to 12, and a fraction that repeats minute and
    second (`07:33:43.3343`). `not_before_ms` is the tip-off of a game that the file says has begun.
    `not_after_ms` is the HTTP time of the response: it says something of a file that is up to
    twelve hours older. What contradicts the text itself is not believed.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadClock(f"time {text!r} is not like '2025-02-02 19:21:52.287703'")
    day, hour, minute, second, fraction, zone = match.groups()
    ambiguous = twelve_hour and zone is None and 1 <= int(hour) <= 12
    if ambiguous:
        hour = f"{int(hour) % 12:02d}"
    if twelve_hour:
        fraction = None
    exact = f"{day}T{hour}:{minute}:{second}.{(fraction or '0')[:6]:0<6}"
    try:
        moment = datetime.fromisoformat(exact + (zone or ""))
    except ValueError as error:
        raise BadClock(f"time {text!r} is no time of any day") from error
    if moment.tzinfo is not None:
        return Stamp(text, (_to_ms(moment),))
    halves = (moment, moment + timedelta(milliseconds=HALF_DAY_MS)) if ambiguous else (moment,)
    candidates = {_to_ms(half.replace(tzinfo=EASTERN, fold=fold)) for half in halves for fold in (0, 1)}
    possible = sorted(candidates)
    if not_before_ms is not None:
        possible = [ms for ms in possible if ms >= not_before_ms - SKEW_MS] or possible
    if not_after_ms is not None and len(possible) > 1:
        oldest_ms, youngest_ms = not_after_ms - HALF_DAY_MS, not_after_ms + SKEW_MS
        possible = [ms for ms in possible if oldest_ms < ms <= youngest_ms][-1:] or possible
    return Stamp(text, tuple(possible))


def _to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
