"""What the `nba` source counts: plain numbers, for whoever exports them."""

from bisect import bisect_left
from collections import Counter

from courtside.sources.nba_endpoint import KINDS, Kind, PollOutcome

LATENCY_BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)


class FileStats:
    """One kind of file, over all games."""

    def __init__(self) -> None:
        self.polls = 0
        """Requests sent."""
        self.changed = 0
        """Bodies that were new and accepted."""
        self.not_modified = 0
        """Answers 304."""
        self.same_bytes = 0
        """Answers 200 with the body that was accepted before."""
        self.not_yet = 0
        """Files that do not exist yet."""
        self.rejected = 0
        """Answers that were refused, and requests without an answer."""
        self.wire_bytes = 0
        """Bytes of bodies, as compressed as they came."""
        self.last_latency_ms = 0.0
        self.latency_sum_ms = 0.0
        self.latency_counts = [0] * (len(LATENCY_BOUNDS_MS) + 1)
        """Answers by latency: up to each of `LATENCY_BOUNDS_MS`, and beyond; not cumulative."""

    def count(self, ended: PollOutcome) -> None:
        setattr(self, ended, getattr(self, ended) + 1)

    def took(self, latency_ms: float) -> None:
        self.last_latency_ms = latency_ms
        self.latency_sum_ms += latency_ms
        self.latency_counts[bisect_left(LATENCY_BOUNDS_MS, latency_ms)] += 1


class NbaStats:
    """Counters since the start of the source."""

    def __init__(self) -> None:
        self.files: dict[Kind, FileStats] = {kind: FileStats() for kind in KINDS}
        self.faults: Counter[str] = Counter()
        """By name; docs/nba-source.md says what each means."""
        self.observations = 0
        self.in_flight = 0
        self.circuits_open = 0
        """Files that are only probed now, because they keep failing."""
        self.games: Counter[str] = Counter()
        """Games by phase now: scheduled, soon, live, halftime, grace, late, done ..."""
        self.last_success_ms: dict[str, int] = {}
        """When a file was last received in good order, by name (`scoreboard`, `playbyplay_<game id>`)."""

    @property
    def polls(self) -> int:
        return sum(file.polls for file in self.files.values())

    def age_ms(self, name: str, now_ms: int) -> int | None:
        """How long ago a file was last received in good order; None if never."""
        last_ms = self.last_success_ms.get(name)
        return None if last_ms is None else now_ms - last_ms
