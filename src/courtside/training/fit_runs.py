"""Fits the run model and finds out, on games it has not seen, whether users should see it.

In the order of time: the earliest games train, the next choose how many years back training reaches, the
last test. The model that is handed out is then fitted the same way on all of them.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from courtside.errors import BadHistory
from courtside.forecast import runs
from courtside.forecast.runs import Floats, Renewal, RunModel
from courtside.training.history_store import StoredGame
from courtside.training.run_evidence import RunEvidence, judge
from courtside.training.run_moments import KINDS, Moments, moments
from courtside.training.run_regression import Rows, coefficients, known, predict, walk
from courtside.training.scores_win import log_loss

YEARS = (3, 5, 8)
"""How far back training may reach."""
_DAYS_A_YEAR = 365
_SEASON_STARTS = 9
"""Month from which games belong to the next season; the two seasons of the pandemic overlap by weeks."""


class Split(msgspec.Struct, frozen=True):
    """Days, as ordinals: training is before `choose_from`, testing from `test_from` on."""

    choose_from: int
    test_from: int


class FittedRuns(msgspec.Struct, frozen=True):
    model: RunModel
    evidence: list[RunEvidence]
    baseline_years: int
    model_years: int
    games: int
    test_from: str
    until: str


def fit(games: Iterable[StoredGame], edges: Mapping[str, float], split: Split | None = None) -> FittedRuns:
    """Fit on `games`, in any order; `edges` are the margins expected beforehand, by game id.

    Where a part of the split has no game with an edge, the model takes no notice of them. Raises
    `BadHistory` where a part is empty.
    """
    seen = moments(games, edges)
    return fit_moments(seen, split or default_split(seen.day))


def fit_moments(seen: Moments, split: Split) -> FittedRuns:
    train = seen.day < split.choose_from
    test = seen.day >= split.test_from
    parts = {"train": train, "choose": ~train & ~test, "test": test}
    for name, part in parts.items():
        if not part.any():
            raise BadHistory("too_short", f"no games to {name} scoring runs on; import more seasons")
    tiers = _tiers(seen, parts.values())
    years, walk_years = _choose(seen, split.choose_from, np.flatnonzero(parts["choose"]), tiers[-1])

    baseline, weights = _fit_before(seen, split.test_from, walk_years, years, tiers)
    trained, tested = _rows(seen, split.test_from, years), np.flatnonzero(test)
    evidence = []
    for place, tier in enumerate(tiers):
        for kind in range(len(KINDS)):
            theirs, ours = (known(seen, rows[seen.kind[rows] == kind], tier) for rows in (trained, tested))
            model = predict(seen, baseline, weights[place], ours, tier)
            evidence.append(judge(seen, baseline, theirs, ours, model, (runs.TIERS[place], KINDS[kind])))

    until = int(seen.day.max())
    final = _fit_before(seen, until + 1, walk_years, years, tiers)
    return FittedRuns(
        model=RunModel(*final, _numbers(evidence)),
        evidence=evidence,
        baseline_years=walk_years,
        model_years=years,
        games=seen.games,
        test_from=date.fromordinal(split.test_from).isoformat(),
        until=date.fromordinal(until).isoformat(),
    )


def default_split(days: NDArray[np.int64]) -> Split:
    """Two seasons to test and one to choose, or the last 30% and the 15% before where seasons are few."""
    dates = np.unique(days)
    seasons = sorted({_season(int(day)) for day in dates})
    if len(seasons) >= 4:
        choose, test = (date(year, _SEASON_STARTS, 1).toordinal() for year in (seasons[-3], seasons[-2]))
        return Split(choose, test)
    return Split(int(dates[int(0.55 * len(dates))]), int(dates[int(0.7 * len(dates))]))


def fit_baseline(seen: Moments, before: int, years: int) -> Renewal:
    """The walk's rates, counted over the scores of the last `years` before a day."""
    scores, since = seen.scores, before - years * _DAYS_A_YEAR
    gap_rows = (scores.gap_day < before) & (scores.gap_day >= since)
    point_rows = (scores.points_day < before) & (scores.points_day >= since)
    if not gap_rows.any():
        raise BadHistory("too_short", f"no scores in the {years} years before {date.fromordinal(before)}")
    points = np.bincount(
        np.clip(scores.points[point_rows], 1, runs.MOST_POINTS), minlength=runs.MOST_POINTS + 1
    )
    longest = runs.LONGEST_GAP_SECONDS
    gaps = np.bincount(np.clip(scores.gap_seconds[gap_rows], 1, longest), minlength=longest + 1)
    again = float(scores.again[gap_rows].mean())
    return Renewal(again, points / points.sum(), gaps / gaps.sum())


def _season(day: int) -> int:
    when = date.fromordinal(day)
    return when.year if when.month >= _SEASON_STARTS else when.year - 1


def _rows(seen: Moments, before: int, years: int) -> Rows:
    return np.flatnonzero((seen.day < before) & (seen.day >= before - years * _DAYS_A_YEAR))


def _tiers(seen: Moments, parts: Iterable[NDArray[np.bool_]]) -> list[int]:
    """Which columns each of `runs.TIERS` is fitted with: without edges in a part, none looks at them."""
    informed = np.isfinite(seen.edge)
    tiers = range(len(runs.TIERS))
    return list(tiers) if all((informed & part).any() for part in parts) else [tier % 2 for tier in tiers]


def _choose(seen: Moments, before: int, rows: Rows, tier: int) -> tuple[int, int]:
    """The years of `YEARS` with the least log loss on `rows`: the model's, and the walk's."""
    rows = known(seen, rows, tier)
    happened = seen.followed[rows] > 0
    walks = {years: fit_baseline(seen, before, years) for years in YEARS}
    best = min(YEARS, key=lambda years: log_loss(walk(walks[years], seen, rows), happened))

    def loss(years: int) -> float:
        weights = coefficients(seen, walks[best], _rows(seen, before, years), tier)
        return log_loss(predict(seen, walks[best], weights, rows, tier), happened)

    return min(YEARS, key=loss), best


def _fit_before(
    seen: Moments, before: int, baseline_years: int, model_years: int, tiers: list[int]
) -> tuple[Renewal, Floats]:
    baseline = fit_baseline(seen, before, baseline_years)
    rows = _rows(seen, before, model_years)
    fitted = {tier: coefficients(seen, baseline, rows, tier) for tier in sorted(set(tiers))}
    return baseline, np.stack([fitted[tier] for tier in tiers])


def _numbers(evidence: list[RunEvidence]) -> Floats:
    """As `RunModel` keeps it; one date tells no error, and then nothing is proved."""
    rows = [
        [
            one.brier_difference.delta,
            float("inf") if one.brier_difference.se is None else one.brier_difference.se,
            one.log_loss_difference.delta,
            float("inf") if one.log_loss_difference.se is None else one.log_loss_difference.se,
        ]
        for one in evidence
    ]
    return np.array(rows).reshape(len(runs.TIERS), len(KINDS), 4)
