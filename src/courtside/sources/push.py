"""Scores that somebody else's program sends: its calls as observations.

Pure: what is wrong raises `BadField`-like `BadPush` that names the field, before anything is kept.
"""

import msgspec

from courtside.clock import format_utc, parse_clock, parse_utc
from courtside.errors import BadClock, BadInput
from courtside.events import ScoreLine

CLOCK_SKEW_MS = 300_000
"""How far a scraper's clock may be ahead of the server's."""
EARLIEST_MS = parse_utc("1946-11-01T00:00:00Z")
"""The league's first game: no time of a game is before it."""
LATEST_MS = parse_utc("2100-01-01T00:00:00Z")


class BadPush(BadInput):
    """A call whose `field` does not say what it must."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class PushedGame(msgspec.Struct, frozen=True):
    """A game that is going to be pushed."""

    game_id: str
    home_team: str
    away_team: str
    start_time: str | None = None


class PushedScore(msgspec.Struct, frozen=True):
    """A score; `time_remaining` is the period clock, `10:45` or `PT10M45.00S`."""

    quarter: int
    time_remaining: str
    score_home: int
    score_away: int
    timestamp: str | None = None


class PushedEnd(msgspec.Struct, frozen=True):
    """The end of a game, with its final score where the scraper has it."""

    score_home: int | None = None
    score_away: int | None = None
    timestamp: str | None = None


def registration(game: PushedGame, received_ms: int) -> ScoreLine:
    """`POST /games`."""
    if game.home_team == game.away_team:
        raise BadPush("away_team", f"is {game.away_team!r}, the home team too; send the two teams")
    return ScoreLine(
        game_id=game.game_id,
        received_ms=received_ms,
        source="push",
        home_team=game.home_team,
        away_team=game.away_team,
        status="scheduled",
        start_ms=_time("start_time", game.start_time),
    )


def score(game_id: str, pushed: PushedScore, received_ms: int) -> ScoreLine:
    """`POST /games/{id}/scores`."""
    try:
        remaining_tenths = parse_clock(pushed.time_remaining, pushed.quarter)
    except BadClock as error:
        raise BadPush("time_remaining", str(error)) from error
    return ScoreLine(
        game_id=game_id,
        received_ms=received_ms,
        source="push",
        period=pushed.quarter,
        remaining_tenths=remaining_tenths,
        score_home=pushed.score_home,
        score_away=pushed.score_away,
        observed_ms=_seen("timestamp", pushed.timestamp, received_ms),
    )


def end(game_id: str, pushed: PushedEnd, received_ms: int) -> ScoreLine:
    """`POST /games/{id}/end`."""
    if (pushed.score_home is None) != (pushed.score_away is None):
        missing = "score_home" if pushed.score_home is None else "score_away"
        raise BadPush(missing, "is missing; send both scores or neither")
    if pushed.score_home is not None and pushed.score_home == pushed.score_away:
        raise BadPush("score_away", "equals score_home; a game does not end level")
    return ScoreLine(
        game_id=game_id,
        received_ms=received_ms,
        source="push",
        status="final",
        score_home=pushed.score_home,
        score_away=pushed.score_away,
        observed_ms=_seen("timestamp", pushed.timestamp, received_ms),
    )


def _time(field: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parse_utc(text)
    except (BadClock, OverflowError) as error:
        raise BadPush(field, f"{text!r} is not ISO 8601, e.g. '2026-02-12T00:12:42.300Z'") from error
    if not EARLIEST_MS <= moment < LATEST_MS:
        raise BadPush(field, f"{text!r} is no time of a game")
    return moment


def _seen(field: str, text: str | None, received_ms: int) -> int | None:
    """A time at which something was seen: not in the future, or everything after it would look late."""
    moment = _time(field, text)
    if moment is not None and moment > received_ms + CLOCK_SKEW_MS:
        raise BadPush(
            field,
            f"{text!r} is in the future (here it is {format_utc(received_ms)}); set the scraper's clock",
        )
    return moment
