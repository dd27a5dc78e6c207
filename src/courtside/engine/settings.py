"""What the engine can be told."""

import msgspec


class EngineSettings(msgspec.Struct, frozen=True):
    run_threshold: int = 8
    """Unanswered points from which a run is told."""
    alert_threshold: int = 10
    """Unanswered points from which a run is an alert."""
    drought_seconds: int = 180
    """Game time without a point from which a drought is an alert."""
    coverage: float = 0.95
    """Nominal coverage of the interval in `ml_prediction`."""
