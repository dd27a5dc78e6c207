"""A night of recorded games: how it is played, and what a client must have heard at its end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from courtside.client.reducer import apply, begin
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
        client: Callable[..., Any],
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
