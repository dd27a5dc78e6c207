"""A dataset of games that were never played, in seasons; the first one is unrated, as in real history."""

import numpy as np
import numpy.typing as npt

from courtside import features
from courtside.features import INDEX, RUNNING_NAMES
from courtside.training.dataset import MOMENTS, Dataset
from courtside.training.history_game import GameFacts
from tests.unit.training.drawn_games import DrawnGames, drawn_games

PRIORS = (*features.PRIOR_NAMES, "expected_margin", "rotation_game_score", "rotation_impact")
SEASON_DAYS = 365


def made_dataset(seasons: dict[int, int], *, spread_from: int | None = None, seed: int = 5) -> Dataset:
    """So many games of each season, ten a day; spreads are known from one season on."""
    drawn = drawn_games(sum(seasons.values()), seed)
    season = np.repeat(list(seasons), list(seasons.values()))
    place = np.concatenate([np.arange(count) for count in seasons.values()])
    day = (season - 1970) * SEASON_DAYS + 300 + place // 10
    at_18 = _at_18(drawn)
    at_18[np.ix_(season == min(seasons), [INDEX[name] for name in PRIORS])] = np.nan
    if spread_from is not None:
        known = season >= spread_from
        at_18[known, INDEX["market_margin"]] = at_18[known, INDEX["expected_margin"]]
    path = _path(drawn)
    running = np.full((len(day), len(MOMENTS), len(RUNNING_NAMES)), np.nan, dtype=np.float32)
    running[:, :, RUNNING_NAMES.index("lead")] = 0.0
    return Dataset(
        games=[
            _facts(f"002{year % 100:02d}{number:05d}", year, int(when), minutes)
            for number, (year, when, minutes) in enumerate(
                zip(season.tolist(), day.tolist(), path.tolist(), strict=True)
            )
        ],
        day=day,
        season=season,
        at_18=at_18,
        running=running,
        path=path,
        half=path[:, 23],
        final=path[:, -1],
    )


def _path(drawn: DrawnGames) -> npt.NDArray[np.int64]:
    """Between 18:00, halftime and the end nothing changes."""
    path = np.zeros((len(drawn.final), 48))
    path[:, :18] = drawn.seen[:, features.PATTERN]
    path[:, 18:23] = path[:, 17:18]
    path[:, 23:] = (path[:, 17] + drawn.increments)[:, None]
    path[:, 47] = drawn.final
    return path.astype(np.int64)


def _at_18(drawn: DrawnGames) -> npt.NDArray[np.float64]:
    at_18 = drawn.seen.copy()
    at_18[:, INDEX["expected_margin"]] = at_18[:, INDEX["elo"]] + at_18[:, INDEX["home_advantage"]]
    at_18[:, INDEX["rotation_game_score"]] = at_18[:, INDEX["rotation_impact"]] * 1.5
    for name in ("back_to_back", "altitude", "rest_home", "rest_away"):
        at_18[:, INDEX[name]] = np.arange(len(at_18)) % 2
    return at_18


def _facts(game_id: str, season: int, day: int, path: list[int]) -> GameFacts:
    return GameFacts(
        game_id=game_id, season=season, season_type="regular", date=str(np.datetime64(day, "D")), tip_ms=None,
        home_id=1, home="BOS", away_id=2, away="DEN",
        home_score=100 + path[-1], away_score=100, home_half=50 + path[23], away_half=50, periods=4,
        path=path, home_18=40 + path[17], away_18=40, possession_18=None, tip_winner=None, home_court_18=[],
        away_court_18=[], lead_changes=0, ties=0, biggest_lead_home=0, biggest_lead_away=0, biggest_run=0,
        possessions=98.0, plays=400,
    )  # fmt: skip
