"""Publishing to Redis: one batch at a time, which holds all that is waiting when it leaves."""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from uuid import uuid4

from courtside.bus.redis_link import Away, Pauses, RedisLink, Script, Word
from courtside.bus.redis_scripts import PUBLISH

MOST_CALLS, MOST_BYTES = 512, 4 * 1024 * 1024
"""Of one batch; a single call that is longer goes alone. Redis serves nobody else meanwhile."""
_ARRAY, _TEXT = b"\xdd", b"\xdb"
_MARK_MS = 6 * 3600 * 1000


class Call:
    """What one `publish` wants written; `done` when it is."""

    def __init__(self, keys: Collection[str], commands: bytes) -> None:
        self.keys = keys
        self.commands = commands
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class RedisWriter:
    """Keeps the order in which calls came, over lost connections too: a batch is repeated until Redis
    says that it is there, and Redis knows a batch that it has already."""

    def __init__(self, link: RedisLink, prefix: str) -> None:
        self._link = link
        self._publish = Script(link, PUBLISH)
        self._mark = f"{prefix}:publisher:{uuid4().hex}"
        self._batch = 0
        self._waiting: deque[Call] = deque()
        self._task: asyncio.Task[None] | None = None

    def write(self, keys: Collection[str], commands: Sequence[Sequence[Word]]) -> asyncio.Future[None]:
        """Have Redis run the commands, which write to `keys`."""
        call = Call(keys, _packed(commands))
        self._waiting.append(call)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        return call.done

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._link.trouble.end(self)
        for call in self._waiting:
            call.done.cancel()

    async def _write(self) -> None:
        while self._waiting:
            calls = self._next()
            if calls:
                await self._deliver(calls)

    def _next(self) -> list[Call]:
        calls: list[Call] = []
        size = 0
        while self._waiting and len(calls) < MOST_CALLS:
            call = self._waiting[0]
            size += len(call.commands)
            if calls and size > MOST_BYTES:
                break
            self._waiting.popleft()
            # Nobody waits for it any more.
            if not call.done.cancelled():
                calls.append(call)
        return calls

    async def _deliver(self, calls: Sequence[Call]) -> None:
        self._batch += 1
        keys = [self._mark, *dict.fromkeys(key for call in calls for key in call.keys)]
        words: list[Word] = [self._batch, _MARK_MS, *(call.commands for call in calls)]
        pauses = Pauses(self._link, self)
        while True:
            try:
                await self._publish(keys, words)
            except Away as away:
                await pauses.after(away)
            except Exception as error:
                # Whatever it is, nobody may wait for ever; it is theirs to handle.
                _finish(calls, error)
                return
            else:
                pauses.over()
                _finish(calls, None)
                return


def _packed(commands: Sequence[Sequence[Word]]) -> bytes:
    """MessagePack in which every word is text: what else there may be for bytes Redis does not read."""
    parts = [_ARRAY, len(commands).to_bytes(4, "big")]
    for command in commands:
        parts += (_ARRAY, len(command).to_bytes(4, "big"))
        for word in command:
            raw = word if isinstance(word, bytes) else str(word).encode()
            parts += (_TEXT, len(raw).to_bytes(4, "big"), raw)
    return b"".join(parts)


def _finish(calls: Sequence[Call], error: Exception | None) -> None:
    for call in calls:
        if call.done.done():
            continue
        if error is None:
            call.done.set_result(None)
        else:
            # Several may raise it: each gets one of its own, with a traceback of its own.
            call.done.set_exception(type(error)(*error.args))
