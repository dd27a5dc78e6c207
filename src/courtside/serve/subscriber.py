"""One client of the stream, whatever the transport: what it wants, has been sent, and still waits for.

The life of a connection: `hello`, a `snapshot`, a short wait for a `resume` (live messages are not
lost meanwhile: they are read from memory afterwards), then live. A game that is being resumed is
`behind`: its live messages are left out until the replay has reached the present.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from courtside.errors import CourtsideError, UnknownGame
from courtside.messages import EncodedMessage
from courtside.serve.backlog import Backlog, Key, coalescing_key
from courtside.serve.board import Board, Heartbeats
from courtside.serve.decode import BadField
from courtside.serve.frames import LONG_BYTES, Batch, LongText, Payload
from courtside.serve.ops import Error, Ping, Pong, Position, ResumePoint, Subscribe, Subscribed, decode_op

_log = logging.getLogger(__name__)

Transport = Literal["websocket", "http"]

INTERNAL_ERROR = 1011
TRY_AGAIN_LATER = 1013
REPLAY_CHUNK = 256
FLUSH_BYTES = LONG_BYTES


class Connection(Protocol):
    """The way out to one client. Nothing here blocks or raises for a client that has gone.

    A connection whose buffer is full, or which has not written all of a long text, calls
    `Subscriber.pause`, and `Subscriber.resume` when it has drained.
    """

    transport: Transport
    write_framed: Callable[[bytes], None] | None
    """Writes WebSocket frames that are made already; None where the transport frames by itself."""

    def send_all(self, payloads: Sequence[bytes]) -> None: ...

    def send_long(self, text: LongText) -> None: ...

    def close(self, code: int, reason: str) -> None: ...


class Wanted(msgspec.Struct, frozen=True):
    """What a client subscribed to; None means all."""

    games: frozenset[str] | None = None
    types: frozenset[str] | None = None

    def matches(self, message: EncodedMessage) -> bool:
        return (self.games is None or message.game_id in self.games) and (
            self.types is None or message.type in self.types
        )

    def covers(self, game_id: str, later: "Wanted") -> bool:
        """Whether everything that `later` wants of the game was wanted here already."""
        if self.games is not None and game_id not in self.games:
            return False
        return self.types is None or (later.types is not None and later.types <= self.types)


ALL = Wanted()


class _Cursor:
    """How far the replay of a game has got; `through` is its end, None for 'the present, then live'."""

    def __init__(self, epoch: str, seq: int, through: int | None, asked: bool) -> None:
        self.epoch = epoch
        self.seq = seq
        self.through = through
        self.asked = asked


class Subscriber:
    """See the module; `on_change` is told whenever `direct` may have changed."""

    def __init__(
        self,
        board: Board,
        connection: Connection,
        on_change: Callable[["Subscriber"], None],
        *,
        waits: bool = False,
    ) -> None:
        self.connection = connection
        self.closed = False
        self._board = board
        self._on_change = on_change
        self._waits = waits
        self._wanted = ALL
        self._backlog = Backlog(board.settings.backlog_messages, board.settings.backlog_bytes)
        self._paused = False
        self._drained = asyncio.Event()
        self._drained.set()
        self._origin: Mapping[str, Position] | None = {}
        """Where live messages start, as long as the client may still say `resume`; None when it is live."""
        self._live_since: dict[str, Position] = {}
        """Per game, the message after which everything wanted was sent on this connection."""
        self._cursors: dict[str, _Cursor] = {}
        self._behind: set[str] = set()
        self._settle_timer: asyncio.TimerHandle | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._next_op: Subscribe | None = None

    @property
    def direct(self) -> bool:
        """Whether a delivery to this client is nothing but a write of the common bytes."""
        return (
            self.connection.write_framed is not None
            and self._wanted is ALL
            and self._origin is None
            and not (self._paused or self._backlog or self._behind or self.closed)
        )

    @property
    def waiting(self) -> int:
        """Messages in the backlog."""
        return len(self._backlog)

    def take_coalesced(self) -> int:
        """Messages that were replaced by newer ones since the last call."""
        count, self._backlog.coalesced = self._backlog.coalesced, 0
        return count

    def open(self) -> None:
        """Say hello, and how things stand unless the client asked not to be told."""
        self._emit(self._board.hello())
        if self._waits:
            return
        self._origin = self._board.opening().positions
        self._emit(self._board.snapshot())
        self._settle_timer = asyncio.get_running_loop().call_later(
            self._board.settings.settle_seconds, self._settle
        )

    def offer(self, batch: Batch) -> int:
        """A delivery, for a client that is not `direct`; returns how many messages it was given."""
        if self._origin is not None or self.closed:
            return 0
        wanted = [
            message
            for message in batch.messages
            if message.game_id not in self._behind and self._wanted.matches(message)
        ]
        if not wanted:
            return 0
        if self._paused or self._backlog:
            for message in wanted:
                self._emit(message.frame, coalescing_key(message))
        else:
            self.connection.send_all([message.frame for message in wanted])
        return len(wanted)

    def beat(self, heartbeats: Heartbeats) -> None:
        """A heartbeat may name positions only to a client that was sent all that led there."""
        live = self._origin is None and not self._behind
        self._emit(
            heartbeats.full if live else heartbeats.bare, "heartbeat" if heartbeats.replaceable else None
        )

    def receive(self, data: bytes | str) -> None:
        """A text frame from the client."""
        if self.closed:
            return
        try:
            if len(data) > self._board.settings.max_op_bytes:
                raise BadField(None, f"longer than {self._board.settings.max_op_bytes} bytes")
            op = decode_op(data)
            if isinstance(op, Ping):
                self._emit(self._board.control("pong", Pong()))
            else:
                self._subscribe(op)
        except BadField as error:
            self.refuse(error.field, error.reason)

    def refuse(self, field: str | None, reason: str) -> None:
        """Answer a frame that cannot be used."""
        self._board.metrics.client_errors.inc()
        self._emit(self._board.control("error", Error(field, reason)))

    def pause(self) -> None:
        """The connection's buffer is full."""
        self._paused = True
        self._drained.clear()
        self._on_change(self)

    def resume(self) -> None:
        """The connection's buffer has drained: send what has piled up, as far as it takes it."""
        self._paused = False
        while self._backlog and not self._paused and not self.closed:
            self._send(self._backlog.pop_up_to(FLUSH_BYTES))
        if not self._paused:
            self._drained.set()
        self._on_change(self)

    def close(self, code: int, reason: str) -> None:
        """Close from our side; the client has what is under way, and can resume after it."""
        if self.closed:
            return
        self._board.metrics.clients_closed.labels(str(code)).inc()
        self.connection.close(code, reason)
        self.gone()

    def gone(self) -> None:
        """The connection is no more."""
        self.closed = True
        self._backlog.clear()
        if self._settle_timer is not None:
            self._settle_timer.cancel()
        if self._catching_up is not None:
            self._catching_up.cancel()
        self._on_change(self)

    def _emit(self, payload: Payload, key: Key = None) -> None:
        if self.closed:
            return
        if not (self._paused or self._backlog):
            self._send((payload,))
        elif not self._backlog.push(payload, key):
            self.close(TRY_AGAIN_LATER, "too slow: more is waiting than the server keeps; resume")

    def _send(self, payloads: Sequence[Payload]) -> None:
        """Only the last may be a long text: the backlog gives out nothing behind one at once."""
        short = [payload for payload in payloads if not isinstance(payload, LongText)]
        if short:
            self.connection.send_all(short)
        last = payloads[-1]
        if isinstance(last, LongText):
            self.connection.send_long(last)

    def _settle(self) -> None:
        """The client only listens: go live from where its snapshot stands."""
        self._settle_timer = None
        self._go_live(self._origin or {}, {})

    def _subscribe(self, op: Subscribe) -> None:
        if self._catching_up is not None:
            if self._next_op is not None:
                raise BadField("op", "two subscribes are being answered already; wait for `subscribed`")
            self._next_op = op
            return
        before = self._wanted
        games = None if op.games is None else frozenset(op.games)
        types = None if op.types is None else frozenset(op.types)
        self._wanted = ALL if games is None and types is None else Wanted(games, types)
        resume = op.resume or {}
        if self._settle_timer is not None:
            self._settle_timer.cancel()
            self._settle_timer = None
        if self._origin is not None:
            start = self._board.opening().positions if self._waits else self._origin
            self._go_live(start, resume, op)
            return
        self._resubscribe(before, resume)
        self._start_catching_up(op)

    def _go_live(
        self,
        start: Mapping[str, Position],
        resume: Mapping[str, ResumePoint],
        op: Subscribe | None = None,
    ) -> None:
        """From now on messages are sent as they come; those after `start` or `resume` first."""
        self._origin = None
        self._live_since = dict(start)
        for game_id, position in self._board.opening().positions.items():
            begin = start.get(game_id, Position(position.epoch, 0))
            if game_id not in resume and begin != position:
                self._fall_behind(game_id, begin, asked=False)
        for game_id, point in resume.items():
            self._fall_behind(game_id, Position(point.epoch, point.seq), asked=True)
        self._start_catching_up(op)

    def _resubscribe(self, before: Wanted, resume: Mapping[str, ResumePoint]) -> None:
        """Another subscription on a connection that is live: nothing is sent a second time."""
        for game_id, position in self._board.opening().positions.items():
            if not before.covers(game_id, self._wanted):
                self._live_since[game_id] = position
                if game_id in resume:
                    self._behind.add(game_id)
        for game_id, point in resume.items():
            asked = Position(point.epoch, point.seq)
            now = self._board.position(game_id)
            if game_id in self._behind or now is None or asked.epoch != now.epoch or asked.seq > now.seq:
                self._fall_behind(game_id, asked, asked=True)
                continue
            since = self._live_since.get(game_id)
            through = since.seq if since is not None and since.epoch == now.epoch else 0
            self._cursors[game_id] = _Cursor(asked.epoch, asked.seq, through, asked=True)
            self._live_since[game_id] = Position(now.epoch, min(asked.seq, through))

    def _fall_behind(self, game_id: str, begin: Position, *, asked: bool) -> None:
        self._behind.add(game_id)
        self._cursors[game_id] = _Cursor(begin.epoch, begin.seq, None, asked)
        self._live_since[game_id] = begin

    def _start_catching_up(self, op: Subscribe | None) -> None:
        self._on_change(self)
        if self._cursors or op is not None:
            self._catching_up = asyncio.create_task(self._catch_up(op))
            self._catching_up.add_done_callback(self._caught_up)

    async def _catch_up(self, op: Subscribe | None) -> None:
        """Replay every game of `_cursors`; then say what became of it."""
        lost: list[str] = []
        resumed: list[str] = []
        for game_id, cursor in self._cursors.items():
            try:
                recovered = await self._replay(game_id, cursor)
            except CourtsideError as error:
                self.refuse(f"resume.{game_id}", str(error))
                recovered = False
            if not recovered:
                lost.append(game_id)
            elif cursor.asked:
                resumed.append(game_id)
        if lost:
            self._emit(self._board.not_recovered(lost))
            for game_id in lost:
                position = self._board.position(game_id)
                if position is not None:
                    self._live_since[game_id] = position
        self._board.metrics.resumes.labels("recovered").inc(len(resumed))
        self._board.metrics.resumes.labels("not_recovered").inc(len(lost))
        if op is not None:
            self._emit(self._board.control("subscribed", Subscribed(op.games, op.types, resumed)))
        self._cursors = {}
        self._behind.clear()

    def _caught_up(self, task: "asyncio.Task[None]") -> None:
        self._catching_up = None
        if task.cancelled() or self.closed:
            return
        if task.exception() is not None:
            _log.error("a client's resume failed, it is closed with 1011", exc_info=task.exception())
            self.close(INTERNAL_ERROR, "the server failed to resume; connect again")
            return
        self._on_change(self)
        op, self._next_op = self._next_op, None
        if op is not None:
            self._subscribe(op)

    async def _replay(self, game_id: str, cursor: _Cursor) -> bool:
        """Send what follows the cursor, in order; False where some of it is no longer to be had.

        Between the last look at the position and going live nothing is awaited, so that no message
        falls between the two.
        """
        at = self._board.position(game_id)
        if at is None or (at.epoch == cursor.epoch and at.seq < cursor.seq):
            await self._board.service.reach(game_id, cursor.epoch, cursor.seq)
        if self._board.position(game_id) is None:
            try:
                await self._board.service.load(game_id)
            except UnknownGame:
                return False
        while True:
            await self._drained.wait()
            end = self._end(game_id, cursor)
            if end is None:
                return False
            if cursor.seq >= end:
                self._behind.discard(game_id)
                return True
            missing = self._board.recent(game_id, cursor.epoch, cursor.seq, REPLAY_CHUNK)
            if not missing:
                missing = await self._board.service.messages(
                    game_id, epoch=cursor.epoch, after_seq=cursor.seq, limit=REPLAY_CHUNK
                )
                end = self._end(game_id, cursor)
                if end is None or not missing or missing[0].seq != cursor.seq + 1:
                    return False
            due = [message for message in missing if message.seq <= end]
            wanted = [message.frame for message in due if self._wanted.matches(message)]
            if wanted and not self.closed:
                self.connection.send_all(wanted)
            cursor.seq = due[-1].seq if due else end

    def _end(self, game_id: str, cursor: _Cursor) -> int | None:
        """Where the replay ends; None where the game has gone, begun anew, or never got so far."""
        position = self._board.position(game_id)
        if position is None or position.epoch != cursor.epoch or position.seq < cursor.seq:
            return None
        return position.seq if cursor.through is None else cursor.through
