"""Takes the picture of the page at `/` that the README shows, with games being played.

python tools/screenshot.py                                    simulated games
python tools/screenshot.py --recordings games --speed 60      a recorded night

Needs Chromium (Debian: `apt-get install chromium`), or another browser of its kind by `--browser`.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from courtside.app.run import started
from courtside.settings import Settings

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "board.png"
LONGEST_SECONDS = 60.0
DRAWING_MS = 3_000
"""Time that the page is given to hear of some plays."""


async def take(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            source="simulate" if options.recordings is None else "replay",
            recordings=options.recordings,
            speed=options.speed,
            http_port=0,
            ws_port=0,
            data_dir=Path(folder),
            log_dir=None,
        )
        async with started(settings) as app:
            await asyncio.sleep(options.seconds)
            await asyncio.to_thread(photograph, app.http_url, options)


def photograph(url: str, options: argparse.Namespace) -> None:
    """The page once its games are drawn, without anything from elsewhere."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which(options.browser),
            args=["--no-sandbox"] if options.no_sandbox else [],
            timeout=LONGEST_SECONDS * 1000,
        )
        page = browser.new_page(
            viewport={"width": options.width, "height": options.height}, color_scheme=options.theme
        )
        page.goto(url)
        page.get_by_text("live", exact=False).first.wait_for()
        page.wait_for_timeout(DRAWING_MS)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=options.out)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=PICTURE)
    parser.add_argument("--recordings", type=Path, help="replay these games instead of simulating some")
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to let them play before")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=775)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--no-sandbox", action="store_true", help="for Chromium as root, as in a container")
    options = parser.parse_args()
    if shutil.which(options.browser) is None:
        sys.exit(f"no browser {options.browser} is installed; install it, or name another with --browser")
    asyncio.run(take(options))
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
