"""A partition of the log, folded by one engine after the other."""

from collections.abc import Sequence

import pytest

from courtside.app.cluster.shard import Batch, Shard
from courtside.app.cluster.told import heard
from courtside.bus.bus import Delivery
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, encode_logged
from courtside.events import ScoreLine
from courtside.monitor.metrics import Metrics
from tests.support.plain import Plain


def line(home: int, game_id: str = "g") -> ScoreLine:
    return ScoreLine(
        game_id=game_id, received_ms=1_700_000_000_000 + home, source="nba", home_team="BOS",
        away_team="NYK", status="live", period=1, remaining_tenths=7200 - 100 * home,
        score_home=home, score_away=0,
    )  # fmt: skip


def deliveries(*records: Logged, first: int = 0) -> list[Delivery]:
    return [
        Delivery(0, f"{number:04d}", record.game_id, encode_logged(record), {}, str(number))
        for number, record in enumerate(records, first)
    ]


def fold(shard: Shard, some: Sequence[Delivery]) -> Batch:
    return shard.fold(some, Plain(), EngineSettings(), Metrics())


def told(batch: Batch) -> list[tuple[str, int, list[int | None]]]:
    """Epoch, first number and points of home in each record."""
    found = []
    for number, record in enumerate(batch.records):
        said = heard(Delivery(0, str(number), record.key, record.value, record.headers, record.id))
        scores = [entry.observation.score_home for _, entry in said.entries]  # type: ignore[union-attr]
        found.append((said.told.epoch, said.told.first_seq, scores))
    return found


LOG = deliveries(*(Logged("g", line(2 * number)) for number in range(1, 9)))


def test_what_one_engine_told_is_not_told_again_by_the_next_and_the_rest_is_the_same() -> None:
    whole = Shard(0, "m", None, None, renumber=False)
    everything = [record for some in (LOG[:3], LOG[3:]) for record in fold(whole, some).records]
    first = Shard(0, "m", None, None, renumber=False)
    before = fold(first, LOG[:3]).records
    following = Shard(0, "m", LOG[2].position, LOG[-1].position, renumber=False)
    after = fold(following, LOG).records
    assert [record.value for record in before + after] == [record.value for record in everything]
    assert following.ready


def test_an_engine_that_folds_otherwise_gives_every_game_a_new_epoch_before_it_tells_more() -> None:
    shard = Shard(0, "other", None, LOG[3].position, renumber=True)
    batch = fold(shard, LOG[:6])
    assert batch.records == [], "its numbers would not be those that were told"
    assert shard.becomes_ready()
    new = [*LOG[:6], *deliveries(Logged("g", None, epoch="new"), Logged("g", line(14)), first=6)]
    [(epoch, first_seq, scores)] = told(fold(shard, new[6:]))
    assert (epoch, first_seq, scores) == ("new", 1, [14])


def test_a_game_that_nobody_told_of_needs_no_new_epoch() -> None:
    shard = Shard(0, "other", None, LOG[3].position, renumber=True)
    fold(shard, LOG[:4])
    [(_, first_seq, scores)] = told(fold(shard, deliveries(Logged("h", line(2, "h")), first=4)))
    assert (first_seq, scores) == (1, [2])


def test_a_record_that_cannot_be_read_does_not_stop_the_others() -> None:
    shard = Shard(0, "m", None, None, renumber=False)
    spoiled = Delivery(0, "0000", "g", b"\xc1", {}, "x")
    batch = fold(shard, [spoiled, *deliveries(Logged("g", line(2)), first=1)])
    assert [delivery for delivery, _ in batch.spoiled] == [spoiled]
    assert len(batch.records) == 1


def test_a_record_is_cut_where_a_broker_would_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fold(Shard(0, "m", None, None, renumber=False), LOG).records
    monkeypatch.setattr("courtside.app.cluster.shard.LARGEST_BYTES", 500)
    cut = fold(Shard(0, "m", None, None, renumber=False), LOG).records
    assert len(whole) == 1 < len(cut)
    assert b"\n".join(record.value for record in cut) == whole[0].value
    assert cut[-1].headers["game"] == whole[0].headers["game"]
