"""The browser that tests, pictures and measurements look at the pages with."""

import os
import shutil

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It is to look at pages on this machine and at nothing else."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium here: apt-get install chromium, or name one in COURTSIDE_CHROMIUM"


def chromium() -> str | None:
    """Where it is: what COURTSIDE_CHROMIUM names, or the first of its kind on the path."""
    named = os.environ.get("COURTSIDE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
