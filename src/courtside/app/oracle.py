"""Forecasts of games that nobody is playing here: 18 differentials, or a state in the middle of a game."""

import difflib
from collections.abc import Callable

from courtside.app.ratings import Ratings
from courtside.app.situations import is_over, state_of
from courtside.engine.outlook import over, running_forecast
from courtside.engine.prediction import explanation
from courtside.forecast.forecast import Forecast, Forecaster, Situation, checked_pattern
from courtside.game.prior import Prior
from courtside.replies import PredictReply, StateReply
from courtside.serve.decode import BadField
from courtside.serve.schemas_forecast import PredictRequest, StateRequest


class Oracle:
    """Asks the model with what the ratings know of two teams on `today`, an Eastern day."""

    def __init__(self, forecaster: Forecaster, ratings: Ratings, today: Callable[[], str]) -> None:
        self.forecaster = forecaster
        self._ratings = ratings
        self._today = today

    def forecast(self, asked: PredictRequest) -> Forecast:
        """The margin at halftime as a distribution. Raises `BadInput` for what cannot be meant."""
        prior = self._prior(asked.home_team, asked.away_team, asked.market_spread)
        return self.forecaster.forecast(Situation(pattern=checked_pattern(asked.pattern), prior=prior))

    def pattern(self, asked: PredictRequest) -> PredictReply:
        """The same as `POST /predict` answers it."""
        return self.reply(asked, self.forecast(asked))

    def reply(self, asked: PredictRequest, forecast: Forecast) -> PredictReply:
        lower, upper = forecast.interval(asked.alpha)
        return PredictReply(
            forecast.point,
            lower,
            upper,
            1.0 - asked.alpha,
            explanation(forecast) if asked.return_explanation else None,
            self.forecaster.version,
            forecast.known,
        )

    def state(self, asked: StateRequest) -> StateReply:
        """Who wins and by how much. Raises `BadInput` for what cannot be meant."""
        state = state_of(asked)
        prior = self._prior(asked.home_team, asked.away_team, asked.market_spread)
        if is_over(asked, state):
            now = over(self.forecaster.version, state)
        else:
            now = running_forecast(self.forecaster, state, prior)
        home = now.win_probability_home
        return StateReply(
            elapsed_seconds=state.elapsed / 10,
            current_differential=state.differential,
            win_probability_home=home,
            win_probability_away=round(1.0 - home, 3),
            winner=now.winner,
            halftime=now.halftime,
            final=now.final,
            known=now.known,
            model_version=now.model_version,
        )

    def _prior(self, home: str | None, away: str | None, market_spread: float | None) -> Prior:
        market = {} if market_spread is None else {"market_spread": market_spread}
        if home is None and away is None:
            return Prior.of(self._ratings.levels.values | market)
        values, players = self._ratings.prior(*self._teams(home, away), self._today())
        return Prior.of(values | market, players)

    def _teams(self, home: str | None, away: str | None) -> tuple[str, str]:
        if home is None or away is None:
            missing = "home_team" if home is None else "away_team"
            raise BadField(missing, "is missing; send both teams or neither")
        if home == away:
            raise BadField("away_team", f"is {away!r}, the home team too; send the two teams")
        rated = sorted(self._ratings.teams)
        for field, team in (("home_team", home), ("away_team", away)):
            if team not in rated:
                near = ", ".join(difflib.get_close_matches(team.upper(), rated, n=3, cutoff=0.0))
                hint = f"the nearest are {near}" if near else "this model rates no teams"
                raise BadField(field, f"{team!r} is no team that is rated; {hint}")
        return home, away
