"""What a client of the stream may send, and what the server says about itself."""

import difflib
from typing import Annotated

import msgspec

from courtside.messages import MESSAGE_TYPES, NAMED_TYPES
from courtside.serve.decode import BadField, bad_field

PROTOCOL_VERSION = 1
MOST_GAMES = 1_000
LARGEST_SEQ = 2**53

GameId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ResumePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last message that the client has of a game."""

    epoch: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    seq: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SEQ)]


class Subscribe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="subscribe"):
    """Which messages to send from now on, and where to go on; null or absent means all."""

    games: Annotated[list[GameId], msgspec.Meta(max_length=MOST_GAMES)] | None = None
    types: Annotated[list[str], msgspec.Meta(max_length=100)] | None = None
    resume: Annotated[dict[GameId, ResumePoint], msgspec.Meta(max_length=MOST_GAMES)] | None = None


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="ping"):
    """Answered with `pong`."""


Op = Subscribe | Ping

_decoder: msgspec.json.Decoder[Op] = msgspec.json.Decoder(Op)


def decode_op(data: bytes | str) -> Op:
    """Raises `BadField` for anything that is not an op."""
    try:
        op = _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise bad_field(error) from error
    except RecursionError as error:
        raise BadField(None, "too deeply nested") from error
    except UnicodeDecodeError as error:
        raise BadField(None, "not UTF-8") from error
    if isinstance(op, Subscribe):
        for name in op.types or ():
            if name not in NAMED_TYPES:
                near = difflib.get_close_matches(name[:64], MESSAGE_TYPES, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else "; `hello` lists them"
                raise BadField("types", f"{name[:64]!r} is not a message type{hint}")
    return op


class Position(msgspec.Struct, frozen=True):
    """The newest message of a game."""

    epoch: str
    seq: int


class Hello(msgspec.Struct, frozen=True):
    """The first message on every connection."""

    server: str
    version: str
    protocol: int
    heartbeat_seconds: float
    types: list[str]
    """Every message type about a game that this server may send."""
    ops: list[str]


class Heartbeat(msgspec.Struct, frozen=True):
    """Sent every `heartbeat_seconds`, whatever else goes on."""

    positions: dict[str, Position]
    """Games with news since the last heartbeat: all of it, as far as subscribed, was sent before this."""
    gone: list[str]
    """Games that are no longer among those that a `snapshot` has, since the last heartbeat."""


class Pong(msgspec.Struct, frozen=True):
    """The answer to `ping`."""


class Subscribed(msgspec.Struct, frozen=True):
    """A `subscribe` is in effect, and what it asked to resume has been sent."""

    games: list[str] | None
    types: list[str] | None
    resumed: list[str]
    """Games that were replayed without a gap; the others of `resume` came as a `snapshot`."""


class Error(msgspec.Struct, frozen=True):
    """Something that the client sent cannot be used; nothing was changed."""

    field: str | None
    reason: str


class SnapshotData(msgspec.Struct, frozen=True):
    """Games as they stand, each with its `epoch` and `seq`."""

    recovered: bool | None
    """null on connecting; false where a `resume` could not be replayed and this takes its place."""
    unknown: list[str]
    """Games that were to be resumed and that this server does not know."""
    games: list[msgspec.Raw]


ControlData = Hello | Heartbeat | Pong | Subscribed | Error | SnapshotData


class Control(msgspec.Struct, frozen=True):
    """The envelope of what the server says about the connection, not about one game."""

    type: str
    timestamp: str
    data: ControlData


_encoder = msgspec.json.Encoder()


def encode_control(kind: str, timestamp: str, data: ControlData) -> bytes:
    return _encoder.encode(Control(kind, timestamp, data))
