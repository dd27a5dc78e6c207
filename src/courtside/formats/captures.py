"""Responses kept byte for byte: one folder an endpoint, one file a response, named by its receipt time."""

import gzip
import hashlib
import os
import re
import zlib
from pathlib import Path

import msgspec

from courtside.errors import BadFeed, BadInput, CourtsideError

SCOREBOARD = "scoreboard"
ODDS = "odds"

# The two files of which the feed has one for all games; the rest are named by kind and game.
_FOLDER_OF_FILE = {"todaysScoreboard_00": SCOREBOARD, "odds_todaysGames": ODDS}
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_CAPTURE_FILE = re.compile(r"(\d+)\.json(?:\.gz)?")


class Capture(msgspec.Struct, frozen=True):
    """One recorded response: of which endpoint, when it came, and the file that holds its bytes."""

    received_ms: int
    endpoint: str
    path: Path

    def body(self) -> bytes:
        """The response as received; raises `BadFeed` where the file is damaged."""
        return read_body(self.path)


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


def captures_in(folder: Path) -> tuple[Capture, ...]:
    found = [
        Capture(received_ms=int(match.group(1)), endpoint=folder.name, path=path)
        for path in folder.iterdir()
        if (match := _CAPTURE_FILE.fullmatch(path.name))
    ]
    return tuple(sorted(found, key=lambda capture: capture.received_ms))


def _resume(folder: Path) -> tuple[int, bytes]:
    """Time and digest of the last response that an earlier writer kept; clears what it left half-done."""
    for leftover in folder.glob(".*.tmp"):
        leftover.unlink()
    kept = captures_in(folder)
    if not kept:
        return -1, b""
    try:
        body = kept[-1].body()
    except BadFeed:
        return kept[-1].received_ms, b""
    return kept[-1].received_ms, hashlib.blake2b(body, digest_size=16).digest()


def read_body(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise BadFeed("damaged_file", f"cannot read {path}: {error}; restore it or take it away") from error
