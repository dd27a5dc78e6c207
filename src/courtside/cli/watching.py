"""Reading the stream and showing it: as a board, as plain lines, or as JSON."""

import asyncio
import sys
import time
from collections import deque
from typing import Protocol, TextIO

import msgspec
from rich.console import Console
from rich.live import Live

from courtside.cli.board import Link, banner, ordered, render
from courtside.cli.loop import until_stopped
from courtside.cli.words import clock_words, event_words, score_words, scoring_play_words, where_words
from courtside.client import Connection, Snapshot, StreamClient, StreamEvent
from courtside.messages import GameSnapshot, Message

REFRESH_SECONDS = 0.25
EVENTS_KEPT = 50

Games = dict[str, GameSnapshot]


class Screen(Protocol):
    """Where a stream is shown."""

    def show(self, event: StreamEvent, games: Games) -> None: ...

    def refresh(self, games: Games) -> None:
        """Called a few times a second."""
        ...

    def close(self) -> None: ...


async def watch_stream(client: StreamClient, screen: Screen, for_seconds: float | None = None) -> None:
    """Until SIGINT, SIGTERM, or the time is over."""
    try:
        await until_stopped(_read(client, screen), _refresh(client, screen), for_seconds=for_seconds)
    finally:
        screen.close()


async def print_once(client: StreamClient, as_json: bool) -> None:
    """How things stand now. Raises `ServerUnavailable` where nothing answers."""
    async with client:
        async for event in client.aevents():
            if isinstance(event, Snapshot):
                break
    games = ordered(client.games.values())
    if as_json:
        sys.stdout.write(msgspec.json.encode(games).decode() + "\n")
        return
    link = Link(client.url, True)
    console = Console()
    console.print(render(games, [], link, console.size.width, height=10_000))


async def _read(client: StreamClient, screen: Screen) -> None:
    async for event in client.aevents():
        screen.show(event, client.games)


async def _refresh(client: StreamClient, screen: Screen) -> None:
    while True:
        screen.refresh(client.games)
        await asyncio.sleep(REFRESH_SECONDS)


class BoardScreen:
    """A board over the whole terminal, which is as it was before when this ends."""

    def __init__(self, url: str, console: Console | None = None) -> None:
        self._url = url
        self._console = console or Console()
        self._events: deque[str] = deque(maxlen=EVENTS_KEPT)
        self._link = Link(url, False)
        self._next_try = 0.0
        self._live = Live(console=self._console, screen=True, auto_refresh=False)
        self._live.start()

    def show(self, event: StreamEvent, games: Games) -> None:
        if isinstance(event, Connection):
            self._link = Link(self._url, event.connected, event.reason)
            self._next_try = time.monotonic() + (event.retry_seconds or 0.0)
        elif isinstance(event, Message):
            line = _event_line(event, games[event.game_id])
            if line is not None:
                self._events.append(line)

    def refresh(self, games: Games) -> None:
        link = self._link
        if not link.connected and link.reason is not None:
            left = max(0.0, self._next_try - time.monotonic())
            link = msgspec.structs.replace(link, retry_in_seconds=left)
        size = self._console.size
        board = render(list(games.values()), list(self._events), link, size.width, size.height)
        self._live.update(board, refresh=True)

    def close(self) -> None:
        self._live.stop()


class PlainLines:
    """A line for everything that happens: for files, pipes and `grep`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._warned: str | None = None

    def show(self, event: StreamEvent, games: Games) -> None:
        match event:
            case Connection(connected=True):
                self._write("connected")
            case Connection():
                self._write(f"connection lost ({event.reason}); next try in {event.retry_seconds:.1f} s")
            case Snapshot():
                self._warn(games)
                for game in ordered(event.games):
                    self._write(f"{clock_words(game):<10} {score_words(game)}")
            case Message():
                self._warn(games)
                game = games[event.game_id]
                line = _event_line(event, game)
                scored = scoring_play_words(event)
                if line is not None or scored is not None:
                    self._write(line or f"{where_words(event, game)}  {scored}")

    def refresh(self, games: Games) -> None:
        """Every line is written when it happens."""

    def close(self) -> None:
        self._out.flush()

    def _warn(self, games: Games) -> None:
        """Once for each kind of data that is not live."""
        warning = banner(games.values())
        if warning is not None and warning != self._warned:
            self._write(warning)
        self._warned = warning

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class JsonLines:
    """Every message as it came, one a line."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def show(self, event: StreamEvent, games: Games) -> None:
        if isinstance(event, Message):
            self._out.write(msgspec.json.encode(event).decode() + "\n")
            self._out.flush()

    def refresh(self, games: Games) -> None:
        """Every line is written when it comes."""

    def close(self) -> None:
        self._out.flush()


def _event_line(message: Message, game: GameSnapshot) -> str | None:
    words = event_words(message, game)
    return None if words is None else f"{where_words(message, game)}  {words}"
