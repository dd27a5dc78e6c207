"""The faults that hit single requests: when one is drawn, and the response that it makes."""

import gzip
from random import Random

import msgspec

from courtside.feed.faults import chosen
from courtside.feed.files import File, GameFile
from courtside.feed.pages import access_denied
from courtside.feed.response import Request, Response, page
from courtside.feed.settings import FeedSettings
from courtside.feed.stamps import file_time

MOST_IN_A_ROW = 3
MOST_SECONDS_IN_A_ROW = 3.0
_NEED_A_FILE = frozenset(("stale", "truncated", "empty", "html", "error_envelope", "drip", "reset"))


class Streak(msgspec.Struct):
    """Faults in a row on one file."""

    requests: int = 0
    faults: int = 0
    since_ms: int = 0


class RequestFaults:
    """Draws faults, reproducibly by seed, file and number of the request.

    After `MOST_IN_A_ROW` faults, or `MOST_SECONDS_IN_A_ROW` real seconds of them, the file is served
    right at least once, whatever the rate.
    """

    def __init__(self, settings: FeedSettings) -> None:
        self._names = chosen(settings.faults, "request")
        self._rate = settings.fault_rate
        self._seed = settings.seed
        self._streaks: dict[str, Streak] = {}

    def draw(
        self, file: File, request: Request, *, exists: bool, replaceable: bool, real_ms: int
    ) -> tuple[str, Random] | None:
        """The fault that this request gets, with its own randomness; None for none.

        `replaceable` says that an older version than one already served could be served.
        """
        if not self._names or not self._rate:
            return None
        streak = self._streaks.setdefault(file.name, Streak())
        streak.requests += 1
        rng = Random(f"{self._seed}/{file.name}/{streak.requests}")
        names = [name for name in self._names if _fits(name, file, request, exists, replaceable)]
        # A limit drawn anew each time keeps clients that ask in turn from always hitting the same one.
        enough = streak.faults >= rng.randint(1, MOST_IN_A_ROW)
        too_long = streak.faults and real_ms - streak.since_ms >= MOST_SECONDS_IN_A_ROW * 1000
        if not names or enough or too_long or rng.random() >= self._rate:
            streak.faults = 0
            return None
        if not streak.faults:
            streak.since_ms = real_ms
        streak.faults += 1
        return rng.choice(names), rng


def _fits(name: str, file: File, request: Request, exists: bool, replaceable: bool) -> bool:
    if name in _NEED_A_FILE and not exists:
        return False
    match name:
        case "stale":
            return replaceable
        case "access_denied":
            return exists and isinstance(file, GameFile)
        case "picky":
            return not request.from_a_browser
        case _:
            return True


def apply(name: str, rng: Random, right: Response, plain: bytes, now_ms: int) -> Response:
    """The response under a fault other than `stale`. `right` is what would have been served and `plain`
    its body without compression."""
    return msgspec.structs.replace(_faulty(name, rng, right, plain, now_ms), fault=name)


def _faulty(name: str, rng: Random, right: Response, plain: bytes, now_ms: int) -> Response:
    match name:
        case "truncated":
            return _with_body(right, plain[: rng.randint(1, max(1, len(plain) * 95 // 100))])
        case "empty":
            return _with_body(right, b"")
        case "html":
            return page(200, "NBA.com", "This page is not the file that was asked for.")
        case "error_envelope":
            meta = {"version": 1, "code": 500, "request": "", "time": file_time(now_ms)}
            body = msgspec.json.encode({"meta": meta})
            return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)
        case "access_denied":
            return access_denied(f"{rng.getrandbits(64):016X}")
        case "blocked" | "picky":
            number = f"{rng.getrandbits(32):08x}"
            return page(403, "Access Denied", f"You have no permission to access this. Reference {number}")
        case "rate_limited":
            limited = page(429, "Too Many Requests", "Ask again later.")
            return msgspec.structs.replace(limited, headers=(*limited.headers, ("Retry-After", "1")))
        case "server_error":
            return page(500, "Internal Server Error", "Something went wrong.")
        case "unavailable":
            return page(503, "Service Unavailable", "Try again in a moment.")
        case "hang" | "drip" | "reset":
            return msgspec.structs.replace(right, delivery=name)
    raise AssertionError(f"no request fault is called {name}")


def _with_body(right: Response, body: bytes) -> Response:
    packed = any(name == "Content-Encoding" for name, _ in right.headers)
    return msgspec.structs.replace(right, body=gzip.compress(body, 1, mtime=0) if packed else body)
