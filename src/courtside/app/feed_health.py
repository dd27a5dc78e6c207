"""How the source is doing, in numbers and for people."""

import logging

from courtside.app.sources import AutoSource
from courtside.monitor.metrics import Metrics
from courtside.sources.nba_live import NbaSource, PollWatcher
from courtside.sources.replay import ReplaySource
from courtside.sources.source import Source

log = logging.getLogger("courtside.app")


def watch_polls(metrics: Metrics) -> PollWatcher:
    """Every poll is counted, and a line in the log with `debug`."""

    def poll_ended(endpoint: str, outcome: str, seconds: float) -> None:
        metrics.poll(endpoint, outcome, seconds)
        log.debug("%s: %s", endpoint, outcome, extra={"poll_ms": round(seconds * 1000, 1)})

    return poll_ended


def _poller(source: Source | None) -> NbaSource | None:
    current = source.current if isinstance(source, AutoSource) else source
    return current if isinstance(current, NbaSource) else None


def feed_health(source: Source | None, now_ms: int) -> dict[str, float | int | str | None]:
    said: dict[str, float | int | str | None] = {}
    if isinstance(source, AutoSource):
        said["nba"] = source.reason
    if isinstance(source, ReplaySource):
        said |= {"games_skipped": len(source.skipped), "faults": source.faults.total()}
    poller = _poller(source)
    if poller is not None:
        stats = poller.stats
        said |= {
            "polls": stats.polls,
            "faults": stats.faults.total(),
            "in_flight": stats.in_flight,
            "circuits_open": stats.circuits_open,
            "scoreboard_age_ms": stats.age_ms("scoreboard", now_ms),
        }
    return said


def count_faults(source: Source | None, metrics: Metrics) -> None:
    """Faults of the feed by kind, so far."""
    poller = _poller(source)
    if poller is not None:
        metrics.faults(poller.stats.faults)
    elif isinstance(source, ReplaySource):
        metrics.faults(source.faults)
