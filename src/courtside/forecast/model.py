"""The trained model: the forecast at 18:00, the running one, runs and ratings, out of one bundle."""

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from courtside import features
from courtside.forecast.adaptive import AdaptiveLevel, AdaptiveLevels
from courtside.forecast.bundle import Bundle, shipped_folder
from courtside.forecast.forecast import Forecast, Running, Situation
from courtside.forecast.halftime import Ensemble, HalftimeModel
from courtside.forecast.member import json_part, part
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays, json_to_bytes
from courtside.forecast.rating_book import RatingBook
from courtside.forecast.running import RunningModel
from courtside.forecast.runs import RunModel
from courtside.game.prior import Prior
from courtside.game.state import GameState

RUNS_PART = "runs.npz"
LEVELS_PART = "levels.json"
_EXPECTED = features.RUNNING_INDEX["expected_margin"]


class _Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`AdaptiveLevels` as a bundle has them: both said, none assumed."""

    level80: AdaptiveLevel
    level95: AdaptiveLevel


class Model:
    """Everything that forecasts, pure; `book` is where the ratings stood when training ended."""

    def __init__(
        self,
        version: str,
        halftime: HalftimeModel,
        running: RunningModel,
        runs: RunModel,
        levels: AdaptiveLevels,
        book_parts: Mapping[str, bytes],
        ensemble: Ensemble = "default",
    ) -> None:
        self.version = version if ensemble == "default" else f"{version}+{ensemble}"
        self.halftime = halftime
        self.levels = levels
        self.ensemble: Ensemble = ensemble
        self.margins = running
        self.runs = runs
        self._book_parts = book_parts

    @classmethod
    def open(cls, folder: Path, ensemble: Ensemble = "default") -> "Model":
        """Checked against its hashes; raises `ModelError`."""
        return cls.of(Bundle.open(folder), ensemble)

    @classmethod
    def shipped(cls, ensemble: Ensemble = "default") -> "Model":
        """The model that comes with the package."""
        return cls.open(shipped_folder(), ensemble)

    @classmethod
    def of(cls, bundle: Bundle, ensemble: Ensemble = "default") -> "Model":
        return cls.from_parts(bundle.version, bundle.parts, ensemble)

    @classmethod
    def from_parts(cls, version: str, parts: Mapping[str, bytes], ensemble: Ensemble = "default") -> "Model":
        levels = json_part(parts, LEVELS_PART, _Levels)
        runs = bytes_to_arrays(part(parts, RUNS_PART), RUNS_PART)
        return cls(
            version,
            HalftimeModel.from_parts(parts),
            RunningModel.from_parts(parts),
            RunModel.from_arrays({name: array.astype(np.float64) for name, array in runs.items()}),
            AdaptiveLevels(levels.level80, levels.level95),
            parts,
            ensemble,
        )

    def book(self) -> RatingBook:
        """The ratings of the day after the last game of training, for whoever goes on rating."""
        return RatingBook.from_parts(self._book_parts)

    def forecast(self, situation: Situation, *, explain: bool = True) -> Forecast:
        levels = self._levels(situation.prior)
        return self.halftime.forecast(
            situation.vector(), levels, self.ensemble, explain=explain, without=situation.game_id
        )

    def running(self, state: GameState, prior: Prior, *, over: bool = False) -> Running:
        seen = features.running(state, prior)
        over = over or state.ended
        margins = self.margins.at(state.period, state.remaining_tenths, seen, over)
        run = None
        if self.runs.shown and not over:
            margin = seen[_EXPECTED]
            run = self.runs.at(state, None if math.isnan(margin) else margin)
        return Running(margins.halftime, margins.final, margins.win_home, run, margins.known)

    def win(self, state: GameState, prior: Prior, *, over: bool = False) -> float:
        seen = features.running(state, prior)
        return self.margins.win(state.period, state.remaining_tenths, seen, over or state.ended)

    def _levels(self, prior: Prior) -> tuple[float, float]:
        known = prior.values
        alpha80, alpha95 = known.get("alpha80"), known.get("alpha95")
        if alpha80 is None or alpha95 is None:
            return self.levels.level80.alpha, self.levels.level95.alpha
        return alpha80, alpha95


def to_parts(
    halftime: HalftimeModel, running: RunningModel, runs: RunModel, levels: AdaptiveLevels, book: RatingBook
) -> dict[str, bytes]:
    """What a bundle holds."""
    return {
        **halftime.to_parts(),
        **running.to_parts(),
        RUNS_PART: arrays_to_bytes({**runs.to_arrays()}),
        LEVELS_PART: json_to_bytes(levels),
        **book.to_parts(),
    }
