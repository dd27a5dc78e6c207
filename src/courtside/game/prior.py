"""What is known of a game beyond its plays: ratings, rest, market, the adaptive level."""

import math
from collections.abc import Iterable, Mapping

import msgspec

from courtside.events import Context, PlayerPrior, Side

ON_COURT = 5


class Prior(msgspec.Struct, frozen=True):
    """`values` by name, in the units that `features` gives; `players` by person id.

    The rest follows from them: who is expected to play for which side, the strength of those (Game Score
    and impact, home minus away; NaN where unknown), and what is assumed of a player never seen before.
    """

    values: Mapping[str, float] = {}
    players: Mapping[int, PlayerPrior] = {}
    home: tuple[PlayerPrior, ...] = ()
    away: tuple[PlayerPrior, ...] = ()
    usual: tuple[float, float] = (math.nan, math.nan)
    newcomer: PlayerPrior | None = None

    @classmethod
    def of(cls, values: Mapping[str, float], players: Iterable[PlayerPrior] = ()) -> "Prior":
        known = {player.person_id: player for player in players}
        home, away = (_expected(known.values(), side) for side in ("home", "away"))
        ours, theirs = _strength(home), _strength(away)
        usual = (ours[0] - theirs[0], ours[1] - theirs[1])
        return cls(values, known, home, away, usual, _newcomer(values))

    def after(self, seen: Context) -> "Prior":
        """With what an observation adds; itself where that is nothing."""
        players = {player.person_id: player for player in seen.players} if seen.players else self.players
        if players == self.players and seen.values.items() <= self.values.items():
            return self
        return Prior.of({**self.values, **seen.values}, players.values())


def _expected(players: Iterable[PlayerPrior], side: Side) -> tuple[PlayerPrior, ...]:
    return tuple(player for player in players if player.side == side and player.tonight > 0)


def _strength(players: Iterable[PlayerPrior]) -> tuple[float, float]:
    weights = scores = impacts = 0.0
    for player in players:
        weights += player.tonight
        scores += player.tonight * player.game_score
        impacts += player.tonight * player.impact
    if weights == 0.0:
        return math.nan, math.nan
    return ON_COURT * scores / weights, ON_COURT * impacts / weights


def _newcomer(values: Mapping[str, float]) -> PlayerPrior | None:
    names = ("newcomer_game_score", "newcomer_impact", "newcomer_minutes")
    game_score, impact, minutes = (values.get(name) for name in names)
    if game_score is None or impact is None or minutes is None:
        return None
    return PlayerPrior(0, None, game_score, impact, minutes, 0.0)


NOTHING = Prior()
