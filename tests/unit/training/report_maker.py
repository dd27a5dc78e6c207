"""Made-up games for the tests of scores and reports: forecasts that are right, and baselines that are not."""

from math import erf, sqrt

import numpy as np
import numpy.typing as npt

from courtside.forecast.distribution import IntegerDistribution
from courtside.training.report import ModelSpan, Report
from courtside.training.report_build import build
from courtside.training.report_tables import (
    MINUTES,
    HalftimeOutcome,
    HalftimeTable,
    MarginTable,
    RunTable,
    WinTable,
)
from courtside.training.scores import crps, pit

TEAMS = ("ATL", "BOS", "CHI", "DAL", "DEN", "LAL", "MIA", "NYK")
MODEL = ModelSpan(
    version="made-up",
    trained_from="2010-10-01",
    trained_until="2019-06-30",
    trained_games=9000,
    tested_from="2019-10-01",
    tested_until="2024-06-30",
)
_cdf = np.vectorize(lambda value: 0.5 * (1.0 + erf(value / sqrt(2.0))), otypes=[np.float64])
_Z80, _Z95 = 1.281552, 1.959964


def normal_distribution(mean: float, sd: float, reach: int = 30) -> IntegerDistribution:
    """Integers around `mean` with the probabilities of a normal distribution."""
    first = round(mean) - reach
    edges = np.arange(first, first + 2 * reach + 2) - 0.5
    probabilities = np.diff(_cdf((edges - mean) / sd))
    return IntegerDistribution(first, probabilities / probabilities.sum())


def dates(games: int, per_day: int = 6) -> npt.NDArray[np.str_]:
    """Seasons from 2019 on, each in 150 days from October."""
    day = np.arange(games) // per_day
    start = (2019 + day // 150 - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 273
    return (start + day % 150).astype(str)


def halftime_outcomes(games: int = 300, seed: int = 1) -> list[HalftimeOutcome]:
    random = np.random.default_rng(seed)
    outcomes = []
    for row, date in enumerate(dates(games)):
        lead = round(random.normal(0.0, 9.0))
        better = random.normal(0.0, 1.5)
        distribution = normal_distribution(0.95 * lead + better, 5.9)
        drawn = random.choice(len(distribution.probabilities), p=distribution.probabilities)
        actual = float(distribution.first + drawn)
        home, away = random.choice(TEAMS, 2, replace=False)
        season = int(date[:4]) if date[5:7] >= "07" else int(date[:4]) - 1
        outcomes.append(
            HalftimeOutcome(
                game_id=f"0022{row:06d}",
                date=str(date),
                season=season,
                season_type="playoffs" if row % 10 == 9 else "regular",
                home=str(home),
                away=str(away),
                lead=lead,
                forecast=distribution.median,
                lower80=distribution.interval(0.8)[0],
                upper80=distribution.interval(0.8)[1],
                lower95=distribution.interval(0.95)[0],
                upper95=distribution.interval(0.95)[1],
                actual=actual,
                crps=crps(distribution, actual),
                pit=pit(distribution, actual),
                members={"linear": distribution.mean, "lstm": distribution.mean + random.normal(0.0, 1.0)},
                weights={"linear": 0.75, "lstm": 0.25},
                baselines={"persistence": float(lead), "linear": 0.95 * lead + 0.8 * better}
                | ({"original": lead + random.normal(0.0, 4.0)} if row < games // 3 else {}),
            )
        )
    return outcomes


def tables_by_minute(games: int = 300, seed: int = 2) -> tuple[WinTable, MarginTable]:
    """Games that are a random walk, forecast by what is known of one."""
    random = np.random.default_rng(seed)
    strength = random.normal(2.5, 5.0, games)
    steps = random.normal(0.0, 1.9, (games, MINUTES))
    leads = np.concatenate([np.zeros((games, 1)), np.cumsum(steps, axis=1)], axis=1)
    left = np.arange(MINUTES, 0, -1)
    actual = np.round(leads[:, -1] + strength)
    actual[actual == 0.0] = 1.0
    now = leads[:, :-1] + strength[:, None] * (1 - left / MINUTES)
    mean = now + strength[:, None] * left / MINUTES
    sd = 1.9 * np.sqrt(left)
    win = WinTable(
        date=dates(games),
        season_type=np.where(np.arange(games) % 10 == 9, "playoffs", "regular"),
        home_won=actual > 0,
        home_win=_cdf(mean / sd),
        baselines={"stern": _cdf((now + 2.5 * left / MINUTES) / sd), "lead_elo": _cdf(mean / (1.2 * sd))},
    )
    margin = MarginTable(
        date=dates(games),
        actual=actual,
        median=np.round(mean),
        lower80=np.round(mean - _Z80 * sd),
        upper80=np.round(mean + _Z80 * sd),
        lower95=np.round(mean - _Z95 * sd),
        upper95=np.round(mean + _Z95 * sd),
    )
    return win, margin


def runs(snapshots: int = 2000, seed: int = 3, *, shown: bool = True) -> RunTable:
    random = np.random.default_rng(seed)
    probability = random.beta(2.0, 10.0, snapshots)
    return RunTable(
        points=8,
        seconds=180,
        shown=shown,
        date=dates(snapshots, per_day=40),
        happened=random.random(snapshots) < probability,
        probability=probability,
        baselines={
            "climatology": np.full(snapshots, probability.mean()),
            "random_walk": np.clip(probability + random.normal(0.0, 0.05, snapshots), 0.0, 1.0),
        },
    )


def made_report(games: int = 300, command: str = "courtside evaluate --out report.json") -> Report:
    win, margin = tables_by_minute(games)
    outcomes = HalftimeTable.of(halftime_outcomes(games))
    return build(outcomes, win, margin, models=[MODEL], command=command, runs=runs())
