"""How server and feed are, in a real browser, against the real program."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from courtside.app.run import started
from courtside.clock import WallClock
from courtside.feed.stamps import scoreboard_time
from courtside.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.support import SCHEMES, findings, push, score, wear

MakeSettings = Callable[..., Settings]
Gauge = dict[str, str]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
HEARTBEAT_SECONDS = 0.2
"""The depth of the clients' queues is measured with each."""
VERDICT = "document.querySelector('.verdict h2')?.innerText.trim()"
WELL = f"{VERDICT}?.endsWith('All is well')"
WRONG = f"{VERDICT}?.endsWith('Something is wrong')"
LATER = """
const real = Date.now;
window.later = 0;
Date.now = () => real() + window.later;
"""
"""A page whose clock can be put on."""
GAUGE = """name => {
    const rows = [...document.querySelectorAll('.gauge')];
    const row = rows.find((each) => each.querySelector('dt').innerText === name);
    return row && {
        level: row.classList[1],
        value: row.querySelector('.gauge-value').firstChild.data,
        advice: row.querySelector('.gauge-advice')?.innerText ?? '',
        trend: row.querySelector('.sparkline path')?.getAttribute('d') ?? '',
    };
}"""


async def gauge(watched: Watched, name: str) -> Gauge:
    found = await watched.page.evaluate(GAUGE, name)
    assert found is not None, name
    return Gauge(found)


async def look(watched: Watched) -> None:
    """The page looks at the server now and not only when its time has come."""
    await watched.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def looks_until(watched: Watched, expression: str) -> None:
    """Looks again and again, as somebody with little patience."""
    async with asyncio.timeout(15):
        while not await watched.page.evaluate(expression):
            await look(watched)
            await asyncio.sleep(0.25)


def _scoreboard() -> bytes:
    meta = {"version": 1, "code": 200, "time": scoreboard_time(WallClock().now_ms())}
    board = {"gameDate": "2026-02-12", "leagueId": "00", "leagueName": "NBA", "games": []}
    return json.dumps({"meta": meta, "scoreboard": board}).encode()


class Site:
    """A feed on a port of its own: a scoreboard without games, and nothing at all while it is away."""

    def __init__(self) -> None:
        self.away = False
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if self.away:
                    return
                known = b"scoreboard" in head.split(b"\r\n")[0]
                body = _scoreboard() if known else b"{}"
                status = b"200 OK" if known else b"404 Not Found"
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.transport.abort()


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


