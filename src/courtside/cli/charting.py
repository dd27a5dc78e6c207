"""What `courtside chart` and `courtside consume --chart` do: a game from somewhere, on a picture."""

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from courtside.chart import figure
from courtside.chart.picture import Picture, picture_of
from courtside.cli.stopping import stop_signals
from courtside.momentum.book import Book, Library
from courtside.momentum.course import RUN_POINTS

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

REDRAW_SECONDS = 1.0
WINDOW_SECONDS = 0.05


class LiveChart:
    """The picture of a game that goes on: a window, a PNG that is written again and again, or an animation
    that is made at the end."""

    def __init__(
        self,
        save: Path | None,
        run_points: int = RUN_POINTS,
        seconds: float = 10.0,
        frames_a_second: int = 12,
    ) -> None:
        figure.require(save)
        self._save = save
        self._run_points = run_points
        self._seconds = seconds
        self._frames_a_second = frames_a_second
        self._window = figure.ChartWindow() if save is None else None
        self._drawn_at = 0.0
        self._shown: Picture | None = None

    @property
    def closed(self) -> bool:
        """Somebody has closed the window."""
        return self._window is not None and self._window.closed

    def offer(self, book: Book) -> None:
        """Draw the game, unless it was drawn a moment ago."""
        if time.monotonic() - self._drawn_at < REDRAW_SECONDS:
            return
        picture = picture_of(book, self._run_points)
        if picture != self._shown:
            self._draw(picture)

    def wait(self) -> None:
        """Let the window live."""
        if self._window is not None:
            self._window.wait(WINDOW_SECONDS)

    def finish(self, book: Book) -> None:
        """A game that was followed is over, or nobody follows it any more: its last state is drawn."""
        picture = picture_of(book, self._run_points)
        if self._save is not None:
            save(picture, self._save, self._seconds, self._frames_a_second)
            click.echo(f"{picture.title()}: {self._save}", err=True)
        elif picture != self._shown and not self.closed:
            self._draw(picture)

    def play(self, book: Book) -> None:
        """A game from its tip on, in a window that stays, or in a file."""
        if self._window is None:
            self.finish(book)
            return
        self._window.play(picture_of(book, self._run_points), self._seconds, self._frames_a_second)
        with stop_signals() as stop:
            self.stay(stop)

    def stay(self, stop: threading.Event) -> None:
        """Until the window is closed, or Ctrl-C."""
        while self._window is not None and not self._window.closed and not stop.is_set():
            self._window.wait(WINDOW_SECONDS)

    def close(self) -> None:
        if self._window is not None:
            self._window.close()

    def _draw(self, picture: Picture) -> None:
        self._drawn_at = time.monotonic()
        self._shown = picture
        if self._window is not None:
            self._window.show(picture)
        elif self._save is not None and self._save.suffix == ".png":
            figure.save_still(picture, self._save)


def save(picture: Picture, path: Path, seconds: float, frames_a_second: int) -> None:
    """A picture or an animation; the work on a long one can be watched."""
    if path.suffix == ".png":
        figure.save_still(picture, path)
        return
    frames = figure.frames_of(seconds, frames_a_second)
    bar: ProgressBar[int] = click.progressbar(length=frames, label=path.name, file=sys.stderr)
    with bar:

        def drawn(done: int) -> None:
            bar.update(1)

        figure.save_animation(picture, path, seconds=seconds, frames_a_second=frames_a_second, drawn=drawn)


def newest(library: Library) -> Book | None:
    """The game with the newest event; one that is being played comes before those that are over."""
    books = [book for book in library if book.standing is not None]
    return max(books, key=lambda book: (not book.over, book.updated, book.game_id), default=None)
