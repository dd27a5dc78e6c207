"""Where `courtside chart` has its games from: a journal, a server, its stream, or the topic."""

import queue
import threading
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from courtside.cli.loop import run_async
from courtside.client import Connection, ForecastClient, StreamClient
from courtside.errors import BadConfig, CourtsideError, UnknownGame
from courtside.messages import Message, decode_message
from courtside.momentum.event import ScoringEvent, decode
from courtside.momentum.kafka import TopicReader
from courtside.momentum.teller import TYPES, Tellers
from courtside.store.open import open_journal


class Feed(Protocol):
    """Scoring events as they come."""

    @property
    def caught_up(self) -> bool:
        """All that there was at the start has been read."""
        ...

    @property
    def trouble(self) -> str | None: ...

    def poll(self, seconds: float) -> list[ScoringEvent]:
        """What has come, after `seconds` at most."""
        ...

    def close(self) -> None: ...


def from_journal(url: str, game_id: str | None) -> list[ScoringEvent]:
    """A game of the journal (None: the newest). Raises `UnknownGame` and `JournalError`."""

    async def read() -> list[Message]:
        journal = open_journal(url, read_only=True)
        try:
            positions = await journal.positions()
            if not positions:
                raise UnknownGame("the journal holds no game yet; 'courtside run' fills it")
            chosen = game_id or max(positions, key=lambda each: each.last_received_ms).game_id
            if chosen not in {each.game_id for each in positions}:
                known = ", ".join(each.game_id for each in positions[-5:])
                raise UnknownGame(f"game {chosen} is not in the journal; it holds {known}")
            frames = await journal.messages(chosen, types=TYPES)
            return [decode_message(each.frame) for each in frames]
        finally:
            await journal.aclose()

    return list(Tellers().take_all(run_async(read())))


def from_server(url: str, game_id: str | None) -> list[ScoringEvent]:
    """A game as a server has it (None: the newest). Raises `UnknownGame` and `ServerUnavailable`."""
    with ForecastClient(url) as client:
        if game_id is None:
            games = [game for game in client.games() if game.score_home is not None]
            if not games:
                raise UnknownGame(f"no game has begun at {url}; --live waits for one")
            on = [game for game in games if game.status not in ("final", "postponed")]
            game_id = max(on or games, key=lambda game: (game.updated, game.game_id)).game_id
        return list(Tellers().take_all(client.messages(game_id)))


class StreamFeed:
    """Follows a stream, in a thread of its own."""

    def __init__(self, url: str, game_id: str | None) -> None:
        games = None if game_id is None else [game_id]
        self._client = StreamClient(url, games=games, types=sorted(TYPES), from_start=True)
        self._events: queue.Queue[ScoringEvent | CourtsideError] = queue.Queue()
        self._thread = threading.Thread(target=self._read, name="stream", daemon=True)
        self.trouble: str | None = None
        self.caught_up = False
        self._thread.start()

    def poll(self, seconds: float) -> list[ScoringEvent]:
        found: list[ScoringEvent] = []
        try:
            while True:
                event = self._events.get(timeout=seconds if not found else 0.0)
                if isinstance(event, CourtsideError):
                    raise event
                found.append(event)
        except queue.Empty:
            self.caught_up = self.caught_up or (self._client.connected and not found)
        return found

    def close(self) -> None:
        self._client.close()
        self._thread.join()

    def _read(self) -> None:
        tellers = Tellers()
        try:
            for event in self._client.events():
                if isinstance(event, Connection):
                    self.trouble = None if event.connected else f"connection lost ({event.reason})"
                elif isinstance(event, Message):
                    for told in tellers.take(event):
                        self._events.put(told)
        except CourtsideError as error:
            self._events.put(error)


class TopicFeed:
    """Follows the topic."""

    def __init__(self, config: Mapping[str, str], topic: str) -> None:
        self._reader = TopicReader(config, topic)

    @property
    def caught_up(self) -> bool:
        return self._reader.caught_up

    @property
    def trouble(self) -> str | None:
        return self._reader.trouble

    def poll(self, seconds: float) -> list[ScoringEvent]:
        return [decode(record.value) for record in self._reader.read(seconds)]

    def close(self) -> None:
        self._reader.close()


def server_address(url: str) -> str:
    """The address for HTTP calls. Raises `BadConfig` for that of a bare stream."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        return url
    if parts.path.rstrip("/").endswith("/ws/live"):
        path = parts.path.rstrip("/").removesuffix("/ws/live")
        return parts._replace(scheme=parts.scheme.replace("ws", "http"), path=path).geturl()
    raise BadConfig(
        f"{url} is a stream alone: follow it with --live, or give the server, as http://127.0.0.1:8080"
    )
