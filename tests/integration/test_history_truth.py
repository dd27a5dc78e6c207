"""Imported history against what is known to be true of the real games."""

from itertools import islice
from pathlib import Path

import pytest

from courtside.clock import PATTERN_TENTHS, elapsed_tenths
from courtside.formats.stats_layout import find_teams, parse_game
from courtside.game.state import fold_all, start
from courtside.training.history_files import read_games
from courtside.training.history_import import read_game
from courtside.training.history_index import read_index
from tools.history_agreement import Agreement, with_index, with_live

pytestmark = pytest.mark.data

SOURCES_DIFFER = {"rebounds": 2, "turnovers": 2}
"""One rebound and one turnover that the two files give to different players of the same team."""
QUIRKS = ("0022300353", "0022301202", "0022301022", "0022300339")
"""Games of 2023 whose SCORE falls, or whose last row or period end has an old one."""


@pytest.fixture(scope="module")
def forty(data_dir: Path) -> Agreement:
    return with_live(data_dir / "cdn")


@pytest.mark.parametrize(
    "what",
    [
        "score path", "halftime score", "lead_changes", "ties", "biggest_lead_home", "biggest_lead_away",
        "biggest run", "tip_winner", "points", "rebounds", "rebounds_offensive", "assists", "fouls", "steals",
        "blocks", "turnovers", "possession at 18:00",
    ],
)  # fmt: skip
def test_history_folds_to_what_the_live_feed_folds_to(forty: Agreement, what: str) -> None:
    assert forty.games == 40
    assert forty.compared[what] >= 40
    assert forty.differing[what] == SOURCES_DIFFER.get(what, 0), forty.exceptions


def test_the_five_on_court_at_eighteen_minutes_are_inferred_right_but_for_one_side(forty: Agreement) -> None:
    assert forty.compared["five at 18:00"] == 80
    assert forty.differing["five at 18:00"] <= 1
    assert forty.differing["starter"] <= 1


def test_the_time_that_players_played_is_right_within_seconds_on_average(forty: Agreement) -> None:
    assert sum(forty.minutes_off) / len(forty.minutes_off) < 3.5
    assert sum(off <= 2 for off in forty.minutes_off) >= 0.98 * len(forty.minutes_off)


def test_scores_and_periods_are_those_of_the_index(data_dir: Path) -> None:
    folder = data_dir / "history"
    index = read_index(folder)
    file = read_games(folder / "nbastats_2023.parquet")
    games = [
        read_game(game_id, rows, index[game_id]).facts
        for number, (game_id, rows) in enumerate(file)
        if number % 12 == 0 or game_id in QUIRKS
    ]
    assert len(games) > 110
    found = with_index(games, folder / "games.csv")
    assert found.differing.total() == 0, found.exceptions[:5]


def test_what_comes_after_eighteen_minutes_changes_nothing_before(data_dir: Path) -> None:
    for _, rows in islice(read_games(data_dir / "cdn" / "nbastats_same_games.parquet"), 12):
        plays = parse_game(rows, find_teams(rows))
        early = [
            play for play in plays if elapsed_tenths(play.period, play.remaining_tenths) <= PATTERN_TENTHS
        ]
        whole, cut = fold_all(start(), plays).pattern_state, fold_all(start(), early)
        seen = min(len(cut.path), 18)
        assert seen >= 17
        assert whole.path[:seen] == cut.path[:seen]
        assert (whole.players, whole.possession) == (cut.players, cut.possession)
