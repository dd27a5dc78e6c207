"""The page at `/` in a real browser, against the real program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from courtside.app.run import App, started
from courtside.settings import Settings

Watched = Any
MakeSettings = Callable[..., Settings]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
OTHER_SCRIPT = "<script>window.hacked=1</script>"


async def push(app: App, path: str, **body: object) -> None:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        answer = await http.post(path, json=body)
        assert answer.status_code == 200, answer.text


async def score(app: App, clock: str, home: int, away: int) -> None:
    await push(app, "/games/g1/scores", quarter=1, time_remaining=clock, score_home=home, score_away=away)


async def test_simulated_games_appear_move_and_cannot_be_taken_for_real_ones(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="simulate", games=6, speed=60, seed=3)) as app:
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelectorAll('#games .card').length >= 6")
        before = await watched.page.locator("#games").inner_text()
        await watched.until("before => document.querySelector('#games').innerText !== before", before)
        await watched.until("document.querySelectorAll('#messages li').length > 5")
        assert await watched.text("#connection") == "live"

        banner = watched.page.locator("#banner")
        assert "SIMULATED" in await banner.inner_text()
        assert "simulated" in (await watched.page.title()).lower()
        sources = await watched.page.locator("#games .source").all_inner_texts()
        assert {text.lower() for text in sources} == {"simulated"}
        await watched.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        box = await banner.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 700, "it stays in sight when the page is scrolled"
        assert box["width"] > 900

        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_what_others_call_their_teams_is_text_and_never_markup(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team=SCRIPT, away_team=OTHER_SCRIPT)
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelectorAll('#games .card').length === 1")
        await score(app, "11:00", 2, 0)
        await watched.until("document.querySelector('.home .score').innerText === '2'")
        await watched.until("document.querySelectorAll('#messages li').length > 0")
        assert await watched.text(".home .name") == SCRIPT
        assert await watched.text(".away .name") == OTHER_SCRIPT
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("#games img, #games script, #messages img").count() == 0
        assert await watched.page.locator("#banner").is_hidden()
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_a_page_that_lost_its_server_says_so_and_goes_on_when_it_is_back(
    settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    kept = settings(source="push", database=f"sqlite:///{tmp_path / 'journal.db'}")
    async with started(kept) as app:
        url = app.http_url
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await score(app, "11:00", 2, 0)
        await watched.page.goto(url)
        await watched.until("document.querySelector('.home .score')?.innerText === '2'")
        await watched.page.evaluate("window.sameLoad = true")
    await watched.until("document.querySelector('#connection').innerText.includes('connection lost')")
    assert await watched.text(".home .score") == "2", "what is known stays"
    again = settings(source="push", database=kept.database, http_port=urlsplit(url).port)
    async with started(again) as app:
        await score(app, "10:30", 5, 2)
        await watched.until("document.querySelector('.home .score').innerText === '5'")
        await score(app, "10:00", 7, 2)
        await watched.until("document.querySelector('.home .score').innerText === '7'")
        assert await watched.text("#connection") == "live"
        assert await watched.page.evaluate("window.sameLoad") is True
        assert await watched.page.locator("#games .card").count() == 1
        assert all("WebSocket" in text for text in watched.complaints), watched.complaints


async def test_the_page_of_the_calls_is_whole_without_anything_from_elsewhere(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        answer = await watched.page.goto(f"{app.http_url}/docs")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        await watched.until("document.body.innerText.includes('/games/{game_id}/scores')")
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_a_game_that_left_is_taken_off_the_page(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await push(app, "/games", game_id="g2", home_team="LAL", away_team="DEN")
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelectorAll('#games .card').length === 2")
        app.pipeline.forget("g1")
        app.program.forget("g1")
        app.hub.forget("g1")
        app.hub.heartbeat()
        await watched.until("document.querySelectorAll('#games .card').length === 1")
        assert "LAL" in await watched.text("#games")
        assert watched.complaints == []
