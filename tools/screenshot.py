"""Takes the pictures of the dashboard that README and docs show, light and dark.

python -m tools.screenshot                 into docs/images
python -m tools.screenshot --out DIR

The pictures are of a night that the simulator played: it is recorded, and replayed to a fixed moment at
which the clock stands still. So every run shows the same games at the same moment, and no picture
contains a real result. Needs Chromium (Debian: `apt-get install chromium`).
"""

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from courtside.app.run import App, started
from courtside.settings import Settings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from tools.chromium import ARGUMENTS, MISSING, chromium
from tools.held_clock import HeldClock

OUT = Path(__file__).parents[1] / "docs" / "images"
THEMES = ("light", "dark")
FIRST_TIP_MS = 1_770_854_400_000
"""2026-02-12 00:00 UTC, seven in the evening in New York."""
MINUTE_MS = 60_000
MOMENT_MS = FIRST_TIP_MS + 127 * MINUTE_MS
SEEN_MS = 9 * MINUTE_MS
"""So much of the night passes before the eyes of the page; what was before it learns as any page does."""
AFTER_MS = 10_000
"""Until the last alert over the page is gone."""
STEP_MS = 3_000
STEP_SECONDS = 0.05
SETTLE_SECONDS = 6.0
"""Cards change places every five seconds at most."""
COLOURS = 256
"""What a palette has room for: flat areas and the edges of letters need no more."""


class Night(msgspec.Struct, frozen=True):
    """One game of the night."""

    seed: int
    away: str
    home: str
    after_minutes: int
    """From the first tip to its own."""


NIGHT = (
    Night(11, "NYK", "BOS", 0),
    Night(12, "MIA", "PHI", -40),
    Night(13, "ORL", "ATL", -65),
    Night(14, "WAS", "CHA", -110),
    Night(15, "BKN", "TOR", -140),
    Night(16, "HOU", "NOP", -165),
    Night(17, "UTA", "SAS", -205),
    Night(18, "DET", "LAC", -240),
    Night(3, "MIL", "CLE", 10),
    Night(4, "CHI", "IND", 30),
    Night(5, "MEM", "DAL", 40),
    Night(6, "OKC", "MIN", 62),
    Night(7, "LAL", "DEN", 90),
    Night(8, "GSW", "PHX", 100),
    Night(9, "SAC", "POR", 112),
)


class Picture(msgspec.Struct, frozen=True):
    """One view, as it is taken in each theme."""

    name: str
    hash: str
    height: int = 800
    width: int = 1280
    shown: str = "h1, h2"
    """What is there once the view has been drawn."""
    going_on_seconds: int = 0
    """So long the night goes on meanwhile, for a view that shows what happens."""


def game_id(night: Night) -> str:
    return f"90000{night.seed:05d}"


CLOSE = game_id(next(night for night in NIGHT if night.home == "CLE"))
PICTURES = (
    Picture("tonight", "#/", height=925, shown=".card"),
    Picture("tonight-phone", "#/", width=390, height=800, shown=".card"),
    Picture("game", f"#/game/{CLOSE}", height=900, shown=".plays li"),
    Picture("game-forecast", f"#/game/{CLOSE}?tab=forecast", height=900, shown="[role=tabpanel] h2"),
    Picture("game-players", f"#/game/{CLOSE}?tab=players", height=900, shown="[role=tabpanel] table"),
    Picture("accuracy", "#/accuracy", height=900),
    Picture("edges", "#/edges"),
    Picture("system", "#/system", height=900, going_on_seconds=16),
)


def file_name(picture: Picture, theme: str) -> str:
    return f"{picture.name}-{theme}.png"


def record(folder: Path) -> None:
    """The night as recordings: always the same files."""
    for night in NIGHT:
        game = simulate_game(
            night.seed,
            night.home,
            night.away,
            game_id=game_id(night),
            start_ms=FIRST_TIP_MS + night.after_minutes * MINUTE_MS,
        )
        write_recording(folder, game)


