"""Times as the NBA's site writes them: US Eastern in the files, GMT in the headers."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from courtside.clock import parse_utc
from courtside.formats.stamp import EASTERN

DAY_TURNS_HOUR = 12
"""Hour, Eastern, at which the scoreboard turns to the day's games."""


def eastern(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(EASTERN)


def file_time(ms: int) -> str:
    """`meta.time` of play-by-play and box score.

    >>> file_time(1770855162300)
    '2026-02-11 19:12:42.300000'
    """
    return f"{eastern(ms):%Y-%m-%d %H:%M:%S.%f}"


def scoreboard_time(ms: int) -> str:
    """`meta.time` of the scoreboard: twelve hours without am or pm, and after the point the minute and
    the second once more, without zeros before them.

    >>> scoreboard_time(1770855162300), scoreboard_time(1770818826000)
    ('2026-02-11 07:12:42.1242', '2026-02-11 09:07:06.76')
    """
    moment = eastern(ms)
    return f"{moment:%Y-%m-%d %I:%M:%S}.{moment.minute}{moment.second}"


def file_utc(ms: int) -> str:
    """`gameTimeUTC`.

    >>> file_utc(1770855162300)
    '2026-02-12T00:12:42Z'
    """
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"


def tip_text(ms: int) -> str:
    """`gameStatusText` before the tip.

    >>> tip_text(1770855162300)
    '7:12 pm ET'
    """
    moment = eastern(ms)
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'} ET"


def eastern_day(ms: int) -> date:
    return eastern(ms).date()


def board_turns_ms(day: date) -> int:
    """When the scoreboard turns to `day`: until noon, Eastern, it shows the games of the day before."""
    return round(datetime(day.year, day.month, day.day, DAY_TURNS_HOUR, tzinfo=EASTERN).timestamp() * 1000)


def http_date(ms: int) -> str:
    """RFC 9110 `IMF-fixdate`, to the second.

    >>> http_date(1770855162300)
    'Thu, 12 Feb 2026 00:12:42 GMT'
    """
    return format_datetime(datetime.fromtimestamp(ms // 1000, UTC), usegmt=True)


def parse_http_date(text: str) -> int | None:
    """Milliseconds of a header's date; None where it is none, which HTTP says to ignore."""
    try:
        return round(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def shift_time(text: str, shift_ms: int) -> str:
    """The same time written the same way, later by whole seconds; fraction and zone stay as they are.

    >>> shift_time("2025-02-02T20:11:02.8Z", 86_401_000), shift_time("2025-02-02T15:00:00-05:00", 60_000)
    ('2025-02-03T20:11:03.8Z', '2025-02-02T15:01:00-05:00')
    """
    whole, rest = text[:19], text[19:]
    moment = datetime.fromtimestamp(parse_utc(whole) // 1000, UTC) + timedelta(milliseconds=shift_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}{rest}"
