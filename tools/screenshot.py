"""Takes the picture of the page at `/` that the README shows, with games being played.

python tools/screenshot.py                                    simulated games
python tools/screenshot.py --recordings games --speed 60      a recorded night

Needs Chromium (Debian: `apt-get install chromium`), or another browser of its kind by `--browser`.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from courtside.app.run import started
from courtside.settings import Settings

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "board.png"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""The browser is to look at one page on this machine and at nothing else."""
DRAWING_MS = 6_000
"""Time that the page is given, on the browser's own clock, to connect and to draw."""
LONGEST_SECONDS = 60.0


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
            await asyncio.to_thread(photograph, app.http_url, Path(folder), options)


def photograph(url: str, folder: Path, options: argparse.Namespace) -> None:
    """Raises `CalledProcessError` where the browser fails, `FileNotFoundError` where it wrote nothing."""
    fresh = folder / "page.png"
    command = [
        options.browser,
        "--headless",
        *QUIET,
        *(["--no-sandbox"] if options.no_sandbox else []),
        f"--user-data-dir={folder / 'browser'}",
        "--hide-scrollbars",
        f"--window-size={options.width},{options.height}",
        f"--virtual-time-budget={DRAWING_MS}",
        f"--screenshot={fresh}",
        url,
    ]
    subprocess.run(command, check=True, timeout=LONGEST_SECONDS, stderr=subprocess.DEVNULL)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(fresh, options.out)


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
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--no-sandbox", action="store_true", help="for Chromium as root, as in a container")
    options = parser.parse_args()
    if shutil.which(options.browser) is None:
        sys.exit(f"no browser {options.browser} is installed; install it, or name another with --browser")
    asyncio.run(take(options))
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
