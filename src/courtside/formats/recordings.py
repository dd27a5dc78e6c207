"""A folder of recorded games: their final files, or every response with its receipt time."""

import gzip
import hashlib
import heapq
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from courtside.errors import BadFeed, BadInput, CourtsideError
from courtside.events import Play
from courtside.formats.nba_live import ParsedBoxScore, ParsedPlayByPlay, parse_box_score, parse_play_by_play

SCOREBOARD = "scoreboard"
ODDS = "odds"

# The two files of which the feed has one for all games; the rest are named by kind and game.
_FOLDER_OF_FILE = {"todaysScoreboard_00": SCOREBOARD, "odds_todaysGames": ODDS}
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FINAL_FILE = re.compile(r"(playbyplay|boxscore)_([A-Za-z0-9-]+)\.json(?:\.gz)?")
_GAME_FOLDER = re.compile(r"(playbyplay|boxscore)_([A-Za-z0-9-]+)")
_CAPTURE_FILE = re.compile(r"(\d+)\.json(?:\.gz)?")

Parsed = TypeVar("Parsed")


class Capture(msgspec.Struct, frozen=True):
    """One recorded response: of which endpoint, when it came, and the file that holds its bytes."""

    received_ms: int
    endpoint: str
    path: Path

    def body(self) -> bytes:
        """The response as received; raises `BadFeed` where the file is damaged."""
        return _read(self.path)


class RecordedGame(msgspec.Struct, frozen=True):
    """One game of a recording; `box` is its last box score, with teams, rosters and final score."""

    game_id: str
    start_ms: int
    """Scheduled tip-off, since the Unix epoch."""
    home_team_id: int
    away_team_id: int
    box: ParsedBoxScore
    captured: bool
    """Every response was kept, not only the last."""


class Recordings:
    """The recorded games of a folder, in tip-off order.

    `skipped` says by game id why a game of the folder cannot be played.
    """

    def __init__(
        self,
        folder: Path,
        finals: dict[str, Path],
        captures: dict[str, tuple[Capture, ...]],
        games: Iterable[RecordedGame],
        skipped: dict[str, str],
    ) -> None:
        self.folder = folder
        self.games = tuple(sorted(games, key=lambda game: (game.start_ms, game.game_id)))
        self.skipped = skipped
        self._finals = finals
        self._captures = captures
        self._by_id = {game.game_id: game for game in self.games}

    @classmethod
    def open(cls, path: Path | str) -> "Recordings":
        """Reads the folder's list and its box scores; raises `BadInput` where no game can be played."""
        folder = Path(path)
        try:
            entries = sorted(folder.iterdir())
            captures = {entry.name: _captures_in(entry) for entry in entries if entry.is_dir()}
        except OSError as error:
            raise BadInput(
                f"cannot read the recordings folder {folder}: {error.strerror}; "
                "name one that `courtside record` wrote"
            ) from error
        captures = {name: found for name, found in captures.items() if found}
        finals = {entry.name.split(".")[0]: entry for entry in entries if _FINAL_FILE.fullmatch(entry.name)}
        names = [match.group(2) for name in (*finals, *captures) if (match := _GAME_FOLDER.fullmatch(name))]
        games: list[RecordedGame] = []
        skipped: dict[str, str] = {}
        for game_id in sorted(set(names)):
            try:
                games.append(_recorded_game(game_id, finals, captures))
            except BadInput as error:
                skipped[game_id] = str(error)
        if not games:
            reason = next(
                iter(skipped.values()),
                "it has neither playbyplay_<id>.json files nor playbyplay_<id>/ folders",
            )
            raise BadInput(f"no recorded game in {folder}: {reason}")
        return cls(folder, finals, captures, games, skipped)

    @property
    def game_ids(self) -> tuple[str, ...]:
        return tuple(game.game_id for game in self.games)

    def game(self, game_id: str) -> RecordedGame:
        """Raises `BadInput` for a game that is not in the folder."""
        try:
            return self._by_id[game_id]
        except KeyError:
            raise BadInput(
                f"no recorded game {game_id} in {self.folder}; it has {', '.join(self.game_ids[:5])} ..."
            ) from None

    def play_by_play(self, game_id: str) -> bytes:
        """The last good play-by-play body of a game; raises `BadFeed` where there is none."""
        return self._last_play_by_play(game_id)[0]

    def plays(self, game_id: str) -> tuple[Play, ...]:
        """The plays of `play_by_play`, in `order`."""
        return self._last_play_by_play(game_id)[1].observation.plays

    def box_score(self, game_id: str) -> bytes:
        """The last good box score body of a game."""
        self.game(game_id)
        return _last_good(f"boxscore_{game_id}", self._finals, self._captures, _parse_box)[0]

    def captures(self, endpoint: str) -> tuple[Capture, ...]:
        """The kept responses of `playbyplay_<id>`, `boxscore_<id>`, `scoreboard` or `odds`, oldest first."""
        return self._captures.get(endpoint, ())

    def timeline(self, endpoints: Iterable[str]) -> Iterator[Capture]:
        """The kept responses of several endpoints, by receipt time."""
        return heapq.merge(*map(self.captures, endpoints), key=lambda capture: capture.received_ms)

    def _last_play_by_play(self, game_id: str) -> tuple[bytes, ParsedPlayByPlay]:
        game = self.game(game_id)

        def parse(body: bytes) -> ParsedPlayByPlay:
            return parse_play_by_play(
                body,
                home_team_id=game.home_team_id,
                away_team_id=game.away_team_id,
                received_ms=0,
                source="replay",
            )

        return _last_good(f"playbyplay_{game_id}", self._finals, self._captures, parse)


