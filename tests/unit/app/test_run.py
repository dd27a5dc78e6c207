import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app.run import App, Listening, run_app, started
from courtside.clock import ManualClock
from courtside.errors import BadConfig, CannotListen, JournalError, UnknownGame
from courtside.events import ScoreLine
from courtside.settings import Settings

START_MS = 1_700_000_000_000
DAY_SECONDS = 86_400


def settings(**changes: Any) -> Settings:
    base: dict[str, Any] = {
        "source": "push",
        "http_port": 0,
        "ws_port": 0,
        "database": "sqlite:///:memory:",
        "log_dir": None,
    }
    return Settings(**(base | changes))


class StillClock(ManualClock):
    """Nobody who sleeps on it wakes before `wake`."""

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self._waking = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await self._waking.wait()

    async def wake(self) -> None:
        """Everybody who sleeps now, once."""
        waking, self._waking = self._waking, asyncio.Event()
        waking.set()
        for _ in range(10):
            await asyncio.sleep(0)


def line(game_id: str, received_ms: int, **changes: Any) -> ScoreLine:
    return ScoreLine(game_id=game_id, received_ms=received_ms, source="push", **changes)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_program_runs_until_a_signal_says_stop(number: signal.Signals) -> None:
    seen: list[App] = []

    def ready(app: Listening) -> None:
        assert isinstance(app, App)
        seen.append(app)
        os.kill(os.getpid(), number)

    async with asyncio.timeout(20):
        await run_app(settings(), ready)
    [app] = seen
    assert app.http_url.startswith("http://127.0.0.1:")
    with pytest.raises(JournalError, match="closed"):
        await app.journal.positions()
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{app.http_url}/health")


@pytest.mark.parametrize("which", ["http_port", "ws_port"])
async def test_a_port_that_is_taken_is_named_with_what_to_do(which: str, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'journal.db'}"
    async with started(settings()) as app:
        port = int(app.http_url.rpartition(":")[2])
        with pytest.raises(CannotListen, match=rf"{port}.*--") as refused:
            async with started(settings(database=database, **{which: port})):
                pass
    assert "\n" not in str(refused.value)
    async with started(settings(database=database)) as app:
        assert app.program.health().ready, "nothing of the failed start holds the journal"


async def test_the_journal_lies_in_the_data_folder_where_no_other_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    async with started(settings(database=None, data_dir=folder)) as app:
        await app.pipeline.submit(line("g", START_MS, status="scheduled"))
    assert (folder / "courtside.db").stat().st_size > 0


async def test_a_data_folder_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"file/data .*--data-dir"):
        async with started(settings(database=None, data_dir=tmp_path / "file" / "data")):
            pass


async def test_settings_of_which_no_source_can_be_made_touch_nothing(tmp_path: Path) -> None:
    for changes in ({"source": "auto", "speed": None}, {"source": "replay"}):
        with pytest.raises(BadConfig):
            async with started(settings(database=None, data_dir=tmp_path / "data", **changes)):
                pass
    assert list(tmp_path.iterdir()) == []


async def test_a_signal_while_the_program_starts_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def long_rebuild(*_: object) -> list[str]:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr("courtside.app.run.restore", long_rebuild)
    async with asyncio.timeout(20):
        await run_app(settings(), lambda app: pytest.fail("it never listened"))


def test_a_second_signal_cuts_off_a_stop_that_hangs() -> None:
    program = """
import asyncio, os, signal
from courtside.app import run
from courtside.serve.servers import Servers
from courtside.settings import Settings

async def hang(self):
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.Event().wait()

Servers.stop = hang
settings = Settings(source="push", http_port=0, ws_port=0, database="sqlite:///:memory:")
asyncio.run(run.run_app(settings, lambda app: os.kill(os.getpid(), signal.SIGINT)))
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=30, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGINT, ended.stderr.decode()


async def test_a_database_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadConfig, match="oracle"):
        async with started(settings(database="oracle://somewhere")):
            pass


async def test_games_long_over_stay_in_the_journal_at_a_start_until_somebody_asks(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'journal.db'}"
    clock = StillClock(START_MS)
    async with started(settings(database=database), clock) as app:
        score = {"period": 4, "remaining_tenths": 0, "score_home": 101, "score_away": 99}
        await app.pipeline.submit(line("over", START_MS, status="final", **score))
        await app.pipeline.submit(line("open", START_MS, status="scheduled"))
        await clock.wake()
        await until(lambda: app.pipeline.trouble is None)
        async with asyncio.timeout(10):
            while not any(position.final for position in await app.journal.positions()):
                await clock.wake()
        before = app.program.snapshot("over")
    clock.advance(2 * DAY_SECONDS)
    async with started(settings(database=database), clock) as app:
        assert set(app.pipeline.committed) == {"open"}
        with pytest.raises(UnknownGame):
            app.program.snapshot("over")
        await app.program.load("over")
        assert app.program.snapshot("over") == before
        with pytest.raises(UnknownGame, match="GET /games"):
            await app.program.load("nobody")


async def test_a_call_that_waits_while_the_program_stops_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = asyncio.Event()

    async def never(_: object) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with httpx.AsyncClient() as http:
        async with started(settings()) as app:
            monkeypatch.setattr(app.journal, "append", never)
            game = {"game_id": "g", "home_team": "BOS", "away_team": "NYK"}
            calls = [asyncio.create_task(http.post(f"{app.http_url}/games", json=game))]
            await waiting.wait()
            # The first is being written; the second waits behind it.
            calls.append(asyncio.create_task(http.post(f"{app.http_url}/games", json=game)))
            await until(lambda: app.pipeline.waiting == 1)
        answers = await asyncio.gather(*calls)
        assert [answer.status_code for answer in answers] == [503, 503]
        assert all("send it again" in answer.json()["error"] for answer in answers)
        with pytest.raises(JournalError, match="stopping"):
            await app.pipeline.submit(line("g", START_MS))
    assert "Traceback" not in caplog.text


async def test_the_gauges_follow_the_games() -> None:
    clock = StillClock(START_MS)
    async with started(settings(), clock) as app:
        await app.pipeline.submit(line("a", START_MS, status="live", home_team="BOS", away_team="NYK"))
        await app.pipeline.submit(line("b", START_MS, status="scheduled"))
        await clock.wake()
        text = app.metrics.text().decode()
    rows = [row for row in text.splitlines() if row.startswith("courtside_games{")]
    assert any('"live"' in row and row.endswith(" 1.0") for row in rows), text
    assert any('"scheduled"' in row and row.endswith(" 1.0") for row in rows)


async def test_what_breaks_in_a_source_ends_the_program_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "playbyplay_0022500776.json").write_text("{}")
    (tmp_path / "boxscore_0022500776.json").write_text("{}")
    with pytest.raises(BaseException) as ended:
        async with started(settings(source="replay", recordings=tmp_path, speed=None)) as app:
            await app.finished.wait()
    assert "0022500776" in repr(ended.value)
