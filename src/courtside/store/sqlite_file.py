"""An SQLite journal file: its lock, its connections, and what its errors mean."""

import os
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

from courtside.errors import JournalError, JournalFull
from courtside.store import schema
from courtside.store.version import check_version

MEMORY = ":memory:"

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_busy(error: sqlite3.Error) -> bool:
    return _primary(error) in _BUSY


def journal_error(error: sqlite3.Error, path: str) -> JournalError:
    """The error that people read, for one that SQLite gave while writing or reading `path`."""
    code = _primary(error)
    if code in _BUSY:
        return JournalFull(
            f"journal {path} is locked by another program; close whatever else writes to it "
            "(an sqlite3 shell with an open transaction, a backup)"
        )
    if code in _FULL:
        return JournalFull(
            f"journal {path} cannot be written ({error}); free disk space or check the permissions, "
            "new data is refused until then"
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return JournalError(
            f"journal {path} is not a sound SQLite database ({error}); move it away or restore a copy of it"
        )
    return JournalError(f"journal {path}: {error}")


def _primary(error: sqlite3.Error) -> int | None:
    """The primary result code; the extended ones carry it in their low byte."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def connect(path: str, *, read_only: bool = False, busy_seconds: float = 0.0) -> sqlite3.Connection:
    """A connection in autocommit mode, set up for WAL; transactions are said aloud.

    Raises `sqlite3.Error`.
    """
    mode = "?mode=ro" if read_only else ""
    target = MEMORY if path == MEMORY else Path(path).resolve().as_uri() + mode
    connection = sqlite3.connect(
        target, uri=path != MEMORY, isolation_level=None, check_same_thread=False, timeout=busy_seconds
    )
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
        # The file is flushed by checkpoints, which a thread does; see SqliteJournal.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA cache_size = -16000")
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(
    connection: sqlite3.Connection,
    path: str,
    *,
    read_only: bool,
    migrations: tuple[tuple[str, ...], ...] = schema.MIGRATIONS,
) -> None:
    """Make the tables, or bring those that are there up to date; raises `JournalError`, `sqlite3.Error`."""
    (marked,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    if tables and marked != schema.APPLICATION_ID:
        raise JournalError(
            f"{path} is an SQLite database of another program; give the journal a file of its own"
        )
    version = 0
    if tables:
        (text,) = connection.execute(schema.GET_META, ("version",)).fetchone()
        version = int(text)
    check_version(version, len(migrations), path, read_only=read_only)
    if version == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        for step in migrations[version:]:
            for statement in step:
                connection.execute(statement.format(**schema.SQLITE_TYPES))
        connection.execute(schema.SET_META, ("version", str(len(migrations))))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_COUNT_MOVE = """INSERT INTO meta (key, value) VALUES ('log_moved', '1')
    ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"""
"""A write that changes something: one that does not is none to SQLite."""


def move_log(path: str, *, restart: bool, busy_seconds: float) -> None:
    """Move the write-ahead log into the file as far as readers allow; raises `sqlite3.Error`.

    With `restart`, also make the first write of the new log, which is the one that waits for the disk.
    """
    with closing(connect(path, busy_seconds=busy_seconds)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if restart:
            connection.execute("PRAGMA journal_size_limit = 0")
            connection.execute(_COUNT_MOVE)


def file_size(path: str) -> int:
    """In bytes; 0 where there is no such file."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def size_bytes(path: str) -> int:
    """What a journal takes on disk, its write-ahead log included."""
    return file_size(path) + file_size(f"{path}-wal")


def boot_id() -> str:
    """Names the time between two starts of the machine; empty where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class WriterLock:
    """Held by the one process that writes a journal; the system lets go of it when that process ends."""

    def __init__(self, path: str) -> None:
        """Raises `JournalError` where another process holds it, `JournalFull` where it cannot be made."""
        self._path = Path(f"{path}.lock")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise JournalFull(
                f"journal {path} cannot be written ({error.strerror}); "
                "choose another --database or --data-dir, or check the permissions"
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise JournalError(
                f"journal {path} is being written by another courtside (process {holder}); "
                "stop that one, or give this one its own --database or --data-dir"
            ) from error
        # On a full disk the lock holds all the same; only the process number is missing.
        with suppress(OSError):
            self._file.truncate(0)
            self._file.write(f"{os.getpid()}\n")
            self._file.flush()

    def release(self) -> None:
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
