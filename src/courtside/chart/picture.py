"""What a chart shows of a game, in numbers and words. No drawing here."""

import msgspec

from courtside.clock import REGULATION_PERIODS, period_start_tenths
from courtside.events import Side
from courtside.momentum.book import Book
from courtside.momentum.course import RUN_POINTS, Course, Point, course
from courtside.momentum.words import clock_words, period_words


class Picture(msgspec.Struct, frozen=True):
    """A game as it stands, ready to be drawn."""

    game_id: str
    home: str
    away: str
    course: Course
    end_seconds: float
    """Where the lines end: the last that is known, or the end of the last period of a game that is over."""
    over: bool
    when: str
    """`Q3 04:12`, `final`."""
    simulated: bool
    note: str | None
    """What nobody may overlook: that the game is simulated, or a replay."""

    @property
    def periods(self) -> list[tuple[str, float, float]]:
        """Name, start and end in seconds of the regulation periods, and of overtimes that were begun."""
        found = []
        number = 1
        while number <= REGULATION_PERIODS or period_start_tenths(number) < self.end_seconds * 10:
            name = period_words(number)
            found.append((name, period_start_tenths(number) / 10, period_start_tenths(number + 1) / 10))
            number += 1
        return found

    @property
    def score(self) -> tuple[int, int]:
        """Home and away."""
        last = self.course.points[-1]
        return last.score_home, last.score_away

    def team(self, side: Side) -> str:
        return self.home if side == "home" else self.away

    def at(self, seconds: float) -> Point:
        """The score at a moment."""
        reached = self.course.points[0]
        for point in self.course.points:
            if point.elapsed_seconds > seconds:
                break
            reached = point
        return reached

    def title(self) -> str:
        home, away = self.score
        when = "final" if self.over else self.when
        return f"{self.away} {away} at {self.home} {home}" + (f", {when}" if when else "")

    def counts(self) -> str:
        """The line beneath the title."""
        found = self.course
        words = [_many(found.lead_changes, "lead change"), _many(found.ties, "tie")]
        if found.biggest_run is not None:
            words.append(f"biggest run {self.team(found.biggest_run.side)} {found.biggest_run.points}-0")
        return ", ".join(words)


NOTES = {"simulated": "SIMULATED: no real game", "replay": "replay"}


def picture_of(book: Book, run_points: int = RUN_POINTS) -> Picture:
    """Runs of at least `run_points` are shown."""
    found = course(book.in_order(), run_points)
    reached = max(found.points[-1].elapsed_seconds, book.elapsed_seconds or 0.0)
    if book.status == "final":
        # The last basket is seldom at the last moment.
        period = REGULATION_PERIODS
        while period_start_tenths(period + 1) < reached * 10:
            period += 1
        reached = period_start_tenths(period + 1) / 10
    return Picture(
        game_id=book.game_id,
        home=book.home,
        away=book.away,
        course=found,
        end_seconds=reached,
        over=book.status == "final",
        when=clock_words(book.period, book.game_clock),
        simulated=book.source == "simulated",
        note=NOTES.get(book.source),
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def clock_at(seconds: float) -> str:
    """Period and clock of a moment of game time.

    >>> clock_at(0.0), clock_at(725.0), clock_at(2880.0), clock_at(2881.0)
    ('Q1 12:00', 'Q2 11:55', 'Q4 00:00', 'OT 04:59')
    """
    tenths = round(seconds * 10)
    period = 1
    while period_start_tenths(period + 1) < tenths:
        period += 1
    left = (period_start_tenths(period + 1) - tenths) // 10
    return clock_words(period, f"{left // 60:02d}:{left % 60:02d}")
