"""What an evaluation hands in: forecasts of games beside what came, in columns."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.errors import BadInput
from courtside.training.scores import FloatArray, checked
from courtside.training.scores_win import BoolArray

TextArray = npt.NDArray[np.str_]
IntArray = npt.NDArray[np.int64]

MINUTES = 48
"""Columns of the tables by minute: as of 0:00, 1:00 ... 47:00 of game time."""


class HalftimeOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One game's halftime forecast and what came. Margins are home minus away, points.

    `lead` is the margin at 18:00, `pit` the two ends that `scores.pit` gives. A member or baseline that
    has no forecast for this game is absent; `weights` are the members' in this game.
    """

    game_id: str
    date: str
    season: int
    season_type: str
    home: str
    away: str
    lead: float
    forecast: float
    lower80: float
    upper80: float
    lower95: float
    upper95: float
    actual: float
    crps: float
    pit: tuple[float, float]
    members: Mapping[str, float]
    weights: Mapping[str, float]
    baselines: Mapping[str, float]


class HalftimeTable(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """`HalftimeOutcome` in columns of shape (n,). NaN in a member or baseline: no forecast for that game."""

    game_id: TextArray
    date: TextArray
    season: IntArray
    season_type: TextArray
    home: TextArray
    away: TextArray
    lead: FloatArray
    forecast: FloatArray
    lower80: FloatArray
    upper80: FloatArray
    lower95: FloatArray
    upper95: FloatArray
    actual: FloatArray
    crps: FloatArray
    pit_lower: FloatArray
    pit_upper: FloatArray
    members: Mapping[str, FloatArray]
    weights: Mapping[str, FloatArray]
    baselines: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        points = (
            self.lead, self.forecast, self.lower80, self.upper80, self.lower95, self.upper95,
            self.actual, self.crps, self.pit_lower, self.pit_upper,
        )  # fmt: skip
        others = (*self.members.values(), *self.weights.values(), *self.baselines.values())
        names = (self.game_id, self.date, self.season, self.season_type, self.home, self.away)
        checked(*names, *points, *others)
        if not all(np.isfinite(column).all() for column in points):
            raise BadInput("a halftime forecast is not a number; only members and baselines may be unknown")
        if (self.lower80 > self.upper80).any() or (self.lower95 > self.upper95).any():
            raise BadInput("an interval ends below its beginning; give lower and upper in this order")
        if len(np.unique(self.game_id)) != len(self.game_id):
            raise BadInput("a game is in the halftime table twice; give every game once")

    @classmethod
    def of(cls, outcomes: Sequence[HalftimeOutcome]) -> "HalftimeTable":
        def numbers(value: Callable[[HalftimeOutcome], float]) -> FloatArray:
            return np.array([value(outcome) for outcome in outcomes], dtype=np.float64)

        def words(value: Callable[[HalftimeOutcome], str]) -> TextArray:
            return np.array([value(outcome) for outcome in outcomes], dtype=np.str_)

        def named(
            value: Callable[[HalftimeOutcome], Mapping[str, float]], unknown: float
        ) -> dict[str, FloatArray]:
            names = dict.fromkeys(name for outcome in outcomes for name in value(outcome))
            return {
                name: np.array([value(outcome).get(name, unknown) for outcome in outcomes], dtype=np.float64)
                for name in names
            }

        return cls(
            game_id=words(lambda game: game.game_id),
            date=words(lambda game: game.date),
            season=np.array([game.season for game in outcomes], dtype=np.int64),
            season_type=words(lambda game: game.season_type),
            home=words(lambda game: game.home),
            away=words(lambda game: game.away),
            lead=numbers(lambda game: game.lead),
            forecast=numbers(lambda game: game.forecast),
            lower80=numbers(lambda game: game.lower80),
            upper80=numbers(lambda game: game.upper80),
            lower95=numbers(lambda game: game.lower95),
            upper95=numbers(lambda game: game.upper95),
            actual=numbers(lambda game: game.actual),
            crps=numbers(lambda game: game.crps),
            pit_lower=numbers(lambda game: game.pit[0]),
            pit_upper=numbers(lambda game: game.pit[1]),
            members=named(lambda game: game.members, float("nan")),
            # A member that is not in a game's ensemble has the weight 0 there: that is known.
            weights=named(lambda game: game.weights, 0.0),
            baselines=named(lambda game: game.baselines, float("nan")),
        )


class WinTable(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The home team's chance at every full minute: `home_win` and each baseline have shape (n, 48)."""

    date: TextArray
    season_type: TextArray
    home_won: BoolArray
    home_win: FloatArray
    baselines: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        checked(self.date, self.season_type, self.home_won)
        _by_minute(len(self.date), self.home_win, *self.baselines.values())
        for probability in (self.home_win, *self.baselines.values()):
            _probabilities(probability)

    def where(self, games: BoolArray) -> "WinTable":
        return WinTable(
            date=self.date[games],
            season_type=self.season_type[games],
            home_won=self.home_won[games],
            home_win=self.home_win[games],
            baselines={name: column[games] for name, column in self.baselines.items()},
        )


class MarginTable(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The final margin as forecast at every full minute, shape (n, 48), beside `actual` (n,). Points."""

    date: TextArray
    actual: FloatArray
    median: FloatArray
    lower80: FloatArray
    upper80: FloatArray
    lower95: FloatArray
    upper95: FloatArray

    def __post_init__(self) -> None:
        checked(self.date, self.actual)
        bounds = (self.lower80, self.upper80, self.lower95, self.upper95)
        _by_minute(len(self.date), self.median, *bounds)


class RunTable(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Chances that a run comes, one row a snapshot, shape (n,), several of a game. `happened`: it came.

    An unanswered run of `points` within `seconds` of game time. `shown`: whether the model may be shown to
    users, as its fit decided on games before these.
    """

    points: int
    seconds: int
    shown: bool
    date: TextArray
    happened: BoolArray
    probability: FloatArray
    baselines: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        checked(self.date, self.happened, self.probability, *self.baselines.values())
        for probability in (self.probability, *self.baselines.values()):
            _probabilities(probability)


def _by_minute(games: int, *tables: FloatArray) -> None:
    for table in tables:
        if table.shape != (games, MINUTES):
            raise BadInput(
                f"a table by minute has the shape {table.shape}; give ({games}, {MINUTES}), a row a game"
            )
        if not np.isfinite(table).all():
            raise BadInput("a forecast by minute is not a number; leave the game out of the table")


def _probabilities(values: FloatArray) -> None:
    if not ((values >= 0.0) & (values <= 1.0)).all():
        raise BadInput("a probability is not between 0 and 1; give chances, not percentages")
