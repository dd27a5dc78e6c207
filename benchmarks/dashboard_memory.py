"""Whether the dashboard's memory stays as it is while games come, end and leave.

The program plays simulated games 20 times as fast and forgets those that are over after two minutes, so
that in half an hour each place of the slate sees several games. Two pages are open: tonight's games,
and one game, exchanged for another when it is over. Each minute both collect their garbage and are measured.
"""

import asyncio
import statistics
from collections.abc import Callable, Sequence

import msgspec
from playwright.async_api import Browser, CDPSession, Page

from benchmarks.dashboard_page import opened

SPEED = 20.0
KEPT_MINUTES = 2.0
WARM_UP_SHARE = 1 / 3
"""Of the time: until then games have come, ended and left, and every view has been drawn."""
LEAST_SAMPLES = 6
NEXT_GAME_MINUTES = 6
PAGES = {"tonight": "/#/", "game": "/#/game"}


class Sample(msgspec.Struct):
    """A page after its garbage was collected."""

    minute: float
    heap_mb: float
    """JavaScript's objects."""
    nodes: int
    """Of the DOM, those that are only remembered included."""
    listeners: int


async def watch(
    browser: Browser, url: str, minutes: int, tell: Callable[[str, Sample], None]
) -> dict[str, list[Sample]]:
    """A sample of each page for each minute, and `tell` is told of each."""
    pages = {name: await opened(browser, url + path) for name, path in PAGES.items()}
    tools = {name: await page.context.new_cdp_session(page) for name, page in pages.items()}
    for each in tools.values():
        await each.send("Performance.enable")
    found: dict[str, list[Sample]] = {name: [] for name in pages}
    started = asyncio.get_running_loop().time()
    for minute in range(1, minutes + 1):
        await asyncio.sleep(max(0.0, started + 60 * minute - asyncio.get_running_loop().time()))
        for name in pages:
            found[name].append(await _sample(tools[name], minute))
            tell(name, found[name][-1])
        if minute % NEXT_GAME_MINUTES == 0:
            await _next_game(pages["game"])
    for page in pages.values():
        await page.context.close()
    return found


async def _sample(tools: CDPSession, minute: float) -> Sample:
    # What a first collection finishes, a second one frees.
    for _ in range(2):
        await tools.send("HeapProfiler.collectGarbage")
    heap = await tools.send("Runtime.getHeapUsage")
    measured = await tools.send("Performance.getMetrics")
    counts = {each["name"]: each["value"] for each in measured["metrics"]}
    return Sample(minute, heap["usedSize"] / 2**20, int(counts["Nodes"]), int(counts["JSEventListeners"]))


async def _next_game(page: Page) -> None:
    """By way of another view: what a view leaves behind would add up."""
    for place in ("#/accuracy", "#/game"):
        await page.evaluate("(place) => { location.hash = place }", place)
        await asyncio.sleep(2)


def growth(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    """By which share the last third is above the first after the warm-up, medians of both.

    Needs `LEAST_SAMPLES`; raises `statistics.StatisticsError` for much fewer.
    """
    warm = [value(sample) for sample in samples[round(len(samples) * WARM_UP_SHARE) :]]
    third = len(warm) // 3
    return statistics.median(warm[-third:]) / statistics.median(warm[:third]) - 1
