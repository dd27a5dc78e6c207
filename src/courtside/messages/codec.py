"""The envelope of a message, the names of all types, and the bytes of both."""

import msgspec

from courtside.events import SourceName
from courtside.messages.forecasts import (
    ExternalPrediction,
    MlPrediction,
    Result,
    RunningForecast,
    WinProbability,
)
from courtside.messages.happenings import (
    Alert,
    Correction,
    GameStatus,
    LeadChange,
    PatternProgress,
    PlayData,
    PlayerStats,
    ScoreUpdate,
    ScoringRun,
    Tie,
)
from courtside.messages.snapshot import GameSnapshot

MessageData = (
    ScoreUpdate
    | PatternProgress
    | MlPrediction
    | RunningForecast
    | WinProbability
    | ExternalPrediction
    | LeadChange
    | Tie
    | ScoringRun
    | Alert
    | PlayData
    | PlayerStats
    | Correction
    | GameStatus
    | Result
)

MESSAGE_TYPES: dict[str, type[MessageData]] = {
    "score_update": ScoreUpdate,
    "pattern_progress": PatternProgress,
    "ml_prediction": MlPrediction,
    "forecast": RunningForecast,
    "win_probability": WinProbability,
    "external_prediction": ExternalPrediction,
    "lead_change": LeadChange,
    "tie": Tie,
    "scoring_run": ScoringRun,
    "alert": Alert,
    "play": PlayData,
    "player_stats": PlayerStats,
    "correction": Correction,
    "game_status": GameStatus,
    "result": Result,
}
"""Every message about a game, by the name of its type."""

CONTROL_TYPES = ("hello", "snapshot", "heartbeat", "subscribed", "pong", "error")
"""What the stream says about the connection; these come whatever is subscribed to."""

LATER_TYPES = ("odds_update", "edge")
"""Types of the contract that this version does not send."""

NAMED_TYPES = frozenset({*MESSAGE_TYPES, *CONTROL_TYPES, *LATER_TYPES})
"""What a subscription may name, so that a client written for all of them is served by every version."""

COALESCED_TYPES = frozenset({"score_update", "pattern_progress", "forecast", "win_probability"})
"""Messages that say how things stand: a client that lags needs only the newest of a game."""


class Message(msgspec.Struct, frozen=True):
    """The envelope: `seq` rises by one per game within an `epoch`."""

    type: str
    timestamp: str
    game_id: str
    epoch: str
    seq: int
    source: SourceName
    data: MessageData


_encoder = msgspec.json.Encoder()
_snapshot_decoder = msgspec.json.Decoder(GameSnapshot)


class _Envelope(msgspec.Struct):
    type: str
    timestamp: str
    game_id: str
    epoch: str
    seq: int
    source: SourceName
    data: msgspec.Raw


_envelope_decoder = msgspec.json.Decoder(_Envelope)
_data_decoders = {name: msgspec.json.Decoder(kind) for name, kind in MESSAGE_TYPES.items()}


class EncodedMessage(msgspec.Struct, frozen=True, gc=False):
    """A message as bytes, with what a hub needs to route it."""

    game_id: str
    epoch: str
    seq: int
    type: str
    frame: bytes


def encode_message(message: Message) -> EncodedMessage:
    """JSON, once; the same bytes go to the journal and to every client."""
    return EncodedMessage(message.game_id, message.epoch, message.seq, message.type, _encoder.encode(message))


def decode_message(frame: bytes) -> Message:
    """The inverse of `encode_message`; raises `msgspec.DecodeError` or `KeyError` on other input."""
    envelope = _envelope_decoder.decode(frame)
    return Message(
        envelope.type,
        envelope.timestamp,
        envelope.game_id,
        envelope.epoch,
        envelope.seq,
        envelope.source,
        _data_decoders[envelope.type].decode(envelope.data),
    )


def encode_snapshot(snapshot: GameSnapshot) -> bytes:
    return _encoder.encode(snapshot)


def decode_snapshot(data: bytes) -> GameSnapshot:
    return _snapshot_decoder.decode(data)
