"""The forecast at any moment of a game: halftime and final margin, and who wins.

Models are fitted at knots of game time, one for every tier of what may be known; between two knots both
are mixed, so that nothing jumps without an event. An overtime is the last five minutes once more.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import (
    HALF_TENTHS,
    OVERTIME_TENTHS,
    REGULATION_PERIODS,
    REGULATION_TENTHS,
    elapsed_tenths,
)
from courtside.features import RUNNING_NAMES
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.member import json_part, part
from courtside.forecast.parts import Arrays, arrays_to_bytes, bytes_to_arrays, json_to_bytes
from courtside.forecast.running_tables import ARRAYS, FARTHEST, GRID, STEPS, TABLES, RunningSettings, check
from courtside.forecast.tiers import positions, richest

Array = npt.NDArray[np.float64]

LEAD = "lead"
LEADS = (LEAD, "lead_with_ball")
LEAST_CHANCE = 1e-4
"""What no side's chance falls below while the game is not over."""
SETTINGS_PART, ARRAYS_PART = "running.json", "running.npz"
_HALVES = STEPS + 0.5
_HALF_PERIODS = 2
_Weights = list[list[list[float]]]


class Margins(msgspec.Struct, frozen=True):
    """The forecast at one moment. Margins are home minus away.

    `halftime` is None after the half. `final` has nothing at 0, and `win_home` above it.
    """

    halftime: IntegerDistribution | None
    final: IntegerDistribution
    win_home: float
    known: str
    """The tier that served."""


