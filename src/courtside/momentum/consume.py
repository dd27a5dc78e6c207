"""From the topic to what a reader knows: events in, books, alerts and counts out. Nothing is kept between
runs: whoever starts again reads the topic from its start and comes to the same numbers."""

import logging
from collections.abc import Sequence

import msgspec

from courtside.errors import BadInput
from courtside.momentum.alerts import MomentumAlert, Thresholds, alerts
from courtside.momentum.book import Book, Library
from courtside.momentum.event import ScoringEvent, decode
from courtside.momentum.kafka import Record
from courtside.momentum.words import event_words

log = logging.getLogger("courtside.momentum")


class Update(msgspec.Struct, frozen=True):
    """What one event has changed."""

    book: Book
    event: ScoringEvent
    alerts: Sequence[MomentumAlert]


class Reading:
    """Everything that a reader of the topic has come to know."""

    def __init__(self, thresholds: Thresholds, games: frozenset[str] | None = None) -> None:
        self.library = Library()
        self.alerts: dict[str, int] = {}
        """How many alerts each game has given."""
        self.unreadable = 0
        """Records that are no scoring events of this schema."""
        self._thresholds = thresholds
        self._only = games

    def take(self, record: Record) -> Update | None:
        """None for doubles, for games that are not wanted, and for what cannot be read."""
        where = f"{record.partition}/{record.offset}"
        try:
            event = decode(record.value)
        except BadInput as error:
            if not self.unreadable:
                log.warning("%s; further ones are only counted", error, extra={"at": where})
            self.unreadable += 1
            return None
        if self._only is not None and event.game_id not in self._only:
            return None
        book = self.library.apply(event)
        extra = {"game_id": event.game_id, "event_id": event.event_id, "at": where}
        if book is None:
            log.debug("known already", extra=extra)
            return None
        log.debug("%s", event_words(event), extra=extra)
        given = alerts(book, event, self._thresholds)
        if given:
            self.alerts[book.game_id] = self.alerts.get(book.game_id, 0) + len(given)
        if event.revision == 0 and event.entry == "status":
            self.alerts[book.game_id] = len(given)
        return Update(book, event, given)
