"""The journal in one SQLite file, or in memory.

An append is a single short transaction on the event loop: it costs less than handing it to a
thread. What can take long is done by threads: reading, pruning, checking, and moving the
write-ahead log into the file (a checkpoint), which is where SQLite waits for the disk.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

from courtside.errors import JournalError, JournalFull
from courtside.store import schema
from courtside.store.journal import Entry, Position
from courtside.store.ledger import Plan
from courtside.store.reads import Row, SqlReads, health_line, ledger_of
from courtside.store.sqlite_file import (
    MEMORY,
    WriterLock,
    boot_id,
    connect,
    file_size,
    is_busy,
    journal_error,
    move_log,
    prepare,
    size_bytes,
)

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

CHECKPOINT_BYTES = 32_000_000
"""Size of the write-ahead log at which it is moved into the file."""
_APPENDS_BETWEEN_LOOKS = 16
_WRITTEN_ON = "written_on"
"""Key of the machine start during which a writer last had the journal open; empty once closed."""
_BUSY_SECONDS = 2.0
_BUSY_PAUSE_SECONDS = 0.02


class SqliteJournal(SqlReads):
    """See `courtside.store.journal.Journal`. Opens at once; raises `JournalError`.

    `path` is a file, made where there is none, or `:memory:`. With `read_only` any number of
    processes may look while one writes. `checkpoint_bytes` is a size of the write-ahead log,
    `busy_seconds` how long an append waits for a file that another program has locked.
    """

    def __init__(
        self,
        path: str,
        *,
        read_only: bool = False,
        checkpoint_bytes: int = CHECKPOINT_BYTES,
        busy_seconds: float = _BUSY_SECONDS,
    ) -> None:
        self._path = path
        self._read_only = read_only
        self._checkpoint_bytes = self._checkpoint_at = checkpoint_bytes
        self._busy_seconds = busy_seconds
        self._lock = None if read_only or path == MEMORY else WriterLock(path)
        self._closed = False
        self.lost_power = False
        try:
            self._open()
        except sqlite3.Error as error:
            self._release()
            raise journal_error(error, path) from error
        except BaseException:
            self._release()
            raise
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="journal")
        self._writing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._checkpoint: asyncio.Task[None] | None = None
        self._looked_after = 0
        self._log_stays_long = False
        """That the write-ahead log cannot be moved has been said, and it has not been moved since."""

    def _open(self) -> None:
        self._writer = connect(self._path, read_only=self._read_only, busy_seconds=self._busy_seconds)
        self._reader = self._writer
        try:
            prepare(self._writer, self._path, read_only=self._read_only)
            if self._lock is not None:
                self._reader = connect(self._path, read_only=True, busy_seconds=self._busy_seconds)
                # A locked file is waited for by the event loop, not inside SQLite.
                self._writer.execute("PRAGMA busy_timeout = 0")
            self._ledger = ledger_of(
                self._writer.execute(schema.STREAMS), self._writer.execute(schema.NEXT_NUMBERS).fetchone()
            )
            if self._lock is not None:
                written_on = self._writer.execute(schema.GET_META, (_WRITTEN_ON,)).fetchone()
                self.lost_power = written_on is not None and written_on[0] not in ("", boot_id())
                self._writer.execute(schema.SET_META, (_WRITTEN_ON, boot_id()))
        except BaseException:
            self._writer.close()
            self._reader.close()
            raise

    async def append(self, entries: Sequence[Entry]) -> None:
        self._check_writable()
        if not entries:
            return
        async with self._writing:
            plan = self._ledger.plan(entries)
            try:
                await self._patiently(partial(self._write, plan))
            except JournalFull:
                # Once there is space again, room in the log comes from moving what it holds.
                self._checkpoint_if_due(0)
                raise
            self._ledger.commit(plan)
        self._looked_after += len(entries)
        if self._looked_after >= _APPENDS_BETWEEN_LOOKS:
            self._looked_after = 0
            self._checkpoint_if_due(self._checkpoint_at)

    def _write(self, plan: Plan) -> None:
        with self._transaction():
            if plan.streams:
                self._writer.executemany(schema.INSERT_STREAM, plan.streams)
            self._writer.executemany(schema.INSERT_ENTRY, plan.entries)
            if plan.keys:
                self._writer.executemany(schema.INSERT_KEY, plan.keys)

    def _execute(self, statements: Sequence[tuple[str, Row]]) -> None:
        with self._transaction():
            for statement, parameters in statements:
                self._writer.execute(statement, parameters)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            # On a full disk SQLite has sometimes rolled back already.
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    async def _patiently(self, write: Callable[[], None], *, in_thread: bool = False) -> None:
        """Write, and again while another program has the file locked; nothing is half-written."""
        tries = max(1, round(self._busy_seconds / _BUSY_PAUSE_SECONDS))
        for left in range(tries, -1, -1):
            self._check_open()
            try:
                return await self._in_thread(write) if in_thread else write()
            except sqlite3.IntegrityError as error:
                raise JournalError(
                    f"journal {self._path} holds that already ({error}); an idempotency key counts once"
                ) from error
            except sqlite3.Error as error:
                if not is_busy(error) or not left:
                    raise journal_error(error, self._path) from error
            await asyncio.sleep(_BUSY_PAUSE_SECONDS)

    async def positions(self) -> list[Position]:
        self._check_open()
        if self._read_only:
            streams, numbers = await self._rows(schema.STREAMS), await self._rows(schema.NEXT_NUMBERS)
            return ledger_of(streams, numbers[0]).positions()
        return self._ledger.positions()

    async def idempotency_digest(self, key: str) -> str | None:
        self._check_open()
        with self._errors():
            row = self._writer.execute(schema.GET_KEY, (key,)).fetchone()
            return None if row is None else str(row[0])

    async def mark_final(self, game_id: str, final: bool) -> None:
        self._check_writable()
        async with self._writing:
            await self._patiently(partial(self._execute, [(schema.SET_FINAL, (int(final), game_id))]))
            self._ledger.mark_final(game_id, final)

    async def forget(self, game_ids: Sequence[str]) -> None:
        self._check_writable()
        for game_id in game_ids:
            async with self._writing:
                await self._patiently(partial(self._forget, game_id), in_thread=True)
        self._checkpoint_if_due(self._checkpoint_at)

    async def prune(self, before_ms: int) -> list[str]:
        self._check_writable()
        pruned = []
        for game_id in self._ledger.stale(before_ms):
            async with self._writing:
                # It may have been reopened while another game was being forgotten.
                if game_id in self._ledger.stale(before_ms):
                    await self._patiently(partial(self._forget, game_id), in_thread=True)
                    pruned.append(game_id)
        async with self._writing:
            await self._patiently(
                partial(self._execute, [(schema.FORGET_KEYS, (before_ms,))]), in_thread=True
            )
        self._checkpoint_if_due(self._checkpoint_at)
        return pruned

    def _forget(self, game_id: str) -> None:
        self._execute([(schema.FORGET_ENTRIES, (game_id,)), (schema.FORGET_STREAMS, (game_id,))])
        # Here, so that it happens even where the caller is cancelled meanwhile.
        self._ledger.forget(game_id)

    async def size_bytes(self) -> int | None:
        return None if self._path == MEMORY else size_bytes(self._path)

    async def check(self) -> str:
        async with self._reading:
            self._check_open()
            with self._errors():
                return await self._in_thread(self._check)

    def _check(self) -> str:
        (found,) = self._reader.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise JournalError(f"journal {self._path} is damaged ({found}); restore a copy of it")
        gap = self._reader.execute(schema.GAPS).fetchone()
        if gap is not None:
            raise JournalError(
                f"journal {self._path} misses messages of game {gap[0]} epoch {gap[1]}; restore a copy of it"
            )
        counts = self._reader.execute(schema.COUNTS).fetchone()
        return health_line("sqlite", self._path, counts, size_bytes(self._path))

    async def aclose(self) -> None:
        if self._closed:
            return
        if self._checkpoint is not None:
            await asyncio.wait([self._checkpoint])
        async with self._writing, self._reading:
            self._closed = True
            try:
                await self._in_thread(self._close)
            finally:
                self._threads.shutdown(wait=False)

    def _close(self) -> None:
        try:
            if self._lock is not None:
                self._writer.execute(schema.SET_META, (_WRITTEN_ON, ""))
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            _log.warning("closing: %s; nothing is lost", journal_error(error, self._path))
        finally:
            self._reader.close()
            self._writer.close()
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    async def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        def fetch() -> list[Row]:
            return self._reader.execute(statement, parameters).fetchall()

        async with self._reading:
            self._check_open()
            with self._errors():
                return fetch() if self._path == MEMORY else await self._in_thread(fetch)

    def _checkpoint_if_due(self, due_bytes: int) -> None:
        """Start moving the write-ahead log into the file where it has become that long."""
        if self._lock is None or (self._checkpoint is not None and not self._checkpoint.done()):
            return
        if file_size(f"{self._path}-wal") >= due_bytes:
            self._checkpoint = asyncio.create_task(self._move_log())

    async def _move_log(self) -> None:
        """First as much as there is, beside the appends; then the rest, while they wait a moment.

        SQLite starts the log anew only where all of it has been moved, and the first write after
        that waits for the disk: the thread makes that write, so that the event loop never does.
        """
        try:
            await self._in_thread(lambda: self._move(restart=False))
            async with self._writing:
                await self._in_thread(lambda: self._move(restart=True))
        except sqlite3.Error as error:
            if not self._log_stays_long:
                trouble = journal_error(error, self._path)
                _log.warning("the journal's write-ahead log stays long: %s", trouble)
            self._log_stays_long = True
            self._checkpoint_at = self._checkpoint_bytes
        else:
            self._log_stays_long = False
            # Not empty while somebody reads in it: it is tried again once it has grown as much again.
            self._checkpoint_at = file_size(f"{self._path}-wal") + self._checkpoint_bytes

    def _move(self, *, restart: bool) -> None:
        move_log(self._path, restart=restart, busy_seconds=self._busy_seconds)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        """A cancelled caller still waits for the end, so that it keeps its locks until then."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            while not future.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([future])
            if error := future.exception():
                _log.debug("the work that a cancelled call had begun: %s", error)
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise journal_error(error, self._path) from error

    def _check_writable(self) -> None:
        if self._read_only:
            raise JournalError(f"journal {self._path} is open for reading only")

    def _check_open(self) -> None:
        if self._closed:
            raise JournalError(f"journal {self._path} is closed")
