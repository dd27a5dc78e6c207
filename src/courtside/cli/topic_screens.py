"""How `courtside consume` shows what it reads: a table, plain lines, or JSON."""

from collections.abc import Mapping
from typing import Protocol, TextIO

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from courtside.events import SourceName, Status
from courtside.momentum.alerts import MomentumAlert
from courtside.momentum.book import Book, Tally, Total
from courtside.momentum.consume import Reading, Update
from courtside.momentum.event import ScoringEvent, Standing
from courtside.momentum.words import book_words, clock_words, event_words

ALERTS_KEPT = 12
SIMULATED = "SIMULATED GAMES: invented players, no real results"


class GameLine(msgspec.Struct, frozen=True):
    """A game as `--json` gives it."""

    game_id: str
    epoch: str
    source: SourceName
    status: Status | None
    home_team: str | None
    away_team: str | None
    period: int | None
    game_clock: str | None
    momentum: float | None
    standing: Standing | None
    scoring_entries: int
    alerts: int


class Everything(msgspec.Struct, frozen=True):
    """What `--once --json` prints."""

    total: Total
    events: Tally
    alerts: int
    unreadable: int
    games: list[GameLine]


class GameUpdate(msgspec.Struct, frozen=True, tag_field="type", tag="event"):
    event: ScoringEvent


class AlertLine(msgspec.Struct, frozen=True, tag_field="type", tag="alert"):
    alert: MomentumAlert


class BrokerLine(msgspec.Struct, frozen=True, tag_field="type", tag="broker"):
    trouble: str | None


def game_line(book: Book, alerts: Mapping[str, int]) -> GameLine:
    entries = book.in_order()
    return GameLine(
        book.game_id,
        book.epoch,
        book.source,
        book.status,
        book.home_team,
        book.away_team,
        book.period,
        book.game_clock,
        entries[-1].momentum if entries else None,
        book.standing,
        len(entries),
        alerts.get(book.game_id, 0),
    )


def everything(reading: Reading) -> Everything:
    library = reading.library
    return Everything(
        library.total(),
        library.tally,
        sum(reading.alerts.values()),
        reading.unreadable,
        [game_line(book, reading.alerts) for book in library],
    )


class StateLine(msgspec.Struct, frozen=True, tag_field="type", tag="state"):
    state: Everything


class TopicScreen(Protocol):
    def begin(self, reading: Reading) -> None:
        """All that lay in the topic at the start has been read."""
        ...

    def update(self, update: Update) -> None:
        """Something has happened since."""
        ...

    def alert(self, alert: MomentumAlert) -> None: ...

    def trouble(self, trouble: str | None) -> None:
        """The broker went away, or is back."""
        ...

    def refresh(self, reading: Reading) -> None: ...

    def close(self) -> None: ...


class JsonScreen:
    """One object a line."""

    def __init__(self, out: TextIO, *, alerts_only: bool) -> None:
        self._out = out
        self._alerts_only = alerts_only

    def begin(self, reading: Reading) -> None:
        if not self._alerts_only:
            self._write(StateLine(everything(reading)))

    def update(self, update: Update) -> None:
        if not self._alerts_only:
            self._write(GameUpdate(update.event))

    def alert(self, alert: MomentumAlert) -> None:
        self._write(AlertLine(alert))

    def trouble(self, trouble: str | None) -> None:
        self._write(BrokerLine(trouble))

    def refresh(self, reading: Reading) -> None:
        """Every line is written when it comes."""

    def close(self) -> None:
        self._out.flush()

    def _write(self, line: msgspec.Struct) -> None:
        self._out.write(msgspec.json.encode(line).decode() + "\n")
        self._out.flush()


