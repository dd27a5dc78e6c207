"""Players' lines as counts, and two ways to make strength of them.

Game Score is J. Hollinger's. The box prior regresses the margins of stints on the rates of those on
court: what the lines of a player of whom little else is known say about his teams' margins.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from courtside.game.finished import PlayerLine

Floats = npt.NDArray[np.float64]

STATS = (
    "points",
    "field_goals_attempted",
    "free_throws_attempted",
    "three_pointers_made",
    "field_goals_made",
    "free_throws_made",
    "assists",
    "rebounds_offensive",
    "rebounds_defensive",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "three_pointers_attempted",
)
TERMS = (*STATS, "minutes_per_game", "starts_per_game")
"""What the box prior looks at: counts per 36 minutes, and how a player is used."""
_GAME_SCORE = dict(
    points=1.0,
    field_goals_made=0.4,
    field_goals_attempted=-0.7,
    free_throws_attempted=-0.4,
    free_throws_made=0.4,
    rebounds_offensive=0.7,
    rebounds_defensive=0.3,
    steals=1.0,
    assists=0.7,
    blocks=0.7,
    fouls=-0.4,
    turnovers=-1.0,
)
_GAME_SCORE_WEIGHTS = np.array([_GAME_SCORE.get(name, 0.0) for name in STATS])
RIDGE = 50.0


def counts(lines: Sequence[PlayerLine]) -> Floats:
    """Shape (players, len(STATS))."""
    return np.array(
        [
            (
                line.points,
                line.field_goals_attempted,
                line.free_throws_attempted,
                line.three_pointers_made,
                line.field_goals_made,
                line.free_throws_made,
                line.assists,
                line.rebounds_offensive,
                line.rebounds - line.rebounds_offensive,
                line.steals,
                line.blocks,
                line.turnovers,
                line.fouls,
                line.three_pointers_attempted,
            )
            for line in lines
        ],
        dtype=np.float64,
    )


def game_scores(stats: Floats) -> Floats:
    """Of lines as `counts` gives them, shape (players,)."""
    scores: Floats = stats @ _GAME_SCORE_WEIGHTS
    return scores


class BoxPrior:
    """Points per 48 minutes that each of `TERMS` is worth, learned from the stints of earlier seasons.

    `gram` and `moments` are the normal equations of everything seen, an intercept first; coefficients
    are solved when a season begins and stay for it. Before the second season they are zeros.
    """

    def __init__(
        self,
        coefficients: Floats | None = None,
        gram: Floats | None = None,
        moments: Floats | None = None,
        season: int | None = None,
    ) -> None:
        size = len(TERMS)
        self.coefficients = np.zeros(size) if coefficients is None else coefficients
        self.gram = np.zeros((size + 1, size + 1)) if gram is None else gram
        self.moments = np.zeros(size + 1) if moments is None else moments
        self.season = season
        self._next: tuple[int, Floats] = (-1, self.coefficients)
        """A season that has not begun, and what was learned for it."""

    def coefficients_for(self, season: int) -> Floats:
        """Those that a game of `season` is rated with."""
        if self.season is None or season <= self.season:
            return self.coefficients
        if season != self._next[0]:
            ridge = np.diag([0.0] + [RIDGE] * len(TERMS))
            solved = np.linalg.solve(self.gram + ridge, self.moments).astype(np.float64)
            self._next = season, solved[1:]
        return self._next[1]

    def begin(self, season: int) -> None:
        """A game of `season` is over: where that is a new one, its coefficients are learned now."""
        self.coefficients = self.coefficients_for(season)
        if self.season is None or season > self.season:
            self.season = season

    def see(self, differences: Floats, margins: Floats, weights: Floats) -> None:
        """Stints: `TERMS` summed over home's five less away's, margin per 48 minutes, share of 48 minutes."""
        terms = np.column_stack((np.ones(len(margins)), differences))
        weighted = terms.T * weights
        self.gram += weighted @ terms
        self.moments += weighted @ margins
        self._next = (-1, self.coefficients)
