"""What a bus is told."""

import msgspec


class BusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `bus`; see `courtside.settings` for what each means."""

    bus: str = "memory"
    prefix: str = "courtside"
    partitions: int = 16
    retention_hours: float = 48.0
    max_records: int | None = None
    session_seconds: float = 6.0
