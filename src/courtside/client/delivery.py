"""What the two adapters share: queue, spool and rejections. Sending and waiting are theirs."""

import logging
import os
from collections.abc import Callable

import httpx

from courtside.client.backoff import Backoff
from courtside.client.calls import base_url, headers_of, reason_of
from courtside.client.outbox import Call, Outbox, Rejection
from courtside.client.spool import Spool
from courtside.errors import CallsRejected, CourtsideError, ServerUnavailable

log = logging.getLogger(__name__)

OnRejected = Callable[[Rejection], None]


class Delivery:
    """Not thread-safe: the synchronous adapter holds its lock around every call."""

    def __init__(
        self,
        url: str,
        api_key: str | None,
        backoff: Backoff,
        *,
        max_queued: int,
        spool: str | os.PathLike[str] | None,
        on_rejected: OnRejected | None,
    ) -> None:
        self.url = base_url(url)
        self.headers = headers_of(api_key)
        self._spool = Spool(spool) if spool is not None else None
        self._outbox = Outbox(backoff, limit=max_queued, waiting=self._spool.waiting if self._spool else ())
        self._on_rejected = on_rejected
        self._untold: list[Rejection] = []
        self._warned = False

    def __len__(self) -> int:
        return len(self._outbox)

    @property
    def problem(self) -> str | None:
        return self._outbox.problem

    def put(self, call: Call) -> None:
        self._outbox.require_room()
        if self._spool is not None:
            self._spool.add(call)
        self._outbox.put(call)

    def due(self, now: float) -> Call | None:
        return self._outbox.due(now)

    def wait_seconds(self, now: float) -> float | None:
        return self._outbox.wait_seconds(now)

    def answered(self, call: Call, response: httpx.Response, now: float) -> Rejection | None:
        """The rejection, if it is one and somebody wants to be told at once."""
        waiting = len(self._outbox)
        rejection = self._outbox.answered(
            response.status_code,
            reason_of(response.content) if response.is_error else "",
            now,
            _retry_after_seconds(response),
        )
        self._say_once()
        if len(self._outbox) < waiting and self._spool is not None:
            try:
                self._spool.answered(call.key)
            except CourtsideError as error:
                # The call is sent again after a restart, and its key makes that harmless.
                log.warning("%s", error)
        if rejection is not None and self._on_rejected is None:
            self._untold.append(rejection)
            return None
        return rejection

    def tell(self, rejection: Rejection) -> None:
        """Hand a rejection to the caller's function; what that raises must not stop the queue."""
        if self._on_rejected is None:
            return
        try:
            self._on_rejected(rejection)
        except Exception:
            log.exception("on_rejected failed for: %s", rejection)

    def unreachable(self, error: httpx.HTTPError, now: float) -> None:
        self._outbox.unreachable(str(error) or type(error).__name__, now)
        self._say_once()

    def check(self) -> None:
        """Raises `CallsRejected` or `ServerUnavailable` for what has not been taken."""
        if self._untold:
            rejected, self._untold = self._untold, []
            more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
            raise CallsRejected(
                f"the server refused {rejected[0]}{more}; correct the data", tuple(map(str, rejected))
            )
        if self._outbox:
            calls = (
                "1 call still waits" if len(self._outbox) == 1 else f"{len(self._outbox)} calls still wait"
            )
            raise ServerUnavailable(
                f"{calls} for {self.url} ({self.problem or 'it is slow'}); "
                + (
                    "they stay in the spool"
                    if self._spool is not None
                    else "start the server, or give the adapter a spool file"
                )
            )

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _say_once(self) -> None:
        """One warning when the server goes away, one line when it is back."""
        problem = self._outbox.problem
        if problem is not None and not self._warned:
            log.warning("%s takes no calls (%s); they are queued and tried again", self.url, problem)
        if problem is None and self._warned:
            log.info("%s takes calls again", self.url)
        self._warned = problem is not None


def _retry_after_seconds(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
