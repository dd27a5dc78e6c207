"""The dashboard in a real Chromium: how soon it is there, what it costs, how evenly it draws."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.dashboard_trace import CATEGORIES, Cost, cost, frames, read_trace
from courtside.errors import BadConfig
from tools.chromium import ARGUMENTS, MISSING, chromium

WIDTH, HEIGHT = 1280, 800
SETTLE_SECONDS = 8.0
"""Until what a page loads by and by is there, and its code is warm."""
LATE_MS = 25.0
"""Two frames of 60 a second are 33 ms apart where one between them was missed, and 17 where not."""

DRAWN = """
(() => {
  const has = (card, selector) => card.querySelector(selector) !== null;
  const complete = (card) => has(card, ".score") && has(card, ".worm, .before");
  const look = () => {
    const cards = [...document.querySelectorAll(".card")];
    if (cards.length >= %d && cards.every(complete)) requestAnimationFrame((now) => (window.allDrawn = now));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
LOADED = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((each) => /\\/static\\/|\\/$/.test(each.name.split("#")[0]))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)
"""
INTERVALS = """
(milliseconds) => new Promise((resolve) => {
  const intervals = [];
  let before = null;
  let first = null;
  requestAnimationFrame(function frame(now) {
    if (before === null) first = now;
    else intervals.push(now - before);
    before = now;
    if (now - first < milliseconds) requestAnimationFrame(frame);
    else resolve(intervals);
  });
})
"""

BARE = """
() => {
  const list = document.createElement("div");
  document.body.replaceChildren(list);
  const cells = new Map();
  new WebSocket(`ws://${location.host}/ws/live`).onmessage = (event) => {
    const { type, game_id: id, data } = JSON.parse(event.data);
    if (!id) return;
    if (!cells.has(id)) cells.set(id, list.appendChild(document.createElement("p")));
    if (type !== "score_update") return;
    cells.get(id).textContent = `${data.score_away}-${data.score_home} ${data.game_clock}`;
  };
}
"""
"""The least that shows the scores: every message parsed, each score written into the page."""


class First(msgspec.Struct):
    """A page that was loaded with an empty cache, times in ms since it was asked for."""

    painted: float
    """First contentful paint."""
    drawn: float
    """All games are there as cards, with their scores, and a frame has shown them."""
    loaded_kb: float
    """What came over the wire until then, compressed: the page, its script and its style."""


class Evenness(msgspec.Struct):
    """How a page draws when every frame is asked for."""

    per_second: float
    p99_ms: float
    """Of the time from one frame to the next."""
    late_share: float
    """Of the frames that came after `LATE_MS` or more."""
    drawn: int
    dropped: int
    """Both by the compositor's own account."""


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Raises `BadConfig` where there is no Chromium."""
    path = chromium()
    if path is None:
        raise BadConfig(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


async def opened(browser: Browser, url: str) -> Page:
    """A page with nothing cached; close its context when done."""
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = await context.new_page()
    await page.goto(url)
    return page


async def game_being_played(url: str) -> str:
    """The one in the middle of those with the ball in play."""
    async with httpx.AsyncClient(base_url=url) as http:
        games = (await http.get("/games")).json()["games"]
    live = sorted((each["elapsed_seconds"], each["game_id"]) for each in games if each["status"] == "live")
    game_id: str = live[len(live) // 2][1]
    return game_id


async def first(browser: Browser, url: str, slower: float = 1.0) -> First:
    """`slower` is by how much the processor is slowed down, as a phone's is."""
    async with httpx.AsyncClient(base_url=url) as http:
        games = len((await http.get("/games")).json()["games"])
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    await context.add_init_script(DRAWN % games)
    page = await context.new_page()
    if slower > 1.0:
        devtools = await context.new_cdp_session(page)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    await page.goto(url)
    async with asyncio.timeout(30):
        while (drawn := await page.evaluate("window.allDrawn ?? null")) is None:
            await asyncio.sleep(0.05)
    found = First(await page.evaluate(PAINTED), drawn, await page.evaluate(LOADED) / 1024)
    await context.close()
    return found


async def traced(browser: Browser, page: Page, seconds: float) -> Cost:
    """Nothing but the page's own work: no frame is asked for that it does not want itself."""
    await browser.start_tracing(page=page, categories=list(CATEGORIES))
    await asyncio.sleep(seconds)
    return cost(read_trace(await browser.stop_tracing()))


async def evenness(browser: Browser, page: Page, seconds: float) -> Evenness:
    frame_categories = [name for name in CATEGORIES if name in ("-*", "__metadata") or "frame" in name]
    started = [*frame_categories, "disabled-by-default-devtools.timeline"]
    await browser.start_tracing(page=page, categories=started)
    intervals: list[float] = await page.evaluate(INTERVALS, seconds * 1_000)
    drawn, dropped = frames(read_trace(await browser.stop_tracing()))
    return even(intervals, drawn, dropped)


def even(intervals: list[float], drawn: int, dropped: int) -> Evenness:
    """Intervals in ms, two at least."""
    return Evenness(
        per_second=1_000 * len(intervals) / sum(intervals),
        p99_ms=statistics.quantiles(intervals, n=100, method="inclusive")[98],
        late_share=sum(each >= LATE_MS for each in intervals) / len(intervals),
        drawn=drawn,
        dropped=dropped,
    )


async def bare(browser: Browser, url: str) -> Page:
    """The peer, on the same server."""
    page = await opened(browser, f"{url}/static/licences.txt")
    await page.evaluate(BARE)
    return page
