"""How strong the players are who will probably be on court: home minus away, from their ratings.

The weight of a player who has appeared is the share of the next six minutes that somebody with his
usual minutes will probably play. It was fitted on earlier seasons: somebody on court stays, somebody
with many minutes comes back.
Those who are expected and have not been seen count less and less, and not at all after a quarter.
"""

import math

import msgspec

from courtside.clock import PERIOD_TENTHS, REGULATION_PERIODS
from courtside.events import PlayerPrior
from courtside.game.players import PlayerState
from courtside.game.prior import ON_COURT, Prior
from courtside.game.state import GameState

SMALLEST_SHARE = 0.02
GAME_MINUTES = REGULATION_PERIODS * PERIOD_TENTHS / 600


class Strength(msgspec.Struct, frozen=True, gc=False):
    """Home minus away, five players each; NaN where it is not known."""

    game_score: float = math.nan
    impact: float = math.nan
    court_game_score: float = math.nan
    court_impact: float = math.nan


UNKNOWN = Strength()


def has_appeared(player: PlayerState, elapsed: int) -> bool:
    return player.on_court or player.played(elapsed) > 0


def share(on_court: bool, minutes: float) -> float:
    """The part of the next six minutes that somebody with so many usual minutes will play."""
    estimate = 0.096 + 0.022 * minutes if on_court else -0.233 + 0.025 * minutes
    return 1.0 if estimate > 1.0 else max(estimate, SMALLEST_SHARE)


def strength(state: GameState, prior: Prior) -> Strength:
    """Of the remaining rotation and of the five on court; where not all five of a side are known, its
    rotation stands for them."""
    if not prior.players:
        return UNKNOWN
    home = _side(state, prior, "home", prior.home)
    away = _side(state, prior, "away", prior.away)
    if home is None or away is None:
        return UNKNOWN
    return Strength(home[0] - away[0], home[1] - away[1], home[2] - away[2], home[3] - away[3])


def _side(
    state: GameState, prior: Prior, side: str, expected: tuple[PlayerPrior, ...]
) -> tuple[float, float, float, float] | None:
    known, newcomer = prior.players, prior.newcomer
    elapsed = state.elapsed
    weights = scores = impacts = 0.0
    on_court = 0
    court_scores = court_impacts = 0.0
    appeared: set[int] = set()
    # Asked at every play, so `has_appeared` stands here without its calls.
    for person_id, player in state.players.items():
        if player.side != side:
            continue
        stands = player.stint_start is not None
        if not stands and player.played_before == 0:
            continue
        rated = known.get(person_id, newcomer)
        if rated is None:
            return None
        appeared.add(person_id)
        game_score, impact = rated.game_score, rated.impact
        if stands:
            on_court += 1
            court_scores += game_score
            court_impacts += impact
        weight = share(stands, rated.minutes)
        weights += weight
        scores += weight * game_score
        impacts += weight * impact
    unseen = (1.0 - elapsed / PERIOD_TENTHS) / GAME_MINUTES
    if unseen > 0.0:
        for rated in expected:
            if rated.person_id not in appeared:
                weight = unseen * rated.tonight
                weights += weight
                scores += weight * rated.game_score
                impacts += weight * rated.impact
    if weights == 0.0:
        return None
    rotation = ON_COURT * scores / weights, ON_COURT * impacts / weights
    court = (court_scores, court_impacts) if on_court == ON_COURT and elapsed > 0 else rotation
    return *rotation, *court
