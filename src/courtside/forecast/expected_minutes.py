"""Minutes to expect of a team's players before anybody has been seen tonight.

Nobody tells here who is injured: the only sign is how many of the team's games in a row a player has
missed. The chances are round numbers near how often players came back in 2013-2023; how they fall and
what is taken off the minutes was chosen on 2017-2020, by the Brier score of the winner at the tip.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TEAM_MINUTES = 240.0
MOST_MINUTES = 40.0
CHANCE_PLAYED_LAST = 0.9
CHANCE_MISSED = 0.5
CHANCE_KEPT = 0.7
"""Of the chance, for each further game missed in a row."""
GONE_AFTER_GAMES = 30
MINUTES_OF_THE_FILL = 5.0
"""What everybody has of his usual minutes from games that others missed or that were decided."""
FEWEST_MINUTES = 0.5


def minutes_tonight(recent: Floats, missed: Integers) -> Floats:
    """Of one team's players, shape (n,): from the minutes of their last games played and games missed.

    They add up to a team's 240 minutes, less what nobody is given beyond 40.

    >>> recent = np.array([34.0, 33.0, 30.0, 27.0, 25.0, 20.0, 20.0, 18.0, 15.0, 30.0])
    >>> minutes_tonight(recent, np.array([0] * 9 + [3])).round(1).tolist()
    [38.3, 37.0, 33.0, 29.0, 26.4, 19.8, 19.8, 17.2, 13.2, 6.3]
    """
    chance = np.where(
        missed == 0, CHANCE_PLAYED_LAST, CHANCE_MISSED * CHANCE_KEPT ** missed.astype(np.float64)
    )
    chance[missed > GONE_AFTER_GAMES] = 0.0
    weights = chance * np.maximum(recent - MINUTES_OF_THE_FILL, FEWEST_MINUTES)
    total = float(weights.sum())
    if total == 0.0:
        return np.zeros(len(recent))
    return np.minimum(weights * (TEAM_MINUTES / total), MOST_MINUTES)
