"""An append-only file that holds the calls which the server has not answered yet.

One JSON array a line: `["+", key, path, body]` when a call is queued, `["-", key]` when it is
answered. A scraper that crashes and starts again finds what it still owes the server, under the
same idempotency keys. Lines reach the operating system before the call returns, so they survive
the process; they are not forced to the disk one by one, so the last ones may not survive a power cut.
"""

import os
import sys
from io import FileIO
from pathlib import Path

import msgspec

from courtside.client.outbox import Call
from courtside.errors import CourtsideError

if sys.platform != "win32":
    import fcntl

COMPACT_BYTES = 1 << 20
"""With nothing left to send, a file longer than this is emptied."""


class _Added(msgspec.Struct, frozen=True, array_like=True, tag="+"):
    key: str
    path: str
    body: msgspec.Raw


class _Answered(msgspec.Struct, frozen=True, array_like=True, tag="-"):
    key: str


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[_Added | _Answered] = msgspec.json.Decoder(_Added | _Answered)


class Spool:
    """Raises `CourtsideError` where the file cannot be used or belongs to another adapter."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _open_locked(self.path)
        except BlockingIOError as error:
            raise CourtsideError(
                f"spool {self.path} is in use by another adapter; give each one its own file"
            ) from error
        except OSError as error:
            raise CourtsideError(
                f"spool {self.path} cannot be opened ({error.strerror}); choose a path that can be written"
            ) from error
        try:
            self._waiting = self._read()
        except CourtsideError:
            self._file.close()
            raise
        if not self._waiting:
            self._file.seek(0)
            self._file.truncate()

    @property
    def waiting(self) -> list[Call]:
        """What is still owed, oldest first."""
        return list(self._waiting.values())

    def add(self, call: Call) -> None:
        self._append(_Added(call.key, call.path, msgspec.Raw(call.body)))
        self._waiting[call.key] = call

    def answered(self, key: str) -> None:
        del self._waiting[key]
        if not self._waiting and self._file.tell() > COMPACT_BYTES:
            self._file.seek(0)
            self._file.truncate()
        else:
            self._append(_Answered(key))

    def close(self) -> None:
        self._file.close()

    def _append(self, entry: _Added | _Answered) -> None:
        line = memoryview(_encoder.encode(entry) + b"\n")
        start = self._file.tell()
        try:
            while line:
                line = line[self._file.write(line) :]
        except OSError as error:
            # Half a line would swallow the one after it.
            self._file.seek(start)
            self._file.truncate()
            raise CourtsideError(
                f"spool {self.path} cannot be written ({error.strerror}); free some space and call again"
            ) from error

    def _read(self) -> dict[str, Call]:
        waiting: dict[str, Call] = {}
        complete, newline, torn = self._file.readall().rpartition(b"\n")
        if torn and not torn.startswith(b"["):
            raise CourtsideError(f"{self.path} is not a spool; name another file")
        for number, line in enumerate(complete.splitlines(), start=1):
            try:
                entry = _decoder.decode(line)
            except msgspec.DecodeError as error:
                raise CourtsideError(
                    f"{self.path} is not a spool (see its line {number}); name another file"
                ) from error
            if isinstance(entry, _Added):
                waiting[entry.key] = Call(entry.key, entry.path, bytes(entry.body))
            else:
                waiting.pop(entry.key, None)
        if torn:
            self._file.seek(len(complete) + len(newline))
            self._file.truncate()
        return waiting


def _open_locked(path: Path) -> FileIO:
    """Readable and writable, created if missing; `BlockingIOError` where another adapter has it."""
    file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    if sys.platform != "win32":
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise
    return file
