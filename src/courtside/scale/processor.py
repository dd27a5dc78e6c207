"""The engine as a Spark operator: each game's records are its state, and its messages what comes out."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
import pandas as pd
from pyspark.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    ListState,
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
    ValueState,
)

from courtside.engine.settings import EngineSettings
from courtside.errors import ModelError
from courtside.forecast.halftime import Ensemble
from courtside.forecast.model import Model
from courtside.scale.fold import Folded, Folder, Head, LogRecord
from courtside.scale.rows import MESSAGE, SET_ASIDE, message_id

ROWS = "kind STRING, game_id STRING, id STRING, epoch STRING, seq BIGINT, value BINARY, note STRING, \
numbers ARRAY<DOUBLE>"
"""What comes out: messages, features and records that were set aside (see `rows`)."""

HEAD = "head BINARY, heard_ms BIGINT, timer_ms BIGINT"
KEPT = "records BINARY"
"""The state of a game: its `Head`, and a list with the records that each micro-batch added."""

_COLUMNS = ("kind", "game_id", "id", "epoch", "seq", "value", "note", "numbers")
_head_encoder = msgspec.msgpack.Encoder()
_head_decoder = msgspec.msgpack.Decoder(Head)
_chunk_decoder = msgspec.msgpack.Decoder(list[bytes])


class Recipe(msgspec.Struct, frozen=True):
    """What every worker folds with. `model` is a folder that each of them can read, and `version` what
    has to be in it: two workers with two models would contradict one another."""

    model: str
    version: str
    ensemble: Ensemble
    settings: EngineSettings
    with_features: bool
    forget_ms: int
    """A game that is over and has been silent for so long leaves the store."""


@lru_cache(maxsize=2)
def folder_of(recipe: Recipe) -> Folder:
    """Once a process: its model is loaded and its games stay in memory from one micro-batch to the next."""
    model = Model.open(Path(recipe.model), recipe.ensemble)
    if model.version != recipe.version:
        raise ModelError(
            f"{recipe.model} holds model {model.version} on a worker and {recipe.version} on the driver; "
            "give every machine the same folder"
        )
    return Folder(model, recipe.settings, with_features=recipe.with_features)


class GameProcessor(StatefulProcessor):
    """Keeps the records of each game, folds what is new, and says what follows."""

    _head: ValueState
    _kept: ListState
    _handle: StatefulProcessorHandle

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe

    def init(self, handle: StatefulProcessorHandle) -> None:
        self._handle = handle
        self._head = handle.getValueState("head", HEAD)
        self._kept = handle.getListState("kept", KEPT)

    def handleInputRows(
        self, key: tuple[str], rows: Iterator[pd.DataFrame], timerValues: TimerValues
    ) -> Iterator[pd.DataFrame]:
        [game_id] = key
        found = self._head.get()
        head, timer_ms = (Head(), 0) if found is None else (_head_decoder.decode(found[0]), int(found[2]))
        folded = folder_of(self._recipe).fold(game_id, head, self._records(), _log_records(game_id, rows))
        now_ms = timerValues.getCurrentProcessingTimeInMs()
        if folded.head.over and not timer_ms:
            timer_ms = now_ms + self._recipe.forget_ms
            self._handle.registerTimer(timer_ms)
        if folded.kept:
            self._kept.appendValue((msgspec.msgpack.encode(folded.kept),))
        self._head.update((_head_encoder.encode(folded.head), now_ms, timer_ms))
        yield _table(game_id, folded)

    def handleExpiredTimer(
        self, key: tuple[str], timerValues: TimerValues, expiredTimerInfo: ExpiredTimerInfo
    ) -> Iterator[pd.DataFrame]:
        found = self._head.get()
        if found is None:
            return iter(())
        [game_id], now_ms = key, timerValues.getCurrentProcessingTimeInMs()
        data, heard_ms, _ = found
        head, due_ms = _head_decoder.decode(data), int(heard_ms) + self._recipe.forget_ms
        if head.over and due_ms <= now_ms:
            self._head.clear()
            self._kept.clear()
            folder_of(self._recipe).forget(game_id)
            return iter(())
        timer_ms = due_ms if head.over else 0
        if timer_ms:
            self._handle.registerTimer(timer_ms)
        self._head.update((data, int(heard_ms), timer_ms))
        return iter(())

    def _records(self) -> Iterator[bytes]:
        """The records that are kept; the store is asked only when the first is wanted."""
        for (chunk,) in self._kept.get():
            yield from _chunk_decoder.decode(chunk)


def _log_records(game_id: str, tables: Iterator[pd.DataFrame]) -> Iterator[LogRecord]:
    for table in tables:
        columns = (table[name] for name in ("partition", "offset", "value", "id"))
        for partition, offset, value, id_ in zip(*columns, strict=True):
            yield LogRecord(int(partition), int(offset), game_id, value or b"", id_ or "")


def _table(game_id: str, folded: Folded) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = [
        (
            MESSAGE,
            game_id,
            message_id(game_id, row.epoch, row.seq),
            row.epoch,
            row.seq,
            row.frame,
            row.type,
            None,
        )
        for row in folded.messages
    ]
    rows += [
        (row.kind, game_id, None, row.epoch, row.seq, None, None, row.numbers) for row in folded.features
    ]
    rows += [
        (SET_ASIDE, game_id, f"{row.partition}/{row.offset}", None, None, row.value, row.reason, None)
        for row in folded.set_aside
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)
