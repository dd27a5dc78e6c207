import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtside.engine import EngineSettings
from courtside.errors import BadInput, JournalError, JournalFull, OtherSource
from courtside.events import BoxScore, ExternalForecast, PlayByPlay, ScoreLine
from courtside.messages import MlPrediction, decode_message, decode_snapshot
from courtside.sources.simulator_game import SimulatedGame

Parts = Any
Running = Callable[..., Any]


def line(seconds: int, home: int, away: int) -> ScoreLine:
    return ScoreLine(
        game_id="PUSHED",
        received_ms=1_700_000_000_000 + seconds * 1000,
        source="push",
        period=1,
        remaining_tenths=7200 - seconds * 10,
        score_home=home,
        score_away=away,
    )


def plays(game: SimulatedGame, count: int) -> PlayByPlay:
    shown = game.plays[:count]
    return PlayByPlay(game_id=game.game_id, received_ms=shown[-1].at_ms or 0, source="simulated", plays=shown)


async def test_what_is_submitted_is_committed_published_and_acknowledged(parts: Parts) -> None:
    receipt = await parts.pipeline.submit(line(60, 2, 0))
    kept = await parts.journal.messages("PUSHED")
    assert (receipt.accepted, receipt.seq) == (True, len(kept))
    assert [message.frame for message in kept] == [message.frame for message in parts.published]
    assert parts.program.position("PUSHED") == (receipt.epoch, receipt.seq)


async def test_the_same_key_is_never_accepted_twice(parts: Parts) -> None:
    first = await parts.pipeline.submit(line(60, 2, 0), "key")
    again = await parts.pipeline.submit(line(90, 5, 0), "key")
    assert (first.accepted, again.accepted, again.seq) == (True, False, first.seq)
    both = await asyncio.gather(
        parts.pipeline.submit(line(120, 7, 0), "other"), parts.pipeline.submit(line(130, 9, 0), "other")
    )
    assert [receipt.accepted for receipt in both] == [True, False]


async def test_observations_that_wait_together_share_a_commit(parts: Parts, game: SimulatedGame) -> None:
    for count in range(1, 51):
        await parts.pipeline.put(plays(game, count))
    await parts.pipeline.drained()
    assert parts.journal.appends < 10
    assert parts.program.position(game.game_id)[1] == len(parts.published)


async def test_a_full_journal_refuses_callers_keeps_sources_and_shows_no_wrong_state(
    parts: Parts, game: SimulatedGame, caplog: pytest.LogCaptureFixture
) -> None:
    await parts.pipeline.submit(line(60, 2, 0))
    before, said = parts.program.snapshot("PUSHED"), len(parts.published)
    parts.journal.full = True
    with pytest.raises(JournalFull, match="make room"):
        await parts.pipeline.submit(line(90, 5, 0))
    assert parts.program.snapshot("PUSHED") == before
    assert parts.program.health().ready is False
    with pytest.raises(JournalError):
        await parts.pipeline.submit(line(95, 5, 0))
    await parts.pipeline.put(plays(game, 10))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(parts.published) == said
    parts.journal.full = False
    await parts.pipeline.drained()
    assert decode_snapshot(parts.program.snapshot(game.game_id)).seq > 0
    assert (await parts.pipeline.submit(line(90, 5, 0))).accepted
    assert parts.program.health().ready is True
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1, "said once, however often it was tried"


async def test_an_observation_that_the_engine_cannot_take_is_set_aside(
    parts: Parts, game: SimulatedGame, caplog: pytest.LogCaptureFixture
) -> None:
    broken = msgspec.structs.replace(plays(game, 3), plays=(None,))
    await parts.pipeline.put(broken)
    await parts.pipeline.put(plays(game, 3))
    await parts.pipeline.drained()
    assert parts.pipeline.set_aside == 1
    assert decode_snapshot(parts.program.snapshot(game.game_id)).seq > 0
    assert "set aside" in caplog.text


async def test_latency_is_stamped_and_nothing_else_differs_from_a_replay(
    parts: Parts, game: SimulatedGame, running: Running
) -> None:
    await parts.pipeline.put(plays(game, len(game.plays)))
    await parts.pipeline.drained()
    async with running(":memory:") as other:
        await other.pipeline.put(plays(game, len(game.plays)))
        await other.pipeline.drained()
        for one, two in zip(parts.published, other.published, strict=True):
            if one.type == "ml_prediction":
                data, again = decode_message(one.frame).data, decode_message(two.frame).data
                assert isinstance(data, MlPrediction) and isinstance(again, MlPrediction)
                assert data.latency_ms is not None and data.latency_ms > 0
                assert msgspec.structs.replace(data, latency_ms=None) == msgspec.structs.replace(
                    again, latency_ms=None
                )
            else:
                assert one.frame == two.frame


async def test_a_restart_goes_on_with_the_same_state_epoch_and_numbers(
    tmp_path: Path, game: SimulatedGame, running: Running
) -> None:
    path = str(tmp_path / "journal.db")
    async with running(path) as first:
        await first.pipeline.put(
            BoxScore(game_id=game.game_id, received_ms=1, source="simulated", players=game.roster)
        )
        for count in range(1, 200, 3):
            await first.pipeline.put(plays(game, count))
        await first.pipeline.drained()
        before, position = first.program.snapshot(game.game_id), first.program.position(game.game_id)
        said = len(first.published)
    async with running(path) as second:
        assert second.program.snapshot(game.game_id) == before
        assert second.program.position(game.game_id) == position
        await second.pipeline.put(plays(game, 220))
        await second.pipeline.drained()
        assert second.published[0].seq == said + 1
        assert second.published[0].epoch == position[0]


