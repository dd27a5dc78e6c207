"""Games that went the same way: the increment is what followed in the past games most like this one.

Exact nearest neighbours among all patterns of history, compared by shape: every minute against the
differential at 18:00, which is taken off by subtraction, for a quotient does not exist at a tie. Weights,
margins and increments are whole numbers and their sums stay below 2**24, so that float32 computes them
exactly and every machine finds the same games.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import PATTERN_MINUTES
from courtside.errors import ModelError
from courtside.features import NAMES
from courtside.forecast.member import PATTERN_FEATURES, Floats, all_known, json_part, part, places
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays, json_to_bytes
from courtside.messages import SimilarGame

LARGEST = 127
"""Margins are kept in a byte; the league has seen none of 80 by halftime."""


class LibraryGame(msgspec.Struct, frozen=True):
    """A past game as it is shown beside a forecast; `date` as `2024-06-17`, teams by their tricodes."""

    game_id: str
    date: str
    home_team: str
    away_team: str


class Library:
    """N past games: their labels, patterns (N, 18) and halftime differentials (N,), in whole points."""

    def __init__(
        self, games: Sequence[LibraryGame], patterns: npt.ArrayLike, halftimes: npt.ArrayLike
    ) -> None:
        self.games = tuple(games)
        self.patterns = _bytes_of(patterns, "pattern")
        self.halftimes = _bytes_of(halftimes, "halftime")
        if self.patterns.shape != (len(games), PATTERN_MINUTES) or self.halftimes.shape != (len(games),):
            raise ModelError(
                f"a library of {len(games)} games has patterns {self.patterns.shape} and halftimes "
                f"{self.halftimes.shape}; give one of each a game"
            )
        if not games:
            raise ModelError("a library of past games is empty; import history first")

    def __len__(self) -> int:
        return len(self.games)

    def to_bytes(self) -> bytes:
        teams = sorted({team for game in self.games for team in (game.home_team, game.away_team)})
        place = {team: number for number, team in enumerate(teams)}
        return arrays_to_bytes(
            {
                "game_ids": np.array([_number(game.game_id) for game in self.games], dtype=np.int64),
                "days": np.array([_day(game.date) for game in self.games], dtype=np.int32),
                "home": np.array([place[game.home_team] for game in self.games], dtype=np.uint8),
                "away": np.array([place[game.away_team] for game in self.games], dtype=np.uint8),
                "teams": np.array([team.encode() for team in teams]),
                "patterns": self.patterns,
                "halftimes": self.halftimes,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, where: str) -> "Library":
        arrays = bytes_to_arrays(data, where)
        try:
            teams = [bytes(team).decode() for team in arrays["teams"]]
            ids, days, home, away = (arrays[name].tolist() for name in ("game_ids", "days", "home", "away"))
            games = [
                LibraryGame(f"{number:010d}", date.fromordinal(day).isoformat(), teams[ours], teams[theirs])
                for number, day, ours, theirs in zip(ids, days, home, away, strict=True)
            ]
            return cls(games, arrays["patterns"], arrays["halftimes"])
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise ModelError(f"{where} holds no library of past games ({error}); train it again") from error


class DejavuSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`weights` of the minutes 1 to 17 in the squared distance; minute 18 is the anchor.

    The mean increment of the `neighbours` nearest games counts for `shrink`, that of all games for the rest.
    """

    neighbours: int
    weights: tuple[int, ...]
    shrink: float


