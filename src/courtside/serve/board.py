"""What all clients of the stream share: the games as they stand and their newest messages."""

from collections.abc import Mapping, Sequence

import msgspec

from courtside import __version__
from courtside.clock import format_utc
from courtside.errors import UnknownGame
from courtside.messages import MESSAGE_TYPES, EncodedMessage
from courtside.monitor.metrics import Metrics
from courtside.serve.frames import Payload, text_of
from courtside.serve.ops import (
    PROTOCOL_VERSION,
    ControlData,
    Heartbeat,
    Hello,
    Position,
    SnapshotData,
    encode_control,
)
from courtside.serve.ring import Ring
from courtside.serve.service import Service
from courtside.serve.settings import StreamSettings


class _Head(msgspec.Struct):
    game_id: str
    epoch: str
    seq: int


_head_decoder = msgspec.json.Decoder(_Head)


class Opening:
    """All games at one moment, and exactly how far each of them has got in it."""

    def __init__(self, games: Sequence[bytes]) -> None:
        heads = [_head_decoder.decode(game) for game in games]
        self.games = [msgspec.Raw(game) for game in games]
        self.positions: Mapping[str, Position] = {
            head.game_id: Position(head.epoch, head.seq) for head in heads
        }
        self.snapshot: Payload | None = None
        """As it is sent; made when the first client connects."""
        self.not_recovered: tuple[tuple[str, ...], Payload] | None = None
        """The newest answer to clients that could not resume: after a loss they all ask for the same."""


class Heartbeats(msgspec.Struct, frozen=True):
    """One moment's heartbeat."""

    full: bytes
    bare: bytes
    """Without positions, for clients that were not sent all that led there."""
    replaceable: bool
    """Nobody misses anything who gets only the next one."""


class Board:
    """Kept by the hub, read by every client."""

    def __init__(self, service: Service, settings: StreamSettings, metrics: Metrics) -> None:
        self.service = service
        self.settings = settings
        self.metrics = metrics
        self._rings: dict[str, Ring] = {}
        self._moved: dict[str, Position] = {}
        self._gone: dict[str, None] = {}
        self._opening: Opening | None = None

    def add(self, messages: Sequence[EncodedMessage]) -> None:
        """Messages that were just committed."""
        self._opening = None
        for message in messages:
            ring = self._rings.get(message.game_id)
            if ring is None:
                ring = self._rings[message.game_id] = Ring(self.settings.ring_messages)
            ring.append(message)
            self._moved[message.game_id] = Position(message.epoch, message.seq)

    def forget(self, game_id: str) -> None:
        """A game has left the memory of the program."""
        self._opening = None
        self._rings.pop(game_id, None)
        self._moved.pop(game_id, None)
        self._gone[game_id] = None

    def recent(self, game_id: str, epoch: str, seq: int, limit: int) -> Sequence[EncodedMessage]:
        """The messages that follow `seq`, as far as they are in memory; none where they are not."""
        ring = self._rings.get(game_id)
        return (ring.after(epoch, seq, limit) or ()) if ring is not None else ()

    def position(self, game_id: str) -> Position | None:
        found = self.service.position(game_id)
        return None if found is None else Position(*found)

    def opening(self) -> Opening:
        """Made once between two deliveries, however many clients connect."""
        if self._opening is None:
            self._opening = Opening(self.service.snapshots())
        return self._opening

    def control(self, kind: str, data: ControlData) -> bytes:
        return encode_control(kind, format_utc(self.service.now_ms()), data)

    def hello(self) -> bytes:
        return self.control(
            "hello",
            Hello(
                server="courtside",
                version=__version__,
                protocol=PROTOCOL_VERSION,
                heartbeat_seconds=self.settings.heartbeat_seconds,
                types=list(MESSAGE_TYPES),
                ops=["subscribe", "ping"],
            ),
        )

    def snapshot(self) -> Payload:
        """All games, for a client that has just connected; the same object for all of one opening."""
        opening = self.opening()
        if opening.snapshot is None:
            opening.snapshot = text_of(self.control("snapshot", SnapshotData(None, [], opening.games)))
        return opening.snapshot

    def not_recovered(self, game_ids: Sequence[str]) -> Payload:
        """These games, for a client that cannot go on where it was."""
        opening, asked = self.opening(), tuple(game_ids)
        if opening.not_recovered is not None and opening.not_recovered[0] == asked:
            return opening.not_recovered[1]
        games: list[msgspec.Raw] = []
        unknown: list[str] = []
        for game_id in game_ids:
            try:
                games.append(msgspec.Raw(self.service.snapshot(game_id)))
            except UnknownGame:
                unknown.append(game_id)
        payload = text_of(self.control("snapshot", SnapshotData(False, unknown, games)))
        opening.not_recovered = (asked, payload)
        return payload

    def heartbeats(self) -> Heartbeats:
        """What happened since the last call."""
        moved, self._moved = self._moved, {}
        # One that was forgotten and has come back since is not gone.
        gone = [game_id for game_id in self._gone if self.position(game_id) is None]
        self._gone = {}
        self._opening = None
        return Heartbeats(
            self.control("heartbeat", Heartbeat(moved, gone)),
            self.control("heartbeat", Heartbeat({}, gone)),
            replaceable=not gone,
        )
