"""What `courtside consume` does: read, count, show, until Ctrl-C or the end of the topic."""

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from rich.console import Console

from courtside.cli.charting import LiveChart, newest
from courtside.cli.stopping import stop_signals
from courtside.cli.topic_screens import (
    JsonScreen,
    LineScreen,
    TableScreen,
    TopicScreen,
    everything,
    lines,
    table,
)
from courtside.errors import BusError
from courtside.momentum.alerts import MomentumAlert, Thresholds
from courtside.momentum.consume import Reading
from courtside.momentum.kafka import TopicReader

READ_SECONDS = 0.2
WINDOW = "window"
ONCE_WAITS = 10.0
"""How long `--once` waits for a broker that does not answer."""


class Wanted(msgspec.Struct, frozen=True):
    """What the command line asks for."""

    games: frozenset[str] | None = None
    thresholds: Thresholds = Thresholds()
    alerts_only: bool = False
    once: bool = False
    as_json: bool = False
    chart: str | None = None
    """`window`, or the file to draw to."""


def read_topic(config: Mapping[str, str], topic: str, wanted: Wanted) -> None:
    """Until SIGINT, SIGTERM, or the end of the topic with `once`."""
    reading = Reading(wanted.thresholds, wanted.games)
    reader = TopicReader(config, topic)
    try:
        with stop_signals() as stop:
            if wanted.once:
                _read_once(reader, reading, wanted, stop)
            else:
                _follow(reader, reading, wanted, stop)
    finally:
        reader.close()


def _read_once(reader: TopicReader, reading: Reading, wanted: Wanted, stop: threading.Event) -> None:
    """All that lies in the topic now."""
    give_up = time.monotonic() + ONCE_WAITS
    given: list[MomentumAlert] = []
    while not reader.caught_up and not stop.is_set():
        if reader.trouble is not None and time.monotonic() > give_up:
            raise BusError(f"{reader.trouble}; check --kafka, or leave --once out to wait for it")
        for record in reader.read(READ_SECONDS):
            update = reading.take(record)
            if update is not None:
                given += update.alerts
                give_up = time.monotonic() + ONCE_WAITS
    if wanted.as_json:
        said = given if wanted.alerts_only else everything(reading)
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
    elif wanted.alerts_only:
        sys.stdout.writelines(f"{alert.text}\n" for alert in given)
    elif sys.stdout.isatty():
        Console().print(table(reading, reader.topic, None, []))
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(reading))
    sys.stdout.flush()
    drawing = _drawing(wanted)
    book = newest(reading.library)
    if drawing is not None and book is not None:
        drawing.play(book)


def _follow(reader: TopicReader, reading: Reading, wanted: Wanted, stop: threading.Event) -> None:
    screen = _screen(reader.topic, wanted)
    drawing = _drawing(wanted)
    news = False
    said: str | None = None
    try:
        while not stop.is_set() and not (drawing is not None and drawing.closed):
            for record in reader.read(READ_SECONDS):
                update = reading.take(record)
                if update is not None and news:
                    screen.update(update)
                    for alert in update.alerts:
                        screen.alert(alert)
            if reader.trouble != said:
                said = reader.trouble
                screen.trouble(said)
            if reader.caught_up and not news:
                # What was there before is no news: it is said in one piece.
                news = True
                screen.begin(reading)
            screen.refresh(reading)
            book = newest(reading.library)
            if drawing is not None and book is not None and news:
                drawing.offer(book)
                drawing.wait()
    finally:
        screen.close()
        if drawing is not None:
            book = newest(reading.library)
            if book is not None:
                drawing.finish(book)
            drawing.close()


def _drawing(wanted: Wanted) -> LiveChart | None:
    if wanted.chart is None:
        return None
    return LiveChart(None if wanted.chart == WINDOW else Path(wanted.chart))


def _screen(topic: str, wanted: Wanted) -> TopicScreen:
    if wanted.as_json:
        return JsonScreen(sys.stdout, alerts_only=wanted.alerts_only)
    if sys.stdout.isatty() and not wanted.alerts_only:
        return TableScreen(topic)
    return LineScreen(sys.stdout, alerts_only=wanted.alerts_only)
