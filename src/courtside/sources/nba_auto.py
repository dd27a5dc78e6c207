"""Whether the NBA's feed is worth following now: asked once, for `--source auto`."""

import httpx
import msgspec

from courtside.clock import Clock, WallClock, format_utc
from courtside.errors import BadFeed
from courtside.formats.nba_live import ParsedScoreboard, parse_scoreboard
from courtside.sources.nba_answer import Refusal, Wire, unpack
from courtside.sources.nba_fetch import Fetcher
from courtside.sources.nba_settings import NbaSettings

SOON_SECONDS = 1800.0
RUNNING_LATE_SECONDS = 4 * 3600.0


class NbaAnswer(msgspec.Struct, frozen=True):
    """`reason` is for people: what the feed said, or why it said nothing."""

    is_on: bool
    reason: str
    next_start_ms: int | None = None
    """The next tip-off that the scoreboard knows of."""


async def nba_is_on(
    settings: NbaSettings | None = None,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    soon_seconds: float = SOON_SECONDS,
) -> NbaAnswer:
    """Whether the feed answers and a game is on, or tips off within `soon_seconds`."""
    settings = settings if settings is not None else NbaSettings()
    clock = clock if clock is not None else WallClock()
    fetcher = Fetcher(settings, clock, transport)
    try:
        outcome = await fetcher.get("/static/json/liveData/scoreboard/todaysScoreboard_00.json", {})
    finally:
        await fetcher.aclose()
    if isinstance(outcome, Refusal):
        return NbaAnswer(False, f"{settings.url} gives no scoreboard: {outcome.message}")
    if not isinstance(outcome, Wire):
        return NbaAnswer(False, f"{settings.url} has no scoreboard")
    now_ms = clock.now_ms()
    try:
        body = unpack(outcome, settings.max_response_bytes)
        scoreboard = parse_scoreboard(body, received_ms=now_ms, source="nba")
    except BadFeed as error:
        return NbaAnswer(False, f"{settings.url} answers with something else: {error}")
    return _judge(scoreboard, now_ms, soon_seconds)


def _judge(scoreboard: ParsedScoreboard, now_ms: int, soon_seconds: float) -> NbaAnswer:
    on = sum(game.line.status == "live" for game in scoreboard.games)
    starts = [
        game.line.start_ms
        for game in scoreboard.games
        if game.line.status == "scheduled" and game.line.start_ms is not None
    ]
    # A tip-off that has passed is one that is late, unless it is so long ago that the file is old.
    starts = sorted(ms for ms in starts if ms > now_ms - RUNNING_LATE_SECONDS * 1000)
    next_ms = starts[0] if starts else None
    if on:
        return NbaAnswer(True, f"{on} {'game is' if on == 1 else 'games are'} on", next_ms)
    if next_ms is None:
        return NbaAnswer(False, f"no game is on or to come on the scoreboard of {scoreboard.game_date}")
    when = format_utc(next_ms)
    if next_ms <= now_ms + soon_seconds * 1000:
        return NbaAnswer(True, f"a game tips off at {when}", next_ms)
    return NbaAnswer(False, f"no game is on; the next tips off at {when}", next_ms)
