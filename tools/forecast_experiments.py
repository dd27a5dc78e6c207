"""What was tried for the forecast at halftime and did not pay, measured again.

python tools/forecast_experiments.py --history STORE

Everything is refitted at each season's start on the seasons before, and judged on three spans: 2016-19,
on which choices are made, and two later ones. Lower is better in every table.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from courtside import features
from courtside.forecast.conformal import ConformalResiduals
from courtside.forecast.rating_book import RatingBook
from courtside.forecast.tiers import positions
from courtside.training import scores
from courtside.training.dataset import Dataset, build
from courtside.training.scores_paired import paired

Floats = npt.NDArray[np.float64]
SPANS = {"2016-19, choosing": (2016, 2018), "2019-21": (2019, 2020), "2021-24": (2021, 2023)}
FIRST_RATED, FIRST_JUDGED = 2014, 2016
HALFTIME = (
    "lead",
    "expected_margin",
    "back_to_back",
    "altitude",
    "possession",
    "rotation_game_score",
    "rotation_impact",
)
_LEAD_ELO = ("lead", "expected_margin")
HUBER_POINTS = 8.0


class Difficulty(msgspec.Struct, frozen=True):
    """Of each game: CRPS, and of both intervals the width, whether it held, and the interval score."""

    crps: Floats
    width: Floats
    inside: Floats
    score: Floats
    rows: npt.NDArray[np.int64]


def column(games: Dataset, name: str) -> Floats:
    return np.asarray(games.at_18[:, features.INDEX[name]])


def difference(games: Dataset, what: str) -> Floats:
    return column(games, f"{what}_home") - column(games, f"{what}_away")


def spans(season: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.bool_]]:
    for first, last in SPANS.values():
        yield (season >= first) & (season <= last) & known


def dates_of(games: Dataset) -> npt.NDArray[np.str_]:
    return np.array([facts.date or "" for facts in games.games])


def told(ours: Floats, theirs: Floats, dates: npt.NDArray[np.str_]) -> str:
    test = paired(ours, theirs, dates)
    return f"{test.delta:+.4f} ± {test.se or 0.0:.4f}"


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def by_season(
    games: Dataset, design: Floats, target: Floats, fit: Callable[[Floats, Floats, Floats], Floats]
) -> Floats:
    """Each season's forecasts by what was fitted on the rated seasons before it; `fit` gets ages too."""
    known = np.isfinite(design).all(axis=1) & (games.season >= FIRST_RATED)
    said = np.full(len(games), np.nan)
    for season in range(FIRST_JUDGED - 1, int(games.season.max()) + 1):
        past, now = known & (games.season < season), known & (games.season == season)
        ages = (season - 1 - games.season[past]).astype(np.float64)
        said[now] = design[now] @ fit(design[past], target[past], ages)
    return said


def least_squares(design: Floats, target: Floats, ages: Floats, half_life: float = np.inf) -> Floats:
    weights = np.exp2(-ages / half_life)[:, None]
    return _solved(design, target, weights)


def _solved(design: Floats, target: Floats, weights: Floats) -> Floats:
    weighted = (design * weights).T
    return np.asarray(np.linalg.solve(weighted @ design, weighted @ target), dtype=np.float64)


def huber(design: Floats, target: Floats, ages: Floats) -> Floats:
    found = least_squares(design, target, ages)
    for _ in range(20):
        off = np.abs(target - design @ found)
        weights = np.minimum(1.0, HUBER_POINTS / np.maximum(off, 1e-9))[:, None]
        found = _solved(design, target, weights)
    return found


def halftime(games: Dataset) -> None:
    """Least squares with something more, less or otherwise."""
    increments = (games.half - games.lead_18).astype(np.float64)
    used = {name: column(games, name) for name in HALFTIME}
    lead, impact = used["lead"], used["rotation_impact"]
    more: dict[str, list[Floats]] = {
        "+ impact of the five on court": [column(games, "court_impact")],
        "+ both ratings of the five on court": [
            column(games, f"court_{w}") for w in ("impact", "game_score")
        ],
        "+ roster expected before the tip": [column(games, "usual_impact")],
        "+ lead cubed": [lead**3 / 400],
        "+ last three minutes": [column(games, f"increment_{minute}") for minute in (16, 17, 18)],
        "+ lead after Q1": [column(games, "pattern_12")],
        "+ points of the last five minutes": [column(games, f"points_{side}_5") for side in ("home", "away")],
        "+ momentum": [column(games, "momentum")],
        "+ fouls": [difference(games, "fouls")],
        "+ bonus": [difference(games, "bonus")],
        "+ timeouts": [difference(games, "timeouts")],
        "+ starters on court": [difference(games, "starters")],
        "+ players used": [difference(games, "appeared")],
        "+ newcomers": [column(games, "newcomers")],
        "+ rest": [difference(games, "rest")],
        "+ impact times scoring so far": [impact * (column(games, "total") - 77) / 10],
    }

    def with_(*extra: Floats, without: tuple[str, ...] = ()) -> Floats:
        kept = [each for name, each in used.items() if name not in without]
        return np.column_stack([np.ones(len(games)), *kept, *extra])

    said = {"as it is": by_season(games, with_(), increments, least_squares)}
    said |= {name: by_season(games, with_(*extra), increments, least_squares) for name, extra in more.items()}
    for name, gone in {
        "without Game Score": ("rotation_game_score",),
        "without impact": ("rotation_impact",),
        "without both": ("rotation_game_score", "rotation_impact"),
        "without Elo": ("expected_margin",),
        "without possession": ("possession",),
        "lead, Elo and home advantage alone": tuple(name for name in HALFTIME if name not in _LEAD_ELO),
        "lead alone": tuple(name for name in HALFTIME if name != "lead"),
        "without back-to-back and altitude": ("back_to_back", "altitude"),
    }.items():
        said[name] = by_season(games, with_(without=gone), increments, least_squares)
    said["seasons fade, half-life 4"] = by_season(
        games, with_(), increments, lambda past, came, ages: least_squares(past, came, ages, half_life=4.0)
    )
    said["Huber's loss, 8 points"] = by_season(games, with_(), increments, huber)
    errors = {name: np.abs(forecast - increments) for name, forecast in said.items()}
    dates = dates_of(games)
    rows = []
    for name, error in errors.items():
        cells = []
        for span in spans(games.season, np.isfinite(error) & np.isfinite(errors["as it is"])):
            plain = name == "as it is"
            cells.append(
                f"{error[span].mean():.4f}"
                if plain
                else told(error[span], errors["as it is"][span], dates[span])
            )
        rows.append([name, *cells])
    show("Halftime, least squares: MAE, and what a change adds to it", ["", *SPANS], rows)


