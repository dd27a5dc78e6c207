"""Every setting of the `nba` source, with its default."""

from urllib.parse import urlsplit

import msgspec

from courtside.errors import BadConfig

USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)


class NbaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the feed is polled; raises `BadConfig` for a value that is out of range.

    What ends in `_polls` is a multiple of `poll_seconds`, so that one number scales the whole for a
    feed that plays a recorded game many times faster.
    """

    url: str = "https://cdn.nba.com"
    poll_seconds: float = 10.0
    """Scoreboard while a game is on, and the play-by-play of a live game."""
    box_score_polls: float = 3.0
    halftime_polls: float = 3.0
    """Play-by-play at halftime, and both files of a game that is about to start."""
    idle_polls: float = 6.0
    """Scoreboard while no game is on and no tip-off is known."""
    asleep_polls: float = 30.0
    """Longest sleep of the scoreboard towards a known tip-off."""
    tip_off_lead_seconds: float = 600.0
    """A game is about to start this long before its tip-off time."""
    tip_off_window_seconds: float = 4 * 3600.0
    """A game that nobody announces as begun is still asked for this long after its tip-off time."""
    grace_polls: float = 60.0
    """A finished game is polled at the pace of a live one this long, for late edits,"""
    late_every_polls: float = 30.0
    """then this slowly,"""
    late_polls: float = 2160.0
    """until this long after its end."""
    jitter: float = 0.1
    """Each interval is made longer or shorter by up to this share of it."""

    max_in_flight: int = 16
    """Requests at one time."""
    backlog: int = 256
    """Observations that may wait for the consumer before polling pauses."""
    connect_seconds: float = 5.0
    answer_seconds: float | None = None
    """Time for a whole answer; None is two polls, but at least 2 and at most 20 seconds."""
    max_response_bytes: int = 8 * 1024 * 1024
    """Decompressed; a real play-by-play has about 400 KB."""
    revalidate_polls: int = 30
    """After so many 'not modified' in a row the file is asked for without conditions once."""

    retries: int = 1
    """Further attempts at once where a connection died before its answer."""
    backoff_first_polls: float = 0.25
    backoff_cap_polls: float = 6.0
    retry_after_cap_seconds: float = 300.0
    circuit_failures: int = 5
    """Failures in a row of one file that open its circuit,"""
    circuit_open_polls: float = 12.0
    """for this long; then one request probes it."""
    host_failures: int = 12
    """Answers in a row, of any file, that never came or were refusals, after which only one file probes."""
    disbelief_polls: int = 30
    """A file that stays older than, or a shadow of, the accepted one this often in a row is believed."""

    user_agent: str = USER_AGENT
    referer: str = "https://www.nba.com/"

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadConfig(f"nba-url {self.url!r} is no HTTP address; give one like https://cdn.nba.com")
        for name in _POSITIVE:
            if not getattr(self, name) > 0:
                raise BadConfig(f"{_flag(name)} is {getattr(self, name)}; it must be above zero")
        for name in _NOT_NEGATIVE:
            if not getattr(self, name) >= 0:
                raise BadConfig(f"{_flag(name)} is {getattr(self, name)}; it must not be below zero")
        if not self.jitter < 1:
            raise BadConfig(f"jitter is {self.jitter}; it is a share of the interval, from 0 to below 1")
        if self.answer_seconds is not None and not self.answer_seconds > 0:
            raise BadConfig(f"answer-seconds is {self.answer_seconds}; it must be above zero")

    @property
    def answer_limit_seconds(self) -> float:
        """Time for a whole answer, in seconds."""
        if self.answer_seconds is not None:
            return self.answer_seconds
        return min(max(2 * self.poll_seconds, 2.0), 20.0)

    def polls_ms(self, polls: float) -> int:
        """A number of polls as milliseconds."""
        return round(polls * self.poll_seconds * 1000)


_POSITIVE = (
    "poll_seconds",
    "box_score_polls",
    "halftime_polls",
    "idle_polls",
    "asleep_polls",
    "late_every_polls",
    "max_in_flight",
    "backlog",
    "connect_seconds",
    "max_response_bytes",
    "revalidate_polls",
    "backoff_first_polls",
    "backoff_cap_polls",
    "circuit_failures",
    "circuit_open_polls",
    "host_failures",
    "disbelief_polls",
)
_NOT_NEGATIVE = (
    "tip_off_lead_seconds",
    "tip_off_window_seconds",
    "grace_polls",
    "late_polls",
    "jitter",
    "retries",
    "retry_after_cap_seconds",
)


def _flag(name: str) -> str:
    return name.replace("_", "-")