class LineScreen:
    """A line for whatever happens: for pipes and files."""

    def __init__(self, out: TextIO, *, alerts_only: bool) -> None:
        self._out = out
        self._alerts_only = alerts_only
        self._simulated = False

    def begin(self, reading: Reading) -> None:
        if not self._alerts_only:
            for line in lines(reading):
                self._write(line)

    def update(self, update: Update) -> None:
        if update.event.source == "simulated" and not self._simulated:
            self._simulated = True
            self._write(SIMULATED)
        if not self._alerts_only:
            self._write(event_words(update.event))

    def alert(self, alert: MomentumAlert) -> None:
        self._write(f"ALERT  {alert.text}")

    def trouble(self, trouble: str | None) -> None:
        self._write("the broker is back" if trouble is None else f"{trouble}; waiting for it")

    def refresh(self, reading: Reading) -> None:
        """Every line is written when it comes."""

    def close(self) -> None:
        self._out.flush()

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class TableScreen:
    """A table over the whole terminal."""

    def __init__(self, topic: str, console: Console | None = None) -> None:
        self._topic = topic
        self._alerts: list[str] = []
        self._trouble: str | None = None
        self._live = Live(console=console or Console(), screen=True, auto_refresh=False)
        self._live.start()

    def begin(self, reading: Reading) -> None:
        """The next refresh shows it."""

    def update(self, update: Update) -> None:
        """The next refresh shows it."""

    def alert(self, alert: MomentumAlert) -> None:
        self._alerts = [*self._alerts, alert.text][-ALERTS_KEPT:]

    def trouble(self, trouble: str | None) -> None:
        self._trouble = trouble

    def refresh(self, reading: Reading) -> None:
        height = self._live.console.size.height
        self._live.update(table(reading, self._topic, self._trouble, self._alerts, height), refresh=True)

    def close(self) -> None:
        self._live.stop()


def table(
    reading: Reading, topic: str, trouble: str | None, said: list[str], height: int = 10_000
) -> RenderableType:
    """All games, `height` lines at most."""
    library = reading.library
    total = library.total()
    title = Text(topic, style="bold")
    title.append(
        f"  {total.games} games, {library.tally.events} events ({library.tally.corrected} corrected, "
        f"{library.tally.retracted} retracted, {library.tally.doubles} doubles dropped), "
        f"{total.points} points, {total.lead_changes} lead changes, {sum(reading.alerts.values())} alerts",
        style="not bold",
    )
    parts: list[RenderableType] = [title]
    if any(book.source == "simulated" for book in library):
        parts.append(Text(SIMULATED, style="bold black on yellow"))
    if trouble is not None:
        parts.append(Text(f"{trouble}; waiting for it", style="bold white on red"))
    rows = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("time", "away", "", "home", "", "momentum", "run now", "biggest run"):
        rows.add_column(name, no_wrap=True)
    for name in ("lead changes", "ties", "alerts"):
        rows.add_column(name, justify="right", no_wrap=True)
    shown = list(library)[: max(1, height - 6 - min(len(said), ALERTS_KEPT))]
    for book in shown:
        rows.add_row(*_cells(book, reading.alerts.get(book.game_id, 0)), style="dim" if book.over else "")
    parts.append(rows if shown else Text("\nno games yet", style="dim"))
    if len(library.books) > len(shown):
        parts.append(Text(f"and {len(library.books) - len(shown)} more", style="dim"))
    if said:
        parts.append(Text("\n" + "\n".join(said), style="cyan", no_wrap=True, overflow="ellipsis"))
    return Group(*parts)


def _cells(book: Book, alerts: int) -> list[str]:
    standing = book.standing
    if standing is None:
        return ["", book.away, "", book.home]
    entries = book.in_order()
    momentum = entries[-1].momentum if entries else None
    now, biggest = standing.current_run, standing.biggest_run
    return [
        "Final" if book.status == "final" else clock_words(book.period, book.game_clock),
        book.away,
        str(standing.score_away),
        book.home,
        str(standing.score_home),
        "" if momentum is None or book.over else f"{momentum:+.1f}",
        "" if now is None or book.over else f"{now.team or now.side} {now.points}-0",
        "" if biggest is None else f"{biggest.team or biggest.side} {biggest.points}-0",
        str(standing.lead_changes),
        str(standing.ties),
        str(alerts),
    ]


def lines(reading: Reading) -> list[str]:
    """All games, one a line, and the sums."""
    total, tally = reading.library.total(), reading.library.tally
    said = [SIMULATED] if any(book.source == "simulated" for book in reading.library) else []
    said += [f"{book.game_id}  {book_words(book)}" for book in reading.library]
    said.append(
        f"{total.games} games, {total.points} points, {total.lead_changes} lead changes, "
        f"{total.ties} ties, {sum(reading.alerts.values())} alerts; {tally.events} events, "
        f"{tally.doubles} doubles dropped"
    )
    return said
