"""No body that the outside can send gets out of the book as an exception, or past it unforeseen."""

import copy
import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.sources.nba_answer import Wire
from courtside.sources.nba_book import Book
from courtside.sources.nba_endpoint import Kind
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats

NOW = 1_770_856_200_000
GAME = "0022500776"


def _team(number: int) -> dict[str, Any]:
    player = {"personId": number * 10, "nameI": "P. One", "starter": "1", "status": "ACTIVE"}
    return {
        "teamId": number,
        "teamTricode": "CHI",
        "score": 10,
        "timeoutsRemaining": 5,
        "inBonus": None,
        "players": [player],
    }


_ROW: dict[str, Any] = {
    "gameId": GAME,
    "gameStatus": 2,
    "gameStatusText": "Q1 11:38",
    "period": 1,
    "gameClock": "PT11M38.00S",
    "gameTimeUTC": "2026-02-12T00:00:00Z",
    "homeTeam": _team(1),
    "awayTeam": _team(2),
}
_ACTIONS = [
    {
        "actionNumber": number,
        "orderNumber": number * 10_000,
        "clock": "PT11M38.00S",
        "period": 1,
        "actionType": "2pt",
        "subType": "Jump Shot",
        "qualifiers": ["pointsinthepaint"],
        "teamId": 1,
        "personId": 10,
        "possession": 2,
        "scoreHome": "2",
        "scoreAway": "0",
        "shotResult": "Made",
        "timeActual": "2026-02-12T00:11:02.8Z",
    }
    for number in range(1, 4)
]
_META = {"time": "2026-02-11 19:30:00.000000"}
FILES: dict[Kind, dict[str, Any]] = {
    "scoreboard": {
        "meta": {"time": "2026-02-11 07:30:00.3000"},
        "scoreboard": {"gameDate": "2026-02-11", "games": [_ROW]},
    },
    "boxscore": {"meta": _META, "game": _ROW},
    "playbyplay": {"meta": _META, "game": {"gameId": GAME, "actions": _ACTIONS}},
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["PT99M99.99S", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "PPD", "-0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _paths(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    keys: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        keys = list(tree.items())
    elif isinstance(tree, list):
        keys = list(enumerate(tree))
    return [path] + [deeper for key, inner in keys for deeper in _paths(inner, (*path, key))]


PATHS = {kind: _paths(tree)[1:] for kind, tree in FILES.items()}


@st.composite
def broken_bodies(draw: st.DrawFn) -> tuple[Kind, bytes]:
    """A good file with some of its values replaced by others, and sometimes cut or with a byte changed."""
    kind = draw(st.sampled_from(list(FILES)))
    tree = copy.deepcopy(FILES[kind])
    for path in draw(st.lists(st.sampled_from(PATHS[kind]), min_size=1, max_size=2)):
        inner: Any = tree
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = draw(JSON)
        except (KeyError, IndexError, TypeError):
            continue  # The first replacement took away what the second was to change.
    body = bytearray(json.dumps(tree).encode())
    if draw(st.integers(0, 4)) == 0:
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    if draw(st.integers(0, 9)) == 0:
        del body[draw(st.integers(0, len(body) - 1)) :]
    return kind, bytes(body)


@settings(max_examples=250, deadline=None)
@given(st.lists(broken_bodies(), min_size=1, max_size=4))
def test_no_body_gets_out_as_an_exception_or_unforeseen(bodies: list[tuple[Kind, bytes]]) -> None:
    stats = NbaStats()
    book = Book(NbaSettings(jitter=0), Random(1), stats, now_ms=NOW)

    def serve(kind: Kind, body: bytes, now_ms: int) -> None:
        for endpoint in book.due(now_ms):
            if endpoint.kind == kind:
                book.ask(endpoint, now_ms)
                book.take(endpoint, Wire(body), now_ms)

    serve("scoreboard", json.dumps(FILES["scoreboard"]).encode(), NOW)
    serve("playbyplay", json.dumps(FILES["playbyplay"]).encode(), NOW)
    for turn, (kind, body) in enumerate(bodies, start=1):
        serve(kind, body, NOW + turn * 600_000)
    assert "unexpected" not in stats.faults
