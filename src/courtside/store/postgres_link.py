"""A connection to PostgreSQL that comes back: one call at a time, bounded, with errors for people."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict

from courtside.errors import BadConfig, JournalError, JournalFull
from courtside.redact import hide_secrets
from courtside.store.reads import Row

Connection = AsyncConnection[Row]

_Result = TypeVar("_Result")

_SESSION: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "application_name": "courtside",
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_NO_SPACE = "53"
"""SQLSTATE class of insufficient resources: disk full, out of memory, too many connections."""
_REFUSED = {"25006", "55P03"}
"""SQLSTATEs of a read-only server and of a lock that did not become free."""


class Server:
    """Where a journal is, and how it is called in errors and logs: without user and password."""

    def __init__(self, url: str) -> None:
        """Raises `BadConfig` where libpq does not take the URL."""
        try:
            self.settings: dict[str, Any] = _SESSION | conninfo_to_dict(url)
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port else ""
        except (psycopg.Error, ValueError) as error:
            raise BadConfig(f"journal {hide_secrets(url)!r}: {hide_secrets(one_line(error))}") from error
        self.name = f"postgresql://{parts.hostname or 'localhost'}{port}{parts.path}"


class Link:
    """Runs pieces of work on one connection, in turn.

    `set_up` is called with every new connection before its first work. Whatever goes wrong in the
    middle of work costs the connection, so that the next work starts from a clean one. Where a
    connection turns out to be broken that had worked before (the server was restarted), the work is
    done once more on a new one.
    """

    def __init__(
        self, server: Server, set_up: Callable[[Connection], Awaitable[None]], answer_seconds: float
    ) -> None:
        self._server = server
        self._set_up = set_up
        self._answer_seconds = answer_seconds
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    async def run(self, work: Callable[[Connection], Awaitable[_Result]]) -> _Result:
        """Raises `JournalFull`, `JournalError`."""
        async with self._turn:
            if self._closed:
                raise JournalError(f"journal {self._server.name} is closed")
            worked_before = self._connection is not None
            try:
                return await self._once(work)
            except psycopg.Error as error:
                broken = self._connection is None or self._connection.broken
                await self._drop()
                if not (worked_before and broken):
                    raise self._error(error) from error
            try:
                return await self._once(work)
            except psycopg.Error as error:
                await self._drop()
                raise self._error(error) from error

    async def close(self) -> None:
        async with self._turn:
            self._closed = True
            await self._drop()

    async def _once(self, work: Callable[[Connection], Awaitable[_Result]]) -> _Result:
        try:
            async with asyncio.timeout(self._answer_seconds):
                if self._connection is None:
                    self._connection = await self._connect()
                return await work(self._connection)
        except TimeoutError as error:
            await self._drop()
            raise JournalError(
                f"journal {self._server.name} did not answer within {self._answer_seconds:g} s; "
                "check the database server"
            ) from error
        except (psycopg.Error, JournalError):
            raise
        except BaseException:
            await self._drop()
            raise

    async def _connect(self) -> Connection:
        connection = await AsyncConnection.connect(**self._server.settings, autocommit=True)
        try:
            await self._set_up(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _drop(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()

    def _error(self, error: psycopg.Error) -> JournalError:
        name, state, text = self._server.name, error.sqlstate or "", hide_secrets(one_line(error))
        if isinstance(error, psycopg.IntegrityError):
            return JournalError(f"journal {name} holds that already ({text}); an idempotency key counts once")
        if state.startswith(_NO_SPACE) or state in _REFUSED:
            return JournalFull(
                f"journal {name} refuses new data ({text}); free space on the database server or unlock it"
            )
        if isinstance(error, psycopg.OperationalError):
            return JournalError(
                f"journal {name} cannot be reached ({text}); start the database server or check the URL"
            )
        return JournalError(f"journal {name}: {text}")


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
