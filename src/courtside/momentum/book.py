"""Scoring events in, games out: what a consumer knows of the topic. Doubles change nothing.

A book follows from its events alone, whoever reads them and however often the reading begins again.
"""

from collections.abc import Iterator

import msgspec

from courtside.events import SourceName, Status
from courtside.momentum.event import ScoringEvent, Standing


class Book:
    """One game, as the events so far tell it."""

    def __init__(self, game_id: str, epoch: str, source: SourceName) -> None:
        self.game_id = game_id
        self.epoch = epoch
        self.source = source
        self.home_team: str | None = None
        self.away_team: str | None = None
        self.status: Status | None = None
        self.standing: Standing | None = None
        self.period: int | None = None
        self.game_clock: str | None = None
        self.elapsed_seconds: float | None = None
        self.updated = ""
        self.entries: dict[str, ScoringEvent] = {}
        """What scored, by its name, as it was told last."""
        self.revisions: dict[str, int] = {}
        """The newest revision of every entry, also of those that were retracted."""

    def apply(self, event: ScoringEvent) -> bool:
        """Whether the event was news; one that is known already, or older than what is known, is not."""
        if event.revision <= self.revisions.get(event.entry, -1):
            return False
        self.revisions[event.entry] = event.revision
        self.home_team = event.home_team or self.home_team
        self.away_team = event.away_team or self.away_team
        self.status = event.status or self.status
        self.standing = event.standing
        self.updated = event.timestamp
        if event.kind == "retracted":
            self.entries.pop(event.entry, None)
        elif event.kind != "status":
            self.entries[event.entry] = event
        reached = self.elapsed_seconds
        if event.elapsed_seconds is not None and (reached is None or event.elapsed_seconds >= reached):
            self.period, self.game_clock = event.period, event.game_clock
            self.elapsed_seconds = event.elapsed_seconds
        return True

    @property
    def home(self) -> str:
        return self.home_team or "home"

    @property
    def away(self) -> str:
        return self.away_team or "away"

    @property
    def over(self) -> bool:
        return self.status in ("final", "postponed")

    def in_order(self) -> list[ScoringEvent]:
        """What scored, from the first of the game to the last."""
        return sorted(self.entries.values(), key=lambda event: event.order)


class Tally(msgspec.Struct):
    """What a reader has seen of the topic."""

    events: int = 0
    doubles: int = 0
    baskets: int = 0
    corrected: int = 0
    retracted: int = 0


class Library:
    """All games of the topic."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.tally = Tally()

    def apply(self, event: ScoringEvent) -> Book | None:
        """The game that the event has changed; None for one that is known already."""
        book = self.books.get(event.game_id)
        if book is None or book.epoch != event.epoch:
            book = self.books[event.game_id] = Book(event.game_id, event.epoch, event.source)
        if not book.apply(event):
            self.tally.doubles += 1
            return None
        self.tally.events += 1
        match event.kind:
            case "basket" | "score":
                self.tally.baskets += 1
            case "corrected":
                self.tally.corrected += 1
            case "retracted":
                self.tally.retracted += 1
            case "status":
                pass
        return book

    def total(self) -> "Total":
        """Sums over all games, as they stand."""
        standings = [book.standing for book in self.books.values() if book.standing is not None]
        return Total(
            games=len(self.books),
            points=sum(each.score_home + each.score_away for each in standings),
            lead_changes=sum(each.lead_changes for each in standings),
            ties=sum(each.ties for each in standings),
            biggest_run=max(
                (each.biggest_run.points for each in standings if each.biggest_run), default=None
            ),
        )

    def __iter__(self) -> Iterator[Book]:
        """Games under way first, then by the time of their last event."""
        return iter(sorted(self.books.values(), key=lambda book: (book.over, book.updated, book.game_id)))


class Total(msgspec.Struct, frozen=True):
    games: int
    points: int
    lead_changes: int
    ties: int
    biggest_run: int | None
    """Points; null before anybody has scored."""
