"""A scraper's way into Courtside: three calls that never wait for the server.

    adapter = ScraperAdapter("http://localhost:8080")
    adapter.on_game_start({"game_id": "g1", "home_team": "BOS", "away_team": "NYK"})
    adapter.on_score_update({"game_id": "g1", "quarter": 1, "time_remaining": "10:45",
                             "score_home": 4, "score_away": 2})
    adapter.on_game_end("g1")

A background thread sends what is queued, in order; `outbox.py` says what is tried again.
"""

import atexit
import logging
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from courtside.client.adapter import Adapter
from courtside.client.calls import game_end_call, game_start_call, score_call
from courtside.client.outbox import Call
from courtside.errors import CourtsideError

log = logging.getLogger(__name__)

EXIT_SECONDS = 2.0
"""How long the end of the program waits for calls of an adapter that nobody closed."""


class ScraperAdapter(Adapter):
    """Queues calls and sends them from a background thread; several threads may use one.

    `spool` is a file in which unanswered calls outlive this process. `on_rejected` is told, in the
    background thread, of each call that the server refuses for good; without it `flush` raises
    `CallsRejected`. At `max_queued` waiting calls the next one raises `CourtsideError`.
    """

    def _start(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._closing = False
        self._thread = threading.Thread(target=self._send_all, name="courtside-scraper", daemon=True)
        self._thread.start()
        atexit.register(self._at_exit)

    def on_game_start(self, game: Mapping[str, object]) -> None:
        """`game_id, home_team, away_team, start_time?`. Raises `BadInput` without a `game_id`."""
        self._put(game_start_call(game))

    def on_score_update(self, score: Mapping[str, object]) -> None:
        """`game_id, quarter, time_remaining, score_home, score_away, timestamp?`."""
        self._put(score_call(score))

    def on_game_end(self, game_id: str) -> None:
        self._put(game_end_call(game_id))

    def flush(self, timeout: float = 30.0) -> None:
        """Wait until every call is answered, `timeout` seconds at most.

        Raises `CallsRejected` for calls refused since the last flush (unless `on_rejected` was told
        of them), and `ServerUnavailable` where some still wait.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._delivery and not self._busy, timeout)
            self._delivery.check()

    def close(self, timeout: float = 5.0) -> None:
        """Flush, then stop; raises as `flush` does. What was not sent stays in the spool, if there is one."""
        if self._closing:
            return
        try:
            self.flush(timeout)
        finally:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except CourtsideError as late:
            if error is None:
                raise
            log.error("%s", late)

    def _put(self, call: Call) -> None:
        with self._changed:
            if self._closing:
                raise CourtsideError(f"the adapter to {self._delivery.url} is closed; make a new one")
            self._delivery.put(call)
            self._changed.notify_all()

    def _send_all(self) -> None:
        with httpx.Client(headers=self._delivery.headers, timeout=self._timeout_seconds) as http:
            while (call := self._next()) is not None:
                self._send(http, call)

    def _next(self) -> Call | None:
        """The next call, once it is due; None when the adapter stops."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            while not self._closing:
                now = time.monotonic()
                call = self._delivery.due(now)
                if call is not None:
                    self._busy = True
                    return call
                self._changed.wait(self._delivery.wait_seconds(now))
            return None

    def _send(self, http: httpx.Client, call: Call) -> None:
        try:
            response = http.post(
                self._delivery.url + call.path, content=call.body, headers={"Idempotency-Key": call.key}
            )
        except httpx.HTTPError as error:
            with self._changed:
                self._delivery.unreachable(error, time.monotonic())
            return
        with self._changed:
            rejection = self._delivery.answered(call, response, time.monotonic())
        if rejection is not None:
            self._delivery.tell(rejection)

    def _stop(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        atexit.unregister(self._at_exit)
        # A request may be on its way; its answer is still wanted in the spool.
        self._thread.join(self._timeout_seconds)
        self._delivery.close()

    def _at_exit(self) -> None:
        try:
            self.close(EXIT_SECONDS)
        except CourtsideError as error:
            log.error("%s", error)
