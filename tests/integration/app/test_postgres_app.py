"""The whole program on a real PostgreSQL: the same games, restarts, and a server that is away."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app.run import started
from courtside.settings import Settings
from courtside.sources.simulator_game import SimulatedGame

Postgres = Any
MakeSettings = Callable[..., Settings]

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]

GAME = {"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"}
SCORE = {"quarter": 1, "time_remaining": "10:45", "score_home": 4, "score_away": 2}


async def test_a_replay_says_the_same_as_with_sqlite(
    settings: MakeSettings, postgres: Postgres, recordings: Path, games: list[SimulatedGame]
) -> None:
    told = []
    for database in (postgres.url, "sqlite:///:memory:"):
        replaying = settings(source="replay", recordings=recordings, speed=None, database=database)
        async with started(replaying) as app:
            await app.finished.wait()
            frames = [
                json.loads(each.frame) for game in games for each in await app.journal.messages(game.game_id)
            ]
        for frame in frames:
            frame["data"].pop("latency_ms", None)
            # Each run of a replay begins an epoch of its own.
            del frame["epoch"]
        told.append(frames)
        assert len(frames) > 1_000
    assert told[0] == told[1]


async def test_a_restart_goes_on_and_a_server_that_is_away_is_one_line_and_503(
    settings: MakeSettings, postgres: Postgres
) -> None:
    pushing = settings(source="push", database=postgres.url)
    async with started(pushing) as app, httpx.AsyncClient(base_url=app.http_url, timeout=30) as http:
        (await http.post("/games", json=GAME)).raise_for_status()
        (await http.post("/games/pushed-1/scores", json=SCORE)).raise_for_status()
        position, before = app.program.position("pushed-1"), app.program.snapshot("pushed-1")
    async with started(pushing) as app, httpx.AsyncClient(base_url=app.http_url, timeout=30) as http:
        assert app.program.position("pushed-1") == position
        await asyncio.to_thread(postgres.pause)
        later = SCORE | {"time_remaining": "10:30", "score_home": 6}
        key = {"Idempotency-Key": "while-it-was-away"}
        answer = await http.post("/games/pushed-1/scores", json=later, headers=key)
        assert answer.status_code == 503, answer.text
        assert "\n" not in answer.json()["error"]
        assert (await http.get("/ready")).status_code == 503
        assert app.program.snapshot("pushed-1") == before
        await asyncio.to_thread(postgres.restart)
        answer = await http.post("/games/pushed-1/scores", json=later, headers=key)
        assert (answer.status_code, answer.json()["accepted"]) == (200, True), answer.text
        assert (await http.get("/ready")).status_code == 200
        again = await http.post("/games/pushed-1/scores", json=later, headers=key)
        assert again.json()["accepted"] is False
