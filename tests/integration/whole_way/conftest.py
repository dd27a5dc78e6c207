"""The real program in processes of its own, a client that resumes, and what forty games must come to."""

import asyncio
import csv
import gzip
import json
import os
import re
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from courtside.client.reducer import apply, begin
from courtside.clock import HALF_TENTHS, elapsed_tenths, parse_clock
from courtside.messages import GameSnapshot, Message, decode_message
from tests.integration.whole_way.night import Night, Oracles

URL = re.compile(r"(?:http|ws)://127\.0\.0\.1:\d+")
ELSEWHERE = "the live feed at"
"""An address in this line is not the program's own."""


class Process:
    """One `courtside` command; everything that it prints is kept."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.output: list[str] = []
        self.urls: asyncio.Queue[str | None] = asyncio.Queue()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "courtside.cli",
            *self.arguments,
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            text = line.decode()
            self.output.append(text)
            for match in URL.finditer(text):
                if ELSEWHERE not in text:
                    self.urls.put_nowait(match.group())
        self.urls.put_nowait(None)

    async def url(self, scheme: str) -> str:
        """The next address of this scheme that it prints."""
        async with asyncio.timeout(30):
            while True:
                url = await self.urls.get()
                assert url is not None, f"it has ended: {self.text}"
                if url.startswith(scheme):
                    return url

    async def end(self, number: int = signal.SIGTERM) -> int:
        assert self._process is not None and self._reader is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        code = await asyncio.wait_for(self._process.wait(), 30)
        await self._reader
        return code

    @property
    def text(self) -> str:
        return "".join(self.output)


class ResumingClient:
    """Keeps every message per game and epoch, and asks for what it missed on each connection.

    Each connection goes to the next of `urls`; after `stay` messages it moves on by itself. Where it asks
    so late that the server has gone on, newer messages come before those that it missed.
    """

    def __init__(self, *urls: str, stay: int | None = None) -> None:
        self.urls = urls
        self.stay = stay
        self.tried = 0
        self.messages: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self.games: dict[str, GameSnapshot] = {}
        """Every game as its messages tell it."""
        self.connections = 0
        self.not_recovered: list[str] = []
        self.doubles: list[tuple[str, int]] = []
        self._early: dict[tuple[str, str], dict[int, Message]] = defaultdict(dict)
        self.total = 0
        self._moved = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            url = self.urls[self.tried % len(self.urls)]
            self.tried += 1
            try:
                async with connect(url, max_size=None, max_queue=None, open_timeout=5) as socket:
                    self.connections += 1
                    self._early.clear()
                    leaves = None if self.stay is None else self.total + self.stay
                    async for frame in socket:
                        reply = self._take(frame if isinstance(frame, bytes) else frame.encode())
                        if reply is not None:
                            await socket.send(reply)
                        if leaves is not None and self.total >= leaves:
                            break
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.02)

    async def until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Waits for messages until `holds`."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._moved.clear()
                await self._moved.wait()

    async def more(self, messages: int, seconds: float) -> None:
        """Waits for so many more messages."""
        enough = self.total + messages
        await self.until(lambda: self.total >= enough, seconds)

    def _take(self, frame: bytes) -> str | None:
        head = msgspec.json.decode(frame, type=dict[str, Any])
        kind = head["type"]
        if kind == "snapshot":
            games = msgspec.convert(head["data"]["games"], list[GameSnapshot])
            if head["data"].get("recovered") is False:
                self.not_recovered += [game.game_id for game in games]
                return None
            epochs = {game_id: epoch for game_id, epoch in self.messages}
            epochs |= {game.game_id: game.epoch for game in games}
            resume = {
                game_id: {"epoch": epoch, "seq": len(self.messages.get((game_id, epoch), ()))}
                for game_id, epoch in epochs.items()
            }
            return json.dumps({"op": "subscribe", "resume": resume})
        if kind == "error":
            raise AssertionError(f"the server answered {frame!r}")
        if head.get("seq") is not None:
            self._keep(decode_message(frame))
        return None

    def _keep(self, message: Message) -> None:
        key = message.game_id, message.epoch
        told, early = self.messages[key], self._early[key]
        if message.seq <= len(told) or message.seq in early:
            self.doubles.append((message.game_id, message.seq))
            return
        early[message.seq] = message
        while following := early.pop(len(told) + 1, None):
            told.append(following)
            known = self.games.get(message.game_id)
            self.games[message.game_id] = begin(following) if known is None else apply(known, following)
            self.total += 1
        self._moved.set()

    def check_numbers(self) -> None:
        """Per game and epoch the messages are 1..n, without gap or double."""
        assert self.doubles == []
        assert not any(self._early.values()), "something is missing before these"
        for (game_id, epoch), messages in self.messages.items():
            numbers = [message.seq for message in messages]
            assert numbers == list(range(1, len(numbers) + 1)), (game_id, epoch)


class Oracle(msgspec.Struct):
    """What a game's own box score and its historical file say."""

    counts: tuple[int, ...]
    """Scores, lead changes, ties, biggest leads and the biggest run."""
    players: dict[int, tuple[int, int, int, int]]
    """Points, rebounds, assists and personal fouls of everybody who played."""
    seconds: dict[int, float]
    pattern: list[int]
    half: int


