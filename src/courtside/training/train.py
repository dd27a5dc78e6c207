"""From an imported store to a bundle: everything that forecasts, learned once, the same every time."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np

from courtside import __version__, features
from courtside.forecast.bundle import Bundle, Description, Setting, refuse_other, write_bundle
from courtside.forecast.model import to_parts
from courtside.forecast.rating_book import RatingBook
from courtside.training.dataset import Dataset, build
from courtside.training.fit import FittedGames, fit_games
from courtside.training.fit_halftime import WalkForward
from courtside.training.fit_runs import FittedRuns
from courtside.training.fit_runs import fit as fit_runs
from courtside.training.history_store import HistoryStore

Progress = Callable[[str], None]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What to learn from. `until` is the first day that is left out; `spreads` are closing home spreads
    by game id, for the tier that knows the market."""

    store: Path
    until: str | None = None
    spreads: Mapping[str, float] = {}
    jobs: int = 2


def train(training: Training, out: Path, progress: Progress) -> Bundle:
    """Fit everything and write the bundle to the folder `out`; same store, same bytes.

    Raises `BadHistory` where there is too little to learn from, and `ModelError` at once where `out`
    holds something else.
    """
    refuse_other(out)
    book = RatingBook()
    progress("reading games")
    games = build(
        training.store,
        book,
        spreads=training.spreads,
        until=training.until,
        jobs=training.jobs,
        progress=lambda done, total: progress(f"{done:,} of {total:,} games read"),
    )
    walk = WalkForward(games, progress)
    fitted = fit_games(walk, np.ones(len(games), dtype=np.bool_), progress)
    progress("scoring runs")
    runs = _runs(training, games)
    levels = fitted.halftime.levels
    parts = to_parts(fitted.halftime.model, fitted.running, runs.model, levels, book)
    parts |= fitted.baselines.to_parts()
    description = Description(
        courtside=__version__,
        data=fitted.data,
        metrics=_metrics(games, fitted),
        settings=_settings(training, games, fitted, runs),
    )
    return write_bundle(out, parts, description)


def _runs(training: Training, games: Dataset) -> FittedRuns:
    known = {facts.game_id for facts in games.games}
    plays = (game for game in HistoryStore(training.store).plays() if game.facts.game_id in known)
    return fit_runs(plays, games.expected_margins())


def _metrics(games: Dataset, fitted: FittedGames) -> dict[str, float]:
    """On the last season, forecast by members that had not seen it."""
    unseen = fitted.halftime.unseen
    last = games.season[unseen.rows] == games.season[unseen.rows].max()
    errors, increments = unseen.errors[last], unseen.increments[last]
    return {
        "halftime_mae": round(float(np.abs(errors).mean()), 4),
        "halftime_rmse": round(float(np.sqrt(np.square(errors).mean())), 4),
        "persistence_mae": round(float(np.abs(increments).mean()), 4),
        "unseen_games": float(len(errors)),
    }


def _settings(
    training: Training, games: Dataset, fitted: FittedGames, runs: FittedRuns
) -> dict[str, dict[str, Setting]]:
    market = games.at_18[:, features.INDEX["market_margin"]]
    return {
        "data": {"until": training.until, "games_with_spread": int(np.isfinite(market).sum())},
        "halftime": {
            "tiers": [combination.tier for combination in fitted.halftime.model.combinations],
            "unseen_tier": fitted.halftime.unseen.tier,
        },
        "runs": {
            "baseline_years": runs.baseline_years,
            "model_years": runs.model_years,
            "shown": runs.model.shown,
            "test_from": runs.test_from,
        },
    }
