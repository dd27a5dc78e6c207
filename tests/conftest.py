"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

if os.environ.get("CI") != "true":
    # A machine that is busy makes single examples slow; in CI Hypothesis has no deadline anyway.
    settings.register_profile("here", deadline=None)
    settings.load_profile("here")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real games: COURTSIDE_DATA, or `../shared/data` beside the checkout.

    Without it a test that needs it is skipped, but fails in CI, where it must be there.
    """
    path = Path(os.environ.get("COURTSIDE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if path.is_dir():
        return path
    reason = f"no recorded games at {path}: set COURTSIDE_DATA to the data folder"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
