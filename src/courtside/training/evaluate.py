"""How good the forecasts are: every game of a span as it would have been forecast at its time.

Models see only games before the ones that they are judged on; ratings and adaptive levels roll forward
and see a game on the day after it.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.errors import BadHistory
from courtside.forecast.adaptive import NOMINAL_80, NOMINAL_95, AdaptiveLevels
from courtside.forecast.bundle import DataSpan
from courtside.forecast.forecast import Forecast
from courtside.forecast.halftime import HalftimeModel
from courtside.forecast.model import Model
from courtside.forecast.running import RunningModel
from courtside.training import scores
from courtside.training.baselines import Baselines
from courtside.training.dataset import MOMENTS, Dataset, day_of
from courtside.training.fit import fit_games
from courtside.training.fit_halftime import WalkForward, day_by_day
from courtside.training.report import ModelSpan, Report
from courtside.training.report_build import build as build_report
from courtside.training.report_tables import (
    MINUTES,
    HalftimeOutcome,
    HalftimeTable,
    MarginTable,
    RunTable,
    WinTable,
)

Flags = npt.NDArray[np.bool_]
Progress = Callable[[str], None]
_MINUTE_TENTHS = 600
_MINUTE_PLACES = [MOMENTS.index(minute * _MINUTE_TENTHS) for minute in range(MINUTES)]
_PERIOD_MINUTES = 12


class Judged(msgspec.Struct, frozen=True):
    """One model, and the games that it is judged on: a mask over the whole dataset."""

    version: str
    halftime: HalftimeModel
    running: RunningModel
    levels: AdaptiveLevels
    baselines: Baselines
    data: DataSpan
    """What it has learned from."""
    test: Flags


class Tables(msgspec.Struct, frozen=True):
    """What a judged model said, game by game."""

    halftime: list[HalftimeOutcome]
    win: WinTable
    margin: MarginTable


def between(games: Dataset, first: str, last: str) -> Flags:
    """Games on the days from `first` to `last`, both included."""
    return (games.day >= day_of(first)) & (games.day <= day_of(last))


def rolling(walk: WalkForward, first: str, last: str, progress: Progress) -> Iterator[Judged]:
    """Refitted at each season's start on everything before it."""
    games = walk.games
    inside = between(games, first, last)
    for season in np.unique(games.season[inside]).tolist():
        yield _fitted(walk, games.season < season, inside & (games.season == season), str(season), progress)


def trained_until(
    walk: WalkForward, until: str, first: str, last: str, progress: Progress
) -> Iterator[Judged]:
    """Fitted once, on the games before `until`."""
    test = between(walk.games, first, last)
    yield _fitted(walk, walk.games.day < day_of(until), test, until, progress)


def _fitted(walk: WalkForward, train: Flags, test: Flags, name: str, progress: Progress) -> Judged:
    if not train.any():
        raise BadHistory("too_few", f"there are no games before {name} to learn from; give more history")
    fitted = fit_games(walk, train, progress)
    return Judged(
        version=f"before {name}",
        halftime=fitted.halftime.model,
        running=fitted.running,
        levels=fitted.halftime.levels,
        baselines=fitted.baselines,
        data=fitted.data,
        test=test,
    )


def judge(
    games: Dataset, judged: Judged, others: Mapping[str, Mapping[str, float]], progress: Progress
) -> Tables:
    """Forecast the games of one model's test. `others` are forecasts of halftime by game id, by name."""
    test = games.where(judged.test)
    progress(f"{len(test)} games forecast by the model {judged.version}")
    baselines = judged.baselines.halftimes(test)
    outcomes = []

    def halftime(row: int, levels: AdaptiveLevels) -> tuple[bool, bool]:
        alphas = (levels.level80.alpha, levels.level95.alpha)
        forecast = judged.halftime.forecast(test.at_18[row], alphas, explain=False)
        said = {name: float(column[row]) for name, column in baselines.items() if np.isfinite(column[row])}
        facts = test.games[row]
        for name, column in others.items():
            if facts.game_id in column:
                said[name] = column[facts.game_id]
        outcome = _outcome(test, row, forecast, said)
        outcomes.append(outcome)
        actual = outcome.actual
        return (
            outcome.lower80 <= actual <= outcome.upper80,
            outcome.lower95 <= actual <= outcome.upper95,
        )

    day_by_day(judged.levels, test.day, halftime)
    return Tables(outcomes, *_minutes(judged, test))


