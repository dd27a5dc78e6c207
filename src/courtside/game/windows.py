"""What happened in the last 1, 3 and 5 minutes of game time: points each way, shooting, pace."""

from collections.abc import Sequence

import msgspec

from courtside.events import Play, Side

WINDOW_MINUTES = (1, 3, 5)
LONGEST_TENTHS = max(WINDOW_MINUTES) * 600
KEPT_PLAYS = 5


class Shooting(msgspec.Struct, gc=False):
    """One side's counts in a window."""

    points: int = 0
    field_goals_made: int = 0
    field_goals_attempted: int = 0
    three_pointers_made: int = 0
    three_pointers_attempted: int = 0
    free_throws_made: int = 0
    free_throws_attempted: int = 0
    rebounds_offensive: int = 0
    turnovers: int = 0

    @property
    def possessions(self) -> float:
        """Estimated, as the field does: attempts + 0.44 free throws - offensive rebounds + turnovers."""
        return (
            self.field_goals_attempted
            + 0.44 * self.free_throws_attempted
            - self.rebounds_offensive
            + self.turnovers
        )


class TimedPlay(msgspec.Struct, frozen=True, gc=False):
    """A play with its game time, the points that it brought, and what it did to the ball."""

    play: Play
    elapsed: int
    points_home: int
    points_away: int
    holder: Side | None
    """Who has the ball after it."""


Recent = tuple[TimedPlay, ...]


def keep(recent: Recent, timed: TimedPlay) -> Recent:
    """The plays of the last five minutes, and never fewer than the last five."""
    horizon = timed.elapsed - LONGEST_TENTHS
    drop = 0
    spare = len(recent) - (KEPT_PLAYS - 1)
    while drop < spare and recent[drop].elapsed <= horizon:
        drop += 1
    return (*recent[drop:], timed) if drop else (*recent, timed)


def window(recent: Sequence[TimedPlay], elapsed: int, minutes: int) -> dict[Side, Shooting]:
    """Counts of both sides over the last `minutes` of game time before `elapsed`."""
    sides: dict[Side, Shooting] = {"home": Shooting(), "away": Shooting()}
    for timed in reversed(recent):
        if timed.elapsed <= elapsed - minutes * 600:
            break
        sides["home"].points += timed.points_home
        sides["away"].points += timed.points_away
        if timed.play.side is not None:
            _count(sides[timed.play.side], timed.play)
    return sides


def _count(counts: Shooting, play: Play) -> None:
    match play.action:
        case "2pt" | "3pt":
            counts.field_goals_attempted += 1
            counts.field_goals_made += bool(play.made)
            if play.action == "3pt":
                counts.three_pointers_attempted += 1
                counts.three_pointers_made += bool(play.made)
        case "freethrow":
            counts.free_throws_attempted += 1
            counts.free_throws_made += bool(play.made)
        case "rebound" if play.sub_type == "offensive" and "deadball" not in play.qualifiers:
            counts.rebounds_offensive += 1
        case "turnover":
            counts.turnovers += 1
