"""The course of a game: its score over game time, who took the lead when, and its unanswered runs."""

from collections.abc import Sequence

import msgspec

from courtside.events import Side
from courtside.game import momentum
from courtside.game.momentum import Momentum, Streak
from courtside.momentum.event import ScoringEvent

RUN_POINTS = 8
"""Unanswered points from which a run is shown, unless told otherwise."""


class Point(msgspec.Struct, frozen=True):
    """The score from this moment on."""

    elapsed_seconds: float
    score_home: int
    score_away: int
    lead_change: Side | None = None
    """Who took the lead here from the other team."""
    tie: bool = False


class RunSpan(msgspec.Struct, frozen=True):
    """Unanswered points, from the first basket of the run to its last."""

    side: Side
    points: int
    from_seconds: float
    to_seconds: float


class Course(msgspec.Struct, frozen=True):
    points: tuple[Point, ...]
    runs: tuple[RunSpan, ...]
    biggest_run: RunSpan | None
    lead_changes: int
    ties: int


def course(events: Sequence[ScoringEvent], run_points: int = RUN_POINTS) -> Course:
    """Counted anew from what scored, in order; nothing but places, points and scores is believed."""
    points = [Point(0.0, 0, 0)]
    runs: list[RunSpan] = []
    now = Momentum()
    elapsed = 0
    home = away = 0
    longest: RunSpan | None = None
    for event in events:
        elapsed = max(elapsed, round((event.elapsed_seconds or 0.0) * 10))
        scored_home, scored_away = event.score_home - home, event.score_away - away
        home, away = event.score_home, event.score_away
        if not scored_home and not scored_away:
            continue
        before = now
        now = momentum.score(before, elapsed, scored_home, scored_away, home, away)
        took = now.leader if now.lead_changes > before.lead_changes else None
        points.append(Point(elapsed / 10, home, away, took, now.ties > before.ties))
        span = _span(now.run, elapsed)
        if span is None:
            continue
        if longest is None or span.points > longest.points:
            longest = span
        if span.points >= run_points:
            if runs and (runs[-1].side, runs[-1].from_seconds) == (span.side, span.from_seconds):
                runs.pop()
            runs.append(span)
    return Course(tuple(points), tuple(runs), longest, now.lead_changes, now.ties)


def _span(run: Streak | None, elapsed: int) -> RunSpan | None:
    return None if run is None else RunSpan(run.side, run.points, run.since / 10, elapsed / 10)
