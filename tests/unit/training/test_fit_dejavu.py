"""The library and how far it is trusted."""

import msgspec
import numpy as np
import pytest

from courtside.errors import BadInput
from courtside.training.fit_dejavu import WEIGHTS, DejavuFit, fit_dejavu, labels
from courtside.training.history_game import GameFacts
from tests.unit.training.drawn_games import drawn_games

FEW = DejavuFit(neighbours=30)


def test_later_minutes_weigh_more() -> None:
    assert len(WEIGHTS) == 17
    assert sorted(WEIGHTS) == list(WEIGHTS)


def test_all_games_are_in_the_library() -> None:
    games = drawn_games(200)
    model = fit_dejavu(games.seen, games.increments, games.games, fit=FEW)
    assert model.library.games == tuple(games.games)
    assert model.library.halftimes.tolist() == (games.seen[:, 17] + games.increments).tolist()


def test_neighbours_are_trusted_where_history_repeats_itself_and_not_where_it_is_chance() -> None:
    games = drawn_games(800)
    draws = np.random.default_rng(2)
    chance = np.rint(draws.normal(0.0, 6.0, 800))
    repeated = np.rint(games.seen[:, 17] - games.seen[:, 11]) + np.rint(chance / 6)
    trusted = fit_dejavu(games.seen, repeated, games.games, fit=FEW).settings.shrink
    distrusted = fit_dejavu(games.seen, chance, games.games, fit=FEW).settings.shrink
    assert trusted > 0.8
    assert distrusted < 0.3


def test_where_nothing_varies_nothing_is_trusted() -> None:
    games = drawn_games(50)
    assert fit_dejavu(games.seen, np.full(50, 2.0), games.games, fit=FEW).settings.shrink == 0.0


def test_rows_that_do_not_match_are_refused() -> None:
    games = drawn_games(20)
    with pytest.raises(BadInput, match="20 rows, 19 increments and 20 games"):
        fit_dejavu(games.seen, games.increments[:-1], games.games)


def test_games_are_labelled_by_date_and_teams() -> None:
    facts = msgspec.convert(
        {
            **dict.fromkeys(GameFacts.__struct_fields__, 0),
            **dict.fromkeys(("path", "home_court_18", "away_court_18", "roster"), ()),
            **{"game_id": "0022300001", "season_type": "regular", "date": "2023-10-24"},
            **{"home": "DEN", "away": "LAL", "possession_18": None, "tip_winner": None},
        },
        GameFacts,
    )
    (label,) = labels([facts])
    assert (label.game_id, label.date, label.home_team, label.away_team) == (
        "0022300001",
        "2023-10-24",
        "DEN",
        "LAL",
    )
    with pytest.raises(BadInput, match="game 0022300001 has no date"):
        labels([msgspec.structs.replace(facts, date=None)])
