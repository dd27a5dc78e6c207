"""What calls about forecasts take."""

from typing import Annotated, Literal

import msgspec

from courtside.clock import PATTERN_MINUTES
from courtside.events import LARGEST_MARGIN, Context, ExternalForecast, Side
from courtside.serve.decode import BadField
from courtside.serve.schemas import LAST_PERIOD, NAME, GameId, Points, TeamName

WIDEST_SPREAD = 60
"""Points; no game of the league was ever given half of it."""
LONGEST_MINUTES = 48 + 5 * (LAST_PERIOD - 4)

Margin = Annotated[float, msgspec.Meta(gt=-LARGEST_MARGIN, lt=LARGEST_MARGIN)]
WholeMargin = Annotated[int, msgspec.Meta(gt=-int(LARGEST_MARGIN), lt=int(LARGEST_MARGIN))]
Probability = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Spread = Annotated[float, msgspec.Meta(ge=-WIDEST_SPREAD, le=WIDEST_SPREAD)]
Five = Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=2**53)]], msgspec.Meta(min_length=5, max_length=5)]


class PredictRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /predict`: the differential (home minus away, points) at the end of each of 18 game minutes."""

    pattern: Annotated[list[Margin], msgspec.Meta(min_length=PATTERN_MINUTES, max_length=PATTERN_MINUTES)]
    alpha: Probability = 0.05
    """One minus the coverage of the interval."""
    return_explanation: bool = True
    home_team: TeamName | None = None
    """Who plays, as `BOS`: their ratings of today count."""
    away_team: TeamName | None = None
    market_spread: Spread | None = None
    """The closing spread of home, in points: -4.5 where home gives four and a half."""


class StateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /predict/state`: a game at any moment. What is left out is not known, and nothing is assumed."""

    score_home: Points
    score_away: Points
    period: Annotated[int, msgspec.Meta(ge=1, le=LAST_PERIOD)]
    game_clock: Annotated[str, msgspec.Meta(max_length=20)]
    """What is left of the period, `10:45`."""
    possession: Side | None = None
    home_team: TeamName | None = None
    away_team: TeamName | None = None
    market_spread: Spread | None = None
    """The closing spread of home, in points: -4.5 where home gives four and a half."""
    pattern: Annotated[list[WholeMargin], msgspec.Meta(max_length=LONGEST_MINUTES)] = []
    """The differential at the end of each game minute so far."""
    on_court_home: Five | None = None
    """Ids of the five players; they count where possession and teams are known too."""
    on_court_away: Five | None = None


class NewMarket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /games/{game_id}/market`: what the market says of a game before it begins."""

    home_spread: Spread
    """In points: -4.5 where home gives four and a half."""

    def observation(self, game_id: str, received_ms: int) -> Context:
        return Context(
            game_id=game_id,
            received_ms=received_ms,
            source="push",
            values={"market_spread": self.home_spread},
        )


class PredictionUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /update_prediction`: the forecast of somebody else's model, home minus away, points."""

    game_id: GameId
    model: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=NAME)]
    point_forecast: Margin
    horizon: Literal["halftime", "final"] = "halftime"
    interval_lower: Margin | None = None
    interval_upper: Margin | None = None
    coverage: Probability | None = None

    def observation(self, received_ms: int) -> ExternalForecast:
        """Raises `BadField` for an interval that is not one."""
        lower, upper = self.interval_lower, self.interval_upper
        if (lower is None) != (upper is None):
            missing = "interval_lower" if lower is None else "interval_upper"
            raise BadField(missing, "is missing; send both ends of the interval or neither")
        if lower is not None and upper is not None and not lower <= upper:
            raise BadField("interval_upper", f"{upper:g} is below interval_lower, {lower:g}")
        if self.coverage is not None and lower is None:
            raise BadField("coverage", "is the share of outcomes inside an interval; send the interval too")
        return ExternalForecast(
            game_id=self.game_id,
            received_ms=received_ms,
            source="push",
            model=self.model,
            horizon=self.horizon,
            point_forecast=self.point_forecast,
            interval_lower=lower,
            interval_upper=upper,
            coverage=self.coverage,
        )
