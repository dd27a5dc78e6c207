"""The program and its journal: restarts, a journal that takes nothing for a while, games long over."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from courtside.app.run import App, started
from courtside.client import AsyncForecastClient
from courtside.feed import FeedServer, FeedSettings
from courtside.settings import Settings

Clock = Any
MakeSettings = Callable[..., Settings]
GAME = {"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"}


def score(number: int) -> dict[str, object]:
    minute, second = divmod(number * 10, 60)
    return {
        "quarter": 1,
        "time_remaining": f"{11 - minute}:{59 - second:02d}",
        "score_home": 2 * number,
        "score_away": number,
    }


async def push(app: App, *numbers: int) -> None:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        if app.program.position("pushed-1") is None:
            (await http.post("/games", json=GAME)).raise_for_status()
        for number in numbers:
            (await http.post("/games/pushed-1/scores", json=score(number))).raise_for_status()


@pytest.fixture
def pushing(settings: MakeSettings, tmp_path: Path) -> Settings:
    return settings(source="push", database=f"sqlite:///{tmp_path / 'journal.db'}")


async def test_a_client_resumes_across_a_restart_without_gap_or_double(pushing: Settings) -> None:
    async with started(pushing) as app:
        await push(app, 1, 2, 3)
        before = app.program.position("pushed-1")
        assert before is not None
        known = await app.program.messages("pushed-1")
    async with started(pushing) as app:
        assert app.program.position("pushed-1") == before
        await push(app, 4, 5)
        epoch, last = app.program.position("pushed-1") or ("", 0)
        assert epoch == before[0]
        async with connect(app.ws_url) as socket:
            resume = {"pushed-1": {"epoch": epoch, "seq": before[1]}}
            await socket.send(json.dumps({"op": "subscribe", "resume": resume}))
            numbers: list[int] = []
            while not numbers or numbers[-1] < last:
                message = json.loads(await socket.recv())
                if message.get("game_id"):
                    numbers.append(message["seq"])
        assert [each.seq for each in known] + numbers == list(range(1, last + 1))


async def test_an_unfinished_game_of_the_nba_is_asked_for_again_after_a_restart(
    settings: MakeSettings, tmp_path: Path, league_recordings: Path
) -> None:
    # 2000 virtual seconds a real one: a game takes about four.
    feeding = FeedSettings(recordings=league_recordings, speed=2000, stagger_seconds=0, port=0, games=1)
    async with FeedServer(feeding) as feed:
        watching = settings(
            source="nba",
            nba_url=feed.url,
            poll_seconds=0.05,
            database=f"sqlite:///{tmp_path / 'journal.db'}",
        )
        async with started(watching) as app:
            async with asyncio.timeout(20):
                while not (positions := await app.journal.positions()) or positions[0].seq < 40:
                    await asyncio.sleep(0.02)
        async with started(watching) as app:
            game_id = positions[0].game_id
            assert app.program.position(game_id) is not None
            async with asyncio.timeout(30), AsyncForecastClient(app.http_url) as client:
                while (game := await client.game(game_id)).status != "final":
                    await asyncio.sleep(0.05)
            numbers = [each.seq for each in await app.program.messages(game_id)]
    assert numbers == list(range(1, game.seq + 1))


class Occupied:
    """Another program that holds the journal's file: what the journal takes for a full disk."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN EXCLUSIVE")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


async def test_a_journal_that_takes_nothing_refuses_in_one_line_and_goes_on_when_it_can(
    pushing: Settings, tmp_path: Path
) -> None:
    async with started(pushing) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await push(app, 1)
        before = app.program.snapshot("pushed-1")
        with Occupied(tmp_path / "journal.db"):
            answer = await http.post("/games/pushed-1/scores", json=score(2), timeout=20)
            assert answer.status_code == 503
            assert "journal" in answer.text and "Traceback" not in answer.text
            ready = await http.get("/ready")
            assert (ready.status_code, ready.json()["ready"]) == (503, False)
            assert ready.json()["reasons"]
            assert (await http.get("/health")).status_code == 200
            assert app.program.snapshot("pushed-1") == before, "no state that the journal does not hold"
        answer = await http.post("/games/pushed-1/scores", json=score(2))
        assert (answer.status_code, answer.json()["accepted"]) == (200, True)
        assert (await http.get("/ready")).status_code == 200


async def test_housekeeping_waits_for_a_journal_that_takes_nothing(
    pushing: Settings, tmp_path: Path, turned_clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(pushing, turned_clock) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await push(app, 1)
        (await http.post("/games/pushed-1/end")).raise_for_status()
        with Occupied(tmp_path / "journal.db"):
            await turned_clock.pass_by(app, 61)
            answer = await http.post("/games/pushed-1/scores", json=score(2), timeout=20)
            assert answer.status_code == 503
            async with asyncio.timeout(10):
                while "housekeeping is put off" not in caplog.text:
                    await asyncio.sleep(0.02)
        async with asyncio.timeout(10):
            while (await http.get("/ready")).status_code != 200:
                await turned_clock.pass_by(app, 61)
        assert [position.final for position in await app.journal.positions()] == [True]


async def test_a_game_long_over_leaves_the_memory_and_is_still_shown_to_who_asks(
    pushing: Settings, turned_clock: Clock
) -> None:
    async with started(pushing, turned_clock) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await push(app, 1, 2)
        (await http.post("/games/pushed-1/end")).raise_for_status()
        before = (await http.get("/games/pushed-1")).json()
        turned_clock.skip(25 * 3600)
        async with asyncio.timeout(10):
            while (await http.get("/games")).json()["games"]:
                await turned_clock.pass_by(app, 61)
        assert (await http.get("/games/pushed-1")).json() == before
        assert (await http.get("/games/pushed-1/messages")).status_code == 200


async def test_what_is_older_than_the_retention_is_forgotten(pushing: Settings, turned_clock: Clock) -> None:
    async with started(pushing, turned_clock) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await push(app, 1)
        (await http.post("/games/pushed-1/end")).raise_for_status()
        await turned_clock.pass_by(app, 120)
        assert [position.final for position in await app.journal.positions()] == [True]
        turned_clock.skip(31 * 24 * 3600)
        async with asyncio.timeout(10):
            while await app.journal.positions():
                await turned_clock.pass_by(app, 61)
        assert (await http.get("/games/pushed-1")).status_code == 404
