"""The bus within one process: publishing calls the subscribers, in order."""

from collections.abc import Sequence

from courtside.bus.bus import Subscriber
from courtside.messages import EncodedMessage


class MemoryBus:
    """Carries messages to subscribers of the same process, at once."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    async def publish(self, messages: Sequence[EncodedMessage]) -> None:
        for subscriber in self._subscribers:
            subscriber(messages)