class RunningModel:
    """Forecasts at any moment from the vector `names`; pure.

    Arrays, with T knots, H knots of the first half, N tiers and the features of each after an intercept:
    `win` (T, N, 1 + F + clips), `final_mean` (T, N, 1 + F), `half_mean` (H, N, 1 + F); `final_cdf` and
    `half_cdf` (knots before the endgame, N, len(GRID)), distribution functions of residuals;
    `final_steps` (endgame knots, classes, len(STEPS)) and `half_steps` (endgame knots, len(STEPS)),
    probabilities of what the leading side (home in the half) still adds. Raises `ModelError` for others.
    """

    def __init__(
        self,
        settings: RunningSettings,
        arrays: Mapping[str, npt.NDArray[np.generic]],
        names: Sequence[str] = RUNNING_NAMES,
    ) -> None:
        self.settings = settings
        index = {name: place for place, name in enumerate(names)}
        self._places = [positions(tier.features, index) for tier in settings.tiers]
        (self._lead,) = positions((LEAD,), index)
        self._leads = [
            [number for number, name in enumerate(tier.features, 1) if name in LEADS]
            for tier in settings.tiers
        ]
        check(settings, arrays)
        self._arrays = {name: np.asarray(arrays[name], dtype=np.float64) for name in ARRAYS}
        # A dot product of eight numbers is quicker in Python than the call into NumPy.
        self._win: _Weights = self._arrays["win"].tolist()
        self._final_mean: _Weights = self._arrays["final_mean"].tolist()
        self._half_mean: _Weights = self._arrays["half_mean"].tolist()
        self._final_cdf, self._half_cdf = self._arrays["final_cdf"], self._arrays["half_cdf"]
        steps = self._arrays["final_steps"]
        self._final_rows = np.cumsum(steps, axis=2)
        self._final_rows_away = np.cumsum(steps[:, :, ::-1], axis=2)
        self._half_steps = self._arrays["half_steps"]
        self._half_centres: list[float] = (self._half_steps @ STEPS).tolist()
        spreads = (self._half_steps @ (STEPS * STEPS)) - np.square(self._half_centres)
        self._half_spreads: list[float] = np.maximum(spreads, 0.25).tolist()
        self._early = bisect_right(settings.times, settings.endgame - 1)
        self._half_early = bisect_right(settings.half_times, settings.half_endgame - 1)
        self._clips_knot = bisect_right(settings.times, settings.clips_from - 1)

    def to_parts(self) -> dict[str, bytes]:
        """As files of a bundle; the tables of residuals in single precision."""
        arrays: Arrays = {
            name: array.astype(np.float32) if name in TABLES else array
            for name, array in self._arrays.items()
        }
        return {SETTINGS_PART: json_to_bytes(self.settings), ARRAYS_PART: arrays_to_bytes(arrays)}

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes], names: Sequence[str] = RUNNING_NAMES) -> "RunningModel":
        """The inverse of `to_parts`; raises `ModelError`."""
        settings = json_part(parts, SETTINGS_PART, RunningSettings)
        return cls(settings, bytes_to_arrays(part(parts, ARRAYS_PART), ARRAYS_PART), names)

    def win(self, period: int, remaining_tenths: int, seen: Sequence[float], over: bool = False) -> float:
        """Probability that home wins; 0 or 1 only once the game is `over`, which a tie never is."""
        over = over and seen[self._lead] != 0
        return self._chance(_moment(period, remaining_tenths), richest(self._places, seen), seen, over)

    def at(self, period: int, remaining_tenths: int, seen: Sequence[float], over: bool = False) -> Margins:
        """Everything, `remaining_tenths` before the end of `period`.

        `over` says that the game is: at 0:00 a free throw may still be to come. A tie goes into overtime.
        """
        moment, tier = _moment(period, remaining_tenths), richest(self._places, seen)
        lead = round(seen[self._lead])
        over = over and lead != 0
        chance = self._chance(moment, tier, seen, over)
        first_half = period <= _HALF_PERIODS
        return Margins(
            halftime=self._halftime(moment, tier, seen, lead) if first_half else None,
            final=_known(lead) if over else _tilted(self._final(moment, tier, seen, lead), lead, chance),
            win_home=chance,
            known=self.settings.tiers[tier].name,
        )

    def _chance(self, moment: int, tier: int, seen: Sequence[float], over: bool) -> float:
        lead = seen[self._lead]
        if over:
            return 1.0 if lead > 0 else 0.0
        knot, share = _between(self.settings.times, moment, REGULATION_TENTHS)
        chance = self._logistic(knot, tier, seen)
        if share:
            if knot + 1 < len(self._win):
                after = self._logistic(knot + 1, tier, seen)
            elif lead:
                after = 1.0 if lead > 0 else 0.0
            else:
                after = self._chance(REGULATION_TENTHS - OVERTIME_TENTHS, tier, seen, over)
            chance += share * (after - chance)
        return min(max(chance, LEAST_CHANCE), 1.0 - LEAST_CHANCE)

    def _logistic(self, knot: int, tier: int, seen: Sequence[float]) -> float:
        value = self._value(self._win, knot, tier, seen)
        if knot >= self._clips_knot:
            lead = seen[self._lead]
            weights, clips = self._win[knot][tier], self.settings.win_clips
            for clip, weight in zip(clips, weights[len(weights) - len(clips) :], strict=True):
                value += weight * min(max(lead, -clip), clip)
        return 1.0 / (1.0 + math.exp(-min(max(value, -30.0), 30.0)))

    def _value(self, table: _Weights, knot: int, tier: int, seen: Sequence[float]) -> float:
        weights = table[knot][tier]
        value = weights[0]
        for number, place in enumerate(self._places[tier], 1):
            value += weights[number] * seen[place]
        if knot == 0 and len(table) > 1:
            # Nobody leads at the tip, so what a lead is worth was not to be learnt there: as a knot later.
            for number in self._leads[tier]:
                value += (table[1][tier][number] - weights[number]) * seen[self._lead]
        return value

    def _final(self, moment: int, tier: int, seen: Sequence[float], lead: int) -> Array:
        """Cumulative probabilities of lead + STEPS."""
        knot, share = _between(self.settings.times, moment, REGULATION_TENTHS)
        row = self._final_row(knot, tier, seen, lead)
        if not share:
            return row
        if knot + 1 < len(self._win):
            after = self._final_row(knot + 1, tier, seen, lead)
        elif lead:
            after = _CERTAIN
        else:
            after = self._final(REGULATION_TENTHS - OVERTIME_TENTHS, tier, seen, lead)
        return np.asarray(row + share * (after - row))

    def _final_row(self, knot: int, tier: int, seen: Sequence[float], lead: int) -> Array:
        late = knot - self._early
        if late < 0:
            ahead = self._value(self._final_mean, knot, tier, seen) - lead
            return np.asarray(np.interp(_HALVES - ahead, GRID, self._final_cdf[knot, tier]))
        rows = self._final_rows if lead >= 0 else self._final_rows_away
        row: Array = rows[late, bisect_right(self.settings.leads, abs(lead)) - 1]
        return row

    def _halftime(self, moment: int, tier: int, seen: Sequence[float], lead: int) -> IntegerDistribution:
        if moment >= HALF_TENTHS:
            return _known(lead)
        knot, share = _between(self.settings.half_times, moment, HALF_TENTHS)
        row = self._half_row(knot, tier, seen, lead)
        if share:
            later = knot + 1 < len(self._half_mean)
            after = self._half_row(knot + 1, tier, seen, lead) if later else _CERTAIN
            row = np.asarray(row + share * (after - row))
        return IntegerDistribution(lead - FARTHEST, _differences(row))

    def _half_row(self, knot: int, tier: int, seen: Sequence[float], lead: int) -> Array:
        ahead = self._value(self._half_mean, knot, tier, seen) - lead
        late = knot - self._half_early
        if late < 0:
            return np.asarray(np.interp(_HALVES - ahead, GRID, self._half_cdf[knot, tier]))
        # A shift would smear what is likely at whole points: tilting moves the mean and leaves them.
        # Tails fall with half a deviation: tilted further, their far ends would outweigh the middle.
        spread = self._half_spreads[late]
        most = 0.5 / math.sqrt(spread)
        lean = min(max((ahead - self._half_centres[late]) / spread, -most), most)
        weights = np.cumsum(self._half_steps[late] * np.exp(lean * STEPS))
        row: Array = weights / weights[-1]
        return row


