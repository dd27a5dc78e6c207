"""Games that were never played, with the few regularities that the members look for; seeded."""

from datetime import date, timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.features import INDEX, NAMES
from courtside.forecast.dejavu import LibraryGame

Floats = npt.NDArray[np.float64]
PLAYERS = ("lead", "elo", "home_advantage", "possession", "rotation_impact")
TEAMS = ("ATL", "BOS", "DEN", "UTA")


class DrawnGames(msgspec.Struct, frozen=True):
    """N games: features (N, F), increments and final margins (N,), leads at `minutes` (N, T)."""

    seen: Floats
    increments: Floats
    final: Floats
    minutes: Floats
    leads: Floats
    games: list[LibraryGame]


def drawn_games(count: int = 600, seed: int = 7) -> DrawnGames:
    draws = np.random.default_rng(seed)
    elo = draws.normal(0.0, 6.0, count)
    home_advantage = draws.normal(2.5, 1.5, count)
    steps = np.rint(draws.normal((elo + home_advantage)[:, None] / 48, 2.4, (count, 48)))
    possession = draws.choice([-1.0, 0.0, 1.0], count)
    impact = elo / 2 + draws.normal(0.0, 3.0, count)
    recent = steps[:, 14:18].sum(axis=1)
    steps[:, 20] += np.rint(possession + impact / 8 - recent / 2)
    paths = np.cumsum(steps, axis=1)
    paths[:, -1] += paths[:, -1] == 0
    seen = np.full((count, len(NAMES)), np.nan)
    for minute in range(18):
        seen[:, INDEX[f"pattern_{minute + 1}"]] = paths[:, minute]
        seen[:, INDEX[f"increment_{minute + 1}"]] = steps[:, minute]
    columns = {
        "lead": paths[:, 17],
        "elo": elo,
        "home_advantage": home_advantage,
        "possession": possession,
        "rotation_impact": impact,
        "rotation_game_score": np.where(draws.random(count) < 0.2, np.nan, impact * 1.5),
        "pace": draws.normal(99.0, 3.0, count),
    }
    for name, column in columns.items():
        seen[:, INDEX[name]] = column
    first = date(2016, 10, 25)
    games = [
        LibraryGame(
            game_id=f"00216{number:05d}",
            date=(first + timedelta(days=number // 8)).isoformat(),
            home_team=TEAMS[number % 4],
            away_team=TEAMS[(number + 1 + number // 4 % 3) % 4],
        )
        for number in range(count)
    ]
    minutes = np.array([12.0, 18.0, 36.0])
    return DrawnGames(
        seen=seen,
        increments=paths[:, 23] - paths[:, 17],
        final=paths[:, -1],
        minutes=minutes,
        leads=paths[:, [11, 17, 35]],
        games=games,
    )


def game(count: int = 1, **values: float) -> Floats:
    """A game (F,) of which only the named features are known, or `count` of them (count, F)."""
    seen = np.full((count, len(NAMES)), np.nan)
    for name, value in values.items():
        seen[:, INDEX[name]] = value
    return seen[0] if count == 1 else seen


def pattern_game(pattern: list[float]) -> Floats:
    """A game (F,) of which only its 18 differentials are known."""
    seen = game()
    for minute, value in enumerate(pattern, 1):
        seen[INDEX[f"pattern_{minute}"]] = value
    return seen
