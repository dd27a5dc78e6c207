"""A game that is folded in bits, wherever each bit is folded, comes to what one fold comes to."""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import cycle, pairwise

import msgspec
import numpy as np
import pytest

from courtside import features
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, encode_logged
from courtside.errors import JournalError
from courtside.events import AnyObservation, BoxScore, Context, ExternalForecast, PlayByPlay, ScoreLine
from courtside.forecast.forecast import Forecast, Situation
from courtside.scale.fold import Folded, Folder, GameCache, Head, LogRecord
from courtside.scale.rows import AT_18, FEATURE_NAMES, MOMENT_NAMES, RUNNING, message_id
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.training.dataset import MOMENTS, row_of
from courtside.training.history_game import Header, game_of
from courtside.training.history_store import StoredGame
from tests.golden.test_golden_game import GAME_ID, read
from tests.support.gamelog import Told, encoded, told_of
from tests.support.plain import Plain

SETTINGS = EngineSettings()


class Other(Plain):
    """Another model: it never says the same as the first."""

    version = "other-1"

    def win(self, *args: object, **kwargs: object) -> float:
        return 0.75


@pytest.fixture(scope="module")
def log() -> list[Logged]:
    """The golden game, with everything that may be in a log: edits, contexts, others' forecasts."""
    return [Logged(GAME_ID, step.observation, term="3") for step in read()]


@pytest.fixture(scope="module")
def told(log: list[Logged]) -> Told:
    return told_of(log, Plain())


class Store:
    """What a state store keeps of one game between two micro-batches, and what has been said."""

    def __init__(self) -> None:
        self.head = Head()
        self.kept: list[bytes] = []
        self.reads = 0
        self.folded: list[Folded] = []

    def take(self, folder: Folder, records: Sequence[LogRecord]) -> Folded:
        folded = folder.fold(GAME_ID, self.head, self._read(), records)
        self.head = folded.head
        self.kept += folded.kept
        self.folded.append(folded)
        return folded

    def _read(self) -> Iterator[bytes]:
        self.reads += 1 if self.kept else 0
        yield from self.kept

    @property
    def frames(self) -> dict[str, bytes]:
        said = [message for folded in self.folded for message in folded.messages]
        found = {message_id(GAME_ID, row.epoch, row.seq): row.frame for row in said}
        assert len(found) == len(said), "a message went out twice"
        return found


def records_of(log: Sequence[Logged], first: int = 0) -> list[LogRecord]:
    return [LogRecord(0, first + place, key, value) for place, (key, value) in enumerate(encoded(log))]


def cut(records: list[LogRecord], sizes: Sequence[int]) -> list[list[LogRecord]]:
    batches, rest, turn = [], records, cycle(sizes)
    while rest:
        size = next(turn)
        batches.append(rest[:size])
        rest = rest[size:]
    return batches


def folder(cache: GameCache | None = None) -> Folder:
    return Folder(Plain(), SETTINGS, cache)


@pytest.mark.parametrize("sizes", [[10_000], [1], [7, 1, 40, 3]])
def test_micro_batches_of_any_size_say_what_one_fold_says(
    log: list[Logged], told: Told, sizes: list[int]
) -> None:
    store, worker = Store(), folder()
    for batch in cut(records_of(log), sizes):
        store.take(worker, batch)
    assert store.frames == told.frames
    assert store.head.over


def test_a_worker_that_never_saw_the_game_goes_on_with_it(log: list[Logged], told: Told) -> None:
    store = Store()
    for batch in cut(records_of(log), [60]):
        store.take(folder(), batch)
    assert store.frames == told.frames


def test_two_workers_that_take_turns_never_use_what_they_remember_of_another_moment(
    log: list[Logged], told: Told
) -> None:
    store, workers = Store(), [folder(), folder()]
    chance = random.Random(4)
    for batch in cut(records_of(log), [11, 30, 4]):
        store.take(chance.choice(workers), batch)
    assert store.frames == told.frames


def test_a_batch_that_was_folded_and_never_kept_leaves_no_trace(log: list[Logged], told: Told) -> None:
    store, worker = Store(), folder()
    batches = cut(records_of(log), [50])
    for batch, following in pairwise(batches):
        head, kept = store.head, list(store.kept)
        worker.fold(GAME_ID, head, kept, [*batch, *following])
        store.take(worker, batch)
    store.take(worker, batches[-1])
    assert store.frames == told.frames


def test_what_a_worker_remembers_spares_it_the_store(log: list[Logged]) -> None:
    store, worker = Store(), folder()
    for batch in cut(records_of(log), [25]):
        store.take(worker, batch)
    assert store.reads == 0