def _oracle(data_dir: Path) -> dict[str, Oracle]:
    import pyarrow.parquet as pq

    columns = ["GAME_ID", "PERIOD", "PCTIMESTRING", "SCORE"]
    rows = pq.read_table(data_dir / "cdn" / "nbastats_same_games.parquet", columns=columns).to_pylist()
    paths: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows:
        if row["SCORE"]:
            away, home = (int(part) for part in row["SCORE"].split("-"))
            elapsed = elapsed_tenths(row["PERIOD"], parse_clock(row["PCTIMESTRING"]))
            for minute in range(max(1, -(-elapsed // 600)), HALF_TENTHS // 600 + 1):
                paths[str(row["GAME_ID"]).zfill(10)][minute] = home - away
    found = {}
    with (data_dir / "cdn" / "games.csv").open() as file:
        game_ids = [row["game_id"] for row in csv.DictReader(file)]
    for game_id in game_ids:
        with gzip.open(data_dir / "cdn" / "games" / f"boxscore_{game_id}.json.gz") as box:
            game = json.load(box)["game"]
        home, away = game["homeTeam"], game["awayTeam"]
        one, two = home["statistics"], away["statistics"]
        played = [player for team in (home, away) for player in team["players"] if player["played"] == "1"]
        path = paths[game_id]
        found[game_id] = Oracle(
            counts=(
                home["score"],
                away["score"],
                one["leadChanges"],
                one["timesTied"],
                one["biggestLead"],
                two["biggestLead"],
                max(one["biggestScoringRun"], two["biggestScoringRun"]),
            ),
            players={
                player["personId"]: tuple(
                    player["statistics"][name]
                    for name in ("points", "reboundsTotal", "assists", "foulsPersonal")
                )
                for player in played
            },
            seconds={player["personId"]: _seconds(player["statistics"]["minutes"]) for player in played},
            pattern=[path.get(minute, 0) for minute in range(1, 19)],
            half=path[24],
        )
    return found


def _seconds(text: str) -> float:
    minutes, seconds = text.removeprefix("PT").removesuffix("S").split("M")
    return int(minutes) * 60 + float(seconds)


@pytest.fixture(scope="session")
def oracle(data_dir: Path) -> dict[str, Oracle]:
    return _oracle(data_dir)


def _counts(game: GameSnapshot) -> tuple[int | None, ...]:
    return (
        game.score_home,
        game.score_away,
        game.lead_changes,
        game.ties,
        game.biggest_lead_home,
        game.biggest_lead_away,
        None if game.biggest_run is None else game.biggest_run.points,
    )


def _players(game: GameSnapshot) -> dict[int, tuple[int, int, int, int]]:
    return {
        line.player_id: (line.points, line.rebounds, line.assists, line.fouls)
        for line in game.players
        if line.seconds_played
    }


def _is_right(game: GameSnapshot, truth: Oracle) -> bool:
    """The counts that a client shows have come to the truth."""
    return (
        game.status == "final"
        and _counts(game) == truth.counts
        and _players(game) == truth.players
        and game.pattern == truth.pattern
    )


@pytest.fixture(scope="session")
def is_right() -> Callable[[GameSnapshot, Oracle], bool]:
    return _is_right


def _check_game(game: GameSnapshot, truth: Oracle) -> None:
    assert game.status == "final", game.game_id
    assert _counts(game) == truth.counts, game.game_id
    assert _players(game) == truth.players, game.game_id
    lines = {line.player_id: line for line in game.players}
    for number, seconds in truth.seconds.items():
        assert abs(lines[number].seconds_played - seconds) <= 2, (game.game_id, number)
    assert game.pattern == truth.pattern, game.game_id
    assert game.prediction is not None and game.prediction.pattern == truth.pattern


@pytest.fixture(scope="session")
def check_game() -> Callable[[GameSnapshot, Oracle], None]:
    return _check_game


StartCourtside = Callable[..., Any]


@pytest.fixture
def courtside(tmp_path: Path) -> Callable[..., Any]:
    """`async with courtside("run", ...) as process`: ended by its id when the block ends."""

    @asynccontextmanager
    async def start(*arguments: object, folder: str = ".") -> AsyncIterator[Process]:
        where = tmp_path / folder
        where.mkdir(exist_ok=True)
        process = Process([str(argument) for argument in arguments], where)
        await process.start()
        try:
            yield process
        finally:
            await process.end()

    return start


@pytest.fixture
def client() -> Callable[..., ResumingClient]:
    return ResumingClient


async def _games(url: str) -> dict[str, GameSnapshot]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{url}/games", timeout=10)
        answer.raise_for_status()
        games = msgspec.json.decode(answer.content, type=dict[str, list[GameSnapshot]])["games"]
    return {game.game_id: game for game in games}


@pytest.fixture
def games_of() -> Callable[..., Any]:
    return _games


@pytest.fixture
def night(
    data_dir: Path,
    oracle: Oracles,
    courtside: Callable[..., Any],
    client: Callable[[str], Any],
    games_of: Callable[..., Any],
    is_right: Callable[[GameSnapshot, Any], bool],
) -> Night:
    return Night(data_dir / "cdn" / "games", oracle, courtside, client, games_of, is_right)
