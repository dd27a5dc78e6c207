"""Whole games that were never played, for the running forecast: a possession every fifteen seconds."""

from functools import cache

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import HALF_TENTHS, REGULATION_TENTHS
from courtside.features import RUNNING_INDEX, RUNNING_NAMES
from courtside.forecast.running import RunningModel
from courtside.forecast.tiers import Tier
from courtside.training.fit_running import fit_running

Floats = npt.NDArray[np.float64]
POSSESSION = 150
"""Tenths between two of them; the teams take turns, and either may begin."""
POINTS = np.array([0.0, 1.0, 2.0, 3.0])
CHANCES = np.array([0.47, 0.05, 0.33, 0.15])
EXPECTED_SPREAD = 6.0
TIMES = (
    *(0, 3600, 7200, 10800, 13200, 13800, 14100, 14250),
    *(14400, 18000, 21600, 25200, 25800, 27600, 28200, 28500, 28650),
)
"""Knots, on possessions' ends."""
TIERS = (Tier("score", ("lead",)), Tier("teams", ("lead", "expected_margin")))
OVERTIME_POSSESSIONS = 20


class DrawnRunning(msgspec.Struct, frozen=True):
    """N games: features (N, T, F) at `times` (T,), margins at halftime and at the end, seasons (N,)."""

    times: tuple[int, ...]
    features: npt.NDArray[np.float32]
    half: Floats
    final: Floats
    seasons: npt.NDArray[np.int64]

    def mirrored(self) -> "DrawnRunning":
        """The same games, each once more with the teams' places exchanged."""
        return DrawnRunning(
            self.times,
            np.concatenate([self.features, -self.features]),
            np.concatenate([self.half, -self.half]),
            np.concatenate([self.final, -self.final]),
            np.concatenate([self.seasons, self.seasons]),
        )

    def unknown(self, name: str, games: slice = slice(None)) -> "DrawnRunning":
        features = self.features.copy()
        features[games, :, RUNNING_INDEX[name]] = np.nan
        return msgspec.structs.replace(self, features=features)

    def first(self, games: int) -> "DrawnRunning":
        return DrawnRunning(
            self.times, self.features[:games], self.half[:games], self.final[:games], self.seasons[:games]
        )


def drawn_running(count: int = 900, seed: int = 5, times: tuple[int, ...] = TIMES) -> DrawnRunning:
    draws = np.random.default_rng(seed)
    expected = draws.normal(2.0, EXPECTED_SPREAD, count)
    paths = np.cumsum(_possessions(draws, expected, REGULATION_TENTHS // POSSESSION), axis=1)
    paths = np.column_stack([np.zeros(count), paths])
    final = paths[:, -1].copy()
    while (tied := final == 0).any():
        final[tied] = _possessions(draws, expected[tied], OVERTIME_POSSESSIONS).sum(axis=1)
    features = np.full((count, len(times), len(RUNNING_NAMES)), np.nan, dtype=np.float32)
    features[:, :, RUNNING_INDEX["lead"]] = paths[:, [time // POSSESSION for time in times]]
    features[:, :, RUNNING_INDEX["expected_margin"]] = expected[:, None]
    seasons = 2015 + np.arange(count) * 3 // count
    return DrawnRunning(times, features, paths[:, HALF_TENTHS // POSSESSION], final, seasons)


def _possessions(draws: np.random.Generator, expected: Floats, count: int) -> Floats:
    """What each brings, home minus away (n, count)."""
    points = draws.choice(POINTS, (len(expected), count), p=CHANCES)
    lost = draws.random(points.shape) < np.abs(expected)[:, None] / (
        REGULATION_TENTHS / POSSESSION / 2 * float(POINTS @ CHANCES)
    )
    begins = draws.choice([-1.0, 1.0], len(expected))
    sides = np.where(np.arange(count) % 2 == 0, 1.0, -1.0) * begins[:, None]
    # The weaker side loses as many of its possessions as the margin is expected to be.
    points[lost & (sides * expected[:, None] < 0)] = 0.0
    return np.asarray(points * sides)


def seen(**values: float) -> list[float]:
    """A vector of `RUNNING_NAMES` in which only the named features are known."""
    vector = [float("nan")] * len(RUNNING_NAMES)
    for name, value in values.items():
        vector[RUNNING_INDEX[name]] = value
    return vector


@cache
def fitted(*, mirrored: bool = False) -> RunningModel:
    """A small model of drawn games; of the mirrored ones it knows nothing of being at home."""
    games = drawn_running()
    games = games.mirrored() if mirrored else games
    return fit_running(games.times, games.features, games.half, games.final, games.seasons, TIERS)