def difficulty(games: Dataset) -> None:
    """Residuals scaled by what the game itself says of its difficulty, or not."""
    increments = (games.half - games.lead_18).astype(np.float64)
    design = np.column_stack([np.ones(len(games)), games.at_18[:, list(positions(HALFTIME, features.INDEX))]])
    said = by_season(games, design, increments, least_squares)
    path = games.at_18[:, features.INDEX["increment_1"] : features.INDEX["increment_18"] + 1]
    hints = {
        "scoring so far": [column(games, "total")],
        "scoring and lead": [column(games, "total"), np.abs(column(games, "lead"))],
        "scoring, pace, lead, expected margin, roughness of the path, fouls": [
            column(games, "total"),
            column(games, "pace"),
            np.abs(column(games, "lead")),
            np.abs(column(games, "expected_margin")),
            np.sqrt(np.square(path).mean(axis=1)),
            column(games, "fouls_home") + column(games, "fouls_away"),
        ],
    }
    plain = _judged(games, said, increments - said, np.ones(len(games)))
    rows = []
    for name, hint in {"as it is": [], **hints}.items():
        one = (
            _judged(games, said, increments - said, _scale(games, increments - said, hint)) if hint else plain
        )
        for label, span in zip(
            SPANS, spans(games.season[one.rows], np.ones(len(one.rows), bool)), strict=True
        ):
            dates = dates_of(games)[one.rows][span]
            change = (
                ["", "", ""]
                if not hint
                else [
                    told(one.crps[span], plain.crps[span], dates),
                    *(told(one.score[span, k], plain.score[span, k], dates) for k in (0, 1)),
                ]
            )
            width, inside = one.width[span].mean(axis=0), 100 * one.inside[span].mean(axis=0)
            rows.append(
                [
                    name,
                    label.split(",")[0],
                    f"{width[0]:.2f} ({inside[0]:.1f}%)",
                    f"{width[1]:.2f} ({inside[1]:.1f}%)",
                    *change,
                ]
            )
    head = (
        "scaled by",
        "",
        "80% wide (in)",
        "95% wide (in)",
        "CRPS",
        "interval score 80",
        "interval score 95",
    )
    show("Difficulty: width and share inside, and what scaling adds to the scores", head, rows)


def _scale(games: Dataset, errors: Floats, hint: Sequence[Floats]) -> Floats:
    """Expected absolute error relative to the mean one, by least squares on earlier seasons."""
    design = np.column_stack([np.ones(len(games)), *hint])
    centre, spread = np.nanmean(design, axis=0), np.nanstd(design, axis=0)
    centre[0], spread[0] = 0.0, 1.0
    design = np.nan_to_num((design - centre) / spread)
    scale = np.ones(len(games))
    for season in range(FIRST_JUDGED, int(games.season.max()) + 1):
        past = np.isfinite(errors) & (games.season < season)
        found = least_squares(design[past], np.abs(errors[past]), np.zeros(int(past.sum())))
        usual = float(np.abs(errors[past]).mean())
        now = games.season <= season if season == FIRST_JUDGED else games.season == season
        scale[now] = np.maximum(design[now] @ found / usual, 0.5)
    return scale


def _judged(games: Dataset, said: Floats, errors: Floats, scale: Floats) -> Difficulty:
    found: list[tuple[float, list[float], list[float], list[float]]] = []
    kept: list[int] = []
    for season in range(FIRST_JUDGED, int(games.season.max()) + 1):
        past = np.isfinite(errors) & (games.season < season)
        residuals = ConformalResiduals.of(errors[past] / scale[past])
        for row in np.flatnonzero(np.isfinite(errors) & (games.season == season)).tolist():
            came = float(games.half[row])
            whole = residuals.distribution(float(games.lead_18[row] + said[row]), scale=float(scale[row]))
            width, inside, score = [], [], []
            for alpha in (0.2, 0.05):
                low, high = whole.interval(1.0 - alpha)
                width.append(high - low)
                inside.append(float(low <= came <= high))
                score.append(high - low + 2 / alpha * max(low - came, 0.0, came - high))
            found.append((scores.crps(whole, came), width, inside, score))
            kept.append(row)
    crps, width_all, inside_all, score_all = (np.array(each) for each in zip(*found, strict=True))
    return Difficulty(crps, width_all, inside_all, score_all, np.array(kept))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    games = build(
        arguments.history,
        RatingBook(),
        jobs=arguments.jobs,
        progress=lambda done, total: print(f"{done:,} of {total:,} games read", file=sys.stderr),
    )
    halftime(games)
    difficulty(games)


if __name__ == "__main__":
    main()
