"""A scripted web site on a real socket, a clock that jumps from poll to poll, and hand-made files."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random
from types import TracebackType
from typing import Any

import msgspec
import pytest_asyncio

from courtside.clock import ManualClock, parse_utc
from courtside.events import AnyObservation, PlayByPlay, ScoreLine
from courtside.sources.nba_live import NbaSource
from courtside.sources.nba_settings import NbaSettings

GAME = "0022500776"
OTHER = "0022500777"
HOME, AWAY = 1610612741, 1610612765
TIP_OFF = "2026-02-12T00:00:00Z"
START_MS = parse_utc("2026-02-12T00:30:00Z")

Json = dict[str, Any]
Send = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Reply(msgspec.Struct, frozen=True):
    """One answer. `send` replaces it where the trouble lies in how it is sent."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = {}
    send: Send | None = None


class Asked(msgspec.Struct, frozen=True):
    path: str
    headers: dict[str, str]
    at_ms: int


def answer(body: Json | bytes, **headers: str) -> Reply:
    """200 with gzip; header names with `_` for `-`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(gzip.compress(data, mtime=0), headers={"Content-Encoding": "gzip", **names})


def plain(body: bytes, status: int = 200, **headers: str) -> Reply:
    return Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


ACCESS_DENIED = plain(
    b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    403,
    Content_Type="application/xml",
)


class Site:
    """Each path has a script of replies; the last one is repeated."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.url = ""
        self._now_ms = now_ms
        self._scripts: dict[str, list[Reply]] = {}
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    def scoreboard(self, *replies: Reply) -> None:
        self._scripts["/static/json/liveData/scoreboard/todaysScoreboard_00.json"] = list(replies)

    def play_by_play(self, *replies: Reply, game_id: str = GAME) -> None:
        self._scripts[f"/static/json/liveData/playbyplay/playbyplay_{game_id}.json"] = list(replies)

    def box_score(self, *replies: Reply, game_id: str = GAME) -> None:
        self._scripts[f"/static/json/liveData/boxscore/boxscore_{game_id}.json"] = list(replies)

    def times(self, kind: str, game_id: str = "") -> list[float]:
        """Seconds since the start at which a kind of file was asked for."""
        return [
            (asked.at_ms - START_MS) / 1000
            for asked in self.asked
            if f"/{kind}/" in asked.path and game_id in asked.path
        ]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                try:
                    head = await reader.readuntil(b"\r\n\r\n")
                except (asyncio.IncompleteReadError, ConnectionError):
                    return
                lines = head.decode().split("\r\n")
                path = lines[0].split(" ")[1]
                pairs = (line.split(": ", 1) for line in lines[1:] if line)
                headers = {name.lower(): value for name, value in pairs}
                self.asked.append(Asked(path, headers, self._now_ms()))
                script = self._scripts.get(path, [ACCESS_DENIED])
                reply = script.pop(0) if len(script) > 1 else script[0]
                etag = reply.headers.get("ETag")
                if etag is not None and headers.get("if-none-match") == etag:
                    reply = Reply(status=304, headers={"ETag": etag})
                if reply.send is not None:
                    await reply.send(writer)
                    return
                fields = {"Content-Length": str(len(reply.body)), **reply.headers}
                text = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
                writer.write(f"HTTP/1.1 {reply.status} .\r\n{text}\r\n".encode() + reply.body)
                await writer.drain()
        finally:
            self._writers.discard(writer)
            writer.close()


class JumpingClock(ManualClock):
    """Jumps to the next poll as soon as no request is out, up to where the test lets it."""

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self.in_flight: Callable[[], int] = lambda: 0
        self._stop_ms = start_ms
        self._reached = asyncio.Event()
        self._more = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        target_ms = self.now_ms() + seconds * 1000
        while True:
            # A few turns of the loop in a row: the poller has to have seen what came.
            quiet = 0
            while quiet < 5:
                await asyncio.sleep(0)
                quiet = 0 if self.in_flight() else quiet + 1
            if target_ms <= self._stop_ms:
                self._turn_to(target_ms)
                return
            self._turn_to(self._stop_ms)
            self._reached.set()
            self._more.clear()
            await self._more.wait()

    def _turn_to(self, at_ms: float) -> None:
        self.advance(max(at_ms - self.now_ms(), 0) / 1000)

    async def run(self, seconds: float) -> None:
        self._stop_ms += round(seconds * 1000)
        self._reached.clear()
        self._more.set()
        await self._reached.wait()


