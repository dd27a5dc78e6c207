"""What was tried for the chance to win and did not pay, measured again.

python tools/win_experiments.py --history STORE [--spreads CSV]

Everything is refitted at each season's start on the seasons before, and judged on three spans: 2016-19,
on which choices are made, and two later ones. Brier scores are in ten-thousandths.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from courtside.features import RUNNING_INDEX
from courtside.forecast.rating_book import RatingBook
from courtside.training import scores_win
from courtside.training.dataset import MOMENTS, Dataset, build, read_spreads
from courtside.training.fit import RUNNING_TIERS
from courtside.training.fit_running import FitSettings, logistic
from courtside.training.scores_paired import paired

Floats = npt.NDArray[np.float64]
SPANS = {"2016-19, choosing": (2016, 2018), "2019-21": (2019, 2020), "2021-24": (2021, 2023)}
FIRST_RATED, FIRST_JUDGED = 2014, 2016
MINUTES = {"end of Q1": 12, "6:00 left in Q2": 18, "halftime": 24, "end of Q3": 36, "5:00 left in Q4": 43}
TIERS = {tier.name: tier.features for tier in RUNNING_TIERS}
LEAST_CHANCE = 1e-3


class Wins:
    """Home's chance by a logistic regression at one minute, refitted at each season's start."""

    def __init__(self, games: Dataset) -> None:
        self.games = games
        self.won = (games.final > 0).astype(np.float64)
        self.dates = np.array([facts.date or "" for facts in games.games])
        self.settings = FitSettings()

    def columns(self, minute: int, names: Sequence[str]) -> Floats:
        place = MOMENTS.index(minute * 600)
        wanted = [RUNNING_INDEX[name] for name in names]
        return self.games.running[:, place][:, wanted].astype(np.float64)

    def said(self, minute: int, names: Sequence[str], more: Sequence[Floats] = ()) -> Floats:
        design = np.column_stack([np.ones(len(self.won)), self.columns(minute, names), *more])
        season = self.games.season
        known = np.isfinite(design).all(axis=1) & (season >= FIRST_RATED)
        chance = np.full(len(self.won), np.nan)
        for each in range(FIRST_JUDGED, int(season.max()) + 1):
            past, now = known & (season < each), known & (season == each)
            if past.sum() < self.settings.fewest_games or not now.any():
                continue
            ages = (each - 1 - season[past]).astype(np.float64)
            weights = self.settings.season_weight**ages
            found = logistic(design[past], self.won[past], weights, self.settings.ridge)
            chance[now] = 1.0 / (1.0 + np.exp(-design[now] @ found))
        return chance

    def brier(self, chance: Floats) -> Floats:
        return np.asarray(1e4 * np.square(chance - self.won))

    def spans(self, known: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.bool_]]:
        season = self.games.season
        return [(season >= first) & (season <= last) & known for first, last in SPANS.values()]

    def calibration(self, chance: Floats, span: npt.NDArray[np.bool_]) -> str:
        error = scores_win.ece(chance[span], self.won[span] > 0)
        low, high = scores_win.ece_floor(chance[span])
        return f"{error:.3f} ({low:.3f} to {high:.3f})"

    def against(self, chance: Floats, plain: Floats, span: npt.NDArray[np.bool_]) -> str:
        test = paired(self.brier(chance)[span], self.brier(plain)[span], self.dates[span])
        return f"{test.delta:+.1f} ± {test.se or 0.0:.1f}"


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def bends(wins: Wins) -> None:
    """More of the lead than a straight line."""
    tried: dict[str, Callable[[Floats], list[Floats]]] = {
        "lead cubed": lambda lead: [lead**3 / 1000],
        "lead squared, with its sign": lambda lead: [lead * np.abs(lead) / 20],
        "lead cut off at 8": lambda lead: [np.clip(lead, -8, 8)],
        "lead cut off at 5 and at 12": lambda lead: [np.clip(lead, -5, 5), np.clip(lead, -12, 12)],
        "root of the lead": lambda lead: [np.sign(lead) * np.sqrt(np.abs(lead))],
    }
    rows = []
    for name, bend in tried.items():
        losses, plain = [], []
        for minute in MINUTES.values():
            lead = wins.columns(minute, ("lead",))[:, 0]
            losses.append(wins.brier(wins.said(minute, TIERS["players"], bend(lead))))
            plain.append(wins.brier(wins.said(minute, TIERS["players"])))
        ours, theirs = np.mean(losses, axis=0), np.mean(plain, axis=0)
        cells = []
        for span in wins.spans(np.isfinite(ours)):
            test = paired(ours[span], theirs[span], wins.dates[span])
            cells.append(f"{test.delta:+.1f} ± {test.se or 0.0:.1f}")
        rows.append([name, *cells])
    show(f"Added to the Brier score, mean of {', '.join(MINUTES)}", ["", *SPANS], rows)


def recalibrated(wins: Wins) -> None:
    """Chances mapped once more by what earlier seasons' chances were worth."""
    season, rows = wins.games.season, []
    for name, minute in MINUTES.items():
        plain = wins.said(minute, TIERS["players"])
        bent, stepped = plain.copy(), plain.copy()
        known = np.isfinite(plain)
        odds = np.log(plain / (1.0 - plain))
        design = np.column_stack([np.ones(len(odds)), odds])
        for each in range(FIRST_JUDGED + 2, int(season.max()) + 1):
            past, now = known & (season < each), known & (season == each)
            found = logistic(design[past], wins.won[past], np.ones(int(past.sum())), 1e-6)
            bent[now] = 1.0 / (1.0 + np.exp(-design[now] @ found))
            stepped[now] = isotonic(plain[past], wins.won[past], plain[now])
        for how, chance in {"as it is": plain, "slope and level": bent, "isotonic": stepped}.items():
            cells = []
            for span in wins.spans(known & (season >= FIRST_JUDGED + 2)):
                change = "" if chance is plain else f"{wins.against(chance, plain, span)}; "
                cells.append(f"{change}ECE {wins.calibration(chance, span)}")
            rows.append([name, how, *cells[1:]])
    title = "Added to the Brier score, and calibration error (by luck alone)"
    show(title, ["", "", *list(SPANS)[1:]], rows)


