"""What every source of observations can do."""

from collections.abc import AsyncIterator
from typing import Protocol

from courtside.events import AnyObservation, SourceName


class Source(Protocol):
    """Tells what it saw, one observation at a time, oldest first per game.

    Iteration ends when the source has nothing more to say (a replay's end); a live source goes on
    until `aclose`. A consumer that is slow makes the source wait. Iterating never raises for what
    the outside did wrong: that is counted and retried by the source itself.
    """

    @property
    def name(self) -> SourceName: ...

    def __aiter__(self) -> AsyncIterator[AnyObservation]: ...

    async def aclose(self) -> None: ...
