"""Counts by person or team, shared between the tallies of a game and copied only where they change."""

from collections.abc import Mapping

Counts = Mapping[int, Mapping[str, int]]
"""By person or team id, and the name of what is counted."""

_NOTHING: Mapping[str, int] = {}


class Ledger:
    """New counts on top of old ones. What nobody has counted for stays the same object."""

    def __init__(self, before: Counts) -> None:
        self._counts: dict[int, Mapping[str, int]] = dict(before)
        self._own: dict[int, dict[str, int]] = {}

    def get(self, owner: int, name: str) -> int:
        return self._counts.get(owner, _NOTHING).get(name, 0)

    def put(self, owner: int, name: str, value: int) -> None:
        own = self._own.get(owner)
        if own is None:
            own = self._own[owner] = dict(self._counts.get(owner, _NOTHING))
            self._counts[owner] = own
        own[name] = value

    def add(self, owner: int, name: str, amount: int = 1) -> None:
        if amount:
            self.put(owner, name, self.get(owner, name) + amount)

    def close(self) -> Counts:
        return self._counts