async def test_a_server_that_is_well_has_no_red_word_and_its_own_figures(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(
        settings(heartbeat_seconds=HEARTBEAT_SECONDS, source="simulate", games=4, speed=60, seed=3)
    ) as app:
        await watched.page.goto(f"{app.http_url}/#/system")
        await looks_until(watched, WELL)
        assert await watched.page.locator(".sign.bad, .gauge.bad, .verdict.bad").count() == 0
        titles = await watched.page.locator(".group h2").all_inner_texts()
        assert set(titles) == {"Server", "Feed", "Last word of each game", "Stream", "Journal", "Model"}
        async with httpx.AsyncClient(base_url=app.http_url) as http:
            health = (await http.get("/health")).json()
            model = (await http.get("/models")).json()["models"][0]
        assert f"Courtside {health['version']}, source simulate" in await watched.text(".view-head")
        assert (await gauge(watched, "Version"))["value"] == health["model_version"] == model["version"]
        wanted = f"{model['metrics']['halftime_mae']:.2f} points"
        assert (await gauge(watched, "Mean error at halftime"))["value"] == wanted
        assert (await gauge(watched, "Clients"))["value"] == "1"
        assert (await gauge(watched, "State"))["level"] == "good"
        assert (await gauge(watched, "Polls"))["value"] == "this source has none"
        await looks_until(watched, "document.querySelectorAll('.sparkline path[d*=L]').length > 15")
        assert "L" in (await gauge(watched, "Messages published"))["trend"]
        assert float((await gauge(watched, "Messages published"))["value"].removesuffix(" /s")) > 0

        # Every message as it comes, for whoever writes a client.
        await watched.until("document.querySelectorAll('#messages li').length > 10")
        await watched.until(
            "[...document.querySelectorAll('.messages option')].some((each) => each.value === 'play')"
        )
        await watched.page.select_option(".messages select", "play")
        shown = "[...document.querySelectorAll('#messages b')].map((each) => each.innerText)"
        await watched.until(f"{shown}.length > 0 && {shown}.every((type) => type === 'play')")
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_a_feed_that_goes_away_is_red_with_what_to_do_and_green_when_it_is_back(
    settings: MakeSettings, watched: Watched
) -> None:
    async with site() as feed:
        asked = settings(
            heartbeat_seconds=HEARTBEAT_SECONDS,
            source="nba",
            nba_url=feed.url,
            poll_seconds=0.1,
            nba_backoff_cap_polls=1,
        )
        async with started(asked) as app:
            await watched.page.add_init_script(LATER)
            await watched.page.goto(f"{app.http_url}/#/system")
            await looks_until(watched, WELL)
            assert (await gauge(watched, "Poll time, scoreboard"))["level"] == "good"
            feed.away = True
            await looks_until(watched, WRONG)
            said = await watched.text(".verdict")
            assert "Feed, Faults" in said
            assert "what to do" in said
            faults = watched.page.locator(".gauge.watch dt", has_text="Fault: ")
            assert await faults.count() > 0
            advice = await watched.page.locator(".gauge.watch .gauge-advice").all_inner_texts()
            assert any("network" in text or "asked again" in text for text in advice), advice
            assert await findings(watched) == []
            feed.away = False
            scoreboard = "document.querySelector('main').innerText.includes('Files that keep failing')"
            await looks_until(watched, scoreboard)
            # A minute without a fault later all is well again.
            await looks_until(watched, f"({GAUGE})('Files that keep failing').value === '0'")
            await watched.page.evaluate("window.later = 61_000")
            await looks_until(watched, WELL)


async def test_a_server_that_was_killed_is_red_and_the_page_goes_on_with_the_next(
    settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    kept = settings(
        heartbeat_seconds=HEARTBEAT_SECONDS, source="push", database=f"sqlite:///{tmp_path / 'journal.db'}"
    )
    async with started(kept) as app:
        url = app.http_url
        await watched.page.goto(f"{url}/#/system")
        await looks_until(watched, WELL)
        assert (await gauge(watched, "Games"))["value"] == "none on the board"
        await watched.page.evaluate("window.sameLoad = true")
    await looks_until(watched, WRONG)
    assert "Is courtside run still running?" in await watched.text(".verdict")
    assert (await gauge(watched, "Reached"))["level"] == "bad"
    assert await watched.page.locator(".gauge.bad.wide").count() == 1, "its value has the place of its trend"
    assert await watched.page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "none"
    assert "Not known" not in await watched.text(".group[aria-label=Model]")
    assert (await gauge(watched, "Clients"))["value"] == "not known", "nothing is made up"
    again = settings(
        heartbeat_seconds=HEARTBEAT_SECONDS,
        source="push",
        database=kept.database,
        http_port=urlsplit(url).port,
    )
    async with started(again):
        await watched.page.evaluate("document.querySelector('#lost button')?.click()")
        await looks_until(watched, WELL)
        assert await watched.page.evaluate("window.sameLoad") is True


async def test_a_live_game_that_says_nothing_is_named_with_what_to_do(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(heartbeat_seconds=HEARTBEAT_SECONDS, source="push")) as app:
        await push(app, "/games", game_id="g1", home_team=SCRIPT, away_team="NYK")
        await score(app, "11:00", 2, 0)
        await watched.page.add_init_script(LATER)
        await watched.page.goto(f"{app.http_url}/#/system")
        await looks_until(watched, WELL)
        name = f"NYK at {SCRIPT}"
        assert (await gauge(watched, name))["level"] == "good"
        for later, level in ((200_000, "watch"), (500_000, "bad")):
            await watched.page.evaluate("later => { window.later = later; }", later)
            await looks_until(watched, f"({GAUGE})({name!r})?.level === '{level}'")
            assert "compare it with the feed's own page" in (await gauge(watched, name))["advice"]
        assert name in await watched.text(".verdict")
        await watched.page.evaluate("window.later = 0")
        await score(app, "10:00", 2, 3)
        await looks_until(watched, WELL)
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("main img").count() == 0


async def test_system_is_open_to_everybody_at_any_width(settings: MakeSettings, watched: Watched) -> None:
    async with started(
        settings(heartbeat_seconds=HEARTBEAT_SECONDS, source="simulate", games=4, speed=30, seed=3)
    ) as app:
        page = watched.page
        await page.emulate_media(reduced_motion="reduce")
        await page.goto(f"{app.http_url}/#/system")
        await looks_until(watched, WELL)
        await watched.until("document.querySelectorAll('#messages li').length > 3")
        for width, columns in ((1400, 3), (360, 1)):
            await page.set_viewport_size({"width": width, "height": 800})
            await watched.until(
                "columns => document.querySelectorAll('.groups-column').length === columns", columns
            )
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            for scheme in SCHEMES:
                await wear(watched, scheme)
                assert await findings(watched) == []
        reached: list[str] = []
        for _ in range(30):
            await page.keyboard.press("Tab")
            reached.append(
                str(await page.evaluate("document.activeElement.id || document.activeElement.type"))
            )
            if reached[-1] == "messages":
                break
        assert {"messages", "select-one", "checkbox"} <= set(reached)
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Space")
        held = "document.querySelector('#messages').innerText"
        before = await page.evaluate(held)
        await watched.until("document.querySelector('.messages .check input').checked")
        assert await page.evaluate(held) == before
        assert watched.complaints == []
