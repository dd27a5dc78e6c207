"""A game's state as numbers: the only definition, used live, in training and on the cluster.

All margins and ratings are home minus away, in points. What is not known is NaN, never a zero; a model
says itself what it does without.
"""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from courtside.clock import PATTERN_MINUTES
from courtside.events import Side
from courtside.game import momentum, possession, rotation, windows
from courtside.game.prior import Prior
from courtside.game.state import GameState
from courtside.game.windows import KEPT_PLAYS, WINDOW_MINUTES

Vector = npt.NDArray[np.float64]
UNKNOWN = math.nan
BALL_POINTS = 0.5
"""What having the ball is worth; measured on halftime margins, where it is 0.51."""
BONUS_FOULS = 5
"""Team fouls of a period from which the other side shoots free throws."""

PRIOR_NAMES = (
    "elo",
    "home_advantage",
    "rest_home",
    "rest_away",
    "back_to_back",
    "altitude",
)
_STANDING = ("expected_margin", "market_margin", "possession", "lead_with_ball")
_ROTATION = (
    "rotation_game_score",
    "rotation_impact",
    "court_game_score",
    "court_impact",
    "usual_game_score",
    "usual_impact",
)
_WINDOWS = tuple(
    f"{what}_{side}_{minutes}"
    for minutes in WINDOW_MINUTES
    for side in ("home", "away")
    for what in ("points", "possessions")
)
NAMES: tuple[str, ...] = (
    *(f"pattern_{minute}" for minute in range(1, PATTERN_MINUTES + 1)),
    *(f"increment_{minute}" for minute in range(1, PATTERN_MINUTES + 1)),
    "elapsed",
    "lead",
    "total",
    *PRIOR_NAMES,
    *_STANDING,
    *_ROTATION,
    *_WINDOWS,
    *(f"last_play_{number}" for number in range(1, KEPT_PLAYS + 1)),
    "run",
    "momentum",
    "pace",
    "fouls_home",
    "fouls_away",
    "bonus_home",
    "bonus_away",
    "timeouts_home",
    "timeouts_away",
    "starters_home",
    "starters_away",
    "appeared_home",
    "appeared_away",
    "newcomers",
)
INDEX = {name: place for place, name in enumerate(NAMES)}
PATTERN = slice(0, PATTERN_MINUTES)
LEAD = INDEX["lead"]

RUNNING_NAMES: tuple[str, ...] = (
    "lead",
    *PRIOR_NAMES,
    *_STANDING,
    *_ROTATION,
)
"""What the running forecast looks at: few, because it is asked at every play."""
RUNNING_INDEX = {name: place for place, name in enumerate(RUNNING_NAMES)}


def vector(state: GameState, prior: Prior) -> Vector:
    """The game after its last play, shape (len(NAMES),).

    `pattern_*` is the differential at the end of a minute and `increment_*` its change over it;
    `elapsed` is in minutes; `expected_margin` is of the whole game, by Elo and home advantage, and
    `market_margin` the same by a closing spread; `lead_with_ball` counts the ball as half a point;
    `rotation_*` is of the players who will probably play, `court_*` of those on court, `usual_*` of those
    expected before the tip (see `game.rotation`). `last_play_1` is what the last play brought;
    `bonus_home` is 1 where home shoots free throws at the next foul; `timeouts_*` are those taken.
    """
    values = dict.fromkeys(NAMES, UNKNOWN)
    _path(values, state)
    values["elapsed"] = state.elapsed / 600
    values["total"] = float(state.score_home + state.score_away)
    values.update(zip(RUNNING_NAMES, running(state, prior), strict=True))
    if has_plays(state):
        _recent(values, state)
        _teams(values, state)
        _people(values, state, prior)
    return np.array([values[name] for name in NAMES])


def bare(pattern: Iterable[float], prior: Prior) -> Vector:
    """18 differentials without their plays: everything else that only plays tell is unknown."""
    values = dict.fromkeys(NAMES, UNKNOWN)
    before = 0.0
    for minute, differential in enumerate(pattern, 1):
        values[f"pattern_{minute}"] = differential
        values[f"increment_{minute}"] = differential - before
        before = differential
    values["elapsed"] = float(PATTERN_MINUTES)
    values["lead"] = before
    values.update(_prior(prior))
    values["usual_game_score"], values["usual_impact"] = prior.usual
    return np.array([values[name] for name in NAMES])


