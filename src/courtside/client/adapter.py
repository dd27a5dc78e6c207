"""What both scraper adapters are made of; sending and waiting are theirs."""

import os
from abc import ABC, abstractmethod

from courtside.client.backoff import Backoff
from courtside.client.delivery import Delivery, OnRejected


class Adapter(ABC):
    """A queue to a server; `_start` is called once it is there."""

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        *,
        spool: str | os.PathLike[str] | None = None,
        on_rejected: OnRejected | None = None,
        max_queued: int = 100_000,
        timeout_seconds: float = 10.0,
        retry_seconds: float = 0.5,
        longest_retry_seconds: float = 30.0,
    ) -> None:
        self._delivery = Delivery(
            url,
            api_key,
            Backoff(retry_seconds, longest_retry_seconds),
            max_queued=max_queued,
            spool=spool,
            on_rejected=on_rejected,
        )
        self._timeout_seconds = timeout_seconds
        self._start()

    @property
    def queued(self) -> int:
        """Calls that the server has not answered yet."""
        return len(self._delivery)

    @property
    def problem(self) -> str | None:
        """Why calls are waiting; None while they are being taken."""
        return self._delivery.problem

    @abstractmethod
    def _start(self) -> None: ...
