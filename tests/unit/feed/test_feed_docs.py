"""The feed's page in the docs says everything that the feed can do."""

from pathlib import Path

import click
import pytest

from courtside.cli.feed import feed
from courtside.feed import FAULTS, fault_names
from courtside.feed.layers import SETTLE_MS
from courtside.feed.pages import ODDS_PATH, SCOREBOARD_PATH, STATUS_PATH, game_path
from courtside.feed.request_faults import MOST_IN_A_ROW, MOST_SECONDS_IN_A_ROW
from courtside.feed.settings import FeedSettings

PAGE = (Path(__file__).parents[3] / "docs" / "feed.md").read_text()


@pytest.mark.parametrize("fault", FAULTS, ids=fault_names())
def test_the_page_has_every_fault_with_its_sentence(fault: object) -> None:
    name, sentence = (getattr(fault, field) for field in ("name", "sentence"))
    assert f"| `{name}` | {sentence} |" in PAGE


def test_the_page_has_every_option_of_the_command() -> None:
    options = [param.opts[0] for param in feed.params if isinstance(param, click.Option)]
    assert len(options) >= 12
    assert [option for option in options if option not in PAGE] == []


def test_the_page_has_every_path() -> None:
    for path in (SCOREBOARD_PATH, ODDS_PATH, STATUS_PATH):
        assert f"`{path}`" in PAGE
    for kind in ("playbyplay", "boxscore"):
        assert f"`{game_path(kind, '<game id>')}`" in PAGE


def test_the_guarantees_on_the_page_are_those_of_the_code() -> None:
    assert f"No later than {SETTLE_MS // 1000} virtual seconds" in PAGE
    assert (MOST_IN_A_ROW, MOST_SECONDS_IN_A_ROW) == (3, 3.0)
    assert "at most three requests of a file in a row" in PAGE
    hang_seconds = FeedSettings(recordings=Path("games")).hang_seconds
    assert hang_seconds == 5.0 and "at\n  most five real seconds" in PAGE
