"""One file of the feed: when it is due, what its last answer was, its back-off and its circuit.

No I/O and no wall time: whoever asks says what time it is, in milliseconds.
"""

from random import Random
from typing import Literal

from courtside.errors import BadFeed
from courtside.sources.nba_answer import Wire
from courtside.sources.nba_gate import StampGate
from courtside.sources.nba_settings import NbaSettings

Kind = Literal["scoreboard", "playbyplay", "boxscore"]
KINDS: tuple[Kind, ...] = ("scoreboard", "playbyplay", "boxscore")
PollOutcome = Literal["changed", "not_modified", "same_bytes", "not_yet", "rejected"]
CircuitState = Literal["closed", "open", "half_open"]

VALIDATOR_AGE_MS = 2_000
"""`Last-Modified` has whole seconds, so a file may change twice within one: only an older one is proof."""


class Circuit:
    """Closed while answers come; after `limit` failures in a row open; then one probe at a time."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.failures = 0
        self.state: CircuitState = "closed"

    def succeed(self) -> bool:
        """True where this closed an open circuit."""
        was_open = self.state != "closed"
        self.failures = 0
        self.state = "closed"
        return was_open

    def fail(self) -> bool:
        """True where this opened a closed circuit."""
        self.failures += 1
        opens = self.state == "closed" and self.failures >= self.limit
        if opens or self.state == "half_open":
            self.state = "open"
        return opens

    def probe(self) -> None:
        """A request goes out: through an open circuit it is the probe."""
        if self.state == "open":
            self.state = "half_open"


class Endpoint:
    """The state of one file. `interval_ms` None is 'not polled'."""

    def __init__(self, kind: Kind, game_id: str, settings: NbaSettings, random: Random) -> None:
        self.kind = kind
        self.game_id = game_id
        """Empty for the scoreboard."""
        self.interval_ms: int | None = None
        self.in_flight = False
        self.asked_ms: int | None = None
        self.not_before_ms = 0
        self.circuit = Circuit(settings.circuit_failures)
        self.stamps = StampGate(settings.disbelief_polls)
        self.etag: str | None = None
        self.last_modified: str | None = None
        self.accepted: Wire | None = None
        self.rejected: tuple[Wire, BadFeed] | None = None
        """The last refused body and why."""
        self.ended: PollOutcome = "rejected"
        """How the last poll ended."""
        self.recorded: Wire | None = None
        """The last body that was handed to the recording tap."""
        self._unmodified = 0
        self._settings = settings
        self._random = random
        self._stretch = 1.0
        self.due_ms: int | None = None

    @property
    def name(self) -> str:
        """As a folder of recordings is named: `scoreboard`, `playbyplay_0022500776`."""
        return f"{self.kind}_{self.game_id}" if self.game_id else self.kind

    @property
    def path(self) -> str:
        file = f"{self.name}.json" if self.game_id else "todaysScoreboard_00.json"
        return f"/static/json/liveData/{self.kind}/{file}"

    def pace(self, interval_ms: int | None) -> None:
        """Sets the interval; a shorter one may make the file due at once."""
        self.interval_ms = interval_ms
        self._schedule()

    def ask(self, now_ms: int) -> None:
        """A request goes out."""
        self.in_flight = True
        self.asked_ms = now_ms
        self.circuit.probe()
        jitter = self._settings.jitter
        self._stretch = 1 + self._random.uniform(-jitter, jitter)

    def conditions(self) -> dict[str, str]:
        """Headers that let the server answer 304."""
        if self.accepted is None or self._unmodified >= self._settings.revalidate_polls:
            return {}
        if self.etag is not None:
            return {"If-None-Match": self.etag}
        if self.last_modified is not None:
            return {"If-Modified-Since": self.last_modified}
        return {}

    def accept(self, wire: Wire) -> None:
        """Keeps an accepted body and what names it."""
        self.accepted = wire
        self.rejected = None
        age_ms = wire.modified_age_ms
        self.etag = wire.etag
        self.last_modified = wire.last_modified if age_ms is not None and age_ms >= VALIDATOR_AGE_MS else None
        self._unmodified = 0

    def unmodified(self) -> None:
        """The server said 304."""
        self._unmodified += 1

    def revalidated(self) -> None:
        """An unconditional answer brought the same bytes."""
        self._unmodified = 0

    def answered(self) -> bool:
        """A usable answer came (unchanged, 'not yet' and stale ones too); True: the circuit has closed."""
        self.in_flight = False
        self.not_before_ms = 0
        closed = self.circuit.succeed()
        self._schedule()
        return closed

    def failed(self, now_ms: int, retry_after_ms: int | None = None) -> bool:
        """No usable answer came; True where this opened the circuit."""
        self.in_flight = False
        opened = self.circuit.fail()
        settings = self._settings
        if self.circuit.state == "closed":
            first_ms = settings.polls_ms(settings.backoff_first_polls)
            longest_ms = max(settings.polls_ms(settings.backoff_cap_polls), self.interval_ms or 0)
            wait_ms = min(first_ms * 2 ** min(self.circuit.failures - 1, 30), longest_ms)
        else:
            wait_ms = max(settings.polls_ms(settings.circuit_open_polls), self.interval_ms or 0)
        wait_ms = round(wait_ms * self._stretch)
        if retry_after_ms is not None:
            wait_ms = max(wait_ms, min(retry_after_ms, round(settings.retry_after_cap_seconds * 1000)))
        self.not_before_ms = now_ms + wait_ms
        self._schedule()
        return opened

    def shift(self, by_ms: int) -> None:
        """The clock was set: what was planned by it moves along."""
        self.not_before_ms += by_ms
        if self.asked_ms is not None:
            self.asked_ms += by_ms
        self._schedule()

    def _schedule(self) -> None:
        if self.interval_ms is None:
            self.due_ms = None
        elif self.asked_ms is None:
            self.due_ms = 0
        elif self.circuit.failures:
            self.due_ms = self.not_before_ms
        else:
            self.due_ms = self.asked_ms + round(self.interval_ms * self._stretch)
