"""The client's side of the stream without any I/O: frames in, events and frames out.

The session remembers, per game, the last message that it gave out. On the next connection it asks
for what came after, and for the whole of games that began meanwhile; until the server says
`subscribed`, messages of those games are held and then given out in order, so that none is missed
and none comes twice.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from courtside.client import reducer
from courtside.errors import BadInput, CourtsideError
from courtside.messages import MESSAGE_TYPES, NAMED_TYPES, GameSnapshot, Message, decode_message

MOST_RESUMED = 500
"""A client that runs for months asks only for the newest games again; the server bounds a request."""

SILENT_HEARTBEATS = 3
"""A connection on which nothing came for so many heartbeats is taken for dead."""


class Snapshot(msgspec.Struct, frozen=True):
    """Games as they stand: all of them on connecting, or those that could not be resumed."""

    games: list[GameSnapshot]
    reset: bool
    """Messages of these games were missed; what was known of them is replaced."""


class Connection(msgspec.Struct, frozen=True):
    """The connection came up or broke."""

    connected: bool
    reason: str | None = None
    """Why it broke."""
    retry_seconds: float | None = None
    """Time until the next try."""


class Gone(msgspec.Struct, frozen=True):
    """The server no longer shows these games; they were forgotten, or are over for long."""

    game_ids: list[str]


Told = Message | Snapshot | Gone

StreamEvent = Told | Connection


class _Head(msgspec.Struct):
    type: str
    game_id: str | None = None
    epoch: str | None = None
    seq: int | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _Position(msgspec.Struct, frozen=True):
    epoch: str
    seq: int


class _Hello(msgspec.Struct):
    heartbeat_seconds: float = 5.0


class _Heartbeat(msgspec.Struct):
    positions: dict[str, _Position] = {}
    gone: list[str] = []


class _SnapshotData(msgspec.Struct):
    games: list[GameSnapshot]
    recovered: bool | None = None
    unknown: list[str] = []


class _Error(msgspec.Struct):
    reason: str
    field: str | None = None


class _Subscribe(msgspec.Struct, tag_field="op", tag="subscribe", omit_defaults=True):
    games: list[str] | None = None
    types: list[str] | None = None
    resume: dict[str, _Position] = {}


_head = msgspec.json.Decoder(_Head)
_hello = msgspec.json.Decoder(_Hello)
_heartbeat = msgspec.json.Decoder(_Heartbeat)
_snapshot = msgspec.json.Decoder(_SnapshotData)
_error = msgspec.json.Decoder(_Error)


class StreamSession:
    """Survives connections: `connected` at the start of each, `receive` for every frame, and after
    it `to_send` for what to answer.

    With `from_start` the first connection, too, asks for every message that the server has of its
    games, instead of beginning with how they stand.
    """

    def __init__(
        self,
        games: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        *,
        from_start: bool = False,
    ) -> None:
        self._only_games = frozenset(games) if games is not None else None
        self._only_types = frozenset(types) if types is not None else None
        for name in self._only_types or ():
            if name not in NAMED_TYPES:
                known = ", ".join(MESSAGE_TYPES)
                raise BadInput(f"{name!r} is not a message type; choose from {known}")
        self.games: dict[str, GameSnapshot] = {}
        """Every game as it stands; with a choice of `types` only as far as these tell."""
        self.skipped = 0
        """Messages of types that this client does not know yet."""
        self.coalesced = 0
        """Messages that were left out because this client lagged: newer state came instead."""
        self.silence_seconds = 15.0
        """How long the server may say nothing before the connection counts as lost."""
        self._positions: dict[str, _Position] = {}
        """The game with the newest message is last."""
        self._gone: dict[str, GameSnapshot] = {}
        """Games that left, for messages about them that come after all."""
        self._resuming: frozenset[str] = frozenset()
        self._held: dict[str, dict[_Position, Message | None]] = {}
        self._left_early: list[str] = []
        """Games that left while what was asked for was still coming."""
        self._subscribed = False
        self._follows_new_games = from_start
        self._to_send: list[bytes] = []

    def connected(self) -> None:
        """A new connection is up: nothing that came on the one before is still to come."""
        self._subscribed = False
        self._resuming = frozenset()
        self._held = {}
        self._left_early = []
        self._to_send = []

    def to_send(self) -> list[bytes]:
        """Frames for the server, once."""
        frames, self._to_send = self._to_send, []
        return frames

    def receive(self, frame: str | bytes) -> Iterable[Told]:
        """What a frame means for the user. Raises `BadInput` where the server refuses the subscription.

        Held messages are applied to `games` one by one, as they are taken from the iterable.
        """
        data = frame.encode() if isinstance(frame, str) else frame
        try:
            head = _head.decode(data)
            if head.game_id is not None and head.epoch is not None and head.seq is not None:
                return self._message(head.game_id, _Position(head.epoch, head.seq), head.type, data)
            return self._control(head)
        except msgspec.DecodeError as error:
            raise CourtsideError(
                f"the server sent what this client cannot read ({error}); "
                "is it a Courtside stream of the same version?"
            ) from error

    def _control(self, head: _Head) -> Iterable[Told]:
        match head.type:
            case "hello":
                self.silence_seconds = SILENT_HEARTBEATS * _hello.decode(head.data).heartbeat_seconds
            case "heartbeat":
                heartbeat = _heartbeat.decode(head.data)
                if not self._subscribed:
                    self._left_early += heartbeat.gone
                    return []
                for game_id, position in heartbeat.positions.items():
                    self._advance(game_id, position)
                return self._leave(heartbeat.gone)
            case "snapshot":
                data = _snapshot.decode(head.data)
                return self._reset(data) if data.recovered is False else self._opening(data)
            case "subscribed":
                return self._release()
            case "error" if not self._subscribed:
                error = _error.decode(head.data)
                raise BadInput(f"the server refuses the subscription: {error.field}: {error.reason}")
        return []

    def _opening(self, data: _SnapshotData) -> list[Told]:
        """How things stand on connecting: taken for new games, unless their messages are wanted.

        Games that are not among them are asked for as well, so that nothing of them is missed; the
        server says which of them it does not know. Those that it said were gone are left alone.
        """
        shown = {game.game_id for game in data.games}
        known = [each for each in self._positions.items() if each[0] in shown or each[0] not in self._gone]
        resume = dict(known[-MOST_RESUMED:])
        for game_id in shown & self._gone.keys() & resume.keys():
            self.games[game_id] = self._gone.pop(game_id)
        too_many = [game_id for game_id, _ in known[:-MOST_RESUMED] if game_id not in shown]
        taken = []
        for game in data.games:
            if not self._wanted(game.game_id) or game.game_id in resume:
                continue
            if self._follows_new_games and game.game_id not in self._positions:
                resume[game.game_id] = _Position(game.epoch, 0)
            else:
                taken.append(game)
        self._resuming = frozenset(resume)
        self._take(taken)
        self._to_send.append(
            msgspec.json.encode(
                _Subscribe(
                    None if self._only_games is None else sorted(self._only_games),
                    None if self._only_types is None else sorted(self._only_types),
                    resume,
                )
            )
        )
        return [Snapshot(taken, False), *self._leave(too_many)]

    def _reset(self, data: _SnapshotData) -> list[Told]:
        taken = [game for game in data.games if self._wanted(game.game_id)]
        self._take(taken)
        left = self._leave(data.unknown)
        for game_id in data.unknown:
            self._gone.pop(game_id, None)
            self._positions.pop(game_id, None)
        return [Snapshot(taken, True), *left]

    def _leave(self, game_ids: Sequence[str]) -> list[Told]:
        known = [game_id for game_id in game_ids if game_id in self.games]
        for game_id in known:
            self._gone[game_id] = self.games.pop(game_id)
        while len(self._gone) > MOST_RESUMED:
            oldest = next(iter(self._gone))
            del self._gone[oldest]
            self._positions.pop(oldest, None)
        return [Gone(known)] if known else []

    def _take(self, games: Sequence[GameSnapshot]) -> None:
        for game in games:
            self.games[game.game_id] = game
            self._gone.pop(game.game_id, None)
            self._positions[game.game_id] = _Position(game.epoch, game.seq)

    def _message(self, game_id: str, position: _Position, kind: str, frame: bytes) -> list[Told]:
        if not self._wanted(game_id) or (self._only_types is not None and kind not in self._only_types):
            return []
        message = decode_message(frame) if kind in MESSAGE_TYPES else None
        if not self._subscribed and game_id in self._resuming:
            self._held.setdefault(game_id, {})[position] = message
            return []
        return self._give(game_id, position, message)

    def _give(self, game_id: str, position: _Position, message: Message | None) -> list[Told]:
        last = self._positions.get(game_id)
        if last is not None and last.epoch == position.epoch and position.seq <= last.seq:
            return []
        if last is not None and last.epoch == position.epoch and self._only_types is None:
            self.coalesced += position.seq - last.seq - 1
        self._positions.pop(game_id, None)
        self._positions[game_id] = position
        if message is None:
            self.skipped += 1
            return []
        back = self._gone.pop(game_id, None)
        known = self.games.get(game_id, back)
        if known is None or known.epoch != message.epoch:
            self.games[game_id] = reducer.begin(message)
        else:
            self.games[game_id] = reducer.apply(known, message)
        return [message]

    def _release(self) -> Iterator[Told]:
        """What was asked for has been sent: give out what was held, oldest first."""
        self._subscribed = True
        self._follows_new_games = True
        held, self._held = self._held, {}
        return self._give_held(held)

    def _give_held(self, held: dict[str, dict[_Position, Message | None]]) -> Iterator[Told]:
        for game_id, messages in held.items():
            # Of an epoch that is no longer the game's, nothing is wanted: a snapshot took its place.
            epoch = self._positions[game_id].epoch if game_id in self._positions else None
            for position in sorted(messages, key=lambda each: each.seq):
                if epoch is None or position.epoch == epoch:
                    yield from self._give(game_id, position, messages[position])
        left, self._left_early = self._left_early, []
        yield from self._leave(left)

    def _advance(self, game_id: str, position: _Position) -> None:
        """Up to here everything that was subscribed to has come; the rest need not be asked for again."""
        last = self._positions.get(game_id)
        if last is not None and last.epoch == position.epoch and position.seq > last.seq:
            self._positions[game_id] = position

    def _wanted(self, game_id: str) -> bool:
        return self._only_games is None or game_id in self._only_games
