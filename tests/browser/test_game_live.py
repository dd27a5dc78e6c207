"""One game while it is played: a forecast that comes, its result, edited plays, a server that dies."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app.run import started
from courtside.feed import FeedServer, FeedSettings
from courtside.settings import Settings
from tests.browser.game_support import LOOKING, SCORES, asked, look_at, only

Watched = Any
MakeSettings = Callable[..., Settings]

pytestmark = pytest.mark.timeout(120)

GAME = "0022400695"
SPEED = 800
KINDS = ("It is made at", "Now", "It came")
EVERY_TEXT = """selector => {
    window.texts = [];
    const note = () => {
        const text = document.querySelector(selector)?.innerText.replace(/\\s+/g, ' ') ?? '';
        if (text !== window.texts.at(-1)) window.texts.push(text);
    };
    new MutationObserver(note).observe(document.querySelector('main'), {
        subtree: true, childList: true, characterData: true,
    });
    note();
}"""
URL = re.compile(rb"http://127\.0\.0\.1:\d+")


@pytest.mark.data
async def test_the_halftime_forecast_comes_while_one_watches_and_later_what_came_of_it(
    data_dir: Path, settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    recordings = only(data_dir, GAME, tmp_path)
    feeding = FeedSettings(
        recordings=recordings, speed=SPEED, port=0, faults=("late_edit", "deletion"), fault_rate=0.5, seed=1
    )
    async with FeedServer(feeding) as feed:
        watching = settings(source="nba", nba_url=feed.url, poll_seconds=0.05)
        async with started(watching) as app:
            page = watched.page
            await page.goto(f"{app.http_url}/#/game/{GAME}")
            await watched.until("document.querySelector('section:has(> #half-title)') !== null")
            await page.evaluate(EVERY_TEXT, "section:has(> #half-title)")
            async with asyncio.timeout(60):
                while not await page.evaluate("window.texts.some((each) => each.includes('It came'))"):
                    await asyncio.sleep(0.1)
            texts = await page.evaluate("window.texts")
            # A play that is taken back may take the forecast back for a moment: each is to be there first.
            said = [next((kind for kind in KINDS if kind in text), "") for text in texts]
            assert sorted(KINDS, key=said.index) == list(KINDS)
            assert any("inside the interval" in text or "outside the interval" in text for text in texts)
            await watched.until("document.querySelector('.corrections li') !== null")

            async with asyncio.timeout(60):
                while "Final" not in await watched.text(".board-head .status"):
                    await asyncio.sleep(0.1)
            game = await asked(app.http_url, f"/games/{GAME}")
            scores = f"{game['score_away']},{game['score_home']}"
            await watched.until(f"scores => {SCORES}.join() === scores", scores)
            reply = await asked(app.http_url, f"/games/{GAME}/messages?limit=5000")
            assert not reply["more"]
            results = [each["data"] for each in reply["messages"] if each["type"] == "result"]
            halftime, final = (
                [each for each in results if each["horizon"] == horizon][-1]
                for horizon in ("halftime", "final")
            )
            half = await watched.text("section:has(> #half-title)")
            assert f"{halftime['absolute_error']:.1f} off" in half
            await page.click("#tab-forecast")
            await watched.until("document.querySelector('#ended-title') !== null")
            await watched.until(
                "words => document.querySelector('section:has(> #ended-title)').innerText.includes(words)",
                f"{'Inside' if final['inside_interval'] else 'Outside'} the interval, "
                f"{final['absolute_error']:.1f} off.",
            )
            await page.click("#tab-plays")
            await page.click(".filters >> text=Corrections")
            # The league edits plays after the end, too.
            async with asyncio.timeout(20):
                while await watched.text("#plays-title") != await corrected(app.http_url):
                    await asyncio.sleep(0.1)
            assert watched.complaints == []


async def corrected(url: str) -> str:
    """How many plays corrections changed, added or took back, as the page says it."""
    reply = await asked(url, f"/games/{GAME}/messages?limit=5000")
    known: set[int] = set()
    for message in reply["messages"]:
        if message["type"] == "correction":
            for kind in ("revised", "inserted", "retracted"):
                known |= {play["play_id"] for play in message["data"][kind] if play["action"] != "score"}
    return "1 play" if len(known) == 1 else f"{len(known)} plays"


@asynccontextmanager
async def courtside(folder: Path, port: int) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The program as a process of its own; ended by its id when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "courtside.cli", "run", "--source", "push", "--http-port", str(port), "--ws-port", "0"),
        *("--data-dir", str(folder)),
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            async for line in process.stdout:
                found = URL.search(line)
                if found is not None:
                    break
        assert found is not None
        yield process, found.group().decode()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_page_goes_on_where_it_was_when_its_server_was_killed_and_comes_back(
    watched: Watched, tmp_path: Path
) -> None:
    async with courtside(tmp_path, 0) as (process, url):
        async with httpx.AsyncClient(base_url=url) as http:
            await http.post("/games", json={"game_id": "g1", "home_team": "BOS", "away_team": "NYK"})
            for minute in range(20):
                await http.post("/games/g1/scores", json=pushed(minute))
        await watched.page.goto(f"{url}/#/game/g1")
        await watched.until(f"{SCORES}.join() === '21,40'")
        await look_at(watched, 600)
        await watched.until(f"{SCORES}.join() === '10,20'")
        await watched.page.evaluate("window.sameLoad = true")
        process.kill()
        await watched.until("document.querySelector('#lost') !== null")
        assert await watched.page.evaluate(SCORES) == ["10", "20"], "what is known stays"
        await look_at(watched, 300)
        await watched.until(f"{SCORES}.join() === '5,10'")
    async with courtside(tmp_path, int(url.rsplit(":", 1)[1])) as (process, again):
        assert again == url
        await watched.until("document.querySelector('#lost') === null")
        assert await watched.page.evaluate(SCORES) == ["5", "10"]
        async with httpx.AsyncClient(base_url=url) as http:
            answer = await http.post("/games/g1/scores", json=pushed(20))
            assert answer.status_code == 200
        await watched.page.keyboard.press("Escape")
        await watched.until(f"!({LOOKING}) && {SCORES}.join() === '22,42'")
        assert await watched.page.evaluate("window.sameLoad") is True
        assert all("WebSocket" in text or "Failed to load" in text for text in watched.complaints)


def pushed(minute: int) -> dict[str, object]:
    """The score at the end of a minute: home two points a minute, away one, and one at the start."""
    return {
        "quarter": 1 + minute // 12,
        "time_remaining": f"{11 - minute % 12}:00",
        "score_home": 2 * minute + 2,
        "score_away": minute + 1 + minute // 19,
    }
