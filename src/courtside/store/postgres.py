"""The journal in a PostgreSQL database, in a schema of its own named `courtside`.

One connection writes and one reads. A write whose outcome is unknown because the connection broke
is taken back before anything else is written, so an append that has raised leaves nothing behind.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import LiteralString, TypeVar

from courtside.errors import JournalError
from courtside.store import schema
from courtside.store.journal import Entry, Position
from courtside.store.ledger import Ledger, Plan
from courtside.store.postgres_link import Connection, Link, Server
from courtside.store.reads import Row, SqlReads, health_line, ledger_of
from courtside.store.version import check_version

_Result = TypeVar("_Result")

_WRITER = "writer"
"""Key of the journal's last writer: tells a writer that comes back whether it was the only one."""

_TAKE_LOCK = f"SELECT pg_try_advisory_lock({schema.APPLICATION_ID})"
_HOLDER = f"""SELECT l.pid, host(a.client_addr) FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.objid = {schema.APPLICATION_ID} AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_SIZE = """SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relnamespace = 'courtside'::regnamespace AND relkind = 'r'"""
_LOCK_PAUSES = 40
_LOCK_PAUSE_SECONDS = 0.05


class PostgresJournal(SqlReads):
    """See `courtside.store.journal.Journal`. The server is first asked at the first call.

    `url` is what libpq takes (`postgresql://user:password@host:port/name?sslmode=require`); raises
    `BadConfig` where it does not. A call that takes longer than `answer_seconds` is given up.
    """

    lost_power = False
    """A commit is on the server's disk: nothing to distrust after a crash of either machine."""

    def __init__(self, url: str, *, read_only: bool = False, answer_seconds: float = 30.0) -> None:
        self._server = Server(url)
        self._read_only = read_only
        self._token = uuid.uuid4().hex
        self._backends: set[int] = set()
        """Server processes of our own connections, former ones too while they may hold the lock."""
        self._ledger: Ledger | None = None
        self._in_doubt: Plan | None = None
        self._writer = Link(self._server, self._set_up_writer, answer_seconds)
        self._reader = Link(self._server, self._set_up_reader, answer_seconds)

    async def append(self, entries: Sequence[Entry]) -> None:
        async def write(connection: Connection, ledger: Ledger) -> None:
            self._in_doubt = plan = ledger.plan(entries)
            await _insert(connection, plan)
            self._in_doubt = None
            ledger.commit(plan)

        if entries:
            await self._write(write)

    async def positions(self) -> list[Position]:
        if self._read_only:
            streams, numbers = await self._rows(schema.STREAMS), await self._rows(schema.NEXT_NUMBERS)
            return ledger_of(streams, numbers[0]).positions()

        async def read(_: Connection, ledger: Ledger) -> list[Position]:
            return ledger.positions()

        return await self._write(read)

    async def idempotency_digest(self, key: str) -> str | None:
        rows = await self._rows(schema.GET_KEY, (key,))
        return str(rows[0][0]) if rows else None

    async def mark_final(self, game_id: str, final: bool) -> None:
        async def write(connection: Connection, ledger: Ledger) -> None:
            await _execute(connection, schema.SET_FINAL, (int(final), game_id))
            ledger.mark_final(game_id, final)

        await self._write(write)

    async def forget(self, game_ids: Sequence[str]) -> None:
        async def write(connection: Connection, ledger: Ledger) -> None:
            async with connection.transaction():
                await _forget(connection, game_ids)
            for game_id in game_ids:
                ledger.forget(game_id)

        await self._write(write)

    async def prune(self, before_ms: int) -> list[str]:
        async def write(connection: Connection, ledger: Ledger) -> list[str]:
            games = ledger.stale(before_ms)
            async with connection.transaction():
                await _forget(connection, games)
                await _execute(connection, schema.FORGET_KEYS, (before_ms,))
            for game_id in games:
                ledger.forget(game_id)
            return games

        return await self._write(write)

    async def size_bytes(self) -> int | None:
        ((size,),) = await self._rows(_SIZE)
        return int(size)

    async def check(self) -> str:
        gaps = await self._rows(schema.GAPS)
        if gaps:
            game_id, epoch = gaps[0]
            raise JournalError(
                f"journal {self._server.name} misses messages of game {game_id} epoch {epoch}; "
                "restore a copy of it"
            )
        counts, size = await self._rows(schema.COUNTS), await self._rows(_SIZE)
        return health_line("postgresql", self._server.name, counts[0], size[0][0])

    async def aclose(self) -> None:
        await self._writer.close()
        await self._reader.close()

    async def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        return await self._reader.run(lambda connection: _fetch(connection, statement, parameters))

    async def _write(self, work: Callable[[Connection, Ledger], Awaitable[_Result]]) -> _Result:
        if self._read_only:
            raise JournalError(f"journal {self._server.name} is open for reading only")

        async def with_ledger(connection: Connection) -> _Result:
            assert self._ledger is not None
            return await work(connection, self._ledger)

        return await self._writer.run(with_ledger)

    async def _set_up_reader(self, connection: Connection) -> None:
        if self._read_only:
            await connection.execute("SET default_transaction_read_only = on")
        elif self._ledger is None:
            # The writer makes the tables.
            await self.positions()
        await self._use_schema(connection)

    async def _use_schema(self, connection: Connection) -> int:
        """The version of the journal that is there; 0 for none."""
        await connection.execute("SET search_path = courtside")
        [(there,)] = await _fetch(connection, "SELECT to_regclass('courtside.meta') IS NOT NULL")
        version = int((await _fetch(connection, schema.GET_META, ("version",)))[0][0]) if there else 0
        check_version(version, len(schema.MIGRATIONS), self._server.name, read_only=self._read_only)
        return version

    async def _set_up_writer(self, connection: Connection) -> None:
        await connection.execute("SET lock_timeout = '5s'")
        await self._take_lock(connection)
        version = await self._use_schema(connection)
        async with connection.transaction():
            await connection.execute("CREATE SCHEMA IF NOT EXISTS courtside")
            for step in schema.MIGRATIONS[version:]:
                for statement in step:
                    await _execute(connection, statement.format(**schema.POSTGRES_TYPES))
            await _execute(connection, schema.SET_META, ("version", str(len(schema.MIGRATIONS))))
            await self._take_over(connection)
        streams = await _fetch(connection, schema.STREAMS)
        self._ledger = ledger_of(streams, (await _fetch(connection, schema.NEXT_NUMBERS))[0])
        self._in_doubt = None

    async def _take_over(self, connection: Connection) -> None:
        """Become the writer, or be it again and undo the write of which nobody knows how it ended."""
        if self._ledger is None:
            await _execute(connection, schema.SET_META, (_WRITER, self._token))
            return
        if await _fetch(connection, schema.GET_META, (_WRITER,)) != [(self._token,)]:
            raise JournalError(
                f"another courtside has written to journal {self._server.name} while it was out of reach; "
                "restart this one"
            )
        # Only where the write did happen are its keys its own.
        if self._in_doubt is not None and await _fetch(
            connection, schema.HAS_ENTRIES, (self._ledger.next_id,)
        ):
            await _execute(connection, schema.TAKE_BACK_ENTRIES, (self._ledger.next_id,))
            await _execute(connection, schema.TAKE_BACK_STREAMS, (self._ledger.next_stream,))
            for key, _, _ in self._in_doubt.keys:
                await _execute(connection, schema.TAKE_BACK_KEYS, (key,))

    async def _take_lock(self, connection: Connection) -> None:
        """Held as long as the connection lives; a former connection of ours is ended where it lingers."""
        self._backends.add(connection.info.backend_pid)
        for _ in range(_LOCK_PAUSES):
            if (await _fetch(connection, _TAKE_LOCK)) == [(True,)]:
                self._backends = {connection.info.backend_pid}
                return
            for pid, address in await _fetch(connection, _HOLDER):
                if pid not in self._backends:
                    raise JournalError(
                        f"journal {self._server.name} is being written by another courtside (database "
                        f"process {pid}, from {address or 'the same machine'}); stop that one, or use "
                        "another database"
                    )
                await _execute(connection, "SELECT pg_terminate_backend(?)", (pid,))
            await asyncio.sleep(_LOCK_PAUSE_SECONDS)
        raise JournalError(
            f"journal {self._server.name} is still held by a former connection of this program; try again"
        )


async def _insert(connection: Connection, plan: Plan) -> None:
    """One transaction in one round trip."""
    async with connection.pipeline(), connection.transaction(), connection.cursor() as cursor:
        if plan.streams:
            await cursor.executemany(_query(schema.INSERT_STREAM), plan.streams)
        await cursor.executemany(_query(schema.INSERT_ENTRY), plan.entries)
        if plan.keys:
            await cursor.executemany(_query(schema.INSERT_KEY), plan.keys)


async def _fetch(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(_query(statement), parameters)
        return await cursor.fetchall()


async def _forget(connection: Connection, game_ids: Sequence[str]) -> None:
    for game_id in game_ids:
        await _execute(connection, schema.FORGET_ENTRIES, (game_id,))
        await _execute(connection, schema.FORGET_STREAMS, (game_id,))


async def _execute(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> None:
    await connection.execute(_query(statement), parameters)


def _query(statement: str) -> LiteralString:
    # psycopg takes literals only, lest somebody pastes values into SQL; all of these are ours.
    return schema.for_postgres(statement)