_CERTAIN = np.where(STEPS >= 0, 1.0, 0.0)


def _moment(period: int, remaining_tenths: int) -> int:
    """Elapsed tenths; an overtime is counted by what remains of it."""
    if period > REGULATION_PERIODS:
        return REGULATION_TENTHS - min(remaining_tenths, OVERTIME_TENTHS)
    return elapsed_tenths(period, remaining_tenths) if period >= 1 else 0


def _between(times: Sequence[int], moment: int, end: int) -> tuple[int, float]:
    """The last knot at or before `moment`, and how far it is from there to the next one (or to `end`)."""
    knot = bisect_right(times, moment) - 1
    after = times[knot + 1] if knot + 1 < len(times) else end
    return knot, (moment - times[knot]) / (after - times[knot])


def _known(margin: int) -> IntegerDistribution:
    return IntegerDistribution(margin, np.ones(1))


def _differences(cumulative: Array) -> Array:
    probabilities = cumulative.copy()
    probabilities[1:] -= cumulative[:-1]
    probabilities[-1] += 1.0 - cumulative[-1]
    # Far out, what was stored with few digits falls by a hair where it should stand still.
    return np.asarray(np.maximum(probabilities, 0.0))


def _tilted(cumulative: Array, lead: int, chance: float) -> IntegerDistribution:
    """No tie, and both sides weighted so that home is ahead with exactly `chance`."""
    probabilities, first = _differences(cumulative), lead - FARTHEST
    short = abs(lead) - FARTHEST + 1
    if short > 0:
        # So far ahead that what is left to the other side lies beyond all outcomes of the table.
        probabilities = np.pad(probabilities, (short, 0) if lead > 0 else (0, short))
        first -= short if lead > 0 else 0
    tie = -first
    probabilities[tie] = 0.0
    for side, share, nearest in (
        (probabilities[tie + 1 :], chance, 0),
        (probabilities[:tie], 1.0 - chance, -1),
    ):
        mass = float(side.sum())
        if mass > 0.0:
            side *= share / mass
        else:
            side[nearest] = share
    return IntegerDistribution(first, probabilities)
