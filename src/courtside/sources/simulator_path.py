"""What the course of the score says: lead changes, ties, leads and unanswered runs."""

from collections.abc import Iterable

import msgspec

from courtside.clock import elapsed_tenths
from courtside.events import Play, Side

Scoring = tuple[int, int, int]
"""Game time in tenths, home points, away points: after a basket or a free throw."""


class Run(msgspec.Struct, frozen=True):
    """Unanswered points, and the score after the last of them."""

    side: Side
    points: int
    score_home: int
    score_away: int


class Course(msgspec.Struct, frozen=True):
    """Home and away values are pairs in that order."""

    lead_changes: int
    """The leader differs from the last leader; a tie between does not count twice."""
    ties: int
    """Arrivals at an equal score, 0-0 not counted."""
    biggest_leads: tuple[int, int]
    biggest_lead_scores: tuple[tuple[int, int], tuple[int, int]]
    leading_tenths: tuple[int, int]
    runs: tuple[Run, ...]

    def biggest_run(self, side: Side) -> Run:
        runs = [run for run in self.runs if run.side == side]
        return max(runs, key=lambda run: run.points, default=Run(side, 0, 0, 0))


def scorings(plays: Iterable[Play]) -> list[Scoring]:
    """Every change of the score, in order."""
    path: list[Scoring] = []
    score = (0, 0)
    for play in plays:
        now = play.score_home, play.score_away
        if now != score:
            path.append((elapsed_tenths(play.period, play.remaining_tenths), *now))
            score = now
    return path


def course(path: Iterable[Scoring], end: int) -> Course:
    """`end` is the game time at which the last leader stops leading."""
    lead_changes = ties = 0
    leads = [0, 0]
    lead_scores = [(0, 0), (0, 0)]
    leading = [0, 0]
    runs: list[Run] = []
    last_leader: Side | None = None
    home = away = since = 0
    for elapsed, now_home, now_away in path:
        if home != away:
            leading[home < away] += elapsed - since
        since = elapsed
        scorer: Side = "home" if now_home > home else "away"
        points = now_home - home + now_away - away
        if runs and runs[-1].side == scorer:
            points += runs.pop().points
        runs.append(Run(scorer, points, now_home, now_away))
        home, away = now_home, now_away
        if home == away:
            ties += 1
            continue
        leader: Side = "home" if home > away else "away"
        lead_changes += last_leader is not None and leader != last_leader
        last_leader = leader
        place = 0 if leader == "home" else 1
        if abs(home - away) > leads[place]:
            leads[place] = abs(home - away)
            lead_scores[place] = home, away
    if home != away:
        leading[home < away] += end - since
    return Course(
        lead_changes=lead_changes,
        ties=ties,
        biggest_leads=(leads[0], leads[1]),
        biggest_lead_scores=(lead_scores[0], lead_scores[1]),
        leading_tenths=(leading[0], leading[1]),
        runs=tuple(runs),
    )
