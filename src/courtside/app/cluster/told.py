"""What an engine tells of a game: a record of the messages' stream, and its way there and back.

The value of a record is the messages as JSON, one a line, for whoever reads the stream. Its headers hold
what a gateway needs beside them: the game as it stands after them (`game`, JSON), and what they follow
from (`told`).
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from courtside.app.games import Teams
from courtside.bus.bus import Delivery, Record
from courtside.engine.logged import Outcome
from courtside.errors import BadInput, OtherSource
from courtside.events import AnyObservation, SourceName, Status, decode_observation, encode_observation
from courtside.game.live import LiveGame
from courtside.game.view import snapshot
from courtside.messages import EncodedMessage, encode_snapshot
from courtside.replies import Receipt
from courtside.store.journal import Entry
from courtside.store.ledger import pack, unpack


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """To a call that waits for it."""

    call: str
    receipt: Receipt | None = None
    refused: str = ""
    kind: Literal["bad_input", "other_source"] = "bad_input"

    @classmethod
    def of(cls, call: str, outcome: Outcome) -> "Answer":
        wrong = outcome.refused
        if wrong is None:
            return cls(call, outcome.receipt)
        kind: Literal["bad_input", "other_source"] = (
            "other_source" if isinstance(wrong, OtherSource) else "bad_input"
        )
        return cls(call, None, str(wrong), kind)

    def error(self) -> BadInput:
        return OtherSource(self.refused) if self.kind == "other_source" else BadInput(self.refused)


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One observation that counted, as it is kept, with the types of the messages that it led to."""

    position: str
    """Of its record in the log."""
    observation: bytes
    types: str
    """Joined by commas."""
    key: str | None = None
    digest: str = ""


class Told(msgspec.Struct, frozen=True):
    """What one batch of the log came to, for one game in one epoch."""

    maker: str
    """Who folds alike: version, model and settings."""
    floor: str
    """The position in the log up to which all messages of its partition were published before this batch;
    empty where there were none."""
    epoch: str
    first_seq: int
    status: Status
    source: SourceName
    teams: Teams
    received_ms: int
    fresh: bool
    """What was told of the game before is not true any more: it starts over, or is renumbered."""
    lines: list[Line]
    answers: list[Answer]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Told)


class Heard(msgspec.Struct, frozen=True):
    """A record as a gateway uses it."""

    game_id: str
    told: Told
    game: bytes
    entries: list[tuple[str, Entry]]
    """With the position of each in the log."""


def to_record(live: LiveGame, told: Told, messages: Sequence[EncodedMessage]) -> Record:
    """Raises nothing: what the engine said can be told."""
    _, _, frames = pack(messages)
    through = told.lines[-1].position if told.lines else told.floor
    call = told.answers[-1].call if told.answers else ""
    return Record(
        key=live.game_id,
        value=frames,
        headers={"told": _encoder.encode(told), "game": encode_snapshot(snapshot(live))},
        # Two engines that tell the same, for a moment, say it under the same name.
        id=f"{live.game_id}/{told.epoch}/{told.first_seq}/{through}/{len(told.lines)}/{call}",
    )


def line(
    position: str,
    observation: AnyObservation,
    messages: Sequence[EncodedMessage],
    key: str | None = None,
    digest: str = "",
) -> Line:
    types = ",".join(message.type for message in messages)
    return Line(position, encode_observation(observation), types, key, digest)


def read_told(delivery: Delivery) -> Told:
    """Raises `msgspec.DecodeError` or `KeyError` where the record is none of ours."""
    return _decoder.decode(delivery.headers["told"])


def heard(delivery: Delivery) -> Heard:
    """Raises as `read_told`, and `ValueError` where frames and types do not match."""
    told = read_told(delivery)
    frames = delivery.value.split(b"\n") if delivery.value else []
    entries: list[tuple[str, Entry]] = []
    seq = told.first_seq
    for each in told.lines:
        count = each.types.count(",") + 1 if each.types else 0
        mine = frames[seq - told.first_seq : seq - told.first_seq + count]
        messages = unpack(delivery.key, told.epoch, seq, each.types, b"\n".join(mine)) if count else []
        entry = Entry(decode_observation(each.observation), messages, told.epoch, each.key, each.digest)
        entries.append((each.position, entry))
        seq += count
    return Heard(delivery.key, told, delivery.headers["game"], entries)
