"""A forecaster of a few lines, for tests of everything that is not a model: fast, and simple to reckon with.

Margins are a random walk from where they stand: normal, with `SIGMA` points in the root of a minute, and
home ahead by what is known of it. Nothing of it was learned from games.
"""

import math
from functools import lru_cache

import numpy as np

from courtside.clock import HALF_TENTHS, PERIOD_TENTHS, REGULATION_PERIODS
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.forecast import Forecast, Running, Situation
from courtside.game.prior import Prior
from courtside.game.state import GameState
from courtside.messages import SimilarGame

SIGMA = 2.0
WIDEST = 80
UNCERTAIN = 1e-4
"""The least chance of whoever has not lost yet."""
GAME_TENTHS = REGULATION_PERIODS * PERIOD_TENTHS
HALFTIME_MINUTES = 6.0


class Plain:
    """The double of `forecast.model.Model`; what a game would have to be for each tier is as there."""

    version = "plain-1"

    def forecast(self, situation: Situation) -> Forecast:
        differential = situation.pattern[-1]
        values = situation.prior.values
        return Forecast(
            distribution=_walk(HALFTIME_MINUTES).shifted(differential),
            members={"still": differential, "shrunk": round(0.9 * differential, 2)},
            weights={"still": 1.0, "shrunk": 0.0},
            similar=(SimilarGame("0021300001", "2013-10-29", "IND", "ORL", 7, 11.5, list(range(18))),),
            known=_known(situation.prior),
            levels=(values.get("alpha80", 0.2), values.get("alpha95", 0.05)),
        )

    def running(self, state: GameState, prior: Prior, *, over: bool = False) -> Running:
        minutes, lead = _minutes_left(state), state.differential + _edge(state, prior)
        final = _sure(state.differential) if over else _walk(minutes).shifted(round(lead))
        half = HALF_TENTHS - state.elapsed
        return Running(
            halftime=_walk(half / 600).shifted(state.differential) if half > 0 else None,
            final=_without_ties(final),
            win_home=self.win(state, prior, over=over),
            run=0.25,
            known=_known(prior),
        )

    def win(self, state: GameState, prior: Prior, *, over: bool = False) -> float:
        if over and state.differential:
            return float(state.differential > 0)
        spread = SIGMA * math.sqrt(_minutes_left(state)) + 0.5
        chance = _normal((state.differential + _edge(state, prior)) / spread)
        return min(1.0 - UNCERTAIN, max(UNCERTAIN, chance))


def _known(prior: Prior) -> str:
    if "market_spread" in prior.values:
        return "market"
    if prior.players:
        return "players"
    return "teams" if "elo" in prior.values else "score"


def _edge(state: GameState, prior: Prior) -> float:
    """What the ratings say of the time that is left."""
    whole = -prior.values.get("market_spread", -prior.values.get("elo", 0.0))
    return whole * _minutes_left(state) / 48


def _sure(margin: int) -> IntegerDistribution:
    return IntegerDistribution(margin, np.ones(1))


def _minutes_left(state: GameState) -> float:
    regulation = GAME_TENTHS - state.elapsed
    return (regulation if regulation > 0 else state.remaining_tenths) / 600


def _normal(value: float) -> float:
    return 0.5 * (1.0 + math.erf(value / math.sqrt(2.0)))


def _walk(minutes: float) -> IntegerDistribution:
    return _table(round(minutes * 4) / 4)


@lru_cache(maxsize=256)
def _table(minutes: float) -> IntegerDistribution:
    spread = SIGMA * math.sqrt(minutes) + 0.1
    edges = np.array([_normal((k - 0.5) / spread) for k in range(-WIDEST, WIDEST + 2)])
    probabilities = np.diff(edges)
    return IntegerDistribution(-WIDEST, probabilities / probabilities.sum())


def _without_ties(margin: IntegerDistribution) -> IntegerDistribution:
    probabilities = margin.probabilities.copy()
    zero = -round(margin.offset) - margin.first
    if 0 <= zero < len(probabilities):
        probabilities[zero] = 0.0
    return IntegerDistribution(margin.first, probabilities / probabilities.sum(), margin.offset)
