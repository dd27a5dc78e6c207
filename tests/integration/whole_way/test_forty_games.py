"""Forty recorded games through real HTTP, the whole program and a real WebSocket, every count right."""

import asyncio
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtside.app.again import situation_at_18
from courtside.clock import PATTERN_TENTHS
from courtside.engine import EngineSettings
from courtside.engine.prediction import explanation
from courtside.forecast.forecast import Situation
from courtside.forecast.model import Model
from courtside.messages import (
    GameSnapshot,
    MlPrediction,
    Result,
)
from courtside.settings import Settings
from courtside.store.open import open_journal
from tests.integration.whole_way.night import Night, agree, check_chances, forecasts, run_arguments

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(300)]


CheckGame = Callable[[GameSnapshot, Any], None]


async def check_forecasts_again(folder: Path, told: dict[str, list[MlPrediction]]) -> None:
    """`courtside predict --game` and the games' results say of each game what was told live."""
    model = Model.shipped()
    journal = open_journal(f"sqlite:///{folder / Settings().data_dir / 'courtside.db'}", read_only=True)
    try:
        for game_id, forecasts_of_game in told.items():
            situation = await situation_at_18(journal, game_id, model, EngineSettings())
            again, last = model.forecast(situation), forecasts_of_game[-1]
            assert tuple(last.pattern) == tuple(map(int, situation.pattern))
            # Told while the clock stood at 6:00.0, what still happened there was not known.
            near = 0.0 if said_after_18(situation) else 1.0
            assert abs(again.point - last.point_forecast) <= near
            if near == 0.0:
                assert again.interval(0.05) == (last.lower95, last.upper95)
                assert explanation(again) == last.explanation
    finally:
        await journal.aclose()


def said_after_18(situation: Situation) -> bool:
    """Nothing was written down at 18:00 exactly, so that a forecast knew all that there was to know."""
    assert situation.state is not None
    return situation.state.recent[-1].elapsed < PATTERN_TENTHS


def check_accuracy(accuracy: list[dict[str, Any]], told: dict[str, list[MlPrediction]]) -> None:
    by_horizon = {line["horizon"]: line for line in accuracy}
    for line in by_horizon.values():
        assert line["forecasts"] == line["settled"] == len(told)
    assert 3.0 < by_horizon["halftime"]["mae"] < 7.0
    assert by_horizon["halftime"]["coverage95"] >= 0.8
    assert 0.0 < by_horizon["final"]["brier"] < 0.25


async def test_every_count_of_forty_games_is_exact(
    night: Night, check_game: CheckGame, tmp_path: Path
) -> None:
    feeding = ("feed", "--recordings", night.recordings, "--speed", 400, "--port", 0)
    feed, run, listener, games = await night.play(feeding, 150)
    assert games.keys() == night.oracle.keys()
    listener.check_numbers()
    for game_id, game in games.items():
        check_game(game, night.oracle[game_id])
        messages = listener.messages[game_id, game.epoch]
        agree(messages, game)
        first, *revisions = forecasts(messages)
        assert first.revises is None
        assert all(forecast.revises is not None for forecast in revisions)
        check_chances(messages, game)
        assert forecasts(messages)[0].known == "players", "both teams and who plays were known"
        half = next(message.data for message in messages if isinstance(message.data, Result))
        assert (half.horizon, half.actual) == ("halftime", night.oracle[game_id].half)
    told = {game_id: forecasts(listener.messages[game_id, game.epoch]) for game_id, game in games.items()}
    await check_forecasts_again(tmp_path, told)
    check_accuracy(night.accuracy, told)
    assert "Traceback" not in run.text, run.text
    assert "Traceback" not in feed.text, feed.text


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_with_every_fault_of_the_feed_the_end_is_the_same(
    seed: int, night: Night, check_game: CheckGame
) -> None:
    faults = ("--faults", "all", "--fault-rate", 0.3, "--seed", seed)
    feeding = ("feed", "--recordings", night.recordings, "--speed", 400, "--port", 0, *faults)
    feed, run, listener, games = await night.play(feeding, 240)
    listener.check_numbers()
    corrections = 0
    for game_id, game in games.items():
        check_game(game, night.oracle[game_id])
        messages = listener.messages[game_id, game.epoch]
        agree(messages, game)
        check_chances(messages, game)
        corrections += sum(message.type == "correction" for message in messages)
        assert [forecast.revises is None for forecast in forecasts(messages)].count(True) == 1
    assert corrections > 40, "the faults did nothing"
    assert "Traceback" not in run.text, run.text
    assert "Traceback" not in feed.text, feed.text


async def test_twenty_kills_lose_nothing_and_double_nothing(night: Night, check_game: CheckGame) -> None:
    chance = random.Random(20)
    faults = ("--faults", "all", "--fault-rate", 0.2, "--seed", 4)
    feeding = ("feed", "--recordings", night.recordings, "--speed", 120, "--port", 0, *faults)
    listener: Any = None
    listening: Any = None
    said = ""
    async with night.courtside(*feeding) as feed, asyncio.TaskGroup() as tasks:
        feed_url = await feed.url("http")
        ports: tuple[object, ...] = ()
        for turn in range(21):
            async with night.courtside(*run_arguments(feed_url, *ports)) as run:
                url, stream = await run.url("http"), await run.url("ws")
                if listener is None:
                    listener = night.client(stream)
                    listening = tasks.create_task(listener.run())
                    ports = ("--http-port", url.rpartition(":")[2], "--ws-port", stream.rpartition(":")[2])
                if turn < 20:
                    await listener.more(chance.randint(1, 600), 60)
                    assert await run.end(signal.SIGKILL) == -signal.SIGKILL
                else:
                    games = await night.end(listener, url, 200)
                said += run.text
        listening.cancel()
    assert listener.connections == 21
    assert listener.not_recovered == []
    listener.check_numbers()
    assert {game_id for game_id, _ in listener.messages} == night.oracle.keys()
    assert len(listener.messages) == 40, "every game kept its epoch"
    for game_id, game in games.items():
        check_game(game, night.oracle[game_id])
        agree(listener.messages[game_id, game.epoch], game)
        check_chances(listener.messages[game_id, game.epoch], game)
    assert "Traceback" not in said
