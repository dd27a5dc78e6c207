"""What carries committed messages from the engine to whoever serves them."""

from collections.abc import Callable, Sequence
from typing import Protocol

from courtside.messages import EncodedMessage

Subscriber = Callable[[Sequence[EncodedMessage]], None]


class Bus(Protocol):
    """Order is kept per game. A subscriber must not block: it hands on and returns."""

    def subscribe(self, subscriber: Subscriber) -> None: ...

    async def publish(self, messages: Sequence[EncodedMessage]) -> None: ...
