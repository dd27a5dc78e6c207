"""What people want to be told when a scoring event comes: runs, leads taken, comebacks. Pure."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from courtside.events import Side
from courtside.momentum.book import Book
from courtside.momentum.event import ScoringEvent

AlertKind = Literal["run", "lead", "tie", "comeback"]


class Thresholds(msgspec.Struct, frozen=True):
    """In points."""

    run: int = 10
    """Unanswered points."""
    comeback: int = 15
    """A deficit that a team has made good when it draws level."""


class MomentumAlert(msgspec.Struct, frozen=True):
    kind: AlertKind
    game_id: str
    event_id: str
    side: Side | None
    text: str
    points: int | None
    """Of the run, or of the deficit that was made good."""


def alerts(book: Book, event: ScoringEvent, thresholds: Thresholds) -> list[MomentumAlert]:
    """What `event`, which `book` has just taken, gives reason to say.

    Only what happens now is news: of corrections, and of scores far in the past, nothing is said.
    """
    if event.kind not in ("basket", "score") or not event.points:
        return []
    entries = book.in_order()
    if entries[-1].entry != event.entry:
        return []
    said: list[MomentumAlert] = []

    def say(kind: AlertKind, side: Side | None, text: str, points: int | None = None) -> None:
        said.append(MomentumAlert(kind, event.game_id, event.event_id, side, text, points))

    score = f"{book.away} {event.score_away}, {book.home} {event.score_home}"
    run, before = event.run, entries[-2].run if len(entries) > 1 else None
    if run is not None and run.points >= thresholds.run:
        grown = before is not None and before.side == run.side and before.points >= thresholds.run
        if not grown:
            say("run", run.side, f"{_team(book, run.side)} on a {run.points}-0 run: {score}", run.points)
    leader: Side | None = "home" if event.lead > 0 else "away" if event.lead < 0 else None
    if event.lead_change and leader is not None:
        number = event.standing.lead_changes
        say("lead", leader, f"{_team(book, leader)} takes the lead, change {number}: {score}")
    elif event.tie:
        say("tie", None, f"tied at {event.score_home}: {book.away} at {book.home}")
    for side, deficit in _made_good(entries):
        if deficit >= thresholds.comeback:
            say("comeback", side, f"{_team(book, side)} comes back from {deficit} down: {score}", deficit)
    return said


def _made_good(entries: Sequence[ScoringEvent]) -> list[tuple[Side, int]]:
    """Whose deficit the last entry has ended, and how large it had been at most."""
    last = entries[-1].lead
    before = entries[-2].lead if len(entries) > 1 else 0
    if before == 0 or ((last > 0) == (before > 0) and last != 0):
        return []
    behind: Side = "home" if before < 0 else "away"
    worst = 0
    for event in reversed(entries[:-1]):
        if event.lead == 0 or (event.lead < 0) != (before < 0):
            break
        worst = max(worst, abs(event.lead))
    return [(behind, worst)]


def _team(book: Book, side: Side) -> str:
    return book.home if side == "home" else book.away
