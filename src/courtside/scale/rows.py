"""What folding a game's log gives, as rows that a cluster carries to its sinks."""

import msgspec

from courtside import features
from courtside.game.state import GameState

MESSAGE, RUNNING, AT_18, SET_ASIDE = "message", "running", "at_18", "set_aside"
"""Kinds of rows: what goes to Kafka, the two tables of features, and records that cannot be folded."""

MOMENT_NAMES = (
    "received_ms",
    "period",
    "remaining_tenths",
    "elapsed_tenths",
    "score_home",
    "score_away",
)
"""When features were looked at: all whole numbers. `received_ms` is the observation's."""

FEATURE_NAMES = {
    RUNNING: (*MOMENT_NAMES, *features.RUNNING_NAMES),
    AT_18: (*MOMENT_NAMES, *features.NAMES),
}
"""The columns of the two tables, after `game_id`, `epoch` and `seq`."""


class MessageRow(msgspec.Struct, frozen=True):
    """A message as it goes out."""

    epoch: str
    seq: int
    type: str
    frame: bytes


class FeatureRow(msgspec.Struct, frozen=True):
    """Features of a game that has been told up to message `seq`; `numbers` are those of FEATURE_NAMES,
    NaN where they are unknown."""

    kind: str
    epoch: str
    seq: int
    numbers: tuple[float, ...]


class SetAside(msgspec.Struct, frozen=True):
    """A record that cannot be folded, where it lay, and why."""

    partition: int
    offset: int
    value: bytes
    reason: str


def message_id(game_id: str, epoch: str, seq: int) -> str:
    """Names a message across repeated deliveries."""
    return f"{game_id}/{epoch}/{seq}"


def moment_of(state: GameState, received_ms: int) -> tuple[float, ...]:
    """`MOMENT_NAMES` of a state."""
    return (
        float(received_ms),
        float(state.period),
        float(state.remaining_tenths),
        float(state.elapsed),
        float(state.score_home),
        float(state.score_away),
    )