@asynccontextmanager
async def playing(folder: Path, clock: HeldClock, port: int) -> AsyncIterator[App]:
    settings = Settings(
        source="replay",
        recordings=folder,
        speed=1.0,
        http_port=port,
        ws_port=0,
        database="sqlite:///:memory:",
        log_dir=None,
        log_level="warning",
    )
    async with started(settings, clock) as app:
        yield app


async def until(app: App, clock: HeldClock, moment_ms: int) -> None:
    """The night until then; all of it has been told afterwards."""
    while clock.now_ms() < moment_ms:
        await clock.advance_to(min(moment_ms, clock.now_ms() + STEP_MS))
        await app.pipeline.drained()


async def show(app: App, clock: HeldClock, pages: Sequence[Page]) -> None:
    """The rest of the night, slowly enough for the pages to follow, which take their time from it."""
    while clock.now_ms() < MOMENT_MS:
        await until(app, clock, clock.now_ms() + STEP_MS)
        for page in pages:
            await page.clock.set_fixed_time(as_time(clock.now_ms()))
        await asyncio.sleep(STEP_SECONDS)
    for page in pages:
        await page.clock.set_fixed_time(as_time(MOMENT_MS + AFTER_MS))
    await asyncio.sleep(SETTLE_SECONDS)


def as_time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


async def opened(browser: Browser, url: str, theme: str) -> Page:
    context = await browser.new_context(
        viewport={"width": PICTURES[0].width, "height": PICTURES[0].height},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-US",
        timezone_id="America/New_York",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.clock.set_fixed_time(as_time(MOMENT_MS - SEEN_MS))
    await page.goto(url)
    await page.locator(".card").first.wait_for()
    return page


async def go_on(app: App, clock: HeldClock, page: Page, seconds: int) -> None:
    """The night and the page's time, second by second."""
    for _ in range(seconds):
        await until(app, clock, clock.now_ms() + 1_000)
        await page.clock.set_fixed_time(as_time(clock.now_ms() + AFTER_MS))
        await asyncio.sleep(1)


async def photograph(app: App, clock: HeldClock, page: Page, picture: Picture) -> bytes:
    await page.set_viewport_size({"width": picture.width, "height": picture.height})
    await page.evaluate("(hash) => { location.hash = hash }", picture.hash)
    await page.locator(picture.shown).first.wait_for()
    await page.wait_for_load_state("networkidle")
    await go_on(app, clock, page, picture.going_on_seconds)
    # A chart takes its width from the frame after the one that it is put in.
    await asyncio.sleep(1)
    return small(await page.screenshot())


def small(png: bytes) -> bytes:
    """The picture in as few colours as it needs."""
    kept = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(kept, "PNG", optimize=True)
    return kept.getvalue()


async def take(out: Path, executable: str, port: int) -> int:
    """Returns how many bytes the pictures have together."""
    out.mkdir(parents=True, exist_ok=True)
    clock = HeldClock(FIRST_TIP_MS + min(night.after_minutes for night in NIGHT) * MINUTE_MS)
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder))
        async with playing(Path(folder), clock, port) as app, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
            await until(app, clock, MOMENT_MS - SEEN_MS)
            pages = {theme: await opened(browser, app.http_url, theme) for theme in THEMES}
            await show(app, clock, list(pages.values()))
            for picture in PICTURES:
                for theme, page in pages.items():
                    data = await photograph(app, clock, page, picture)
                    (out / file_name(picture, theme)).write_bytes(data)
                    print(f"{file_name(picture, theme)}: {len(data):,} bytes", flush=True)
                    total += len(data)
            await browser.close()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--port", type=int, default=8080, help="of the page; one of the pictures shows it")
    options = parser.parse_args()
    executable = chromium()
    if executable is None:
        sys.exit(MISSING)
    print(f"{asyncio.run(take(options.out, executable, options.port)):,} bytes in all")


if __name__ == "__main__":
    main()
