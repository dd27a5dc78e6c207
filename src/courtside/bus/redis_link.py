"""redis-py, behind a few typed calls: what one command answers, or why Redis does not answer it."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError,
    MasterDownError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from courtside.bus.address import Address, parse_address
from courtside.bus.trouble import Trouble
from courtside.errors import BusError
from courtside.redact import hide_secrets

Reply: TypeAlias = bytes | int | list["Reply"] | None
Word: TypeAlias = bytes | str | int

ANSWER_SECONDS = 5.0
"""A server that is silent for longer is away. Blocking reads ask for less."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_OPTIONS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname")
# In these Redis says that it cannot now, not that it will not.
_LATER = (MasterDownError, OutOfMemoryError, ReadOnlyError)
_LATER_WORDS = ("MISCONF", "NOREPLICAS", "BUSY ", "UNKILLABLE")
# redis-py would make dictionaries and text of what these answer.
_PARSED = ("XREAD", "XRANGE", "XREVRANGE", "INFO", "SCRIPT LOAD")


class Away(Exception):
    """Redis does not answer now. `lasting` where waiting will hardly mend it: no such host, wrong TLS."""

    def __init__(self, why: str, *, lasting: bool) -> None:
        super().__init__(why)
        self.lasting = lasting


class Script:
    """A script that Redis keeps; it is sent again where Redis has forgotten it."""

    def __init__(self, link: "RedisLink", text: str) -> None:
        self._link = link
        self._text = text
        self._hash: str | None = None

    async def __call__(self, keys: Sequence[str], words: Sequence[Word]) -> Reply:
        if self._hash is None:
            found = await self._link.ask("SCRIPT LOAD", self._text)
            self._hash = cast(bytes, found).decode()
        try:
            return await self._link.ask("EVALSHA", self._hash, len(keys), *keys, *words)
        except _Forgotten:
            return await self._link.ask("EVAL", self._text, len(keys), *keys, *words)


class RedisLink:
    """Connections to one Redis. No call is repeated here: `Away` tells that it may have been carried out
    or not. Raises `BusError` where Redis refuses."""

    def __init__(self, url: str, trouble: Trouble) -> None:
        self.address = parse_address(url, 6379, _OPTIONS)
        self.trouble = trouble
        self._redis = _client(self.address)
        self._execute: Callable[..., Awaitable[object]] = self._redis.execute_command
        set_callback: Callable[[str, Callable[..., object]], None] = self._redis.set_response_callback
        for command in _PARSED:
            set_callback(command, _as_it_is)

    @property
    def where(self) -> str:
        return self.address.where

    async def ask(self, command: str, *words: Word) -> Reply:
        task = asyncio.current_task()
        cancelled = task.cancelling() if task else 0
        try:
            return cast(Reply, await self._execute(command, *words))
        except (RedisError, OSError) as error:
            raise self._told(error) from error
        finally:
            # redis-py forgets a cancellation that comes while it connects.
            if task and task.cancelling() > cancelled:
                raise asyncio.CancelledError

    async def patiently(self, part: object, command: str, *words: Word) -> Reply:
        """Asks until there is an answer. Only for what may be carried out twice."""
        pauses = Pauses(self, part)
        try:
            while True:
                try:
                    return await self.ask(command, *words)
                except Away as away:
                    await pauses.after(away)
        finally:
            # Also when the caller gives up: then nobody waits here any more.
            pauses.over()

    async def aclose(self) -> None:
        await self._redis.aclose()

    def _told(self, error: Exception) -> Exception:
        said = hide_secrets(" ".join(str(error).split()), self._secrets)
        if isinstance(error, AuthenticationError | AuthorizationError | NoPermissionError) or said.startswith(
            ("NOAUTH", "WRONGPASS")
        ):
            return BusError(f"redis at {self.where} refuses: {said}; check user and password in --bus")
        if isinstance(error, ConnectionError | TimeoutError | OSError):
            return Away(f"redis at {self.where} does not answer: {said}", lasting=_lasting(error))
        if isinstance(error, NoScriptError):
            return _Forgotten(said)
        if isinstance(error, _LATER) or said.startswith(_LATER_WORDS):
            return Away(f"redis at {self.where} takes nothing now: {said}", lasting=False)
        hint = "; Courtside needs Redis 6.2 or newer" if "unknown command" in said else ""
        kind = "refuses" if isinstance(error, ResponseError) else "cannot be understood"
        return BusError(f"redis at {self.where} {kind}: {said}{hint}")

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self.address.password,) if self.address.password else ()


class Pauses:
    """Between two attempts, longer each time; one part of the bus is in trouble meanwhile."""

    def __init__(self, link: RedisLink, part: object) -> None:
        self._link = link
        self._part = part
        self._next = _FIRST_PAUSE

    async def after(self, away: Away) -> None:
        self._link.trouble.begin(self._part, str(away))
        await asyncio.sleep(self._next)
        self._next = min(2 * self._next, _LONGEST_PAUSE)

    def over(self) -> None:
        self._link.trouble.end(self._part)
        self._next = _FIRST_PAUSE


class _Forgotten(Exception):
    """The script is not there: Redis was started anew."""


def _as_it_is(reply: object, **_: object) -> object:
    return reply


def _client(address: Address) -> Redis:
    [(host, port)] = address.hosts if len(address.hosts) == 1 else [_several(address)]
    options = address.options
    database = address.path or "0"
    if not (database.isascii() and database.isdigit()):
        raise BusError(f"bus names the Redis database {database!r}; write a number, as redis://host:6379/0")
    return Redis(
        host=host,
        port=port,
        db=int(database),
        username=address.user,
        password=address.password,
        ssl=address.scheme == "rediss",
        ssl_ca_certs=options.get("ssl_ca_certs"),
        ssl_certfile=options.get("ssl_certfile"),
        ssl_keyfile=options.get("ssl_keyfile"),
        ssl_check_hostname=options.get("ssl_check_hostname", "true").lower() not in ("false", "0", "no"),
        client_name="courtside",
        protocol=2,
        # A repeated command is a record twice; who may repeat what is decided where it is known.
        retry=Retry(NoBackoff(), 0),
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_keepalive=True,
    )


def _several(address: Address) -> tuple[str, int]:
    raise BusError(f"bus names {len(address.hosts)} Redis hosts; one is read from and written to")


def _lasting(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            return True
        if isinstance(error, ssl.SSLError) and not isinstance(
            error, ssl.SSLEOFError | ssl.SSLZeroReturnError
        ):
            return True
        error = error.__cause__ or error.__context__
    return False