class Watch:
    """A source at work against the site; `seen` is what it said so far."""

    def __init__(self, source: NbaSource, clock: JumpingClock) -> None:
        self.source = source
        self.stats = source.stats
        self.seen: list[AnyObservation] = []
        self._clock = clock
        clock.in_flight = lambda: source.stats.in_flight

    async def __aenter__(self) -> "Watch":
        self._task = asyncio.create_task(self._consume())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.source.aclose()
        await self._task

    async def run(self, seconds: float) -> None:
        """Lets virtual time pass; the source raising is the test failing."""
        ran = asyncio.create_task(self._clock.run(seconds))
        await asyncio.wait([ran, self._task], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            ran.cancel()
            await self._task
        for _ in range(5):
            await asyncio.sleep(0)

    def of(self, kind: type[AnyObservation], game_id: str = GAME) -> list[Any]:
        return [said for said in self.seen if isinstance(said, kind) and said.game_id == game_id]

    @property
    def plays(self) -> list[PlayByPlay]:
        return self.of(PlayByPlay)

    @property
    def lines(self) -> list[ScoreLine]:
        return self.of(ScoreLine)

    async def _consume(self) -> None:
        async for said in self.source:
            self.seen.append(said)


class Lab:
    """What a test needs, in one fixture."""

    def __init__(self) -> None:
        self.clock = JumpingClock(START_MS)
        self.site = Site(self.clock.now_ms)

    def watch(self, *, games: Sequence[str] = (), **settings: Any) -> Watch:
        values = {"url": self.site.url, "jitter": 0.0, "answer_seconds": 5.0, **settings}
        source = NbaSource(NbaSettings(**values), clock=self.clock, random=Random(1), games=games)
        return Watch(source, self.clock)


@pytest_asyncio.fixture
async def lab() -> AsyncIterator[Lab]:
    lab = Lab()
    await lab.site.start()
    yield lab
    await lab.site.stop()


def stamp(seconds: float) -> str:
    """`meta.time` of play-by-play and box score, Eastern, 24 h, `seconds` after 19:30."""
    minutes, rest = divmod(30 * 60 + seconds, 60)
    return f"2026-02-11 {19 + int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{rest:09.6f}"


def board_stamp(text: str) -> str:
    """`meta.time` of the scoreboard: `07:30:10` of a 12-hour clock."""
    hour, minute, second = text.split(":")
    return f"2026-02-11 {hour}:{minute}:{second}.{minute}{second}"


def team(team_id: int, score: int = 0, **more: object) -> Json:
    code = {HOME: "CHI", AWAY: "DET"}.get(team_id, "NYK")
    return {
        "teamId": team_id,
        "teamTricode": code,
        "teamCity": "City",
        "teamName": code.title(),
        "score": score,
        "timeoutsRemaining": 7,
        "inBonus": None,
        **more,
    }


def game_row(
    status: int = 2, *, game_id: str = GAME, score: tuple[int, int] = (0, 0), **more: object
) -> Json:
    return {
        "gameId": game_id,
        "gameStatus": status,
        "gameStatusText": "",
        "period": 1 if status > 1 else 0,
        "gameClock": "PT12M00.00S" if status == 2 else "",
        "gameTimeUTC": TIP_OFF,
        "homeTeam": team(HOME, score[0]),
        "awayTeam": team(AWAY, score[1]),
        **more,
    }


def board(*games: Json, at: str = "07:30:00", date: str = "2026-02-11") -> Json:
    return {"meta": {"time": board_stamp(at)}, "scoreboard": {"gameDate": date, "games": list(games)}}


def box(
    status: int = 2,
    *,
    at: float = 0,
    game_id: str = GAME,
    score: tuple[int, int] = (0, 0),
    **more: object,
) -> Json:
    game = game_row(status, game_id=game_id, score=score, **more)
    for side, first in (("homeTeam", 100), ("awayTeam", 200)):
        game[side] = {
            **game[side],
            "players": [
                {
                    "personId": first + number,
                    "nameI": f"P. {first + number}",
                    "starter": "1" if number < 5 else "0",
                    "status": "ACTIVE",
                }
                for number in range(8)
            ],
        }
    return {"meta": {"time": stamp(at)}, "game": game}


def action(number: int, kind: str = "2pt", score: tuple[int, int] = (0, 0), **more: object) -> Json:
    return {
        "actionNumber": number,
        "orderNumber": number * 10_000,
        "clock": "PT11M38.00S",
        "period": 1,
        "actionType": kind,
        "subType": "",
        "qualifiers": [],
        "personId": 0,
        "possession": 0,
        "scoreHome": str(score[0]),
        "scoreAway": str(score[1]),
        "description": kind,
        "timeActual": "2026-02-12T00:11:02.8Z",
        **more,
    }


def plays(*actions: Json, at: float = 0, game_id: str = GAME) -> Json:
    return {"meta": {"time": stamp(at)}, "game": {"gameId": game_id, "actions": list(actions)}}


def start(number: int = 1) -> Json:
    return action(number, "period", subType="start", clock="PT12M00.00S")


def end(number: int, score: tuple[int, int]) -> Json:
    return action(number, "game", score, subType="end", clock="PT00M00.00S", period=4)