def _outcome(test: Dataset, row: int, forecast: Forecast, baselines: Mapping[str, float]) -> HalftimeOutcome:
    facts = test.games[row]
    actual = float(test.half[row])
    lower80, upper80 = forecast.interval(NOMINAL_80)
    lower95, upper95 = forecast.interval(NOMINAL_95)
    return HalftimeOutcome(
        game_id=facts.game_id,
        date=facts.date or "",
        season=facts.season,
        season_type=facts.season_type,
        home=facts.home,
        away=facts.away,
        lead=float(test.lead_18[row]),
        forecast=forecast.point,
        lower80=lower80,
        upper80=upper80,
        lower95=lower95,
        upper95=upper95,
        actual=actual,
        crps=scores.crps(forecast.distribution, actual),
        pit=scores.pit(forecast.distribution, actual),
        members=forecast.members,
        weights=forecast.weights,
        baselines=baselines,
    )


def _minutes(judged: Judged, test: Dataset) -> tuple[WinTable, MarginTable]:
    """Win probability and final margin at every full minute."""
    columns = {
        name: np.zeros((len(test), MINUTES))
        for name in ("win", "median", "lower80", "upper80", "lower95", "upper95")
    }
    for row in range(len(test)):
        moments = test.running[row].astype(np.float64).tolist()
        for minute, place in enumerate(_MINUTE_PLACES):
            period, left = _clock(minute)
            margins = judged.running.at(period, left, moments[place])
            columns["win"][row, minute] = margins.win_home
            columns["median"][row, minute] = margins.final.median
            columns["lower80"][row, minute], columns["upper80"][row, minute] = margins.final.interval(0.8)
            columns["lower95"][row, minute], columns["upper95"][row, minute] = margins.final.interval(0.95)
    date = np.array([facts.date for facts in test.games], dtype=np.str_)
    win = WinTable(
        date=date,
        season_type=np.array([facts.season_type for facts in test.games], dtype=np.str_),
        home_won=test.final > 0,
        home_win=columns.pop("win"),
        baselines=judged.baselines.wins(test),
    )
    return win, MarginTable(date=date, actual=test.final.astype(np.float64), **columns)


def _clock(minute: int) -> tuple[int, int]:
    """Period and tenths left of it, so many minutes after the tip."""
    period, played = divmod(minute, _PERIOD_MINUTES)
    return period + 1, (_PERIOD_MINUTES - played) * _MINUTE_TENTHS


def report_of(
    tables: Sequence[Tables],
    spans: Sequence[ModelSpan],
    command: str,
    runs: RunTable | None,
    apart: Mapping[str, Container[str]],
) -> Report:
    """`apart` are groups of games by id that are told apart too."""
    halftime = HalftimeTable.of([outcome for table in tables for outcome in table.halftime])
    win, margin = [table.win for table in tables], [table.margin for table in tables]
    return build_report(
        halftime,
        WinTable(
            date=np.concatenate([part.date for part in win]),
            season_type=np.concatenate([part.season_type for part in win]),
            home_won=np.concatenate([part.home_won for part in win]),
            home_win=np.concatenate([part.home_win for part in win]),
            baselines={
                name: np.concatenate([part.baselines[name] for part in win]) for name in win[0].baselines
            },
        ),
        MarginTable(
            **{
                name: np.concatenate([getattr(part, name) for part in margin])
                for name in MarginTable.__struct_fields__
            }
        ),
        models=spans,
        command=command,
        runs=runs,
        groups={
            name: np.array([game_id in wanted for game_id in halftime.game_id.tolist()], dtype=np.bool_)
            for name, wanted in apart.items()
        },
    )


def span(games: Dataset, judged: Judged) -> ModelSpan:
    dates = [facts.date or "" for facts in games.where(judged.test).games]
    return ModelSpan(
        version=judged.version,
        trained_from=judged.data.first_date,
        trained_until=judged.data.last_date,
        trained_games=judged.data.games,
        tested_from=min(dates),
        tested_until=max(dates),
    )


def with_model(
    model: Model, baselines: Baselines, data: DataSpan, games: Dataset, first: str, last: str
) -> Judged:
    """A finished model on games after those that it learned from."""
    return Judged(
        version=model.version,
        halftime=model.halftime,
        running=model.margins,
        levels=model.levels,
        baselines=baselines,
        data=data,
        test=between(games, first, last),
    )
