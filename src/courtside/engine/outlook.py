"""How a game will probably go on: the running forecast and the win probability, told as they change."""

from collections.abc import Callable

import msgspec

from courtside.events import Play
from courtside.features import has_plays
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.forecast import Forecaster, Running
from courtside.game import view
from courtside.game.live import LiveGame
from courtside.game.prior import Prior
from courtside.game.state import GameState
from courtside.game.windows import KEPT_PLAYS
from courtside.messages import MarginForecast, MessageData, RunningForecast, WinProbability

DIGITS = 3
LEAST = 0.001
"""What is not over is not certain: told probabilities lie between this and 1 less this."""

_replace = msgspec.structs.replace


class Outlook:
    """What has been told of one game's chances, and what is told now."""

    def __init__(
        self, say: Callable[[str, MessageData], int], live: LiveGame, forecaster: Forecaster
    ) -> None:
        self._say = say
        self._forecaster = forecaster
        self.forecast = live.said.forecast
        self.home = live.said.win_probability_home
        self.changes = live.said.changes
        self._next: RunningForecast | None = None
        self._home: float | None = None

    def look(self, live: LiveGame, state: GameState, play: Play, *, scored: bool) -> float | None:
        """What a play made of home's chance; it is told by `tell`. None where nobody knows."""
        self._next = self._home = None
        if state.ended or live.status == "final":
            # How a game that is over stands is told when its status is.
            return None
        before = self.forecast
        half_is_over = before is not None and before.halftime is not None and _half_over(state)
        if scored or before is None or half_is_over:
            self._next = running_forecast(self._forecaster, state, live.prior)
            self._home = self._next.win_probability_home
        else:
            self._home = told(self._forecaster.win(state, live.prior))
        change = None if self.home is None else round(self._home - self.home, DIGITS)
        if change is not None and play.action != "score":
            self.changes = (*self.changes, (play.play_id, change))[-KEPT_PLAYS:]
        return change

    def tell(self, state: GameState, play: Play) -> None:
        """What `look` has seen."""
        if self._home is not None:
            self._tell_home(self._home, state, None if play.action == "score" else play.play_id)
        if self._next is not None:
            self._tell_forecast(self._next)

    def correct(self, play_ids: set[int]) -> None:
        """Plays that are not what they were: what they changed is not known any more."""
        self.changes = tuple(change for change in self.changes if change[0] not in play_ids)

    def standing(self, live: LiveGame, *, again: bool) -> None:
        """How it stands once all plays are in; `again` where more than they has changed."""
        state = live.state
        if live.status == "final":
            if state.started and state.differential != 0:
                now = over(self._forecaster.version, state)
                self._tell_home(now.win_probability_home, state, None)
                self._tell_forecast(now)
            return
        known = state.started or live.prior.values or live.prior.players
        if not known or live.status == "postponed" or not (again or self.forecast is None):
            return
        now = running_forecast(self._forecaster, state, live.prior)
        self._tell_home(now.win_probability_home, state, None)
        self._tell_forecast(now)

    def _tell_home(self, home: float, state: GameState, play_id: int | None) -> None:
        before = self.home
        if home == before:
            return
        self.home = home
        change = None if before is None else round(home - before, DIGITS)
        elapsed = state.elapsed / 10 if state.started else None
        self._say(
            "win_probability", WinProbability(home, round(1.0 - home, DIGITS), change, play_id, elapsed)
        )

    def _tell_forecast(self, now: RunningForecast) -> None:
        if now != self.forecast:
            self.forecast = now
            self._say("forecast", now)


def told(probability: float) -> float:
    """A win probability of a game that is not over, as the world hears it."""
    return min(1.0 - LEAST, max(LEAST, round(probability, DIGITS)))


def running_forecast(forecaster: Forecaster, state: GameState, prior: Prior) -> RunningForecast:
    """A game that is not over, at any moment."""
    return worded(forecaster.version, state, forecaster.running(state, prior))


def worded(version: str, state: GameState, running: Running) -> RunningForecast:
    """A running forecast in the words of the contract."""
    home = told(running.win_home)
    started = state.started
    return RunningForecast(
        state.elapsed / 10 if started else None,
        state.period if started else None,
        view.clock_text(state.remaining_tenths) if started else None,
        state.score_home if started else None,
        state.score_away if started else None,
        None if _half_over(state) or running.halftime is None else margin_forecast(running.halftime),
        margin_forecast(running.final),
        "home" if home >= 0.5 else "away",
        home,
        # A run is known from plays; between two looks at a score anything may have happened.
        None if running.run is None or not has_plays(state) else round(running.run, DIGITS),
        running.known,
        version,
    )


def _half_over(state: GameState) -> bool:
    return state.half is not None or state.period > 2


def margin_forecast(distribution: IntegerDistribution) -> MarginForecast:
    return MarginForecast(distribution.median, *distribution.interval(0.8), *distribution.interval(0.95))


def over(version: str, state: GameState) -> RunningForecast:
    """A game that is over is as it is."""
    margin = float(state.differential)
    return RunningForecast(
        state.elapsed / 10,
        state.period,
        view.clock_text(state.remaining_tenths),
        state.score_home,
        state.score_away,
        None,
        MarginForecast(margin, margin, margin, margin, margin),
        "home" if margin > 0 else "away",
        1.0 if margin > 0 else 0.0,
        None,
        "score",
        version,
    )