class Dejavu:
    """Looks back; also says which games it saw."""

    def __init__(
        self,
        library: Library,
        settings: DejavuSettings,
        vocabulary: Sequence[str] = NAMES,
        name: str = "dejavu",
    ) -> None:
        if (
            len(settings.weights) != PATTERN_MINUTES - 1
            or min(settings.weights) < 0
            or settings.neighbours < 1
        ):
            raise ModelError(
                f"{name} wants {PATTERN_MINUTES - 1} weights and one neighbour or more; train it again"
            )
        self.name = name
        self.library = library
        self.settings = settings
        self._places = places(PATTERN_FEATURES, vocabulary, name)
        self._weights = np.array(settings.weights, dtype=np.float32)
        patterns = library.patterns.astype(np.float32)
        self._shapes = patterns[:, :-1] - patterns[:, -1:]
        self._norms = (self._shapes * self._shapes) @ self._weights
        self._increments = library.halftimes.astype(np.float64) - patterns[:, -1]
        self._mean = float(self._increments.mean())
        self._neighbours = min(settings.neighbours, len(library))

    @classmethod
    def from_parts(
        cls, parts: Mapping[str, bytes], vocabulary: Sequence[str] = NAMES, name: str = "dejavu"
    ) -> "Dejavu":
        library = Library.from_bytes(part(parts, f"{name}.npz"), f"{name}.npz")
        return cls(library, json_part(parts, f"{name}.json", DejavuSettings), vocabulary, name)

    @property
    def features(self) -> tuple[str, ...]:
        return PATTERN_FEATURES

    def increment(self, seen: Floats) -> float:
        """All games as near as the last of the neighbours count: ties are not left to chance."""
        distances = self._distances(self._shape(seen))
        threshold = np.partition(distances, self._neighbours - 1)[self._neighbours - 1]
        near = float(self._increments[distances <= threshold].mean())
        return self._mean + self.settings.shrink * (near - self._mean)

    def increments(self, seen: Floats) -> Floats:
        return np.array([self.increment(row) for row in seen], dtype=np.float64)

    def similar(self, seen: Floats, n: int = 5, without: str | None = None) -> list[SimilarGame]:
        """The `n` nearest games, nearest and then newest first; `without` leaves out a game itself.

        `distance` is how many points apart the two paths are in a typical minute (weighted root mean
        square), both seen from where they stand at 18:00.
        """
        shape = self._shape(seen)
        distances = self._distances(shape)
        wanted = min(n + (without is not None), len(self.library))
        if wanted < 1:
            return []
        threshold = np.partition(distances, wanted - 1)[wanted - 1]
        nearest = sorted(
            np.flatnonzero(distances <= threshold).tolist(),
            key=lambda place: (float(distances[place]), -place),
        )
        games = self.library.games
        return [
            self._similar(place, shape)
            for place in nearest
            if without is None or games[place].game_id != without
        ][:n]

    def to_parts(self) -> dict[str, bytes]:
        return {
            f"{self.name}.json": json_to_bytes(self.settings),
            f"{self.name}.npz": self.library.to_bytes(),
        }

    def _shape(self, seen: Floats) -> npt.NDArray[np.float32]:
        pattern = all_known(seen[self._places], PATTERN_FEATURES, self.name)
        anchored: Floats = pattern[:-1] - pattern[-1]
        return anchored.astype(np.float32)

    def _distances(self, shape: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Squared, less what is the same for all games."""
        doubled = (self._weights * shape * 2.0).astype(np.float32)
        return (self._norms - self._shapes @ doubled).astype(np.float32, copy=False)

    def _similar(self, place: int, shape: npt.NDArray[np.float32]) -> SimilarGame:
        game = self.library.games[place]
        apart = (self._shapes[place] - shape).astype(np.float64)
        typical = float(np.sqrt(self._weights @ apart**2 / max(self._weights.sum(), 1.0)))
        return SimilarGame(
            game_id=game.game_id,
            date=game.date,
            home_team=game.home_team,
            away_team=game.away_team,
            halftime_differential=int(self.library.halftimes[place]),
            distance=round(typical, 2),
            pattern=self.library.patterns[place].tolist(),
        )


def _bytes_of(values: npt.ArrayLike, what: str) -> npt.NDArray[np.int8]:
    numbers = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(numbers).all() and (np.abs(numbers) <= LARGEST).all() and (numbers % 1 == 0).all()):
        raise ModelError(f"a {what} of the library is no whole number up to {LARGEST}; leave out such games")
    return numbers.astype(np.int8)


def _day(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError as error:
        raise ModelError(f"a game of the library has the date {text!r}; write it as 2024-06-17") from error


def _number(game_id: str) -> int:
    if len(game_id) != 10 or not game_id.isascii() or not game_id.isdigit():
        raise ModelError(f"game {game_id!r} of the library has no id of ten digits; leave out such games")
    return int(game_id)
