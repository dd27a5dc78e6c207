"""Fitting the running forecast: regressions, their residuals and win probabilities at every knot.

Residuals are out of sample: each season's come from a regression on all other seasons (sums of squares
are kept by season, so that leaving one out is a subtraction). Win probabilities are logistic regressions
on all seasons; with a dozen weights on thousands of games there is nothing to over-fit.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import HALF_TENTHS, REGULATION_TENTHS
from courtside.errors import ModelError
from courtside.features import RUNNING_NAMES
from courtside.forecast.conformal import ConformalResiduals
from courtside.forecast.running import LEAD, RunningModel
from courtside.forecast.running_tables import GRID, STEPS, RunningSettings
from courtside.forecast.tiers import Tier, positions
from courtside.training.endgame import steps_table

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TIMES: tuple[int, ...] = tuple(
    sorted(
        {
            *range(0, REGULATION_TENTHS, 600),
            *(HALF_TENTHS - left for left in (900, 450, 300, 150, 100, 50, 20)),
            *(REGULATION_TENTHS - left for left in (900, 450, 300, 150, 100, 50, 20)),
        }
    )
)
"""Knots, in elapsed tenths: each minute, and closer together before halftime and the end."""


class FitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen by log score, Brier score and coverage on 2017-20. Times in elapsed tenths."""

    endgame: int = REGULATION_TENTHS - 3000
    half_endgame: int = HALF_TENTHS - 1200
    leads: tuple[int, ...] = (0, 1, 2, 3, 4, 6, 8, 11, 15)
    win_clips: tuple[float, ...] = (1.0, 2.0, 3.0, 6.0)
    clips_from: int = REGULATION_TENTHS - 300
    ridge: float = 0.1
    """In squared weights of features with spread one."""
    fewest_games: int = 200
    season_weight: float = 0.7
    """What a game weighs beside one of the next season: scoring grows, and with it all spreads."""


def fit_running(
    times: Sequence[int],
    features: npt.NDArray[np.float32],
    half: npt.NDArray[np.number],
    final: npt.NDArray[np.number],
    seasons: npt.NDArray[np.integer],
    tiers: Sequence[Tier],
    names: Sequence[str] = RUNNING_NAMES,
    weights: Array | None = None,
    settings: FitSettings | None = None,
) -> RunningModel:
    """From N games: `features` (N, T, len(names)) at the elapsed `times` (T,), NaN where not known;
    margins at halftime and at the end (N,), seasons (N,), relative weights (N,) on top of those by age.

    A row may also be one overtime, known only in the last five minutes of the clock. A tier is fitted on
    the rows that know all its features; `tiers` stand from the poorest to the richest. Raises `ModelError`
    where a tier has fewer than `fewest_games` at a time.
    """
    chosen = settings or FitSettings()
    if len(features) == 0:
        raise ModelError("there are no games to fit the running forecast on; import some seasons first")
    places = {int(time): place for place, time in enumerate(times)}
    knots = tuple(time for time in sorted(places) if time < REGULATION_TENTHS)
    halves = tuple(time for time in knots if time < HALF_TENTHS)
    meaning = RunningSettings(
        tiers=tuple(tiers),
        times=knots,
        half_times=halves,
        endgame=chosen.endgame,
        half_endgame=chosen.half_endgame,
        leads=chosen.leads,
        win_clips=chosen.win_clips,
        clips_from=chosen.clips_from,
    )
    aged = chosen.season_weight ** (seasons.max() - seasons).astype(np.float64)
    games = _Games(
        features=features,
        half=half.astype(np.float64),
        final=final.astype(np.float64),
        seasons=seasons,
        weights=aged if weights is None else aged * weights,
        names=tuple(names),
        settings=chosen,
    )
    width = 1 + max(len(tier.features) for tier in tiers)
    clips = len(chosen.win_clips)
    early = [time for time in knots if time < chosen.endgame]
    half_early = [time for time in halves if time < chosen.half_endgame]
    arrays = {
        "win": np.zeros((len(knots), len(tiers), width + clips)),
        "final_mean": np.zeros((len(knots), len(tiers), width)),
        "half_mean": np.zeros((len(halves), len(tiers), width)),
        "final_cdf": np.zeros((len(early), len(tiers), len(GRID))),
        "half_cdf": np.zeros((len(half_early), len(tiers), len(GRID))),
        "final_steps": np.array([games.final_steps(places[time]) for time in knots[len(early) :]]),
        "half_steps": np.array([games.half_steps(places[time]) for time in halves[len(half_early) :]]),
    }
    if len(early) == len(knots):
        arrays["final_steps"] = np.zeros((0, len(chosen.leads), len(STEPS)))
    if len(half_early) == len(halves):
        arrays["half_steps"] = np.zeros((0, len(STEPS)))
    for number, tier in enumerate(tiers):
        used = 1 + len(tier.features)
        for knot, time in enumerate(knots):
            known = games.known(places[time], tier, time)
            win = games.win(known, cut=time >= chosen.clips_from)
            arrays["win"][knot, number, :used] = win[:used]
            arrays["win"][knot, number, width : width + len(win) - used] = win[used:]
            mean, table = games.margin(known, games.final, knot < len(early))
            arrays["final_mean"][knot, number, :used] = mean
            if table is not None:
                arrays["final_cdf"][knot, number] = table
            if knot >= len(halves):
                continue
            mean, table = games.margin(known, games.half, knot < len(half_early))
            arrays["half_mean"][knot, number, :used] = mean
            if table is not None:
                arrays["half_cdf"][knot, number] = table
    return RunningModel(meaning, arrays, names)


class _Known(msgspec.Struct, frozen=True):
    """The rows of one time that know all features of one tier."""

    rows: Flags
    lead: Array
    design: Array
    """Intercept and features."""


