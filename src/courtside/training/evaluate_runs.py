"""Scoring runs of a span of games, forecast by a model that learned from earlier ones only."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from courtside.forecast import runs
from courtside.forecast.runs import RunModel
from courtside.training.fit_runs import fit
from courtside.training.history_store import HistoryStore
from courtside.training.report_tables import RunTable
from courtside.training.run_moments import Moments, moments
from courtside.training.run_regression import known, predict, walk

_RICHEST = len(runs.TIERS) - 1


def run_table(
    store: Path,
    edges: Mapping[str, float],
    before: str,
    first: str,
    last: str,
    wanted: frozenset[str],
    model: RunModel | None = None,
) -> RunTable:
    """Moments of the games `wanted` from `first` to `last`; `model` is fitted on those before the day
    `before` unless one is given. `edges` are expected final margins by game id."""
    history = HistoryStore(store)
    fitted = model
    if fitted is None:
        earlier = (
            game for game in history.plays() if game.facts.date is not None and game.facts.date < before
        )
        fitted = fit(earlier, edges).model
    asked = (
        game
        for game in history.plays()
        if game.facts.date is not None and first <= game.facts.date <= last and game.facts.game_id in wanted
    )
    return _table(moments(asked, edges), fitted)


def _table(seen: Moments, model: RunModel) -> RunTable:
    rows = known(seen, np.arange(len(seen.day)), _RICHEST)
    return RunTable(
        points=runs.RUN_POINTS,
        seconds=runs.WINDOW_SECONDS,
        shown=model.shown,
        date=np.array([date.fromordinal(int(day)).isoformat() for day in seen.day[rows]], dtype=np.str_),
        happened=seen.followed[rows] > 0,
        probability=predict(seen, model.baseline, model.coefficients[_RICHEST], rows, _RICHEST),
        baselines={"random_walk": walk(model.baseline, seen, rows)},
    )
