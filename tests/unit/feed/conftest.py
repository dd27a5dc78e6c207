"""Simulated recordings for the feed's tests."""

from pathlib import Path

import pytest

from tests.unit.feed.playback import Playback, write_games


@pytest.fixture(scope="session")
def recordings_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three simulated games, the first one with overtime."""
    return write_games(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="session")
def faultless(recordings_dir: Path) -> Playback:
    """The three games without any fault."""
    return Playback(recordings_dir)
