"""Every fault that the feed can play: its name, what it hits, and one sentence."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

import msgspec

from courtside.errors import BadConfig

Hits = Literal["request", "play", "game"]


class Fault(msgspec.Struct, frozen=True):
    """One row of the table. A `request` fault is drawn anew for each request and changes how one
    response arrives; `play` and `game` faults change what the files say for a while."""

    name: str
    hits: Hits
    sentence: str


FAULTS: tuple[Fault, ...] = (
    Fault("stale", "request", "An older file, with its older meta.time, comes after a newer one."),
    Fault("truncated", "request", "The JSON ends in the middle, with a Content-Length that agrees."),
    Fault("empty", "request", "Status 200 and a body of no bytes."),
    Fault("html", "request", "Status 200 and an HTML page instead of JSON."),
    Fault("error_envelope", "request", "Status 200, JSON with an error code in meta and no game."),
    Fault("access_denied", "request", "403 with S3's AccessDenied XML, although the file exists."),
    Fault("blocked", "request", "403 with an HTML page, as an edge blocks a client."),
    Fault("picky", "request", "403 with an HTML page for clients without browser-like headers."),
    Fault("rate_limited", "request", "429 with Retry-After."),
    Fault("server_error", "request", "500 with an HTML page."),
    Fault("unavailable", "request", "503 with an HTML page."),
    Fault("hang", "request", "No answer until the client gives up, or a few seconds have passed."),
    Fault("drip", "request", "The right body, a few bytes at a time."),
    Fault("reset", "request", "The connection is reset in the middle of the body."),
    Fault("late_edit", "play", "A play first has another player, points, assist or text."),
    Fault("late_insertion", "play", "A play is missing at first and appears later in its place."),
    Fault("deletion", "play", "A play that never was is there, and vanishes."),
    Fault("score_review", "play", "A made shot is overturned, so that the score goes down, and given again."),
    Fault("backward_time", "play", "A play's timeActual lies before that of the plays before it."),
    Fault("missing_possession", "play", "A play's possession is 0 for a while."),
    Fault("action_numbers", "play", "Two neighbouring plays have their actionNumbers swapped for a while."),
    Fault("early_third_quarter", "game", "The third quarter's start is stamped just after the second's end."),
    Fault("no_actions", "game", "The game is live, and its play-by-play stays empty for a while."),
    Fault("frozen_status", "game", "The scoreboard keeps the game at status 1 after the tip, others go on."),
    Fault("live_final", "game", "The game is over: status stays 2, with the text 'Final'."),
    Fault("reopened", "game", "Status 3 returns to 2 for a while."),
    Fault("postponed", "game", "The game turns from live to 'PPD' with status 1, and is played after all."),
    Fault("backward_clock", "game", "The game's clock on the scoreboard steps back for a while."),
    Fault("dropped_game", "game", "A running game is missing from the scoreboard for a while."),
    Fault("shuffled", "game", "The scoreboard lists the games in another order each time."),
    Fault("yesterday", "game", "The scoreboard still shows yesterday's date and list at first."),
)

_BY_NAME = {fault.name: fault for fault in FAULTS}


def fault_names() -> tuple[str, ...]:
    """The names that `--faults` takes, beside `all`."""
    return tuple(_BY_NAME)


def parse_faults(text: str) -> tuple[str, ...]:
    """The names in `all` or `NAME,...`, each once, in the table's order; others raise `BadConfig`.

    >>> parse_faults("hang, stale")
    ('stale', 'hang')
    """
    named = {name.strip().replace("-", "_") for name in text.split(",") if name.strip()}
    if "all" in named:
        return fault_names()
    for name in sorted(named - _BY_NAME.keys()):
        nearest = get_close_matches(name, _BY_NAME, n=1) or ["all"]
        raise BadConfig(f"no fault is called {name!r}; did you mean {nearest[0]!r}? `all` plays every one")
    return tuple(name for name in _BY_NAME if name in named)


def chosen(names: Sequence[str], hits: Hits) -> tuple[str, ...]:
    """Those of `names` that hit requests, plays or games."""
    return tuple(name for name in names if _BY_NAME[name].hits == hits)
