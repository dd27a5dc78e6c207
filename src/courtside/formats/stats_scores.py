"""The running score of a game in the stats layout, which says it only on rows that score.

SCORE is the authority on how many points there were, and what the rows themselves say (a made three, a
free throw) on when. The two agree in 96 of 100 games. Where they part, the difference is one of two:

- It stays. A basket was counted twice, or its row is missing: the score steps to what SCORE says.
- It is gone within a few rows. Rows were moved, and SCORE kept the order in which they were typed in:
  the points fall where the rows stand, and SCORE is followed again from where it agrees.

The score of a finished game never falls: a basket that a replay took away has no row any more. So the
score after every row is at least the one before and at most the final one, which is SCORE's maximum.
"""

from collections.abc import Sequence

import msgspec

from courtside.errors import BadHistory

TRANSIENT_ROWS = 6
"""A difference that is gone within so many scoring rows was rows out of order."""

Score = tuple[int, int]
"""Home, away."""


class ScoringRow(msgspec.Struct, frozen=True, gc=False):
    """A row that scores: the points that it says itself, and SCORE after it where it has one."""

    index: int
    home: int
    away: int
    score: Score | None


def read_score(text: str) -> Score:
    """Home and away of `visitor - home`; raises `BadHistory`.

    >>> read_score("11 - 8")
    (8, 11)
    """
    away, dash, home = text.partition(" - ")
    if not (dash and away.isdigit() and home.isdigit()):
        raise BadHistory("score", f"SCORE {text!r} is not 'visitor - home'")
    return int(home), int(away)


def running_scores(rows: Sequence[ScoringRow], final: Score) -> list[Score]:
    """The score after each scoring row; `final` is SCORE's maximum over all rows of the game.

    >>> two = [ScoringRow(0, 2, 0, (2, 0)), ScoringRow(1, 0, 3, (2, 3))]
    >>> running_scores(two, (2, 3))
    [(2, 0), (2, 3)]
    """
    counted: list[Score] = []
    home = away = 0
    for row in rows:
        home += row.home
        away += row.away
        counted.append((home, away))
    gaps = [
        None if row.score is None else (row.score[0] - home, row.score[1] - away)
        for row, (home, away) in zip(rows, counted, strict=True)
    ]
    gaps.append((final[0] - home, final[1] - away))

    scores: list[Score] = []
    gap = (0, 0)
    before = (0, 0)
    for index, (home, away) in enumerate(counted):
        now = gaps[index]
        if now is not None and now != gap and gap not in gaps[index + 1 : index + 1 + TRANSIENT_ROWS]:
            gap = now
        before = (
            min(max(home + gap[0], before[0]), final[0]),
            min(max(away + gap[1], before[1]), final[1]),
        )
        scores.append(before)
    return scores