class RecordingWriter:
    """Keeps responses byte for byte, one folder an endpoint, one gzip file a response.

    A body equal to the last one of its endpoint is not kept again, also after a restart. A process
    that is killed leaves whole files only. One writer a folder.
    """

    def __init__(self, folder: Path | str) -> None:
        """Makes the folder; raises `CourtsideError` where it cannot."""
        self.folder = Path(folder)
        self.files_written = 0
        self.bytes_written = 0
        """Bytes on disk, compressed."""
        self._last: dict[str, tuple[int, bytes]] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._cannot_write(error) from error

    def write(self, endpoint_file_name: str, body: bytes, received_ms: int) -> bool:
        """Keeps a response of e.g. `playbyplay_0022400695.json`; False where it repeats the last one.

        Order is kept: a response never gets a time at or before that of the one before it, even
        where the clock went back. Raises `CourtsideError` where the disk refuses.
        """
        endpoint = endpoint_of_file(endpoint_file_name)
        digest = hashlib.blake2b(body, digest_size=16).digest()
        folder = self.folder / endpoint
        try:
            if endpoint not in self._last:
                folder.mkdir(exist_ok=True)
                self._last[endpoint] = _resume(folder)
            last_ms, last_digest = self._last[endpoint]
            if digest == last_digest:
                return False
            at_ms = max(received_ms, last_ms + 1)
            # mtime=0: the same response gives the same file.
            packed = gzip.compress(body, compresslevel=6, mtime=0)
            unfinished = folder / f".{at_ms}.tmp"
            unfinished.write_bytes(packed)
            os.replace(unfinished, folder / f"{at_ms}.json.gz")
        except OSError as error:
            raise self._cannot_write(error) from error
        self._last[endpoint] = (at_ms, digest)
        self.files_written += 1
        self.bytes_written += len(packed)
        return True

    def _cannot_write(self, error: OSError) -> CourtsideError:
        return CourtsideError(
            f"cannot record to {self.folder}: {error.strerror}; make room there or choose another folder"
        )


def endpoint_of_file(name: str) -> str:
    """The folder of a feed file's name; raises `BadInput` for what is no such name.

    >>> endpoint_of_file("todaysScoreboard_00.json"), endpoint_of_file("boxscore_0022400695.json")
    ('scoreboard', 'boxscore_0022400695')
    """
    stem = name.removesuffix(".gz").removesuffix(".json")
    if not _ENDPOINT.fullmatch(stem):
        raise BadInput(f"{name!r} is no name of a feed file; use one like 'playbyplay_0022400695.json'")
    return _FOLDER_OF_FILE.get(stem, stem)


def _resume(folder: Path) -> tuple[int, bytes]:
    """Time and digest of the last response that an earlier writer kept; clears what it left half-done."""
    for leftover in folder.glob(".*.tmp"):
        leftover.unlink()
    kept = _captures_in(folder)
    if not kept:
        return -1, b""
    try:
        body = kept[-1].body()
    except BadFeed:
        return kept[-1].received_ms, b""
    return kept[-1].received_ms, hashlib.blake2b(body, digest_size=16).digest()


def _captures_in(folder: Path) -> tuple[Capture, ...]:
    found = [
        Capture(received_ms=int(match.group(1)), endpoint=folder.name, path=path)
        for path in folder.iterdir()
        if (match := _CAPTURE_FILE.fullmatch(path.name))
    ]
    return tuple(sorted(found, key=lambda capture: capture.received_ms))


def _recorded_game(
    game_id: str, finals: dict[str, Path], captures: dict[str, tuple[Capture, ...]]
) -> RecordedGame:
    play_by_play, box_score = f"playbyplay_{game_id}", f"boxscore_{game_id}"
    if play_by_play not in finals and play_by_play not in captures:
        raise BadInput(f"no {play_by_play} in the recording; a game needs play-by-play and box score")
    box = _last_good(box_score, finals, captures, _parse_box)[1]
    if box.line.start_ms is None:
        raise BadInput(
            f"the box score of {game_id} has no gameTimeUTC; without it the game has no place in time"
        )
    return RecordedGame(
        game_id=game_id,
        start_ms=box.line.start_ms,
        home_team_id=box.home_team_id,
        away_team_id=box.away_team_id,
        box=box,
        captured=play_by_play in captures,
    )


def _last_good(
    name: str,
    finals: dict[str, Path],
    captures: dict[str, tuple[Capture, ...]],
    parse: Callable[[bytes], Parsed],
) -> tuple[bytes, Parsed]:
    """The newest body of an endpoint that parses, and what it parses to; `BadFeed` where none does."""
    files = [capture.path for capture in reversed(captures.get(name, ()))]
    if name in finals:
        files.append(finals[name])
    failure = BadFeed("missing_file", f"no {name} in the recording; a game needs play-by-play and box score")
    for file in files:
        try:
            body = _read(file)
            return body, parse(body)
        except BadFeed as error:
            failure = BadFeed(error.kind, f"{file.name}: {error}")
    raise failure


def _parse_box(body: bytes) -> ParsedBoxScore:
    return parse_box_score(body, received_ms=0, source="replay")


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise BadFeed("damaged_file", f"cannot read {path}: {error}; restore it or take it away") from error