def running(state: GameState, prior: Prior) -> list[float]:
    """`RUNNING_NAMES` of a game at any moment."""
    plays = has_plays(state) or not state.started
    players = rotation.strength(state, prior) if plays else rotation.UNKNOWN
    lead, possessed = float(state.score_home - state.score_away), ball(state)
    return [
        lead,
        *_prior(prior).values(),
        possessed,
        lead + BALL_POINTS * possessed,
        players.game_score,
        players.impact,
        players.court_game_score,
        players.court_impact,
        *prior.usual,
    ]


def has_plays(state: GameState) -> bool:
    """Whether more than scores is known."""
    return bool(state.recent) and state.recent[-1].play.action != "score"


def ball(state: GameState) -> float:
    """1 where home has the ball, -1 where away has it, 0 while it is in the air; unknown without plays.

    Between two periods it belongs to whoever starts the next one.
    """
    if not has_plays(state):
        return UNKNOWN if state.started else 0.0
    holder = state.possession.holder
    if state.period_over:
        holder = possession.arrow(state.possession, state.period)
    elif _in_the_air(state):
        holder = None
    return _sign(holder)


def _in_the_air(state: GameState) -> bool:
    """A shot was missed and nobody has the rebound yet."""
    for timed in reversed(state.recent):
        action = timed.play.action
        if action in ("2pt", "3pt"):
            return timed.play.made is False
        if action not in ("block", "substitution", "timeout"):
            return False
    return False


def _sign(side: Side | None) -> float:
    return 1.0 if side == "home" else -1.0 if side == "away" else 0.0


def _prior(prior: Prior) -> dict[str, float]:
    known = prior.values
    values = {name: known.get(name, UNKNOWN) for name in PRIOR_NAMES}
    values["expected_margin"] = values["elo"] + values["home_advantage"]
    spread = known.get("market_spread")
    values["market_margin"] = UNKNOWN if spread is None else -spread
    return values


def _path(values: dict[str, float], state: GameState) -> None:
    before = 0
    for minute, differential in enumerate(state.path[:PATTERN_MINUTES], 1):
        if differential is None:
            return
        values[f"pattern_{minute}"] = float(differential)
        values[f"increment_{minute}"] = float(differential - before)
        before = differential


def _recent(values: dict[str, float], state: GameState) -> None:
    for minutes in WINDOW_MINUTES:
        sides = windows.window(state.recent, state.elapsed, minutes)
        for side, counts in sides.items():
            values[f"points_{side}_{minutes}"] = float(counts.points)
            values[f"possessions_{side}_{minutes}"] = counts.possessions
    for number, timed in enumerate(reversed(state.recent[-KEPT_PLAYS:]), 1):
        values[f"last_play_{number}"] = float(timed.points_home - timed.points_away)


def _teams(values: dict[str, float], state: GameState) -> None:
    run = state.momentum.run
    values["run"] = 0.0 if run is None else _sign(run.side) * run.points
    values["momentum"] = momentum.value_at(state.momentum, state.elapsed)
    values["pace"] = UNKNOWN if state.pace is None else state.pace
    values["fouls_home"] = float(state.fouls_home)
    values["fouls_away"] = float(state.fouls_away)
    values["bonus_home"] = float(state.fouls_away >= BONUS_FOULS)
    values["bonus_away"] = float(state.fouls_home >= BONUS_FOULS)
    values["timeouts_home"] = float(state.timeouts_home)
    values["timeouts_away"] = float(state.timeouts_away)


def _people(values: dict[str, float], state: GameState, prior: Prior) -> None:
    sides: tuple[Side, ...] = ("home", "away")
    seen = [player for player in state.players.values() if rotation.has_appeared(player, state.elapsed)]
    for side in sides:
        mates = [player for player in seen if player.side == side]
        values[f"appeared_{side}"] = float(len(mates))
        values[f"starters_{side}"] = float(sum(1 for mate in mates if mate.on_court and mate.starter))
    if prior.players:
        values["newcomers"] = float(sum(1 for player in seen if player.person_id not in prior.players))
