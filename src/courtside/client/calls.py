"""A scraper's dictionaries as calls, checked only for what the address needs: the server judges the rest."""

import operator
from collections.abc import Mapping
from typing import SupportsIndex
from urllib.parse import quote, urlsplit
from uuid import uuid4

import msgspec

from courtside.client.outbox import Call
from courtside.errors import BadInput


def game_start_call(game: Mapping[str, object]) -> Call:
    """`POST /games`: `game_id, home_team, away_team, start_time?`."""
    _game_id(game, "on_game_start")
    return _call("/games", game)


def score_call(score: Mapping[str, object]) -> Call:
    """`POST /games/{game_id}/scores`: `quarter, time_remaining, score_home, score_away, timestamp?`."""
    game_id = _game_id(score, "on_score_update")
    return _call(
        f"/games/{quote(game_id, safe='')}/scores",
        {name: value for name, value in score.items() if name != "game_id"},
    )


def game_end_call(game_id: str) -> Call:
    """`POST /games/{game_id}/end`."""
    _game_id({"game_id": game_id}, "on_game_end")
    return _call(f"/games/{quote(game_id, safe='')}/end", {})


def base_url(url: str) -> str:
    """Without the slash at its end. Raises `BadInput` for anything but http and https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"server address {url!r} is not like 'http://localhost:8080'; give the HTTP address")
    return url.rstrip("/")


def headers_of(api_key: str | None) -> dict[str, str]:
    """What every call carries."""
    headers = {"Content-Type": "application/json"}
    if api_key is not None:
        headers["Authorization"] = f"Bearer {api_key}"
    return headers


def reason_of(body: bytes) -> str:
    """What the server says went wrong, as one line; the start of the body where it is none of its errors."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        return " ".join(body[:200].decode(errors="replace").split())
    return problem.error


class _Problem(msgspec.Struct):
    error: str


def _game_id(data: Mapping[str, object], method: str) -> str:
    game_id = data.get("game_id")
    if not isinstance(game_id, str) or not game_id:
        raise BadInput(f"{method} got game_id {game_id!r}; give the game's id as a text")
    return game_id


def _call(path: str, data: Mapping[str, object]) -> Call:
    try:
        body = msgspec.json.encode(dict(data), enc_hook=_plain)
    except (TypeError, UnicodeEncodeError) as error:
        raise BadInput(f"{dict(data)!r} cannot be sent as JSON: {error}") from error
    return Call(uuid4().hex, path, body)


def _plain(value: object) -> object:
    """Integers of other libraries, such as those in a data frame."""
    if isinstance(value, SupportsIndex):
        return operator.index(value)
    raise TypeError(f"{type(value).__name__} {value!r} is neither a number nor a text")
