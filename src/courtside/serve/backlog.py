"""What waits for a client that cannot keep up."""

from collections import OrderedDict
from collections.abc import Hashable

from courtside.messages import COALESCED_TYPES, EncodedMessage
from courtside.serve.frames import Payload

Key = Hashable | None
"""Names what a payload says the newest of; None for an event, which is never replaced."""


def coalescing_key(message: EncodedMessage) -> Key:
    """State is replaced by newer state of the same game and type; an event never is."""
    return (message.game_id, message.type) if message.type in COALESCED_TYPES else None


class Backlog:
    """A bounded queue of payloads in which newer state replaces older.

    >>> backlog = Backlog(max_messages=10, max_bytes=1000)
    >>> [backlog.push(text, key) for text, key in [(b"10-8", "score"), (b"dunk", None), (b"12-8", "score")]]
    [True, True, True]
    >>> backlog.pop_up_to(1000)
    [b'dunk', b'12-8']
    """

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._waiting: OrderedDict[Hashable, Payload] = OrderedDict()
        self._pushed = 0
        self.size_bytes = 0
        self.coalesced = 0
        """Payloads that were replaced by newer ones; the owner may set it back to 0."""

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, payload: Payload, key: Key = None) -> bool:
        """Queue a payload at the end; False, and nothing queued, where it would pass the bound."""
        replaced = self._waiting.pop(key, None) if key is not None else None
        if replaced is not None:
            self.size_bytes -= len(replaced)
            self.coalesced += 1
        size = self.size_bytes + len(payload)
        if len(self._waiting) >= self._max_messages or size > self._max_bytes:
            return False
        self._pushed += 1
        self._waiting[self._pushed if key is None else key] = payload
        self.size_bytes = size
        return True

    def pop_up_to(self, max_bytes: int) -> list[Payload]:
        """The oldest payloads, as many as it takes to reach `max_bytes`."""
        taken: list[Payload] = []
        taken_bytes = 0
        while self._waiting:
            _, payload = self._waiting.popitem(last=False)
            taken.append(payload)
            taken_bytes += len(payload)
            if taken_bytes >= max_bytes:
                break
        self.size_bytes -= taken_bytes
        return taken

    def clear(self) -> None:
        self._waiting.clear()
        self.size_bytes = 0
