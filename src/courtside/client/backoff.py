"""How long to wait after a failure: exponential, with jitter, up to a cap."""

import random


class Backoff:
    """Seconds to wait after each failure in a row: `first`, doubled each time, at most `longest`.

    Each wait is shortened by a random part of up to a half, so that clients that lost the same
    server do not return in the same instant.

    >>> backoff = Backoff(first=1.0, longest=5.0, jitter=0.0)
    >>> [backoff.failed() for _ in range(4)]
    [1.0, 2.0, 4.0, 5.0]
    >>> backoff.succeeded()
    >>> backoff.failed()
    1.0
    """

    def __init__(
        self,
        first: float = 0.5,
        longest: float = 30.0,
        *,
        jitter: float = 0.5,
        rng: random.Random | None = None,
    ) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._rng = rng or random.Random()
        self._failures = 0

    def failed(self) -> float:
        """Count a failure; the seconds to wait before the next try."""
        wait = min(self._longest, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return wait * (1.0 - self._jitter * self._rng.random())

    def succeeded(self) -> None:
        self._failures = 0