def isotonic(said: Floats, came: Floats, asked: Floats) -> Floats:
    """Pool adjacent violators: the best steps that never fall."""
    order = np.argsort(said, kind="stable")
    levels: list[tuple[float, int]] = []
    for value in came[order].tolist():
        levels.append((value, 1))
        while len(levels) > 1 and levels[-2][0] >= levels[-1][0]:
            (low, many), (high, few) = levels[-2], levels[-1]
            levels[-2:] = [((low * many + high * few) / (many + few), many + few)]
    steps = np.concatenate([np.full(count, level) for level, count in levels])
    found = np.clip(np.interp(asked, said[order], steps), LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    return np.asarray(found, dtype=np.float64)


def calibration(wins: Wins) -> None:
    """How often a minute's calibration error is above what 95% of perfect forecasters would show."""
    minutes = range(1, 48)
    named = {"ours": TIERS["players"], "lead and expected margin": ("lead", "expected_margin")}
    rows = []
    for name, used in named.items():
        said = np.stack([wins.said(minute, used) for minute in minutes], axis=1)
        cells = []
        for span in wins.spans(np.asarray(np.isfinite(said).all(axis=1))):
            won = wins.won[span] > 0
            errors = [scores_win.ece(column, won) for column in said[span].T]
            limits = [scores_win.ece_floor(column)[1] for column in said[span].T]
            over = sum(error > limit for error, limit in zip(errors, limits, strict=True))
            low, high = scores_win.ece_floor(said[span])
            cells.append(f"{over} of {len(errors)}; mean {np.mean(errors):.4f} ({low:.4f} to {high:.4f})")
        rows.append([name, *cells])
    show("Minutes above the limit, and the mean over minutes (by luck alone)", ["", *SPANS], rows)
    ends = [wins.said(36, used) for used in named.values()]
    seasons = []
    for each in range(FIRST_JUDGED, int(wins.games.season.max()) + 1):
        now = wins.games.season == each
        cells = [wins.calibration(end, now & np.isfinite(end)) for end in ends]
        seasons.append([f"{each}-{(each + 1) % 100:02d}", *cells])
    cells = [wins.calibration(end, wins.spans(np.isfinite(end))[-1]) for end in ends]
    seasons.append([f"{list(SPANS)[-1]}", *cells])
    show("ECE at the end of Q3 by season (by luck alone)", ["season", *named], seasons)


def level_and_slope(wins: Wins) -> None:
    """Log odds of what came against those that were said: 0 and 1 where chances are right."""
    rows = []
    for name, minute in MINUTES.items():
        said = wins.said(minute, TIERS["players"])
        design = np.column_stack([np.ones(len(said)), np.log(said / (1.0 - said))])
        cells = []
        for span in wins.spans(np.isfinite(said)):
            asked, came = design[span], wins.won[span]
            found = logistic(asked, came, np.ones(len(came)), 1e-6)
            chance = 1.0 / (1.0 + np.exp(-asked @ found))
            errors = np.sqrt(np.diag(np.linalg.inv((asked.T * (chance * (1.0 - chance))) @ asked)))
            ratio = 2 * (_likelihood(chance, came) - _likelihood(said[span], came))
            level, slope = (f"{each:.2f} ± {error:.2f}" for each, error in zip(found, errors, strict=True))
            cells.append(f"{level}, {slope}; {np.exp(-ratio / 2):.2f}")
        rows.append([name, *cells])
    show("Level and slope of the log odds; p of both", ["", *SPANS], rows)


def _likelihood(chance: Floats, came: Floats) -> float:
    return float(np.log(np.where(came > 0, chance, 1.0 - chance)).sum())


def market(wins: Wins) -> None:
    """What players and closing line know of one another; games with a quote."""
    names = {
        "lead and expected margin": ("lead", "expected_margin"),
        "lead and closing line": ("lead", "market_margin"),
        "players": TIERS["players"],
        "players and closing line": TIERS["market"],
    }
    rows = []
    for name, minute in {"tip": 0, **MINUTES}.items():
        said = {each: wins.said(minute, used) for each, used in names.items()}
        known = np.isfinite(np.stack(list(said.values()))).all(axis=0)
        span = known & (wins.games.season >= FIRST_JUDGED)
        closing = said["lead and closing line"]
        cells = [f"{wins.brier(each)[span].mean() / 1e4:.4f}" for each in said.values()]
        tests = [wins.against(said[each], closing, span) for each in ("players", "players and closing line")]
        rows.append([name, *cells, *tests])
    many = f"{int(span.sum()):,} games"
    head = [many, *names, "players less closing line, 1e-4", "both less closing line, 1e-4"]
    show("Brier score with a closing line", head, rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--spreads", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    wins = Wins(
        build(
            arguments.history,
            RatingBook(),
            spreads=None if arguments.spreads is None else read_spreads(arguments.spreads),
            jobs=arguments.jobs,
            progress=lambda done, total: print(f"{done:,} of {total:,} games read", file=sys.stderr),
        )
    )
    calibration(wins)
    level_and_slope(wins)
    bends(wins)
    recalibrated(wins)
    if arguments.spreads is not None:
        market(wins)


if __name__ == "__main__":
    main()
