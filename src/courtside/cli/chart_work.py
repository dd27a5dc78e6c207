"""Drawing a game that is known, or one that goes on."""

from collections.abc import Iterable

import click

from courtside.cli.chart_feeds import Feed
from courtside.cli.charting import LiveChart, newest
from courtside.cli.stopping import stop_signals
from courtside.errors import UnknownGame
from courtside.momentum.book import Library
from courtside.momentum.event import ScoringEvent

POLL_SECONDS = 0.3


def draw_finished(events: Iterable[ScoringEvent], drawing: LiveChart) -> None:
    """All that is known of a game, once."""
    library = Library()
    for event in events:
        library.apply(event)
    book = newest(library)
    if book is None:
        raise UnknownGame("nothing has happened in this game yet; --live waits for it")
    drawing.play(book)


def follow(feed: Feed, game_id: str | None, drawing: LiveChart, *, live: bool) -> None:
    """Until the game is over (without `live`: until all that there is has been read), Ctrl-C, or the window
    is closed. Which game is the newest is decided once."""
    library = Library()
    chosen = game_id
    said: str | None = None
    with stop_signals() as stop:
        try:
            while not stop.is_set() and not drawing.closed:
                for event in feed.poll(POLL_SECONDS):
                    library.apply(event)
                if feed.trouble != said:
                    said = feed.trouble
                    click.echo("it goes on" if said is None else f"{said}; waiting", err=True)
                if chosen is None and feed.caught_up:
                    found = newest(library)
                    chosen = None if found is None else found.game_id
                book = None if chosen is None else library.books.get(chosen)
                if book is not None and live:
                    drawing.offer(book)
                if feed.caught_up and (not live or (book is not None and book.over)):
                    break
                drawing.wait()
        finally:
            feed.close()
        book = None if chosen is None else library.books.get(chosen)
        if book is None or book.standing is None:
            if stop.is_set() or drawing.closed:
                return
            raise UnknownGame(f"game {game_id} is not there" if game_id else "there is no game yet")
        if live:
            drawing.finish(book)
            drawing.stay(stop)
        else:
            drawing.play(book)
