"""The log of a game folded in bits: what each micro-batch adds, and what has to be kept between two.

No Spark here. What is kept of a game are the records that changed it, in order; folding them again gives
the game as it stands. Which records those are is named by a version, a chain of digests: two games of
one version are the same game, wherever they were folded.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import accumulate

import msgspec

from courtside import features
from courtside.engine.logged import Logged, LoggedGame, Outcome, decode_logged, encode_logged, take
from courtside.engine.settings import EngineSettings
from courtside.engine.step import Step
from courtside.errors import JournalError
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame
from courtside.game.state import GameState
from courtside.messages import Message, MlPrediction, encode_message
from courtside.scale.rows import AT_18, RUNNING, FeatureRow, MessageRow, SetAside, moment_of

KEPT_IDS = 64
"""Newest record ids that are remembered of a game: a producer repeats its last few after a fault."""
CACHED_GAMES = 64
"""More than are played in one evening, on one worker or on several."""
_ID_BYTES = 8
_MAKER_BYTES = 4

_replace = msgspec.structs.replace


class LogRecord(msgspec.Struct, frozen=True):
    """A record as it lies in the log. `id` names it across repeated deliveries, empty where it has none."""

    partition: int
    offset: int
    key: str
    value: bytes
    id: str = ""


class Head(msgspec.Struct, frozen=True):
    """What is kept of a game beside its records."""

    version: bytes = b""
    """Empty before the first record."""
    ids: bytes = b""
    """Digests of the newest record ids, oldest first."""
    maker: bytes = b""
    """Which model and settings said what was said of it last."""
    over: bool = False


class Folded(msgspec.Struct, frozen=True):
    """What a micro-batch came to for one game."""

    head: Head
    kept: tuple[bytes, ...]
    """Records to be kept after those that are there."""
    messages: tuple[MessageRow, ...]
    features: tuple[FeatureRow, ...]
    set_aside: tuple[SetAside, ...]


class GameCache:
    """The games that were folded last, by id and version."""

    def __init__(self, games: int = CACHED_GAMES) -> None:
        self._games = games
        self._known: OrderedDict[str, tuple[bytes, LoggedGame]] = OrderedDict()

    def get(self, game_id: str) -> tuple[bytes, LoggedGame]:
        """The game and its version, which need not be the one that is wanted."""
        return self._known.get(game_id, (b"", LoggedGame()))

    def put(self, game_id: str, version: bytes, game: LoggedGame) -> None:
        self._known[game_id] = version, game
        self._known.move_to_end(game_id)
        if len(self._known) > self._games:
            self._known.popitem(last=False)

    def forget(self, game_id: str) -> None:
        self._known.pop(game_id, None)


class Folder:
    """Folds records into games with one model and one set of settings."""

    def __init__(
        self,
        forecaster: Forecaster,
        settings: EngineSettings,
        cache: GameCache | None = None,
        *,
        with_features: bool = True,
    ) -> None:
        self._forecaster = forecaster
        self._settings = settings
        self._cache = GameCache() if cache is None else cache
        self._with_features = with_features
        said_by = (forecaster.version, settings)
        self.maker = _digest(msgspec.msgpack.encode(said_by), size=_MAKER_BYTES)

    def fold(self, game_id: str, head: Head, kept: Iterable[bytes], records: Iterable[LogRecord]) -> Folded:
        """Fold `records` (in any order) into the game that `kept` came to; `kept` is read only where the
        cache does not have the game as of `head`. Raises `JournalError` where it is not what `head` says.
        """
        game = self._game(game_id, head, kept)
        version, ids = head.version, _split(head.ids)
        more: list[bytes] = []
        messages: list[MessageRow] = []
        rows: list[FeatureRow] = []
        set_aside: list[SetAside] = []

        def keep(logged: Logged) -> None:
            nonlocal version
            more.append(encode_logged(logged))
            version = _next_version(version, more[-1])

        if game.live is not None and head.maker != self.maker:
            # Another model or other settings would have said it in other words and other numbers.
            renumbered = Logged(game_id, None, epoch=f"{game.live.epoch}-{self.maker.hex()}")
            game = take(game, renumbered, self._forecaster, self._settings).game
            keep(renumbered)
        for record in _in_order(records):
            named = _digest(record.id.encode(), size=_ID_BYTES) if record.id else None
            if named is not None and named in ids:
                continue
            taken = self._take(game_id, game, record)
            if isinstance(taken, SetAside):
                set_aside.append(taken)
                continue
            logged, outcome = taken
            if named is not None:
                ids = (*ids, named)[-KEPT_IDS:]
            if outcome.step is not None:
                messages += map(_message, outcome.step.messages)
                if self._with_features:
                    rows += _features(game.live, outcome.step, logged)
            to_keep = _to_keep(logged, game, outcome)
            if to_keep is not None:
                keep(to_keep)
            game = outcome.game
        self._cache.put(game_id, version, game)
        head = Head(version, b"".join(ids), self.maker, _is_over(game))
        return Folded(head, tuple(more), tuple(messages), tuple(rows), tuple(set_aside))

    def forget(self, game_id: str) -> None:
        self._cache.forget(game_id)

    def _game(self, game_id: str, head: Head, kept: Iterable[bytes]) -> LoggedGame:
        """The game as of `head`. One that is here as of an earlier version is folded on from there: the
        chain of digests says how many of the records it has."""
        known, game = self._cache.get(game_id)
        if not head.version:
            return LoggedGame()
        if known == head.version:
            return game
        records = list(kept)
        versions = list(accumulate(records, _next_version, initial=b""))
        if versions[-1] != head.version:
            raise JournalError(
                f"what the state store kept of game {game_id} is not what it says it is; "
                "start with a fresh checkpoint: the log is folded again from its beginning"
            )
        first = versions.index(known) if known in versions else 0
        game = game if first else LoggedGame()
        for data in records[first:]:
            game = take(game, decode_logged(data), self._forecaster, self._settings).game
        return game

    def _take(self, game_id: str, game: LoggedGame, record: LogRecord) -> tuple[Logged, Outcome] | SetAside:
        """The record and what it came to, or why it cannot be folded."""
        try:
            logged = decode_logged(record.value)
        except msgspec.DecodeError as error:
            return _aside(record, f"is no record of this log: {error}")
        seen = logged.observation
        if logged.game_id != game_id or (seen is not None and seen.game_id != game_id):
            return _aside(record, f"lies under the key {game_id!r} and tells of game {logged.game_id!r}")
        try:
            return logged, take(game, logged, self._forecaster, self._settings)
        except Exception as error:
            # One observation that the engine cannot take must not stop the other games.
            return _aside(record, f"the engine cannot take it: {type(error).__name__}: {error}")


def _in_order(records: Iterable[LogRecord]) -> Iterator[LogRecord]:
    """As they lie in the log, each once."""
    before: tuple[int, int] | None = None
    for record in sorted(records, key=lambda record: (record.partition, record.offset)):
        place = record.partition, record.offset
        if place != before:
            yield record
        before = place


def _to_keep(logged: Logged, before: LoggedGame, outcome: Outcome) -> Logged | None:
    """The record as it is kept: play-by-play as its difference, and without the call it answered, which
    was accepted; None where it left the game as it was."""
    after = outcome.game
    if outcome.step is not None:
        return _replace(logged, observation=outcome.step.kept, call="")
    if outcome.renumbered or after.run != before.run:
        return _replace(logged, call="")
    if after.term != before.term:
        return Logged(logged.game_id, None, term=after.term)
    return None


def _message(message: Message) -> MessageRow:
    encoded = encode_message(message)
    return MessageRow(encoded.epoch, encoded.seq, encoded.type, encoded.frame)


def _features(before: LiveGame | None, step: Step, logged: Logged) -> Iterator[FeatureRow]:
    """The game as it stands after every observation that moved it, as the running forecast sees it, and at
    18:00 whenever that was forecast from."""
    live = step.live
    assert logged.observation is not None
    received_ms = logged.observation.received_ms
    if live.state.started and (before is None or live.state is not before.state):
        yield _row(RUNNING, live, live.seq, live.state, received_ms, features.running(live.state, live.prior))
    for message in step.messages:
        if isinstance(message.data, MlPrediction):
            state = live.state.pattern_state
            vector = features.vector(state, live.prior).tolist()
            yield _row(AT_18, live, message.seq, state, received_ms, vector)


def _row(
    kind: str, live: LiveGame, seq: int, state: GameState, received_ms: int, values: list[float]
) -> FeatureRow:
    return FeatureRow(kind, live.epoch, seq, (*moment_of(state, received_ms), *values))


def _aside(record: LogRecord, reason: str) -> SetAside:
    return SetAside(record.partition, record.offset, record.value, reason)


def _is_over(game: LoggedGame) -> bool:
    return game.live is not None and game.live.status == "final"


def _split(ids: bytes) -> tuple[bytes, ...]:
    return tuple(ids[place : place + _ID_BYTES] for place in range(0, len(ids), _ID_BYTES))


def _next_version(version: bytes, record: bytes) -> bytes:
    return _digest(version + record)


def _digest(data: bytes, size: int = 16) -> bytes:
    return hashlib.blake2b(data, digest_size=size).digest()
