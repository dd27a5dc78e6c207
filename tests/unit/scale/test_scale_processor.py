"""The operator between Spark's state store and the fold, with a state store of a few lines."""

from collections.abc import Iterator
from typing import cast

import pandas as pd
import pytest
from pyspark.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    StatefulProcessorHandle,
    TimerValues,
)

from courtside.engine import EngineSettings
from courtside.engine.logged import Logged
from courtside.errors import ModelError
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.model import Model
from courtside.scale.processor import GameProcessor, Recipe, folder_of
from courtside.scale.rows import MESSAGE, RUNNING, SET_ASIDE
from tests.golden.test_golden_game import GAME_ID, read
from tests.support.gamelog import Told, encoded, told_of

DAY_MS = 86_400_000
Row = tuple[object, ...]


class Value:
    """One value of a key."""

    def __init__(self) -> None:
        self.row: Row | None = None

    def get(self) -> Row | None:
        return self.row

    def update(self, row: Row) -> None:
        self.row = row

    def clear(self) -> None:
        self.row = None


class Rows:
    """A list of a key."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def get(self) -> Iterator[Row]:
        return iter(self.rows)

    def appendValue(self, row: Row) -> None:
        self.rows.append(row)

    def clear(self) -> None:
        self.rows = []


class Store:
    """The state of one game in one operator, whose timers fire when they are due."""

    def __init__(self) -> None:
        self.head, self.kept = Value(), Rows()
        self.timers: list[int] = []

    def getValueState(self, name: str, schema: str) -> Value:
        return self.head

    def getListState(self, name: str, schema: str) -> Rows:
        return self.kept

    def registerTimer(self, at_ms: int) -> None:
        self.timers.append(at_ms)

    def batch(self, recipe: Recipe, table: pd.DataFrame, now_ms: int) -> pd.DataFrame:
        """A task of its own, as every micro-batch is."""
        processor, times = self._processor(recipe), TimerValues(now_ms)
        out = list(processor.handleInputRows((GAME_ID,), iter([table[:40], table[40:]]), times))
        self._fire(processor, now_ms)
        return pd.concat(out)

    def pause(self, recipe: Recipe, now_ms: int) -> None:
        """A micro-batch in which only others are told of."""
        self._fire(self._processor(recipe), now_ms)

    def _processor(self, recipe: Recipe) -> GameProcessor:
        processor = GameProcessor(recipe)
        processor.init(cast(StatefulProcessorHandle, self))
        return processor

    def _fire(self, processor: GameProcessor, now_ms: int) -> None:
        for at_ms in [each for each in self.timers if each <= now_ms]:
            self.timers.remove(at_ms)
            assert not list(
                processor.handleExpiredTimer((GAME_ID,), TimerValues(now_ms), ExpiredTimerInfo(at_ms))
            )


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.shipped()


@pytest.fixture(scope="module")
def recipe(model: Model) -> Recipe:
    return Recipe(str(shipped_folder()), model.version, "default", EngineSettings(), True, DAY_MS)


@pytest.fixture(scope="module")
def log() -> list[Logged]:
    return [Logged(GAME_ID, step.observation) for step in read()]


@pytest.fixture(scope="module")
def told(log: list[Logged], model: Model) -> Told:
    return told_of(log, model)


@pytest.fixture(scope="module")
def table(log: list[Logged]) -> pd.DataFrame:
    """The log as Spark hands it over."""
    values = [value for _, value in encoded(log)]
    return pd.DataFrame({"partition": 0, "offset": range(len(values)), "value": values, "id": None})


def frames(out: pd.DataFrame) -> dict[str, bytes]:
    messages = out[out["kind"] == MESSAGE]
    return dict(zip(messages["id"], messages["value"], strict=True))


def test_two_micro_batches_say_what_one_fold_says(recipe: Recipe, table: pd.DataFrame, told: Told) -> None:
    store = Store()
    first = store.batch(recipe, table[:300], 1_000)
    folder_of.cache_clear()
    second = store.batch(recipe, table[300:], 2_000)
    assert frames(first) | frames(second) == told.frames
    assert not frames(first).keys() & frames(second).keys()
    assert len(store.kept.rows) == 2
    assert set(pd.concat([first, second])["kind"]) == {MESSAGE, RUNNING, "at_18"}


def test_a_record_that_cannot_be_folded_comes_out_with_its_place(recipe: Recipe) -> None:
    junk = pd.DataFrame({"partition": [3], "offset": [7], "value": [b"junk"], "id": ["r1"]})
    out = Store().batch(recipe, junk, 1_000)
    [row] = out.to_dict("records")
    assert (row["kind"], row["id"], row["value"]) == (SET_ASIDE, "3/7", b"junk")
    assert "no record of this log" in row["note"]


def test_a_game_that_is_over_leaves_the_store_after_a_day_of_silence(
    recipe: Recipe, table: pd.DataFrame
) -> None:
    store = Store()
    store.batch(recipe, table, 1_000)
    assert store.timers == [DAY_MS + 1_000]
    store.pause(recipe, DAY_MS)
    assert store.kept.rows
    store.pause(recipe, DAY_MS + 1_000)
    assert (store.head.row, store.kept.rows, store.timers) == (None, [], [])


def test_a_late_word_keeps_a_game_for_another_day(recipe: Recipe, table: pd.DataFrame) -> None:
    store = Store()
    store.batch(recipe, table, 1_000)
    store.batch(recipe, table[-1:], DAY_MS // 2)
    store.pause(recipe, DAY_MS + 1_000)
    assert store.kept.rows
    assert store.timers == [DAY_MS // 2 + DAY_MS]
    store.pause(recipe, DAY_MS // 2 + DAY_MS)
    assert not store.kept.rows


def test_a_game_that_is_not_over_stays(recipe: Recipe, table: pd.DataFrame) -> None:
    store = Store()
    store.batch(recipe, table[:300], 1_000)
    assert store.timers == []


def test_another_model_on_a_worker_is_refused(recipe: Recipe) -> None:
    with pytest.raises(ModelError, match="give every machine the same folder"):
        folder_of(Recipe(recipe.model, "another", recipe.ensemble, recipe.settings, recipe.with_features, 0))
