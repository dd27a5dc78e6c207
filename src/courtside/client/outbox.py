"""What waits to be sent to the server, and what to do next: no I/O, no clock of its own.

Calls leave in the order in which they came, one at a time: the next one is sent when the server
has answered the one before. An answer ends a call (taken or rejected) or the call is tried again
later, under the same idempotency key, so that the server counts it once.
"""

from collections import deque
from collections.abc import Iterable

import msgspec

from courtside.client.backoff import Backoff
from courtside.errors import CourtsideError

RETRIED_STATUSES = frozenset({401, 403, 408, 425, 429})
"""4xx that say nothing against the data: a key that is not accepted (yet), or too much at once."""

LONGEST_RETRY_AFTER_SECONDS = 300.0


class Call(msgspec.Struct, frozen=True):
    """One POST: `body` is JSON, `key` its idempotency key."""

    key: str
    path: str
    body: bytes


class Rejection(msgspec.Struct, frozen=True):
    """A call that the server refused for good: its data is wrong."""

    call: Call
    status: int
    reason: str

    def __str__(self) -> str:
        return f"POST {self.call.path} {self.call.body.decode()}: {self.status} {self.reason}"


class Outbox:
    """The queue of a scraper's calls. Times are seconds of any monotone clock."""

    def __init__(self, backoff: Backoff, *, limit: int, waiting: Iterable[Call] = ()) -> None:
        self._backoff = backoff
        self._limit = limit
        self._waiting = deque(waiting)
        self._not_before = 0.0
        self.problem: str | None = None
        """Why the last attempt has failed; None while calls are being taken."""

    def __len__(self) -> int:
        return len(self._waiting)

    def require_room(self) -> None:
        """Raises `CourtsideError` at the bound: nothing is dropped silently."""
        if len(self._waiting) >= self._limit:
            raise CourtsideError(
                f"{self._limit} calls already wait for the server ({self.problem or 'it is slow'}); "
                "this one was not queued: start the server, or raise max_queued"
            )

    def put(self, call: Call) -> None:
        self.require_room()
        self._waiting.append(call)

    def due(self, now: float) -> Call | None:
        """The call to send now, if there is one and it may be tried."""
        if self._waiting and now >= self._not_before:
            return self._waiting[0]
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Time until a call is due; None where nothing waits."""
        return max(0.0, self._not_before - now) if self._waiting else None

    def answered(
        self, status: int, reason: str, now: float, retry_after_seconds: float | None = None
    ) -> Rejection | None:
        """The server has answered the first call. A rejection is told once, and leaves the queue."""
        if 200 <= status < 300:
            self._finish()
            return None
        if 400 <= status < 500 and status not in RETRIED_STATUSES:
            return Rejection(self._finish(), status, reason)
        wait = self._backoff.failed()
        if retry_after_seconds is not None:
            wait = max(wait, min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))
        self.problem = f"it answered {status} {reason}".rstrip()
        self._not_before = now + wait
        return None

    def unreachable(self, reason: str, now: float) -> None:
        """The first call got no answer; it may or may not have arrived, so its key stays."""
        self.problem = reason
        self._not_before = now + self._backoff.failed()

    def _finish(self) -> Call:
        self._backoff.succeeded()
        self.problem = None
        self._not_before = 0.0
        return self._waiting.popleft()
