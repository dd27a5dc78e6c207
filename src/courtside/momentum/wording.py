"""What is known of a game in the words of the topic."""

from courtside.events import Side, SourceName, Status
from courtside.game import momentum
from courtside.game.momentum import Momentum, Streak
from courtside.messages import GameTotals
from courtside.momentum.event import BiggestRun, Kind, ScoringEvent, Standing, UnansweredRun, Worth
from courtside.momentum.rows import NOT_SEEN, Fold, Row, Scored


class Heading:
    """What every event of a game says."""

    def __init__(self, game_id: str, epoch: str) -> None:
        self.game_id = game_id
        self.epoch = epoch
        self.source: SourceName = "nba"
        self.timestamp = ""
        self.home: str | None = None
        self.away: str | None = None
        self.status: Status | None = None

    def name(self, home: str | None, away: str | None) -> None:
        """Teams, where somebody says them."""
        self.home, self.away = home or self.home, away or self.away

    def team(self, side: Side) -> str | None:
        return self.home if side == "home" else self.away


def event_of(
    heading: Heading,
    kind: Kind,
    entry: str,
    revision: int,
    at: Scored | None,
    previous: Worth | None,
    standing: Standing,
) -> ScoringEvent:
    """`at` is what scored, or where the game has come to; None before anything has happened."""
    row = None if at is None else at.row
    play = None if row is None or kind == "status" else row.play
    scored = at if kind not in ("retracted", "status") else None
    home = 0 if row is None else row.score_home
    away = 0 if row is None else row.score_away
    return ScoringEvent(
        event_id=f"{heading.game_id}/{heading.epoch}/{entry}/{revision}",
        kind=kind,
        game_id=heading.game_id,
        epoch=heading.epoch,
        entry=entry,
        revision=revision,
        source=heading.source,
        timestamp=heading.timestamp,
        home_team=heading.home,
        away_team=heading.away,
        status=heading.status,
        play_id=None if play is None else play.play_id,
        order=0 if row is None else row.order,
        period=None if row is None else row.period,
        game_clock=None if row is None else row.game_clock,
        elapsed_seconds=None if row is None else row.elapsed / 10,
        side=None if play is None else play.side,
        team=None if play is None else play.team,
        player_id=None if play is None else play.player_id,
        player=None if play is None else play.player,
        description="" if play is None else play.description,
        points_home=0 if scored is None else scored.home,
        points_away=0 if scored is None else scored.away,
        previous=previous,
        score_home=home,
        score_away=away,
        lead=home - away,
        lead_change=scored is not None and scored.lead_change,
        tie=scored is not None and scored.tie,
        momentum=None if at is None else _value(at.after, at.row),
        run=None if at is None else _run(heading, at.after.run),
        standing=standing,
    )


def standing_of(heading: Heading, fold: Fold) -> Standing:
    now = fold.momentum
    biggest = now.biggest_run
    return Standing(
        fold.score_home,
        fold.score_away,
        now.lead_changes,
        now.ties,
        now.biggest_lead_home,
        now.biggest_lead_away,
        None if biggest is None else BiggestRun(biggest.side, heading.team(biggest.side), biggest.points),
        _run(heading, now.run),
    )


def totals_standing(home: int, away: int, totals: GameTotals) -> Standing:
    """As whoever counted says; since when a run goes on is not among it."""
    biggest, current = totals.biggest_run, totals.current_run
    return Standing(
        home,
        away,
        totals.lead_changes,
        totals.ties,
        totals.biggest_lead_home,
        totals.biggest_lead_away,
        None if biggest is None else BiggestRun(biggest.side, biggest.team, biggest.points),
        None if current is None else UnansweredRun(current.side, current.team, current.points, None),
    )


def worth_of(scored: Scored) -> Worth:
    play = scored.row.play
    return Worth(
        None if play is None else play.side,
        None if play is None else play.team,
        None if play is None else play.player_id,
        None if play is None else play.player,
        scored.home,
        scored.away,
    )


def _value(after: Momentum, row: Row) -> float:
    return round(momentum.value_at(after, max(after.weighted_at, row.elapsed)), 2)


def _run(heading: Heading, streak: Streak | None) -> UnansweredRun | None:
    if streak is None:
        return None
    since = None if streak.since == NOT_SEEN else streak.since / 10
    return UnansweredRun(streak.side, heading.team(streak.side), streak.points, since)
