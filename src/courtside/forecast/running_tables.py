"""What a running model is made of: its settings, the shapes of its arrays, and whether they are whole."""

from collections.abc import Mapping
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import HALF_TENTHS, OVERTIME_TENTHS, REGULATION_TENTHS
from courtside.errors import ModelError
from courtside.forecast.conformal import STEP
from courtside.forecast.tiers import Tier

Array = npt.NDArray[np.float64]

FARTHEST = 90
"""Points from the current lead to the outcomes that a distribution still has on either side."""
GRID: Array = np.arange(-2 * FARTHEST, 2 * FARTHEST + 1, dtype=np.float64) * STEP
"""Residuals, in points, at which a knot's table has its distribution function."""
STEPS: Array = np.arange(-FARTHEST, FARTHEST + 1, dtype=np.float64)
TABLES = ("final_cdf", "half_cdf", "final_steps", "half_steps")
ROUNDED = 1e-5
"""What a probability may be off for having been stored in single precision."""
ARRAYS = ("win", "final_mean", "half_mean", *TABLES)


class RunningSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the arrays of a `RunningModel` mean. Times are elapsed tenths of a second, ascending from 0.

    Before `endgame` (and `half_endgame`) the margin is a regression plus residuals; from there on it is the
    lead plus increments counted in points, for the final margin by how large the lead is: a lead of the
    class `c` is at least `leads[c]`. Within the win probability the lead counts once more, cut off at each
    of `win_clips`, from `clips_from` on.
    """

    tiers: tuple[Tier, ...]
    times: tuple[int, ...]
    half_times: tuple[int, ...]
    endgame: int
    half_endgame: int
    leads: tuple[int, ...]
    win_clips: tuple[float, ...]
    clips_from: int


def check(settings: RunningSettings, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Raises `ModelError` where the arrays are not what the settings say, or no probabilities."""
    if not settings.tiers:
        raise ModelError("the running model has no tier; train it again")
    if not settings.leads or settings.leads[0] != 0 or not _rise(settings.leads):
        raise ModelError("the running model's classes of leads do not rise from 0; train it again")
    for times, end in ((settings.times, REGULATION_TENTHS), (settings.half_times, HALF_TENTHS)):
        if not times or times[0] != 0 or times[-1] >= end or not _rise(times):
            raise ModelError("the running model's knots do not rise from the tip-off; train it again")
    if settings.times[-1] < REGULATION_TENTHS - OVERTIME_TENTHS:
        raise ModelError("the running model has no knot in the last 5:00, as an overtime is; train it again")
    for name, shape in _shapes(settings).items():
        found = arrays.get(name)
        if found is None or found.shape != shape or not _finite(found):
            raise ModelError(f"the running model's {name} is missing, broken or not {shape}; train it again")
        table = np.asarray(found, dtype=np.float64)
        if name.endswith("_cdf"):
            table = np.diff(table, prepend=0.0)
        if name in TABLES and not _distributed(table):
            raise ModelError(f"the running model's {name} has no probabilities; train it again")


def _shapes(settings: RunningSettings) -> dict[str, tuple[int, ...]]:
    knots, halves = len(settings.times), len(settings.half_times)
    early = sum(time < settings.endgame for time in settings.times)
    half_early = sum(time < settings.half_endgame for time in settings.half_times)
    tiers, classes = len(settings.tiers), len(settings.leads)
    width = 1 + max(len(tier.features) for tier in settings.tiers)
    return {
        "win": (knots, tiers, width + len(settings.win_clips)),
        "final_mean": (knots, tiers, width),
        "half_mean": (halves, tiers, width),
        "final_cdf": (early, tiers, len(GRID)),
        "half_cdf": (half_early, tiers, len(GRID)),
        "final_steps": (knots - early, classes, len(STEPS)),
        "half_steps": (halves - half_early, len(STEPS)),
    }


def _rise(numbers: tuple[int, ...]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _finite(array: npt.NDArray[np.generic]) -> bool:
    return bool(np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all())


def _distributed(table: Array) -> bool:
    return bool((table >= -ROUNDED).all() and (np.abs(table.sum(axis=-1) - 1.0) <= ROUNDED).all())