async def test_other_settings_after_a_restart_begin_a_new_epoch_that_lasts(
    tmp_path: Path, game: SimulatedGame, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    path = str(tmp_path / "journal.db")
    async with running(path) as first:
        for count in range(1, len(game.plays), 2):
            await first.pipeline.put(plays(game, count))
        await first.pipeline.drained()
        epoch = first.program.position(game.game_id)[0]
    other = EngineSettings(run_threshold=4, alert_threshold=5)
    async with running(path, other) as second:
        new_epoch, seq = second.program.position(game.game_id)
        assert new_epoch != epoch and seq == 0
        assert "new epoch" in caplog.text
        await second.pipeline.put(plays(game, len(game.plays)))
        await second.pipeline.drained()
        assert second.published[0].seq == 1
        position = second.program.position(game.game_id)
    async with running(path, other) as third:
        assert third.program.position(game.game_id) == position


async def test_a_machine_that_lost_power_gives_every_game_a_new_epoch(
    tmp_path: Path, game: SimulatedGame, running: Running
) -> None:
    path = str(tmp_path / "journal.db")
    async with running(path) as first:
        await first.pipeline.put(plays(game, 10))
        await first.pipeline.drained()
        epoch = first.program.position(game.game_id)[0]
    async with running(path) as second:
        second.journal.lost_power = True
        await second.restore()
        assert second.program.position(game.game_id)[0] != epoch


async def test_a_late_word_about_a_game_that_sleeps_wakes_it_and_counts_on(
    parts: Parts, game: SimulatedGame
) -> None:
    await parts.pipeline.put(plays(game, 100))
    await parts.pipeline.drained()
    position = parts.program.position(game.game_id)
    parts.pipeline.put_to_sleep(game.game_id)
    assert parts.program.position(game.game_id) is None
    await parts.pipeline.put(plays(game, 101))
    await parts.pipeline.drained()
    epoch, seq = parts.program.position(game.game_id)
    assert (epoch, seq) == (position[0], position[1] + len(parts.published) - position[1])
    assert decode_snapshot(parts.program.snapshot(game.game_id)).play_by_play


async def test_a_game_that_leaves_while_its_observation_is_being_kept_breaks_nothing(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.pipeline.submit(line(60, 2, 0))
    keep, kept = parts.journal.append, asyncio.Event()
    begun = asyncio.Event()

    async def slowly(entries: object) -> None:
        begun.set()
        await kept.wait()
        await keep(entries)

    monkeypatch.setattr(parts.journal, "append", slowly)
    call = asyncio.create_task(parts.pipeline.submit(line(90, 5, 0)))
    await begun.wait()
    assert parts.pipeline.turn.locked(), "whoever lets games go waits for this"
    parts.pipeline.put_to_sleep("PUSHED")
    kept.set()
    receipt = await asyncio.wait_for(call, 5)
    assert receipt.accepted
    assert parts.program.position("PUSHED") == (receipt.epoch, receipt.seq)


async def test_a_known_key_with_another_body_is_refused_and_with_the_same_counts_once(parts: Parts) -> None:
    first = await parts.pipeline.submit(line(60, 2, 0), "key", "digest-1")
    again = await parts.pipeline.submit(line(60, 2, 0), "key", "digest-1")
    assert (again.accepted, again.seq) == (False, first.seq)
    with pytest.raises(BadInput, match=r"Idempotency-Key .* another body"):
        await parts.pipeline.submit(line(90, 5, 0), "key", "digest-2")
    answers = await asyncio.gather(
        parts.pipeline.submit(line(120, 7, 0), "other", "digest-3"),
        parts.pipeline.submit(line(130, 9, 0), "other", "digest-4"),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in answers] == ["Receipt", "BadInput"]


async def test_somebody_elses_game_takes_forecasts_but_no_pushed_scores(
    parts: Parts, game: SimulatedGame
) -> None:
    await parts.pipeline.put(plays(game, 10))
    await parts.pipeline.drained()
    before = parts.program.snapshot(game.game_id)
    pushed = msgspec.structs.replace(line(90, 5, 0), game_id=game.game_id, home_team="ME")
    with pytest.raises(OtherSource, match="comes from simulated"):
        await parts.pipeline.submit(pushed)
    assert parts.program.snapshot(game.game_id) == before
    forecast = ExternalForecast(
        game_id=game.game_id,
        received_ms=1_700_000_000_000,
        source="push",
        model="mine",
        horizon="final",
        point_forecast=3.0,
    )
    assert (await parts.pipeline.submit(forecast)).accepted


async def test_the_log_tells_of_a_status_once_it_is_kept_and_only_then(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    begins = msgspec.structs.replace(line(60, 2, 0), status="live", home_team="H", away_team="A")
    parts.journal.full = True
    with pytest.raises(JournalFull):
        await parts.pipeline.submit(begins)
    assert "A at H is live" not in caplog.text
    parts.journal.full = False
    await parts.pipeline.submit(begins)
    assert caplog.text.count("A at H is live") == 1
