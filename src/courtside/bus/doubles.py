"""What a reader remembers, so that a record that was delivered twice comes out once."""

from collections import deque

REMEMBERED = 8_192
"""Records of a partition. A publisher that is not sure sends its last few hundred again."""


class Doubles:
    """The ids of the newest records of one partition.

    >>> doubles = Doubles()
    >>> [doubles.fresh(each) for each in ("a", "b", "a")]
    [True, True, False]
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._order: deque[str] = deque()
        self._known: set[str] = set()

    def fresh(self, id: str) -> bool:
        """Whether the id is new; from now on it is not."""
        if id in self._known:
            return False
        self._known.add(id)
        self._order.append(id)
        if len(self._order) > self._remembered:
            self._known.discard(self._order.popleft())
        return True
