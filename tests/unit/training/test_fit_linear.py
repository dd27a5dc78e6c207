"""Least squares with a ridge."""

import numpy as np
import pytest

from courtside.errors import BadInput, ModelError
from courtside.features import INDEX
from courtside.training.fit_linear import fit_linear, ridge_regression
from tests.unit.training.drawn_games import PLAYERS, drawn_games, game


def test_without_a_ridge_it_is_least_squares() -> None:
    games = drawn_games()
    model = fit_linear(games.seen, games.increments, PLAYERS, ridge=0.0)
    columns = games.seen[:, [INDEX[name] for name in PLAYERS]]
    design = np.column_stack([np.ones(len(columns)), columns])
    expected = np.linalg.lstsq(design, games.increments, rcond=None)[0]
    assert model.parameters.intercept == pytest.approx(expected[0], abs=1e-6)
    assert model.parameters.coefficients == pytest.approx(tuple(expected[1:]), abs=1e-6)


def test_a_ridge_pulls_towards_nothing_but_keeps_the_mean() -> None:
    games = drawn_games()
    loose = fit_linear(games.seen, games.increments, PLAYERS, ridge=1.0)
    tight = fit_linear(games.seen, games.increments, PLAYERS, ridge=1e9)
    assert np.abs(tight.parameters.coefficients).max() < np.abs(loose.parameters.coefficients).max() / 100
    assert tight.increments(games.seen).mean() == pytest.approx(games.increments.mean())


def test_a_feature_that_never_varies_counts_for_nothing() -> None:
    coefficients, intercept = ridge_regression(
        np.column_stack([np.arange(6.0), np.full(6, 4.0)]), np.arange(6.0) + 1, ridge=0.0
    )
    assert coefficients.tolist() == pytest.approx([1.0, 0.0])
    assert intercept == pytest.approx(1.0)


def test_a_game_of_which_a_feature_is_unknown_cannot_be_fitted_on() -> None:
    games = drawn_games(40)
    with pytest.raises(ModelError, match="linear cannot do without rotation_game_score"):
        fit_linear(games.seen, games.increments, ("lead", "rotation_game_score"))


def test_too_few_games_and_rows_that_do_not_match_are_refused() -> None:
    with pytest.raises(BadInput, match="more games than features"):
        fit_linear(game(3, lead=1.0, elo=2.0), np.zeros(3), ("lead", "elo"))
    with pytest.raises(BadInput, match="give a row a game"):
        fit_linear(game(9, lead=1.0), np.zeros(8), ("lead",))
