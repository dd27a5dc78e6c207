"""Sources of the whole program: simulated games, the live feed, and the change from one to the other."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from courtside.app.run import App, started
from courtside.app.sources import AutoSource
from courtside.feed import FeedServer, FeedSettings
from courtside.settings import Settings
from courtside.sources.nba_live import NbaSource
from courtside.sources.simulator import SimulatorSource

Clock = Any
MakeSettings = Callable[..., Settings]


async def shown(app: App) -> dict[str, dict[str, Any]]:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        return {game["game_id"]: game for game in (await http.get("/games")).json()["games"]}


def statuses(app: App) -> list[str]:
    return [live.status for live in app.pipeline.committed.values()]


async def test_simulated_games_are_played_one_slate_after_another_and_say_so(
    settings: MakeSettings, turned_clock: Clock
) -> None:
    async with started(settings(source="simulate", games=3, seed=5), turned_clock) as app:
        assert isinstance(app.source, SimulatorSource)
        stats = app.source.stats
        await turned_clock.turn(app, lambda: stats.games_finished > 3 and "final" in statuses(app))
        games = await shown(app)
        assert {game["source"] for game in games.values()} == {"simulated"}
        assert stats.games_started >= 6
        assert all(game_id.startswith("9") for game_id in games)
        numbers = {game_id: len(await app.program.messages(game_id)) for game_id in games}
        assert numbers == {game_id: game["seq"] for game_id, game in games.items()}
        async with connect(app.ws_url, max_size=None) as socket:
            snapshot: dict[str, Any] = {}
            while snapshot.get("type") != "snapshot":
                snapshot = json.loads(await socket.recv())
        assert {game["source"] for game in snapshot["data"]["games"]} == {"simulated"}


async def test_a_simulated_game_is_forgotten_an_hour_after_its_end(
    settings: MakeSettings, turned_clock: Clock
) -> None:
    async with started(settings(source="simulate", games=1, seed=5), turned_clock) as app:
        await turned_clock.turn(app, lambda: "final" in statuses(app))
        [over] = [live.game_id for live in app.pipeline.committed.values() if live.status == "final"]
        await turned_clock.turn(app, lambda: over not in app.pipeline.committed)
        assert over not in {position.game_id for position in await app.journal.positions()}


async def test_the_same_seed_gives_the_same_games(settings: MakeSettings, turned_clock: Clock) -> None:
    ends = []
    for clock in (turned_clock, type(turned_clock)()):
        async with started(settings(source="simulate", games=2, seed=9), clock) as app:
            await clock.turn(app, lambda app=app: "final" in statuses(app))
            ends.append(
                {
                    live.game_id: (live.info.home_team, live.state.score_home, live.state.score_away)
                    for live in app.pipeline.committed.values()
                    if live.status == "final"
                }
            )
    assert ends[0] and ends[0] == ends[1]


async def test_auto_shows_simulated_games_where_no_feed_answers(
    settings: MakeSettings, free_port: int
) -> None:
    asked = settings(source="auto", nba_url=f"http://127.0.0.1:{free_port}", games=2)
    async with started(asked) as app:
        async with asyncio.timeout(10):
            while len(app.pipeline.committed) < 2:
                await asyncio.sleep(0.01)
        assert {game["source"] for game in (await shown(app)).values()} == {"simulated"}
        async with httpx.AsyncClient(base_url=app.http_url) as http:
            feed = (await http.get("/health")).json()["feed"]
        assert f"127.0.0.1:{free_port}" in feed["nba"]


@pytest.fixture
def feeding(league_recordings: Path) -> Callable[..., FeedServer]:
    def make(port: int = 0) -> FeedServer:
        return FeedServer(
            FeedSettings(
                recordings=league_recordings, speed=200, stagger_seconds=0, lead_seconds=0, port=port
            )
        )

    return make


async def test_auto_follows_the_feed_where_a_game_is_on(
    settings: MakeSettings, feeding: Callable[..., FeedServer]
) -> None:
    async with (
        feeding() as feed,
        started(settings(source="auto", nba_url=feed.url, poll_seconds=0.05)) as app,
    ):
        async with asyncio.timeout(20):
            while statuses(app).count("live") < 2:
                await asyncio.sleep(0.02)
        assert isinstance(app.source, AutoSource)
        assert isinstance(app.source.current, NbaSource)
        games = await shown(app)
        assert {game["source"] for game in games.values()} == {"nba"}
        async with httpx.AsyncClient(base_url=app.http_url) as http:
            said = (await http.get("/health")).json()["feed"]
            text = (await http.get("/metrics")).text
        assert said["polls"] > 0
        assert "courtside_" in text


async def test_auto_goes_over_to_the_feed_when_it_comes_and_calls_simulated_games_off(
    settings: MakeSettings, feeding: Callable[..., FeedServer], free_port: int, hurried_clock: Clock
) -> None:
    asked = settings(
        source="auto", nba_url=f"http://127.0.0.1:{free_port}", poll_seconds=5.0, games=2, seed=77
    )
    async with started(asked, hurried_clock) as app:
        assert isinstance(app.source, AutoSource)
        async with asyncio.timeout(20):
            while "live" not in statuses(app):
                await asyncio.sleep(0.01)
        assert isinstance(app.source.current, SimulatorSource)
        async with feeding(free_port), asyncio.timeout(20):
            while {game["source"] for game in (await shown(app)).values()} != {"simulated", "nba"}:
                await asyncio.sleep(0.02)
        games = (await shown(app)).values()
        over = [game["status"] for game in games if game["source"] == "simulated"]
        assert set(over) <= {"final", "postponed"} and "postponed" in over
        assert isinstance(app.source.current, NbaSource)
        assert app.program.health().source != "simulated"
