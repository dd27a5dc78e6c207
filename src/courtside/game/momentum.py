"""Who has the upper hand: leads, ties, unanswered runs, droughts, and one number for momentum.

Momentum is an exponentially weighted margin. Every point counts +1 for home and -1 for away and
loses half its weight in `HALF_LIFE_TENTHS` of game time:

    momentum(t) = sum over points i of sign_i * 2 ** -((t - t_i) / 120 s)
"""

import math

import msgspec

from courtside.events import Side

HALF_LIFE_TENTHS = 1200


class Streak(msgspec.Struct, frozen=True, gc=False):
    """Unanswered points of one side; `since` is the game time of its first basket, in tenths."""

    side: Side
    points: int
    since: int


class Momentum(msgspec.Struct, frozen=True, gc=False):
    """Everything that follows from the order in which points were scored. Times are tenths elapsed."""

    leader: Side | None = None
    """The side that led last; stays while the score is tied."""
    leading_since: int = 0
    lead_changes: int = 0
    ties: int = 0
    biggest_lead_home: int = 0
    biggest_lead_away: int = 0
    run: Streak | None = None
    biggest_run: Streak | None = None
    scored_home_at: int = 0
    """When home last scored: the start of its drought."""
    scored_away_at: int = 0
    weighted: float = 0.0
    weighted_at: int = 0


def score(
    before: Momentum, elapsed: int, points_home: int, points_away: int, score_home: int, score_away: int
) -> Momentum:
    """Fold points into the momentum; `score_*` is the score after them.

    Where both sides scored since the last look (score-only games), nobody knows the order: the run is
    over, and the lead has changed once if another side leads now.
    """
    differential = score_home - score_away
    leader, leading_since = before.leader, before.leading_since
    lead_changes, ties = before.lead_changes, before.ties
    if differential == 0:
        if differential != score_home - points_home - (score_away - points_away):
            ties += 1
    else:
        now: Side = "home" if differential > 0 else "away"
        if now != leader:
            if leader is not None:
                lead_changes += 1
            leader, leading_since = now, elapsed

    run, biggest = before.run, before.biggest_run
    if points_home > 0 and points_away == 0:
        run = _grow(run, "home", points_home, elapsed)
    elif points_away > 0 and points_home == 0:
        run = _grow(run, "away", points_away, elapsed)
    else:
        run = None
    if run is not None and (biggest is None or run.points > biggest.points):
        biggest = run

    return Momentum(
        leader,
        leading_since,
        lead_changes,
        ties,
        max(before.biggest_lead_home, differential),
        max(before.biggest_lead_away, -differential),
        run,
        biggest,
        elapsed if points_home > 0 else before.scored_home_at,
        elapsed if points_away > 0 else before.scored_away_at,
        value_at(before, elapsed) + points_home - points_away,
        elapsed,
    )


def _grow(run: Streak | None, side: Side, points: int, elapsed: int) -> Streak:
    if run is not None and run.side == side:
        return Streak(side, run.points + points, run.since)
    return Streak(side, points, elapsed)


def value_at(momentum: Momentum, elapsed: int) -> float:
    """The momentum number at a game time, in points; home positive.

    >>> value_at(Momentum(weighted=3.0, weighted_at=0), 1200)
    1.5
    """
    return momentum.weighted * math.exp2((momentum.weighted_at - elapsed) / HALF_LIFE_TENTHS)


def scored_at(momentum: Momentum, side: Side) -> int:
    """Game time, in tenths, at which `side` last scored (0 before its first point)."""
    return momentum.scored_home_at if side == "home" else momentum.scored_away_at
