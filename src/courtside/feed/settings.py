"""What a feed plays and how: one struct, checked where it is made."""

from pathlib import Path

import msgspec

from courtside.errors import BadConfig
from courtside.feed.faults import parse_faults

DEFAULT_PORT = 8090
DEFAULT_STAGGER_SECONDS = 30.0
DEFAULT_FAULT_RATE = 0.1
DEFAULT_LEAD_SECONDS = 10.0


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `courtside feed`; a value that cannot be meant raises `BadConfig`.

    `speed` is virtual seconds a real one. `stagger_seconds` and `lead_seconds` (until the first tip)
    are virtual. `faults` are names from `courtside.feed.faults`; `fault_rate` is a probability.
    """

    recordings: Path
    speed: float = 1.0
    games: int | None = None
    """None is every recorded game."""
    stagger_seconds: float = DEFAULT_STAGGER_SECONDS
    lead_seconds: float = DEFAULT_LEAD_SECONDS
    as_recorded: bool = False
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    """0 takes a free one."""
    seed: int = 0
    faults: tuple[str, ...] = ()
    fault_rate: float = DEFAULT_FAULT_RATE
    hang_seconds: float = 5.0
    """Real seconds after which a hanging or dripping response is given up."""

    def __post_init__(self) -> None:
        if not 0 < self.speed <= 1_000_000:
            raise BadConfig(f"feed speed {self.speed:g} is out of range; use more than 0, e.g. 1 or 400")
        if self.games is not None and self.games < 1:
            raise BadConfig(f"{self.games} games are none to play; ask for at least one")
        if self.stagger_seconds < 0 or self.lead_seconds < 0:
            raise BadConfig("stagger and lead are times until a tip-off; give seconds from 0 up")
        if not 0 <= self.port <= 65535:
            raise BadConfig(f"port {self.port} does not exist; use 1 to 65535, or 0 for a free one")
        if not 0 <= self.fault_rate <= 1:
            raise BadConfig(f"fault rate {self.fault_rate:g} is no probability; use 0 to 1, e.g. 0.1")
        if not 0 < self.hang_seconds <= 60:
            raise BadConfig(f"hanging for {self.hang_seconds:g} s is out of range; use more than 0, up to 60")
        parse_faults(",".join(self.faults))
