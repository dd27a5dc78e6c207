"""Counts faults, and logs each kind once an episode instead of at every poll."""

import logging

from courtside.sources.nba_stats import NbaStats

log = logging.getLogger("courtside.nba")


class FaultLog:
    """An episode of a fault begins with its first case and ends when it has not come for `quiet_ms`."""

    def __init__(self, stats: NbaStats, quiet_ms: int) -> None:
        self._stats = stats
        self._quiet_ms = quiet_ms
        self._episodes: dict[str, _Episode] = {}

    def count(self, fault: str, file: str, message: str, now_ms: int) -> None:
        self.sweep(now_ms)
        self._stats.faults[fault] += 1
        episode = self._episodes.get(fault)
        if episode is None:
            episode = self._episodes[fault] = _Episode(now_ms)
            log.warning("%s: %s (%s; said once until it has stopped)", file, message, fault)
        episode.last_ms = now_ms
        episode.cases += 1
        episode.files.add(file)

    def sweep(self, now_ms: int) -> None:
        """Ends the episodes that have been quiet for long enough."""
        for fault, episode in list(self._episodes.items()):
            if now_ms - episode.last_ms >= self._quiet_ms:
                del self._episodes[fault]
                seconds = (episode.last_ms - episode.first_ms) / 1000
                log.info(
                    "%s has stopped: %d cases in %d files within %.0f s",
                    fault,
                    episode.cases,
                    len(episode.files),
                    seconds,
                )


class _Episode:
    def __init__(self, now_ms: int) -> None:
        self.first_ms = self.last_ms = now_ms
        self.cases = 0
        self.files: set[str] = set()
