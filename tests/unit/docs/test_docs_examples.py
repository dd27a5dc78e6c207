"""The programs in the README and in the first five minutes do what the pages say."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from courtside.app.run import App, started
from courtside.client import AsyncForecastClient
from courtside.formats.recordings import Recordings
from courtside.settings import Settings

ROOT = Path(__file__).parents[3]
SECONDS = 30.0
pytestmark = pytest.mark.timeout(60)


def programs(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)


README, FIVE_MINUTES = programs("README.md"), programs("docs/quickstart.md")


@asynccontextmanager
async def serving(**changes: object) -> AsyncIterator[App]:
    base = {"http_port": 0, "ws_port": 0, "database": "sqlite:///:memory:", "log_dir": None}
    async with started(Settings(**(base | changes))) as app:  # type: ignore[arg-type]
        yield app


def pointed(program: str, app: App) -> str:
    """The program with the addresses of this test's server."""
    assert "127.0.0.1:80" in program
    named = program.replace("http://127.0.0.1:8080", app.http_url)
    return named.replace("ws://127.0.0.1:8765", app.ws_url.rstrip("/"))


async def run(program: str, folder: Path) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_program_that_listens_prints_games_and_then_messages(tmp_path: Path) -> None:
    listens, _ = README
    async with serving(source="simulate", speed=200.0, games=2) as app:
        while not app.pipeline.committed:
            await asyncio.sleep(0.01)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", pointed(listens, app), cwd=tmp_path, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(SECONDS):
                first = (await process.stdout.readline()).decode()
                while (line := (await process.stdout.readline()).decode()) and not re.match(
                    r"9\d+ \d+ \w+$", line
                ):
                    pass
        finally:
            process.kill()
            await process.wait()
    assert re.match(r"[A-Z]{3} (\d+|None) [A-Z]{3} (\d+|None) \w+$", first)
    assert line


@pytest.mark.parametrize("program", [README[1], FIVE_MINUTES[0]], ids=["README", "five minutes"])
async def test_the_scraper_s_game_is_there_and_over(program: str, tmp_path: Path) -> None:
    async with serving(source="push") as app:
        await run(pointed(program, app), tmp_path)
        async with AsyncForecastClient(app.http_url) as client:
            game = await client.game("mine-1")
    assert (game.status, game.score_home, game.score_away) == ("final", 101, 99)
    assert game.pattern[0] is None
    assert game.prediction is None


async def test_with_a_score_at_the_tip_there_is_a_forecast(tmp_path: Path) -> None:
    program = FIVE_MINUTES[0].replace("SCORES = [", 'SCORES = [(1, "12:00", 0, 0), ')
    async with serving(source="push") as app:
        await run(pointed(program, app), tmp_path)
        async with AsyncForecastClient(app.http_url) as client:
            game = await client.game("mine-1")
    assert game.prediction is not None


async def test_the_recordings_of_the_five_minutes_can_be_played(tmp_path: Path) -> None:
    await run(FIVE_MINUTES[1], tmp_path)
    recordings = Recordings.open(tmp_path / "games")
    assert len(recordings.game_ids) == 3
    assert not recordings.skipped


def test_the_programs_are_as_short_as_promised() -> None:
    for program in README:
        assert len([line for line in program.splitlines() if line]) <= 10
