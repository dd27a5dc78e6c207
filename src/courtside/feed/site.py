"""The site without its sockets: request and times in, response out."""

import logging
from collections import Counter
from random import Random

import msgspec

from courtside.errors import BadFeed
from courtside.feed import request_faults
from courtside.feed.files import (
    CapturedFile,
    File,
    GameFile,
    GameKind,
    ScoreboardFile,
    StoredFile,
    etag,
    read_stored,
)
from courtside.feed.pages import (
    ODDS_PATH,
    SCOREBOARD_PATH,
    STATUS_PATH,
    Report,
    access_denied,
    game_path,
    index,
    report,
)
from courtside.feed.response import Request, Response, page
from courtside.feed.settings import FeedSettings
from courtside.feed.slate import Slate
from courtside.feed.stamps import http_date, parse_http_date
from courtside.formats.captures import SCOREBOARD
from courtside.formats.recordings import Recordings

_log = logging.getLogger("courtside.feed")
ODDS = "odds"
_KINDS: tuple[GameKind, GameKind] = ("playbyplay", "boxscore")
STALE_VERSIONS = 12
"""How many versions older than the newest served a stale one may be."""


class Site:
    """Answers requests; the only state beside its caches is what has been served so far."""

    def __init__(self, recordings: Recordings, slate: Slate, settings: FeedSettings) -> None:
        self.slate = slate
        self._settings = settings
        self._files = _files(recordings, slate, settings)
        self._faults = request_faults.RequestFaults(settings)
        self._newest: dict[str, int] = {}
        self._responses: Counter[str] = Counter()
        self._played: Counter[str] = Counter()
        self._milestones = _milestones(slate)

    def respond(self, request: Request, now_ms: int, real_ms: int) -> Response:
        """The answer at virtual time `now_ms`; `real_ms` only bounds how long faults go on."""
        self._tell(now_ms)
        response = self._route(request, now_ms, real_ms)
        broken = response.delivery in ("hang", "reset")
        self._responses[response.delivery if broken else str(response.status)] += 1
        if response.fault is not None:
            self._played[response.fault] += 1
        headers = (("Date", http_date(now_ms)), ("Server", "courtside-feed"), *response.headers)
        return msgspec.structs.replace(response, headers=headers)

    def report(self, now_ms: int) -> Report:
        return report(self.slate, self._settings, now_ms, dict(self._responses), dict(self._played))

    def _route(self, request: Request, now_ms: int, real_ms: int) -> Response:
        if request.method not in ("GET", "HEAD"):
            refused = page(405, "Method Not Allowed", "The feed is read with GET and HEAD.")
            return msgspec.structs.replace(refused, headers=(*refused.headers, ("Allow", "GET, HEAD")))
        file = self._files.get(request.path)
        if file is not None:
            return self._serve(file, request, now_ms, real_ms)
        if request.path == STATUS_PATH:
            body = msgspec.json.format(msgspec.json.encode(self.report(now_ms)), indent=2)
            return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)
        if request.path == "/":
            return index(self.report(now_ms))
        if request.path.startswith("/static/"):
            return self._denied(request.path)
        return page(404, "Not Found", f"The feed's files are listed at <a href='/'>/</a>; {STATUS_PATH}")

    def _denied(self, name: str) -> Response:
        number = Random(f"{self._settings.seed}/{name}/{self._responses.total()}").getrandbits(64)
        return access_denied(f"{number:016X}")

    def _serve(self, file: File, request: Request, now_ms: int, real_ms: int) -> Response:
        version = file.version(now_ms)
        newest = self._newest.get(file.name, 0)
        drawn = self._faults.draw(
            file, request, exists=version is not None, replaceable=newest > 0, real_ms=real_ms
        )
        if version is None:
            right, plain = self._denied(request.path), b""
        elif drawn is not None and drawn[0] == "stale":
            older = newest - drawn[1].randint(1, min(STALE_VERSIONS, newest))
            stale, _ = self._whole(file, older, request)
            return msgspec.structs.replace(stale, fault="stale")
        elif drawn is None and self._unchanged(file, version, request):
            self._newest[file.name] = max(newest, version)
            return Response(status=304, headers=self._validators(file, version))
        else:
            right, plain = self._whole(file, version, request)
        if drawn is not None:
            return request_faults.apply(*drawn, right, plain, now_ms)
        if version is not None:
            self._newest[file.name] = max(newest, version)
        return right

    def _whole(self, file: File, version: int, request: Request) -> tuple[Response, bytes]:
        try:
            body = file.body(version)
        except BadFeed as error:
            _log.warning("%s", error)
            return page(500, "Internal Server Error", "The recording is damaged."), b""
        headers = (*self._validators(file, version), ("Content-Type", "application/json; charset=utf-8"))
        if request.takes_gzip:
            return Response(
                status=200, headers=(*headers, ("Content-Encoding", "gzip")), body=body.gzip
            ), body.plain if self._settings.faults else b""
        return Response(status=200, headers=headers, body=body.plain), body.plain

    def _validators(self, file: File, version: int) -> tuple[tuple[str, str], ...]:
        return (
            ("ETag", etag(file, version, self._settings.seed)),
            ("Last-Modified", http_date(file.written_ms(version))),
            ("Vary", "Accept-Encoding"),
        )

    def _unchanged(self, file: File, version: int, request: Request) -> bool:
        """The client's conditional headers name this version."""
        known = request.headers.get("if-none-match")
        if known is not None:
            tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
            return "*" in tags or etag(file, version, self._settings.seed) in tags
        since = request.headers.get("if-modified-since")
        since_ms = None if since is None else parse_http_date(since)
        if since_ms is None:
            return False
        second = file.written_ms(version) // 1000
        # Two versions within a second have the same date: it does not say which the client has.
        shared = version > 0 and file.written_ms(version - 1) // 1000 == second
        return not shared and second * 1000 <= since_ms

    def _tell(self, now_ms: int) -> None:
        while self._milestones and self._milestones[-1][0] <= now_ms:
            _log.info("%s", self._milestones.pop()[1])


def _files(recordings: Recordings, slate: Slate, settings: FeedSettings) -> dict[str, File]:
    files: dict[str, File] = {}
    for game in slate.games:
        for kind in _KINDS:
            captures = recordings.captures(f"{kind}_{game.game_id}") if settings.as_recorded else ()
            files[game_path(kind, game.game_id)] = (
                CapturedFile(f"{kind}_{game.game_id}", captures) if captures else GameFile(kind, game)
            )
    captures = recordings.captures(SCOREBOARD) if settings.as_recorded else ()
    files[SCOREBOARD_PATH] = (
        CapturedFile(SCOREBOARD, captures) if captures else ScoreboardFile(slate, settings.seed)
    )
    captures = recordings.captures(ODDS)
    if captures and settings.as_recorded:
        files[ODDS_PATH] = CapturedFile(ODDS, captures)
    else:
        stored = captures[-1].body() if captures else read_stored(recordings.folder / "odds_todaysGames.json")
        if stored is not None:
            files[ODDS_PATH] = StoredFile("odds_todaysGames", stored, slate.start_ms)
    return files


def _milestones(slate: Slate) -> list[tuple[int, str]]:
    """What is logged when, latest first."""
    found = []
    for game in slate.games:
        name = f"{game.game_id} {game.away} @ {game.home}"
        found.append((game.tip_ms, f"{name} has tipped off"))
        if game.end_ms is not None:
            found.append((game.end_ms, f"{name} has ended"))
    return sorted(found, reverse=True)
