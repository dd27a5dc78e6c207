"""The newest messages of a game, kept in memory for clients that come back."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from courtside.messages import EncodedMessage


class Ring:
    """Consecutive messages of one epoch, the newest `capacity` of them.

    A message of another epoch, or one that does not follow the last, starts it anew.
    """

    def __init__(self, capacity: int) -> None:
        self._kept: deque[EncodedMessage] = deque(maxlen=capacity)

    def append(self, message: EncodedMessage) -> None:
        if self._kept:
            last = self._kept[-1]
            if message.epoch != last.epoch or message.seq != last.seq + 1:
                self._kept.clear()
        self._kept.append(message)

    def after(self, epoch: str, seq: int, limit: int) -> Sequence[EncodedMessage] | None:
        """The first `limit` messages with a `seq` above the given one; None where some are not kept."""
        if not self._kept or self._kept[0].epoch != epoch or self._kept[0].seq > seq + 1:
            return None
        start = seq + 1 - self._kept[0].seq
        return list(islice(self._kept, start, start + limit))
