"""From the tables of an evaluation to its report: every score beside the baselines' on the same games."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec.structs import asdict

from courtside.errors import BadInput
from courtside.training import scores, scores_win
from courtside.training.report import (
    BaselineProbability,
    GameForecast,
    HalftimeReport,
    HalftimeSlice,
    MarginReport,
    MarginScores,
    MemberScores,
    ModelSpan,
    PointScores,
    Report,
    RunReport,
    RunScores,
    WinMinute,
    WinReport,
    WinScores,
    WinSlice,
)
from courtside.training.report_tables import MINUTES, HalftimeTable, MarginTable, RunTable, WinTable
from courtside.training.scores import FloatArray
from courtside.training.scores_paired import Paired, paired, paired_errors
from courtside.training.scores_win import BoolArray

MOMENTS: Mapping[str, int] = {"tip": 0, "q1": 12, "q2_6": 18, "half": 24, "q3": 36, "q4_2": 46}
"""The moments that reports speak of, in minutes of game time."""
AVERAGE = "average"
"""Beside the moments: the mean over the minutes 0 to 47."""


def build(
    halftime: HalftimeTable,
    win: WinTable,
    margin: MarginTable,
    *,
    models: Sequence[ModelSpan],
    command: str,
    runs: RunTable | None = None,
    groups: Mapping[str, BoolArray] | None = None,
    seed: int = 0,
) -> Report:
    """`seed` draws the noise floors of the calibration errors; `groups` are games to look at apart, masks
    over the halftime table.

    Raises `BadInput` where a model was tested on dates that it had learned from, or a game is of a date on
    which none of `models` was tested.
    """
    _check_dates(models, {*halftime.date.tolist(), *win.date.tolist(), *margin.date.tolist()})
    everything = _halftime(halftime, np.ones(len(halftime.date), dtype=np.bool_))
    return Report(
        command=command,
        models=list(models),
        first_date=min(halftime.date.tolist()),
        last_date=max(halftime.date.tolist()),
        n=everything.n,
        halftime=HalftimeReport(
            **asdict(everything),
            pit=[float(bar) for bar in scores.pit_histogram(halftime.pit_lower, halftime.pit_upper)],
        ),
        seasons={
            str(season): _halftime(halftime, halftime.season == season)
            for season in np.unique(halftime.season)
        },
        season_types={
            str(kind): _halftime(halftime, halftime.season_type == kind)
            for kind in np.unique(halftime.season_type)
        },
        groups={name: _halftime(halftime, games) for name, games in (groups or {}).items() if games.any()},
        members=_members(halftime),
        win_probability=_win(win, seed),
        final_margin=_margin(margin),
        runs=None if runs is None else _runs(runs),
        games=_games(halftime),
    )


def _check_dates(models: Sequence[ModelSpan], dates: set[str]) -> None:
    for model in models:
        if model.trained_until >= model.tested_from:
            raise BadInput(
                f"model {model.version} learned until {model.trained_until} and is tested from "
                f"{model.tested_from}; test on later dates"
            )
    for date in sorted(dates):
        if not any(model.tested_from <= date <= model.tested_until for model in models):
            raise BadInput(f"no model was tested on {date}; name the model that forecast its games")


def _halftime(table: HalftimeTable, games: BoolArray) -> HalftimeSlice:
    actual, forecast, date = table.actual[games], table.forecast[games], table.date[games]
    lower80, upper80 = table.lower80[games], table.upper80[games]
    lower95, upper95 = table.lower95[games], table.upper95[games]
    baselines: dict[str, PointScores] = {}
    tests: dict[str, Paired] = {}
    for name, column in table.baselines.items():
        theirs = column[games]
        known = np.isfinite(theirs)
        if known.any():
            baselines[name] = PointScores(
                mae=scores.mae(theirs[known], actual[known]),
                rmse=scores.rmse(theirs[known], actual[known]),
                n=int(known.sum()),
            )
            tests[name] = paired_errors(forecast[known], theirs[known], actual[known], date[known])
    return HalftimeSlice(
        n=len(actual),
        mae=scores.mae(forecast, actual),
        rmse=scores.rmse(forecast, actual),
        crps=float(table.crps[games].mean()),
        coverage80=scores.coverage(lower80, upper80, actual),
        se80=scores.coverage_error(0.8, len(actual)),
        coverage95=scores.coverage(lower95, upper95, actual),
        se95=scores.coverage_error(0.95, len(actual)),
        width80=scores.mean_width(lower80, upper80),
        width95=scores.mean_width(lower95, upper95),
        baselines=baselines,
        paired=tests,
    )


def _members(table: HalftimeTable) -> dict[str, MemberScores]:
    members = {}
    for name, forecast in table.members.items():
        known = np.isfinite(forecast)
        if known.any():
            weight = table.weights.get(name)
            members[name] = MemberScores(
                mae=scores.mae(forecast[known], table.actual[known]),
                weight=0.0 if weight is None else float(weight.mean()),
                n=int(known.sum()),
            )
    return members


def _win(table: WinTable, seed: int) -> WinReport:
    everything = _win_slice(table, seed)
    playoffs = table.season_type == "playoffs"
    ours = _briers(table.home_win, table.home_won).mean(axis=0)
    theirs = {name: _briers(column, table.home_won).mean(axis=0) for name, column in table.baselines.items()}
    repeated = np.repeat(table.home_won, MINUTES)
    return WinReport(
        **asdict(everything),
        by_minute=[
            WinMinute(
                minute, float(ours[minute]), {name: float(column[minute]) for name, column in theirs.items()}
            )
            for minute in range(MINUTES)
        ],
        reliability={
            moment: scores_win.reliability(table.home_win[:, minute], table.home_won)
            for moment, minute in MOMENTS.items()
        }
        | {AVERAGE: scores_win.reliability(table.home_win.ravel(), repeated)},
        playoffs=_win_slice(table.where(playoffs), seed) if playoffs.any() else None,
    )


def _win_slice(table: WinTable, seed: int) -> WinSlice:
    average = _win_scores(table, range(MINUTES), seed)
    moments = {moment: _win_scores(table, (minute,), seed) for moment, minute in MOMENTS.items()}
    return WinSlice(
        **asdict(average),
        n=len(table.home_won),
        by_moment=moments | {AVERAGE: average},
    )


def _win_scores(table: WinTable, minutes: Sequence[int], seed: int) -> WinScores:
    """The mean of the scores at each of `minutes`."""
    won, columns = table.home_won, list(minutes)
    ours = table.home_win[:, columns]
    floor, floor95 = scores_win.ece_floor(ours, seed)
    ranks = [scores_win.auc(column, won) for column in ours.T]
    known_ranks = [rank for rank in ranks if rank is not None]
    return WinScores(
        brier=float(_briers(ours, won).mean()),
        log_loss=_mean(scores_win.log_loss, ours, won),
        auc=float(np.mean(known_ranks)) if known_ranks else None,
        ece=_mean(scores_win.ece, ours, won),
        ece_floor=floor,
        ece_floor95=floor95,
        baselines={
            name: BaselineProbability(
                brier=float(_briers(theirs[:, columns], won).mean()),
                log_loss=float(
                    np.mean([scores_win.log_loss(column, won) for column in theirs[:, columns].T])
                ),
                paired=paired(
                    _briers(ours, won).mean(axis=1),
                    _briers(theirs[:, columns], won).mean(axis=1),
                    table.date,
                ),
            )
            for name, theirs in table.baselines.items()
        },
    )


def _mean(score: Callable[[FloatArray, BoolArray], float], columns: FloatArray, won: BoolArray) -> float:
    return float(np.mean([score(column, won) for column in columns.T]))


def _briers(probability: FloatArray, won: BoolArray) -> FloatArray:
    """Squared errors, a row a game."""
    return np.asarray(np.square(probability - won[:, None]), dtype=np.float64)


def _margin(table: MarginTable) -> MarginReport:
    by_minute = [
        MarginScores(
            mae=scores.mae(table.median[:, minute], table.actual),
            rmse=scores.rmse(table.median[:, minute], table.actual),
            coverage80=scores.coverage(table.lower80[:, minute], table.upper80[:, minute], table.actual),
            coverage95=scores.coverage(table.lower95[:, minute], table.upper95[:, minute], table.actual),
            width80=scores.mean_width(table.lower80[:, minute], table.upper80[:, minute]),
            width95=scores.mean_width(table.lower95[:, minute], table.upper95[:, minute]),
        )
        for minute in range(MINUTES)
    ]
    average = MarginScores(
        **{
            name: float(np.mean([getattr(minute, name) for minute in by_minute]))
            for name in MarginScores.__struct_fields__
        }
    )
    moments = {moment: by_minute[minute] for moment, minute in MOMENTS.items()}
    return MarginReport(n=len(table.actual), by_moment=moments | {AVERAGE: average}, by_minute=by_minute)


def _runs(table: RunTable) -> RunReport:
    ours = np.square(table.probability - table.happened)
    return RunReport(
        points=table.points,
        seconds=table.seconds,
        n=len(table.happened),
        happened=float(table.happened.mean()),
        shown=table.shown,
        brier=scores_win.brier(table.probability, table.happened),
        log_loss=scores_win.log_loss(table.probability, table.happened),
        baselines={
            name: RunScores(
                scores_win.brier(theirs, table.happened), scores_win.log_loss(theirs, table.happened)
            )
            for name, theirs in table.baselines.items()
        },
        paired={
            name: paired(ours, np.square(theirs - table.happened), table.date)
            for name, theirs in table.baselines.items()
        },
    )


def _games(table: HalftimeTable) -> list[GameForecast]:
    """By date, then by game id."""
    return [
        GameForecast(
            game_id=str(table.game_id[row]),
            date=str(table.date[row]),
            season_type=str(table.season_type[row]),
            home=str(table.home[row]),
            away=str(table.away[row]),
            lead=float(table.lead[row]),
            forecast=float(table.forecast[row]),
            lower80=float(table.lower80[row]),
            upper80=float(table.upper80[row]),
            lower95=float(table.lower95[row]),
            upper95=float(table.upper95[row]),
            actual=float(table.actual[row]),
        )
        for row in np.lexsort((table.game_id, table.date))
    ]
