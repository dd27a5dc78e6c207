"""How likely either team makes an unanswered run of 8 within the next three minutes of game time.

A run is what `game.momentum` calls one: points of one side with none of the other in between, breaks
between periods included. What is asked is whether a run passes from fewer than `RUN_POINTS` to at least
as many in the next `WINDOW_SECONDS`; the window closes at the end of regulation or of an overtime. The
run under way counts with what it has; one that is long enough already can't be made again.

`Renewal` is the anti-persistent random walk of Gabel and Redner (2012), "Random walk picture of
basketball scoring": whoever scored last scores next about a third of the time. `RunModel` adds to it, on
the scale of log odds, what the walk does not know: possession, score, pace, period and team strength.
"""

import math
from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from courtside.clock import OVERTIME_TENTHS, PERIOD_TENTHS, REGULATION_PERIODS
from courtside.errors import ModelError
from courtside.events import Side
from courtside.game.momentum import scored_at
from courtside.game.state import GameState

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)

RUN_POINTS = 8
WINDOW_SECONDS = 180
MOST_POINTS = 4
"""Of one score; the few larger ones (technical fouls) count as these."""
OLDEST_SECONDS = 90
"""Since the last score; a longer drought says nothing more."""
LONGEST_GAP_SECONDS = 400
LEAST_CHANCE = 1e-4
"""Below it, in the last seconds, the walk's log odds would outweigh everything else."""
TERMS = 24
TIERS = ("score", "score, ball", "score, teams", "score, teams, ball")
"""What is known decides which coefficients count: possession, the strength of the teams, both or neither."""
SIGNIFICANT = 2.0
"""Standard errors by which the model has to beat the walk."""

_PERIOD_SECONDS = PERIOD_TENTHS // 10
_OVERTIME_SECONDS = OVERTIME_TENTHS // 10
_POSSESSION_SECONDS = 24.0
_USUAL_RATE = 4.4
"""Points a minute of both, to which the first minutes of a game are drawn."""
_USUAL_MINUTES = 3.0


class Renewal:
    """The walk with its rates: the baseline, exact for the run, its age and the time left.

    `again` is the chance that who scored last scores next, `points` the chances of 0 to `MOST_POINTS`
    points a score, `gaps` those of 0 to `LONGEST_GAP_SECONDS` seconds between two. Raises `ModelError`.
    """

    def __init__(self, again: float, points: Floats, gaps: Floats) -> None:
        _check_rates(again, points, gaps)
        self.again = again
        self.points = points
        self.gaps = gaps
        self.table = _table(again, points, gaps)
        """Chance by seconds since the last score, points of the run and seconds of the window."""

    def probability(self, run_points: int, since_score_seconds: float, window_seconds: float) -> float:
        since = min(max(int(since_score_seconds), 0), OLDEST_SECONDS)
        window = min(max(int(window_seconds), 0), WINDOW_SECONDS)
        return float(self.table[since, min(run_points, RUN_POINTS), window])