class _Games(msgspec.Struct, frozen=True):
    features: npt.NDArray[np.float32]
    half: Array
    final: Array
    seasons: npt.NDArray[np.integer]
    weights: Array
    names: tuple[str, ...]
    settings: FitSettings

    def lead(self, place: int) -> Array:
        lead: Array = self.features[:, place, self.names.index(LEAD)].astype(np.float64)
        return lead

    def known(self, place: int, tier: Tier, time: int) -> _Known:
        index = {name: number for number, name in enumerate(self.names)}
        columns = self.features[:, place][:, list(positions(tier.features, index))].astype(np.float64)
        lead = self.lead(place)
        rows: Flags = np.isfinite(columns).all(axis=1) & np.isfinite(lead)
        if int(rows.sum()) < self.settings.fewest_games:
            raise ModelError(
                f"only {int(rows.sum())} games know all of the tier {tier.name!r} at {time // 600}:"
                f"{time % 600 // 10:02d}; leave the tier out, or import more seasons"
            )
        return _Known(rows, lead[rows], np.column_stack([np.ones(int(rows.sum())), columns[rows]]))

    def win(self, known: _Known, cut: bool) -> Array:
        clips = [np.clip(known.lead, -clip, clip) for clip in self.settings.win_clips] if cut else []
        design = np.column_stack([known.design, *clips])
        won = (self.final[known.rows] > 0).astype(np.float64)
        return logistic(design, won, self.weights[known.rows], self.settings.ridge)

    def margin(self, known: _Known, margin: Array, residuals: bool) -> tuple[Array, Array | None]:
        weights = self.weights[known.rows]
        outcome, season = margin[known.rows], self.seasons[known.rows]
        mean, others = least_squares(known.design, outcome, weights, season, self.settings.ridge)
        if not residuals:
            return mean, None
        table = ConformalResiduals.of(outcome - others, weights)
        cdf = np.interp(GRID, table.grid, table.cdf)
        cdf[0], cdf[-1] = 0.0, 1.0
        return mean, cdf

    def final_steps(self, place: int) -> Array:
        """By class of lead, as the side that leads sees it; at a tie as either side does."""
        lead = self.lead(place)
        known = np.isfinite(lead)
        size = np.abs(lead[known])
        steps = np.where(lead[known] < 0, -1.0, 1.0) * (self.final[known] - lead[known])
        bounds = [*self.settings.leads, np.inf]
        tables = []
        for lowest, above in pairwise(bounds):
            rows = (size >= lowest) & (size < above)
            tables.append(steps_table(steps[rows], self.weights[known][rows], mirrored=lowest == 0))
        return np.array(tables)

    def half_steps(self, place: int) -> Array:
        """Mirrored: where the middle is, the regression says."""
        steps: Array = self.half - self.lead(place)
        known = np.isfinite(steps)
        return steps_table(steps[known], self.weights[known], mirrored=True)


def least_squares(
    design: Array, outcome: Array, weights: Array, groups: npt.NDArray[np.integer], ridge: float
) -> tuple[Array, Array]:
    """Coefficients (1 + F,) on all rows, and each row's prediction (n,) by those of the other groups.

    With a single group its own coefficients predict it. The first column of `design` is the intercept.
    """
    centre, spread = _standard(design, weights)
    scaled = (design - centre) / spread
    penalty = np.diag(np.full(design.shape[1], ridge))
    penalty[0, 0] = 1e-9
    left = penalty
    right = np.zeros(design.shape[1])
    parts = {}
    for group in np.unique(groups):
        rows = groups == group
        weighted = scaled[rows] * weights[rows, None]
        parts[group] = (weighted.T @ scaled[rows], weighted.T @ outcome[rows])
        left, right = left + parts[group][0], right + parts[group][1]
    together = np.asarray(np.linalg.solve(left, right), dtype=np.float64)
    predicted = scaled @ together
    if len(parts) > 1:
        for group, (own_left, own_right) in parts.items():
            rows = groups == group
            predicted[rows] = scaled[rows] @ np.linalg.solve(left - own_left, right - own_right)
    return _original(together, centre, spread), predicted


def logistic(design: Array, won: Array, weights: Array, ridge: float, most: int = 50) -> Array:
    """Coefficients (1 + F,) of the log odds, by Newton's method; the intercept is not held back."""
    if won.min() == won.max():
        raise ModelError("every game has the same winner, home or away; import more seasons")
    centre, spread = _standard(design, weights)
    scaled = (design - centre) / spread
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-9
    found = np.zeros(design.shape[1])

    def loss(at: Array) -> float:
        value = scaled @ at
        return float(weights @ (np.logaddexp(0.0, value) - won * value) + 0.5 * penalty @ np.square(at))

    for _ in range(most):
        chance = 1.0 / (1.0 + np.exp(-np.clip(scaled @ found, -35.0, 35.0)))
        slope = scaled.T @ (weights * (won - chance)) - penalty * found
        curve = (scaled * (weights * chance * (1.0 - chance))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        while loss(found + step) > loss(found) + 1e-9 and np.abs(step).max() > 1e-9:
            step = step / 2
        found = found + step
        if np.abs(step).max() < 1e-8:
            return _original(found, centre, spread)
    raise ModelError("the win probability did not settle; look for a feature that is all but constant")


def _standard(design: Array, weights: Array) -> tuple[Array, Array]:
    centre = weights @ design / weights.sum()
    spread: Array = np.sqrt(weights @ np.square(design - centre) / weights.sum())
    constant = spread < 1e-9
    spread[constant] = 1.0
    centre[0] = 0.0
    return centre, spread


def _original(scaled: Array, centre: Array, spread: Array) -> Array:
    found = scaled / spread
    found[0] -= float(found[1:] @ centre[1:])
    return found
