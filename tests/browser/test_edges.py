"""Fair lines beside the market, in a real browser, against the real program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from courtside.app.run import App, started
from courtside.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.support import SCHEMES, findings, push, score, wear

MakeSettings = Callable[..., Settings]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
MINUS = "\u2212"
LINES = "document.querySelectorAll('.line').length"
TABLES = "document.querySelectorAll('.line table').length"
MADE_FROM = "document.querySelector('.line-facts')?.innerText"


async def row(watched: Watched, team: str) -> list[str]:
    line = watched.page.locator(".line tbody tr").filter(has=watched.page.locator(f"th:has-text('{team}')"))
    return [text.strip() for text in await line.locator("td").all_inner_texts()]


async def forecast_of(app: App, game: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        return dict((await http.get(f"/games/{game}")).json()["forecast"])


async def test_a_fair_line_is_what_the_forecast_says(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="Foxes", away_team="Owls")
        await watched.page.goto(f"{app.http_url}/#/edges")
        await watched.until(f"{LINES} === 1")
        assert "No forecast of this game yet" in await watched.text(".line")
        await score(app, "6:00", 14, 6)
        await watched.until(f"{TABLES} === 1")
        known = await forecast_of(app, "g1")
        home, away = await row(watched, "Foxes"), await row(watched, "Owls")
        spread = known["final"]["median"]
        assert spread > 0
        assert home[0] == f"{MINUS}{spread:g}" and away[0] == f"+{spread:g}"
        chance = known["win_probability_home"]
        assert home[1] == f"{round(100 * chance)}%"
        assert float(home[3]) == pytest.approx(1 / chance, abs=0.006)
        assert home[2].startswith(MINUS) and away[2].startswith("+")
        label = await watched.page.get_attribute(".line .interval", "aria-label")
        assert label is not None and label.startswith(f"Final margin Foxes +{spread:g}; 95%: Foxes ")
        assert "Q1 6:00, 6\u201314" in await watched.text(".line-facts")
        # It moves with the game, and a game that is over has no line.
        await score(app, "3:00", 14, 20)
        await watched.until("document.querySelector('.line-facts').innerText.includes('Q1 3:00')")
        assert (await row(watched, "Owls"))[0].startswith(MINUS)
        await score(app, "0:00", 50, 44, quarter=2)
        await watched.until("document.querySelector('.line-facts').innerText.includes('halftime, 44')")
        await push(app, "/games/g1/end", score_home=100, score_away=90)
        await watched.until("document.querySelector('.empty')?.innerText.includes('No game is open')")
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_without_a_book_the_page_shows_a_call_that_tells_what_the_market_says(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await push(app, "/games", game_id="g2", home_team="LAL", away_team="DEN")
        await score(app, "6:00", 12, 10)
        await watched.page.goto(f"{app.http_url}/#/edges")
        await watched.until(f"{TABLES} === 1")
        assert "No book is connected" in await watched.text(".connect")
        assert "spread" not in await watched.text(".line-facts")
        await watched.page.select_option(".connect select", "g2")
        assert "/games/g2/market'" in await watched.text(".connect-call code")
        await watched.page.select_option(".connect select", "g1")
        call = await watched.text(".connect-call code")
        assert call.startswith(f"curl -X POST '{app.http_url}/games/g1/market'")
        # What the line says is what the server takes.
        await push(app, "/games/g1/market", home_spread=-4.5)
        await watched.until(f'{MADE_FROM}?.includes("the market\'s spread")')
        assert (await forecast_of(app, "g1"))["known"] in ("spread", "market")
        assert "1 forecast has a spread" in await watched.text(".connect summary")
        await watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await watched.page.click(".connect >> text=Copy")
        await watched.until("document.querySelector('.connect .button').innerText === 'Copied'")
        assert await watched.page.evaluate("navigator.clipboard.readText()") == call
        assert watched.complaints == []


async def test_names_from_outside_are_text(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team=SCRIPT, away_team="<script>x</script>")
        await score(app, "6:00", 12, 10)
        await watched.page.goto(f"{app.http_url}/#/edges")
        await watched.until(f"{TABLES} === 1")
        assert SCRIPT in await watched.text(".line h2")
        assert SCRIPT in await watched.text(".connect option")
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("main img, main script").count() == 0
        assert await watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert watched.complaints == []


async def test_a_game_to_come_stands_with_its_time_in_the_zone_of_the_viewer(
    settings: MakeSettings, browser: Browser
) -> None:
    async with started(settings(source="push")) as app:
        start = "2036-02-12T00:30:00Z"
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK", start_time=start)
        shown = []
        for zone in ("America/New_York", "Asia/Tokyo"):
            context = await browser.new_context(timezone_id=zone, locale="en-GB")
            watched = Watched(await context.new_page())
            await watched.page.goto(f"{app.http_url}/#/edges")
            await watched.until(f"{LINES} === 1")
            shown.append(await watched.text(".line-head p"))
            await context.close()
        assert shown == ["Mon 11 Feb, 19:30", "Tue 12 Feb, 09:30"]


async def test_the_lines_go_on_when_the_server_was_killed_and_is_back(
    settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    kept = settings(source="push", database=f"sqlite:///{tmp_path / 'journal.db'}")
    async with started(kept) as app:
        url = app.http_url
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await score(app, "6:00", 14, 6)
        await watched.page.goto(f"{url}/#/edges")
        await watched.until(f"{TABLES} === 1")
        await watched.page.evaluate("window.sameLoad = true")
    await watched.until("document.querySelector('#lost') !== null")
    assert (await row(watched, "BOS"))[0].startswith(MINUS), "what is known stays"
    again = settings(source="push", database=kept.database, http_port=urlsplit(url).port)
    async with started(again) as app:
        await score(app, "3:00", 14, 20)
        await watched.page.evaluate("document.querySelector('#lost button')?.click()")
        await watched.until("document.querySelector('.line-facts')?.innerText.includes('Q1 3:00')")
        assert (await row(watched, "NYK"))[0].startswith(MINUS)
        assert await watched.page.evaluate("window.sameLoad") is True


@pytest.mark.parametrize("width", [360, 1400])
async def test_edges_are_open_to_everybody_at_any_width(
    settings: MakeSettings, watched: Watched, width: int
) -> None:
    async with started(settings(source="push")) as app:
        page = watched.page
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(reduced_motion="reduce")
        await page.goto(f"{app.http_url}/#/edges")
        await watched.until("document.querySelector('.empty') !== null")
        for scheme in SCHEMES:
            await wear(watched, scheme)
            assert await findings(watched) == []
        for number, (home, away) in enumerate((("BOS", "NYK"), ("LAL", "DEN"), ("MIA", "CHI"))):
            await push(app, "/games", game_id=f"g{number}", home_team=home, away_team=away)
        await score(app, "6:00", 14, 6)
        await score(app, "6:00", 6, 44, quarter=4, game="g2")
        await page.reload()
        await watched.until(f"{LINES} === 3 && {TABLES} === 2")
        # On a phone the call is folded away, and a key opens it.
        folded = width < 760
        assert await page.evaluate("document.querySelector('details.connect').open") is not folded
        if folded:
            await page.focus("summary")
            await page.keyboard.press("Enter")
        await watched.until("document.querySelector('details.connect').open")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in SCHEMES:
            await wear(watched, scheme)
            assert await findings(watched) == []
        await page.focus(".line-head a")
        await page.keyboard.press("Enter")
        await watched.until("location.hash.startsWith('#/game/')")
        assert watched.complaints == []
