"""Brownian motion with drift, against what is known of it."""

import math

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.forecast.stern import Stern, SternParameters, normal_cdf
from tests.unit.training.drawn_games import game

MODEL = Stern(SternParameters(scale=1.0, sigma=2.5, margin_sigma=2.0))


def test_the_drift_of_the_last_six_minutes_is_an_eighth_of_the_expected_margin() -> None:
    seen = game(elo=5.5, home_advantage=2.5, lead=20.0)
    assert MODEL.expected_margin(seen) == 8.0
    assert MODEL.increment(seen) == 1.0


def test_the_numbers_of_the_paper_come_out() -> None:
    # Stern 1994, table 4: home leads by 10 after three of four quarters; mu 4.87, sigma 15.82 a game.
    paper = Stern(SternParameters(scale=1.0, sigma=15.82 / math.sqrt(48), margin_sigma=2.0))
    assert paper.win(10, 12, 4.87) == pytest.approx(0.92, abs=0.005)
    assert paper.win(0, 24, 4.87) == pytest.approx(0.59, abs=0.005)
    assert paper.win(-10, 24, 4.87) == pytest.approx(0.25, abs=0.005)


def test_equal_teams_in_a_tie_are_even_at_every_time() -> None:
    for minutes in (0.0, 0.01, 5.0, 48.0):
        assert MODEL.win(0, minutes, 0) == 0.5


def test_when_time_is_over_the_lead_decides() -> None:
    assert (MODEL.win(1, 0, -9), MODEL.win(-1, 0, 9), MODEL.win(0, 0, 9)) == (1.0, 0.0, 0.5)


def test_home_and_away_exchanged_exchange_their_chances() -> None:
    for lead, minutes, expected in ((3, 12, 5), (-20, 1, 2), (40, 0.1, 0)):
        both = MODEL.win(lead, minutes, expected) + MODEL.win(-lead, minutes, -expected)
        assert both == pytest.approx(1.0, abs=1e-15)


def test_margins_spread_as_they_should_and_keep_their_mean() -> None:
    margins = MODEL.distribution(lead=7, minutes_left=16, expected_margin=6)
    assert margins.probabilities.min() >= 0
    assert margins.probabilities.sum() == pytest.approx(1.0)
    assert margins.mean == pytest.approx(9.0, abs=1e-6)
    support = margins.first + np.arange(len(margins.probabilities))
    gained = support - (support @ margins.probabilities)
    assert gained**2 @ margins.probabilities == pytest.approx(8.0**2 + 1 / 12, abs=1e-4)
    assert margins.cdf(8) == pytest.approx(normal_cdf(-0.5 / 8.0))


def test_without_time_the_margin_is_the_lead() -> None:
    margins = MODEL.distribution(lead=-4, minutes_left=0, expected_margin=6)
    assert (margins.mean, margins.interval(0.95)) == (-4.0, (-4.0, -4.0))


def test_a_sigma_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="both must be positive"):
        Stern(SternParameters(scale=1.0, sigma=2.5, margin_sigma=0.0))
