"""Stern's parameters are found again in games that were made with them."""

import numpy as np
import pytest

from courtside.errors import BadInput
from courtside.features import INDEX, NAMES
from courtside.training.fit_stern import fit_stern

MINUTES = np.array([12.0, 24.0, 36.0, 45.0])


def brownian(
    scale: float, sigma: float, count: int = 4000
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    draws = np.random.default_rng(5)
    seen = np.full((count, len(NAMES)), np.nan)
    seen[:, INDEX["elo"]] = draws.normal(0.0, 6.0, count)
    seen[:, INDEX["home_advantage"]] = 2.5
    drift = scale * (seen[:, INDEX["elo"]] + 2.5) / 48
    paths = np.cumsum(drift[:, None] + draws.normal(0.0, sigma, (count, 48)), axis=1)
    return seen, paths[:, -1], paths[:, [11, 23, 35, 44]]


def test_what_games_were_made_with_is_found() -> None:
    seen, final, leads = brownian(scale=0.8, sigma=2.1)
    found = fit_stern(seen, final, MINUTES, leads).parameters
    assert found.scale == pytest.approx(0.8, abs=0.1)
    assert found.sigma == pytest.approx(2.1, abs=0.15)
    assert found.margin_sigma == pytest.approx(2.1, abs=0.05)


def test_without_features_nobody_drifts() -> None:
    seen, final, leads = brownian(scale=0.8, sigma=2.1)
    model = fit_stern(seen, final, MINUTES, leads, features=())
    assert model.increment(seen[0]) == 0.0
    assert model.parameters.margin_sigma > 2.1


def test_sigma_makes_the_outcomes_likelier_than_any_other() -> None:
    seen, final, leads = brownian(scale=1.0, sigma=2.5, count=800)
    model = fit_stern(seen, final, MINUTES, leads)
    margins = model.expected_margins(seen)

    def loss(sigma: float) -> float:
        left = 48 - MINUTES
        z = (leads + margins[:, None] * left / 48) / np.sqrt(left) / sigma * np.sign(final)[:, None]
        wins = np.vectorize(model.win)(z * model.parameters.sigma, 1.0, 0.0)
        return -float(np.log(np.maximum(wins, 1e-12)).mean())

    best = loss(model.parameters.sigma)
    assert best <= min(loss(model.parameters.sigma * factor) for factor in (0.9, 0.97, 1.03, 1.1))


def test_games_that_have_not_ended_and_rows_that_do_not_match_are_refused() -> None:
    seen, final, leads = brownian(1.0, 2.0, count=50)
    with pytest.raises(BadInput, match="a column a moment"):
        fit_stern(seen, final, MINUTES[:2], leads)
    with pytest.raises(BadInput, match="ended in a tie"):
        fit_stern(seen, final * 0, MINUTES, leads)
    with pytest.raises(BadInput, match="after 47:59"):
        fit_stern(seen, final, MINUTES + 12, leads)