class RunModel:
    """The baseline and what moves its log odds. Made by `training.fit_runs`, kept as arrays.

    `coefficients` has a row of `TERMS` for each of `TIERS`. `evidence` is what the fit measured on games
    that it had not seen, by tier and kind of moment: model minus baseline in Brier score and its standard
    error, the same in log loss. Raises `ModelError` for arrays that fit nothing.
    """

    def __init__(self, baseline: Renewal, coefficients: Floats, evidence: Floats) -> None:
        if coefficients.shape != (len(TIERS), TERMS) or not np.isfinite(coefficients).all():
            raise ModelError(
                f"run model: coefficients of shape {coefficients.shape} instead of {(len(TIERS), TERMS)}, "
                "or not finite; train it again"
            )
        if evidence.ndim != 3 or evidence.shape[0] != len(TIERS) or evidence.shape[2] != 4:
            raise ModelError(f"run model: evidence of shape {evidence.shape}; train it again")
        self.baseline = baseline
        self.coefficients = coefficients
        self.evidence = evidence
        self._rows: list[list[float]] = coefficients.tolist()

    @property
    def shown(self) -> bool:
        """Whether users may see it: better than the baseline, significantly, in every row of evidence."""
        better = self.evidence[..., 0::2] + SIGNIFICANT * self.evidence[..., 1::2] < 0.0
        return better.size > 0 and bool(better.all())

    def probability(
        self,
        *,
        run_points: int,
        run_side: Side | None,
        since_score_seconds: float,
        period: int,
        remaining_seconds: float,
        score_home: int,
        score_away: int,
        possession: Side | None = None,
        edge: float | None = None,
    ) -> float:
        """The chance, between 0 and 1. `edge` is the final margin expected before the game, in points."""
        if remaining_seconds <= 0.0 and period < REGULATION_PERIODS:
            period, remaining_seconds = period + 1, float(_PERIOD_SECONDS)
        later_seconds = max(REGULATION_PERIODS - period, 0) * _PERIOD_SECONDS
        window = min(remaining_seconds + later_seconds, float(WINDOW_SECONDS))
        if window < 1.0:
            return 0.0
        run = _signed(run_side) * min(run_points, RUN_POINTS)
        row = self._rows[(possession is not None) + 2 * (edge is not None)]
        base = self.baseline.probability(int(abs(run)), since_score_seconds, window)
        base = min(max(base, LEAST_CHANCE), 1.0 - LEAST_CHANCE)
        odds = math.log(base / (1.0 - base))
        values = terms(
            odds,
            run,
            since_score_seconds,
            _signed(possession),
            float(period),
            remaining_seconds,
            float(score_home - score_away),
            float(score_home + score_away),
            0.0 if edge is None else edge,
        )
        moved = sum(weight * value for weight, value in zip(row, values, strict=True))
        return 1.0 / (1.0 + math.exp(-odds - moved))

    def at(self, state: GameState, edge: float | None = None) -> float:
        """The chance as a game stands."""
        momentum = state.momentum
        run = momentum.run
        last = max(scored_at(momentum, "home"), scored_at(momentum, "away"))
        return self.probability(
            run_points=0 if run is None else run.points,
            run_side=None if run is None else run.side,
            since_score_seconds=(state.elapsed - last) / 10,
            period=state.period,
            remaining_seconds=state.remaining_tenths / 10,
            score_home=state.score_home,
            score_away=state.score_away,
            possession=state.possession.holder,
            edge=edge,
        )

    def to_arrays(self) -> dict[str, Floats]:
        return {
            "again": np.array([self.baseline.again]),
            "points": self.baseline.points,
            "gaps": self.baseline.gaps,
            "coefficients": self.coefficients,
            "evidence": self.evidence,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> "RunModel":
        """The inverse of `to_arrays`; raises `ModelError` where one is missing or senseless."""
        missing = {"again", "points", "gaps", "coefficients", "evidence"} - set(arrays)
        if missing:
            raise ModelError(f"run model: no array {', '.join(sorted(missing))}; train it again")
        found = {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}
        if found["again"].shape != (1,):
            raise ModelError(f"run model: again of shape {found['again'].shape}; train it again")
        baseline = Renewal(float(found["again"][0]), found["points"], found["gaps"])
        return cls(baseline, found["coefficients"], found["evidence"])


def terms(
    odds: Number,
    run: Number,
    since_seconds: Number,
    ball: Number,
    period: Number,
    remaining_seconds: Number,
    lead: Number,
    total: Number,
    edge: Number,
) -> tuple[Number, ...]:
    """What moves the log odds, for one moment or for columns of them: the only definition.

    `odds` are the walk's, as a logarithm. `run` is in points up to `RUN_POINTS`, home positive, and so are
    `ball` (1, -1, or 0 for unknown), `lead` and `edge`; `total` is the points of both. Only arithmetic, so
    that both kinds go through it.
    """
    size = abs(run)
    side = _above(run, 0.0) - _above(-run, 0.0)
    is_closed = _above(size, RUN_POINTS - 0.5)
    is_open = 1.0 - is_closed
    one_basket = is_open * _above(size, RUN_POINTS - 2.5)
    with_ball = _above(side * ball, 0.0)
    without = _above(-side * ball, 0.0)
    fresh = 1.0 - _at_most(since_seconds, _POSSESSION_SECONDS) / _POSSESSION_SECONDS
    ahead = side * lead / 10.0
    stronger = side * edge / 10.0
    overtime = _above(period, REGULATION_PERIODS)
    regulation = 1.0 - overtime
    into = 1.0 - remaining_seconds / (regulation * _PERIOD_SECONDS + overtime * _OVERTIME_SECONDS)
    minutes = regulation * (period - 1.0 + into) * 12.0 + overtime * (48.0 + (period - 5.0 + into) * 5.0)
    rate = (total + _USUAL_RATE * _USUAL_MINUTES) / (minutes + _USUAL_MINUTES) - _USUAL_RATE
    return (
        1.0 + 0.0 * run,
        odds,
        fresh,
        fresh * is_open * size,
        rate,
        _at_most(abs(lead), 30.0) / 10.0,
        is_open * ahead,
        is_closed * ahead,
        _above(period, 1.5) - _above(period, 2.5),
        _above(period, 2.5) - _above(period, 3.5),
        _above(period, 3.5) - _above(period, 4.5),
        overtime,
        into,
        into * into,
        with_ball,
        without,
        with_ball * is_open * size,
        without * is_open * size,
        (with_ball - without) * is_closed,
        with_ball * one_basket,
        without * one_basket,
        abs(edge) / 10.0,
        is_open * stronger,
        is_closed * stronger,
    )


def _above(value: Number, bound: float) -> Number:
    """1 where it is, 0 elsewhere."""
    return (value > bound) + 0.0 * value


def _at_most(value: Number, most: float) -> Number:
    """The smaller of the two, without `min`, which knows no columns."""
    return (value + most - abs(value - most)) / 2.0


def _signed(side: Side | None) -> float:
    return 0.0 if side is None else 1.0 if side == "home" else -1.0


def _check_rates(again: float, points: Floats, gaps: Floats) -> None:
    for name, chances, length in (
        ("points", points, MOST_POINTS + 1),
        ("gaps", gaps, LONGEST_GAP_SECONDS + 1),
    ):
        if chances.shape != (length,) or not (chances >= 0).all() or abs(chances.sum() - 1.0) > 1e-6:
            raise ModelError(f"run model: {name} are not {length} chances that add up to 1; train it again")
        if chances[0] != 0.0:
            raise ModelError(f"run model: {name} give a chance to 0; train it again")
    if not 0.0 < again < 1.0:
        raise ModelError(f"run model: again is {again}, not between 0 and 1; train it again")


def _table(again: float, points: Floats, gaps: Floats) -> Floats:
    """Dynamic programming over the seconds that are left, shortest window first.

    `fresh[run, h]` is the chance with `h` seconds left where somebody has just scored; `next_score` that
    where somebody scores right now. A run of 0 is the start of a game, when either side may be next.
    """
    runs = np.arange(RUN_POINTS + 1)
    fresh = np.zeros((RUN_POINTS + 1, WINDOW_SECONDS + 1))
    next_score = np.zeros_like(fresh)
    for seconds in range(WINDOW_SECONDS + 1):
        if seconds:
            fresh[:, seconds] = next_score[:, seconds - 1 :: -1] @ gaps[1 : seconds + 1]
        now = fresh[:, seconds]
        for scored in range(1, MOST_POINTS + 1):
            grown = np.minimum(runs + scored, RUN_POINTS)
            made = (runs < RUN_POINTS) & (grown == RUN_POINTS)
            same = np.where(made, 1.0, now[grown])
            other = now[scored]
            chance = np.where(runs == 0, other, again * same + (1.0 - again) * other)
            next_score[:, seconds] += points[scored] * chance

    survival = np.cumsum(gaps[::-1])[::-1]
    ahead = np.zeros((OLDEST_SECONDS + 1, WINDOW_SECONDS + 1))
    for since in range(OLDEST_SECONDS + 1):
        left = survival[since + 1]
        if left > 0.0:
            ahead[since, 1:] = gaps[since + 1 : since + 1 + WINDOW_SECONDS] / left
    table = np.zeros((OLDEST_SECONDS + 1, RUN_POINTS + 1, WINDOW_SECONDS + 1))
    for seconds in range(1, WINDOW_SECONDS + 1):
        table[:, :, seconds] = ahead[:, 1 : seconds + 1] @ next_score[:, seconds - 1 :: -1].T
    return table
