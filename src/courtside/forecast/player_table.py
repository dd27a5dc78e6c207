"""One row a player, in NumPy columns: what ratings keep of everybody who has played."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError
from courtside.forecast.box_score import STATS
from courtside.forecast.stint_filter import SPREAD

Column = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FIRST_MINUTES = 10.0
"""Usual minutes of somebody of whom nothing is known."""
MINUTES, GAMES, STARTS = len(STATS), len(STATS) + 1, len(STATS) + 2
"""Columns of `box` after the counts."""
NO_TEAM = -1

_WIDTHS = {"score": 2, "box": len(STATS) + 3}
_FIRST = {"minutes": FIRST_MINUTES, "variance": SPREAD, "recent": FIRST_MINUTES}
_WHOLE = ("last", "team", "missed")


class PlayerTable:
    """Columns by name; rows are found by person id.

    `last` is the ordinal of the day of a player's last game, `score` the decayed Game Score and minutes,
    `box` the decayed counts, minutes, games and starts, `minutes` the usual ones in a game played,
    `deviation` and `variance` those of the stint filter, `team` a place in `teams`, `recent` like
    `minutes` but of the last few games, `missed` how many of the team's games were missed in a row.
    """

    def __init__(self) -> None:
        self.ids: Integers = np.zeros(0, dtype=np.int64)
        self.last: Integers = np.zeros(0, dtype=np.int64)
        self.team: Integers = np.zeros(0, dtype=np.int64)
        self.missed: Integers = np.zeros(0, dtype=np.int64)
        self.score: Column = np.zeros((0, _WIDTHS["score"]))
        self.box: Column = np.zeros((0, _WIDTHS["box"]))
        self.minutes: Column = np.zeros(0)
        self.deviation: Column = np.zeros(0)
        self.variance: Column = np.zeros(0)
        self.recent: Column = np.zeros(0)
        self.teams: list[str] = []
        self._rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, person_ids: Iterable[int]) -> Integers:
        """Rows of players, made where they are new."""
        wanted = list(person_ids)
        fresh = [person_id for person_id in dict.fromkeys(wanted) if person_id not in self._rows]
        if fresh:
            self._rows.update(zip(fresh, range(len(self), len(self) + len(fresh)), strict=True))
            self.ids = np.concatenate((self.ids, np.array(fresh, dtype=np.int64)))
            for name in COLUMNS:
                old = getattr(self, name)
                more = np.full((len(fresh), *old.shape[1:]), _first(name), dtype=old.dtype)
                setattr(self, name, np.concatenate((old, more)))
        return np.array([self._rows[person_id] for person_id in wanted], dtype=np.int64)

    def active(self, since: int) -> Integers:
        """Rows of those whose last game was on that day or later."""
        return np.flatnonzero(self.last >= since)

    def known(self, person_ids: Iterable[int]) -> Integers:
        """Rows of those who have one."""
        found = (self._rows.get(person_id) for person_id in person_ids)
        return np.array([row for row in found if row is not None], dtype=np.int64)

    def place(self, team: str) -> int:
        """A team's place in `teams`, made where it is new."""
        if team not in self.teams:
            self.teams.append(team)
        return self.teams.index(team)

    def members(self, team: str) -> Integers:
        """Rows of those who played their last game for the team."""
        if team not in self.teams:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.team == self.teams.index(team))

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """By person id, whatever the order in which they came; `team` is a place in `sorted(teams)`."""
        order = np.argsort(self.ids)
        arrays = {name: getattr(self, name)[order] for name in ("ids", *COLUMNS)}
        names = sorted(self.teams)
        places = np.array([*(names.index(team) for team in self.teams), NO_TEAM], dtype=np.int64)
        return {**arrays, "team": places[arrays["team"]]}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, npt.NDArray[np.generic]], teams: Iterable[str]
    ) -> "PlayerTable":
        """The inverse of `to_arrays`; raises `ModelError` where a column is missing or misshapen."""
        table = cls()
        size = len(arrays["ids"]) if "ids" in arrays else 0
        for name in ("ids", *COLUMNS):
            empty, column = getattr(table, name), arrays.get(name)
            if column is None or column.shape != (size, *empty.shape[1:]) or column.dtype != empty.dtype:
                raise ModelError(f"player ratings have no usable column {name!r}; train the model again")
            setattr(table, name, column.copy())
        table.teams = list(teams)
        table._rows = {int(person_id): row for row, person_id in enumerate(table.ids)}
        if len(table._rows) != size or (table.team >= len(table.teams)).any():
            raise ModelError("player ratings name a player twice or a team never; train the model again")
        return table


COLUMNS = ("last", "team", "missed", "score", "box", "minutes", "deviation", "variance", "recent")


def _first(name: str) -> float | int:
    if name in _WHOLE:
        return NO_TEAM if name == "team" else 0
    return _FIRST.get(name, 0.0)
