"""Who has the ball after every play, whose turn it is at the next period, and how often each had it.

The feed names the team in possession during most plays; what follows from the play itself (a made
shot, a defensive rebound, a turnover) decides who has it afterwards.
"""

from collections.abc import Iterable

import msgspec

from courtside.events import Play, Side, other

KEEPS_BALL = frozenset({"flagrant", "transition take", "away-from-play", "clear path"})
"""Free throws after which the shooting team has the ball, made or missed."""


class Possession(msgspec.Struct, frozen=True, gc=False):
    """The ball after the last play. `tip_winner` started the game with it."""

    holder: Side | None = None
    tip_winner: Side | None = None
    count_home: int = 0
    """Possessions of home so far, the current one included."""
    count_away: int = 0
    last_counted: Side | None = None


def arrow(possession: Possession, period: int) -> Side | None:
    """Who starts the period after `period`: the loser of the opening tip Q2 and Q3, its winner Q4.

    Overtime starts with a jump ball, so nobody's turn is known.
    """
    winner = possession.tip_winner
    if winner is None or period >= 4:
        return None
    return winner if period == 3 else other(winner)


def after(before: Possession, play: Play) -> Possession:
    """Fold one play."""
    tip_winner = before.tip_winner
    if tip_winner is None and play.action == "jumpball" and play.period == 1:
        tip_winner = play.side
    holder = _holder(before, play)
    if holder is before.holder and tip_winner is before.tip_winner:
        return before
    count_home, count_away, last = before.count_home, before.count_away, before.last_counted
    if holder is None:
        # A period that begins is a possession of its own, whoever had the ball at the end of the last.
        last = None
    elif holder != last:
        last = holder
        if holder == "home":
            count_home += 1
        else:
            count_away += 1
    return Possession(holder, tip_winner, count_home, count_away, last)


def holders(plays: Iterable[Play]) -> list[Side | None]:
    """Who has the ball after each play of a game, from its first."""
    state = Possession()
    found: list[Side | None] = []
    for play in plays:
        state = after(state, play)
        found.append(state.holder)
    return found


def _holder(before: Possession, play: Play) -> Side | None:
    side = play.side
    holder = before.holder
    match play.action:
        case "2pt" | "3pt":
            if side is None:
                return play.possession or holder
            return other(side) if play.made else side
        case "freethrow":
            if play.descriptor == "technical":
                return play.possession or holder
            if side is None or play.descriptor in KEEPS_BALL:
                return side or holder
            last = play.sub_type[:1] == play.sub_type[-1:]
            return other(side) if play.made and last else side
        case "rebound" | "steal":
            return side or play.possession or holder
        case "jumpball":
            return play.possession or side or holder
        case "turnover":
            return holder if side is None else other(side)
        case "foul":
            if side is None or play.sub_type == "technical" or play.descriptor == "double":
                return play.possession or holder
            return other(side)
        case "period":
            if play.sub_type == "end":
                return None
            return arrow(before, play.period - 1) if play.period > 1 else None
        case "game" | "score":
            return None
        case "block" | "violation" | "substitution":
            return holder
        case _:
            return holder or play.possession