def test_only_so_many_games_are_remembered() -> None:
    cache = GameCache(games=2)
    worker = folder(cache)
    for number in range(3):
        line = ScoreLine(game_id=f"g{number}", received_ms=1, source="nba", status="live", period=1)
        record = LogRecord(0, number, f"g{number}", encode_logged(Logged(f"g{number}", line)))
        worker.fold(f"g{number}", Head(), (), [record])
    assert [cache.get(f"g{number}")[0] != b"" for number in range(3)] == [False, True, True]


def test_records_are_folded_in_the_order_of_the_log_whatever_order_they_come_in(
    log: list[Logged], told: Told
) -> None:
    records = records_of(log)
    random.Random(1).shuffle(records)
    store = Store()
    store.take(folder(), records)
    assert store.frames == told.frames


def test_a_record_that_comes_twice_counts_once(log: list[Logged], told: Told) -> None:
    named = [msgspec.structs.replace(record, id=f"r{record.offset}") for record in records_of(log)]
    again = [msgspec.structs.replace(record, offset=record.offset + 10_000) for record in named[-30:]]
    assert any(isinstance(logged.observation, ExternalForecast) for logged in log)
    forecast = next(
        place for place, logged in enumerate(log) if isinstance(logged.observation, ExternalForecast)
    )
    store, worker = Store(), folder()
    store.take(worker, [*named[: forecast + 1], named[forecast]])
    store.take(worker, [msgspec.structs.replace(named[forecast], offset=forecast + 1_000)])
    store.take(folder(), [*named[forecast + 1 :], *again])
    assert store.frames == told.frames


def test_what_is_kept_is_small_and_holds_no_call(log: list[Logged]) -> None:
    store, worker = Store(), folder()
    call = msgspec.structs.replace(log[0], call="who waits", key="k", digest="d")
    store.take(worker, records_of([call, *log[1:]]))
    assert sum(map(len, store.kept)) < 150_000
    assert all(b"who waits" not in record for record in store.kept)


def test_a_leader_who_was_cut_off_stays_cut_off_after_a_restart(log: list[Logged], told: Told) -> None:
    later = Logged(GAME_ID, None, term="4")
    stale = [msgspec.structs.replace(each, term="3") for each in log[100:]]
    store = Store()
    store.take(folder(), records_of([*log[:100], later]))
    store.take(folder(), records_of(stale, first=1_000))
    assert store.frames == told_of(log[:100], Plain()).frames


def test_a_game_that_is_shown_again_starts_over_once_though_its_first_word_says_nothing_new(
    log: list[Logged],
) -> None:
    shown = [msgspec.structs.replace(each, epoch="a") for each in log[:80]]
    silent = PlayByPlay(game_id=GAME_ID, received_ms=1, source="replay", plays=())
    again = [msgspec.structs.replace(each, epoch="b") for each in log[:80]]
    whole = [*shown, Logged(GAME_ID, silent, epoch="b"), *again]
    for cut_at in (80, 81, 82):
        store, records = Store(), records_of(whole)
        store.take(folder(), records[:cut_at])
        store.take(folder(), records[cut_at:])
        assert store.frames == told_of(whole, Plain()).frames


def test_a_call_that_was_answered_counts_no_second_time_after_a_restart() -> None:
    said = ExternalForecast(
        game_id=GAME_ID, received_ms=1, source="push", model="m", horizon="final", point_forecast=3.0
    )
    call = Logged(GAME_ID, said, call="a", key="k", digest="d")
    store = Store()
    store.take(folder(), records_of([call]))
    said_before = len(store.frames)
    store.take(folder(), records_of([call], first=1))
    assert len(store.frames) == said_before > 0


def test_what_cannot_be_folded_is_set_aside_and_the_game_goes_on(log: list[Logged], told: Told) -> None:
    class Broken(Plain):
        def forecast(self, situation: Situation) -> Forecast:
            raise ValueError("no such pattern")

    records = [
        LogRecord(0, 0, GAME_ID, b"junk"),
        LogRecord(0, 1, GAME_ID, encode_logged(Logged("another", None))),
        *records_of(log, first=2),
    ]
    store = Store()
    folded = store.take(folder(), records)
    assert [row.offset for row in folded.set_aside] == [0, 1]
    assert "no record of this log" in folded.set_aside[0].reason
    assert "'another'" in folded.set_aside[1].reason
    assert folded.set_aside[0].value == b"junk"
    assert store.frames == told.frames
    broken = Folder(Broken(), SETTINGS).fold(GAME_ID, Head(), (), records)
    assert "ValueError: no such pattern" in broken.set_aside[-1].reason
    assert broken.messages


