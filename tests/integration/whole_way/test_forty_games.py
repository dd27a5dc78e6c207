"""Forty recorded games through real HTTP, the whole program and a real WebSocket, every count right."""

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app.again import situation_at_18
from courtside.client.reducer import apply, begin
from courtside.clock import PATTERN_TENTHS
from courtside.engine import EngineSettings
from courtside.engine.prediction import explanation
from courtside.forecast.forecast import Situation
from courtside.forecast.model import Model
from courtside.messages import (
    GameSnapshot,
    GameStatus,
    Message,
    MlPrediction,
    PlayData,
    Result,
    RunningForecast,
    WinProbability,
)
from courtside.settings import Settings
from courtside.store.open import open_journal

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(300)]

Oracles = dict[str, Any]


def run_arguments(feed_url: str, *more: object) -> tuple[object, ...]:
    return (
        "run", "--source", "nba", "--nba-url", feed_url, "--poll-seconds", 0.2,
        "--http-port", 0, "--ws-port", 0, *more,
    )  # fmt: skip


def forecasts(messages: list[Message]) -> list[MlPrediction]:
    return [message.data for message in messages if isinstance(message.data, MlPrediction)]


def check_chances(messages: list[Message], game: GameSnapshot) -> None:
    """Nothing lags, jumps or is certain before its time, and the forecast at 18:00 is judged at the end."""
    score: tuple[int | None, int | None] = (None, None)
    home: float | None = None
    waiting: tuple[int, int] | None = None
    chances = 0
    over = False
    for message in messages:
        data = message.data
        match data:
            case GameStatus():
                over = data.status == "final"
            case RunningForecast():
                assert data.winner == ("home" if data.win_probability_home >= 0.5 else "away")
                assert data.win_probability_home == home
                score = (data.score_home, data.score_away)
                waiting = None if waiting == score else waiting
            case WinProbability():
                chances += 1
                assert data.home + data.away == 1.0
                assert (data.home in (0.0, 1.0)) == over, (message.game_id, message.seq)
                assert data.change is None or abs(data.change - (data.home - (home or 0.0))) < 1e-9
                home = data.home
            case PlayData():
                assert waiting is None, f"no forecast after {waiting} in {message.game_id}"
                # A play of which nobody knows what it changed is history, or the end.
                if data.points and data.win_probability_change is not None:
                    waiting = (data.score_home, data.score_away)
    assert score == (game.score_home, game.score_away), game.game_id
    assert home == game.win_probability_home == float((game.score_home or 0) > (game.score_away or 0))
    assert chances > 10, game.game_id
    assert game.forecast is not None and game.forecast.final.median == score[0] - score[1]  # type: ignore[operator]
    final = [message.data for message in messages if isinstance(message.data, Result)][-1]
    assert (final.horizon, final.actual) == ("final", game.forecast.final.median)
    assert final.point_forecast is not None and final.win_probability_home is not None


def agree(messages: list[Message], game: GameSnapshot) -> None:
    """A client that applied every message stands where the server's snapshot does."""
    state = begin(messages[0])
    for message in messages[1:]:
        state = apply(state, message)
    for name in (
        "status", "score_home", "score_away", "period", "game_clock", "lead_changes", "ties", "pattern",
        "biggest_lead_home", "biggest_lead_away", "biggest_run", "current_run", "momentum", "seq", "epoch",
        "forecast", "win_probability_home",
    ):  # fmt: skip
        assert getattr(state, name) == getattr(game, name), (game.game_id, name)
    lines = {line.player_id: (line.points, line.rebounds, line.assists, line.fouls) for line in game.players}
    known = {line.player_id: (line.points, line.rebounds, line.assists, line.fouls) for line in state.players}
    assert known == lines, game.game_id


class Night:
    """The recorded games, how they must end, and what is needed to watch them."""

    def __init__(
        self,
        recordings: Path,
        oracle: Oracles,
        courtside: Callable[..., Any],
        client: Callable[[str], Any],
        games_of: Callable[..., Any],
        is_right: Callable[[GameSnapshot, Any], bool],
    ) -> None:
        self.recordings = recordings
        self.oracle = oracle
        self.courtside = courtside
        self.client = client
        self.accuracy: list[dict[str, Any]] = []
        self._games_of = games_of
        self._is_right = is_right

    async def play(
        self, feeding: tuple[object, ...], seconds: float
    ) -> tuple[Any, Any, Any, dict[str, GameSnapshot]]:
        """The whole night with one client: the feed, the program, the client and the games at the end."""
        async with (
            asyncio.TaskGroup() as tasks,
            self.courtside(*feeding) as feed,
            self.courtside(*run_arguments(await feed.url("http"))) as run,
        ):
            url, listener = await run.url("http"), self.client(await run.url("ws"))
            listening = tasks.create_task(listener.run())
            games = await self.end(listener, url, seconds)
            listening.cancel()
            async with httpx.AsyncClient() as http:
                self.accuracy = (await http.get(f"{url}/accuracy")).json()["accuracy"]
        return feed, run, listener, games

    async def end(self, listener: Any, url: str, seconds: float) -> dict[str, GameSnapshot]:
        """The games as the server has them, once all are right and the client has heard everything."""
        right: set[str] = set()
        looked_at: dict[str, int] = {}

        def all_right() -> bool:
            for game_id, game in listener.games.items():
                if looked_at.get(game_id) != game.seq and game.status == "final":
                    looked_at[game_id] = game.seq
                    keep = right.add if self._is_right(game, self.oracle[game_id]) else right.discard
                    keep(game_id)
            return len(right) == len(self.oracle)

        with suppress(TimeoutError):
            await listener.until(all_right, seconds)
        async with asyncio.timeout(30):
            while True:
                games: dict[str, GameSnapshot] = await self._games_of(url)
                total = sum(game.seq for game in games.values())
                await listener.more(total - listener.total, 20)
                if listener.total == total:  # else something was said while they were asked for
                    return games


@pytest.fixture
def night(
    data_dir: Path,
    oracle: Oracles,
    courtside: Callable[..., Any],
    client: Callable[[str], Any],
    games_of: Callable[..., Any],
    is_right: Callable[[GameSnapshot, Any], bool],
) -> Night:
    return Night(data_dir / "cdn" / "games", oracle, courtside, client, games_of, is_right)


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