def test_another_model_goes_on_in_an_epoch_of_its_own(log: list[Logged], told: Told) -> None:
    store, records = Store(), records_of(log)
    half = len(records) // 2
    store.take(folder(), records[:half])
    other = Folder(Other(), SETTINGS)
    store.take(other, records[half : half + 50])
    store.take(Folder(Other(), SETTINGS), records[half + 50 :])
    new = [row for folded in store.folded[1:] for row in folded.messages]
    assert {row.epoch for row in new} == {f"{store.folded[0].messages[0].epoch}-{other.maker.hex()}"}
    assert [row.seq for row in new] == list(range(1, len(new) + 1))
    assert len(store.frames) == sum(len(folded.messages) for folded in store.folded)


def test_other_settings_are_another_voice_too() -> None:
    assert folder().maker != Folder(Plain(), EngineSettings(run_threshold=9)).maker
    assert folder().maker == folder().maker


def test_a_store_that_lost_a_record_is_refused(log: list[Logged]) -> None:
    store, records = Store(), records_of(log)
    store.take(folder(), records[:200])
    del store.kept[77]
    with pytest.raises(JournalError, match="is not what it says it is"):
        store.take(folder(), records[200:])


@pytest.fixture(scope="module")
def clean() -> tuple[SimulatedGame, list[Logged]]:
    """A game that nobody edits, whose ratings are known before its tip."""
    game = simulate_game(5, "DEN", "MIA", game_id="0022500005", start_ms=1_700_000_000_000)
    seen: list[AnyObservation] = [
        BoxScore(game_id=game.game_id, received_ms=game.start_ms, source="nba", players=game.roster),
        Context(
            game_id=game.game_id,
            received_ms=game.start_ms,
            source="nba",
            values={"elo": 3.5, "home_advantage": 2.25, "rest_home": 2.0},
        ),
    ]
    seen += [
        PlayByPlay(
            game_id=game.game_id,
            received_ms=game.start_ms + count,
            source="nba",
            plays=game.plays[:count],
        )
        for count in range(1, len(game.plays) + 1)
    ]
    return game, [Logged(game.game_id, each) for each in seen]


def test_features_at_any_moment_are_those_of_training(clean: tuple[SimulatedGame, list[Logged]]) -> None:
    game, log = clean
    records = [LogRecord(0, place, game.game_id, encode_logged(each)) for place, each in enumerate(log)]
    folded = folder().fold(game.game_id, Head(), (), records)
    header = Header(game_id=game.game_id, date="2025-11-01", home_id=1, home="DEN", away_id=2, away="MIA")
    stored = game_of(header, game.plays, game.roster)
    prior = told_of(log, Plain()).games[game.game_id].live.prior  # type: ignore[union-attr]
    row = row_of(StoredGame(stored.facts, stored.plays), prior)

    said = [each for each in folded.features if each.kind == RUNNING]
    elapsed = [each.numbers[MOMENT_NAMES.index("elapsed_tenths")] for each in said]
    compared = 0
    for moment, expected in zip(MOMENTS, row.running, strict=True):
        until = bisect_right(elapsed, moment)
        if until:
            numbers = said[until - 1].numbers[len(MOMENT_NAMES) :]
            assert np.array_equal(np.array(numbers, dtype=np.float32), expected, equal_nan=True), moment
            compared += 1
    assert compared > len(MOMENTS) - 3

    [at_18] = [each for each in folded.features if each.kind == AT_18]
    assert np.array_equal(at_18.numbers[len(MOMENT_NAMES) :], row.at_18, equal_nan=True)
    assert len(at_18.numbers) == len(FEATURE_NAMES[AT_18]) == len(MOMENT_NAMES) + len(features.NAMES)


def test_features_stand_beside_the_message_that_was_told_last(
    clean: tuple[SimulatedGame, list[Logged]],
) -> None:
    game, log = clean
    records = [LogRecord(0, place, game.game_id, encode_logged(each)) for place, each in enumerate(log)]
    folded = folder().fold(game.game_id, Head(), (), records)
    assert {row.seq for row in folded.features} <= {message.seq for message in folded.messages}
    [forecast] = [message.seq for message in folded.messages if message.type == "ml_prediction"]
    assert [row.seq for row in folded.features if row.kind == AT_18] == [forecast]


def test_without_features_none_are_made(log: list[Logged], told: Told) -> None:
    plain = Folder(Plain(), SETTINGS, with_features=False).fold(GAME_ID, Head(), (), records_of(log))
    assert not plain.features
    assert len(plain.messages) == len(told.frames)
