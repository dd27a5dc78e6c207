"""Every player's game so far: counts, minutes, stints, rest and fatigue.

Fatigue is an index from 0 (fresh) to 1 (spent). Playing adds load second for second, weighted with
the pace of the game against 100 possessions in 48 minutes; resting halves the load every four
minutes of game time, and breaks between periods count as rest. With the load and the time played in
seconds,

    fatigue = 1 - exp(-load / 900 - played / 7200)

so a twelve-minute stint brings a fresh player to about 0.6 and a long game keeps everybody above zero.
It orders players by effort; it is not a medical measurement.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

from courtside.clock import period_start_tenths
from courtside.events import Play, RosterEntry, Side

LOAD_SCALE_TENTHS = 9000
PLAYED_SCALE_TENTHS = 72000
REST_HALF_LIFE_TENTHS = 2400
QUARTER_BREAK_TENTHS = 1500
HALFTIME_TENTHS = 9000
ON_COURT = 5
SECOND_HALF = 3
"""The period after halftime."""


class Moment(msgspec.Struct, frozen=True, gc=False):
    """When a play happens: game time in tenths, and home minus away before it."""

    elapsed: int
    period: int
    differential: int
    period_differential: int
    """Home minus away when the period began."""
    pace_factor: float


class PlayerState(msgspec.Struct, frozen=True, gc=False):
    """One player. Times are tenths of game time; `*_before` is what stood when the current stint began."""

    person_id: int
    name: str | None
    side: Side
    starter: bool | None = None
    """None while nobody knows: no box score, and not seen yet."""
    inferred: bool = False
    """No box score named the starters: who is on court follows from who does something."""
    points: int = 0
    rebounds: int = 0
    rebounds_offensive: int = 0
    assists: int = 0
    steals: int = 0
    blocks: int = 0
    turnovers: int = 0
    fouls: int = 0
    field_goals_made: int = 0
    field_goals_attempted: int = 0
    three_pointers_made: int = 0
    three_pointers_attempted: int = 0
    free_throws_made: int = 0
    free_throws_attempted: int = 0
    played_before: int = 0
    plus_minus_before: int = 0
    stint_start: int | None = None
    """None on the bench."""
    stint_differential: int = 0
    """Home minus away when the stint began."""
    rest_start: int | None = None
    load: float = 0.0
    load_at: int = 0
    seen_period: int = 0
    """Last period in which the player did something: tells who may have been replaced in a break."""

    @property
    def on_court(self) -> bool:
        return self.stint_start is not None

    def played(self, elapsed: int) -> int:
        """Time played, in tenths."""
        return self.played_before + (0 if self.stint_start is None else elapsed - self.stint_start)

    def plus_minus(self, differential: int) -> int:
        """Margin while on court, from the player's side."""
        if self.stint_start is None:
            return self.plus_minus_before
        change = differential - self.stint_differential
        return self.plus_minus_before + (change if self.side == "home" else -change)

    def load_now(self, elapsed: int, pace_factor: float) -> float:
        passed = elapsed - self.load_at
        if self.stint_start is not None:
            return self.load + passed * pace_factor
        return self.load * math.exp2(-passed / REST_HALF_LIFE_TENTHS)

    def fatigue(self, elapsed: int, pace_factor: float) -> float:
        load = self.load_now(elapsed, pace_factor)
        return 1.0 - math.exp(-load / LOAD_SCALE_TENTHS - self.played(elapsed) / PLAYED_SCALE_TENTHS)


Players = Mapping[int, PlayerState]
Swaps = tuple[tuple[int, int], ...]
"""Person ids with +1 for one who went out and -1 for one who came in."""
_replace = msgspec.structs.replace


def from_roster(roster: Sequence[RosterEntry]) -> dict[int, PlayerState]:
    """Both teams before the tip; starters stand on court."""
    known = {entry.side for entry in roster if entry.starter}
    return {
        entry.person_id: PlayerState(
            entry.person_id,
            entry.name,
            entry.side,
            starter=entry.starter if entry.side in known else None,
            inferred=entry.side not in known,
            stint_start=0 if entry.starter else None,
        )
        for entry in roster
        if entry.active or entry.starter
    }


def fold(players: Players, play: Play, now: Moment) -> Players:
    """Fold one play."""
    if play.person_id is None:
        return players
    known = players.get(play.person_id)
    if known is None:
        if play.side is None:
            return players
        known = _newcomer(players, play.person_id, play.player, play.side)
    elif known.name is None and play.player is not None:
        # First heard of as somebody's helper, who is named by id only.
        known = _replace(known, name=play.player)
        players = {**players, known.person_id: known}
    player = known
    if play.action == "substitution":
        return _substitute(players, player, play, now)
    if player.inferred and play.sub_type != "technical" and play.action != "ejection":
        players = _seen(players, player, now)
        player = players[player.person_id]
    counted = _count(player, play)
    if play.assist_id is None or not play.made:
        if counted is known:
            return players
        return {**players, counted.person_id: counted}
    helper = players.get(play.assist_id) or _newcomer(players, play.assist_id, None, player.side)
    if helper.inferred:
        players = _seen(players, helper, now)
        helper = players[helper.person_id]
    helper = _replace(helper, assists=helper.assists + 1)
    return {**players, counted.person_id: counted, helper.person_id: helper}


def _newcomer(players: Players, person_id: int, name: str | None, side: Side) -> PlayerState:
    """Somebody who is not on the roster; where the starters are known, surely not one of them."""
    known = any(mate.side == side and mate.starter and not mate.inferred for mate in players.values())
    return PlayerState(person_id, name, side, starter=False if known else None, inferred=not known)


def _count(player: PlayerState, play: Play) -> PlayerState:
    match play.action:
        case "2pt" | "3pt":
            three = play.action == "3pt"
            made = bool(play.made)
            return _replace(
                player,
                points=player.points + (3 if three else 2) * made,
                field_goals_made=player.field_goals_made + made,
                field_goals_attempted=player.field_goals_attempted + 1,
                three_pointers_made=player.three_pointers_made + (three and made),
                three_pointers_attempted=player.three_pointers_attempted + three,
            )
        case "freethrow":
            return _replace(
                player,
                points=player.points + bool(play.made),
                free_throws_made=player.free_throws_made + bool(play.made),
                free_throws_attempted=player.free_throws_attempted + 1,
            )
        case "rebound":
            return _replace(
                player,
                rebounds=player.rebounds + 1,
                rebounds_offensive=player.rebounds_offensive + (play.sub_type == "offensive"),
            )
        case "steal":
            return _replace(player, steals=player.steals + 1)
        case "block":
            return _replace(player, blocks=player.blocks + 1)
        case "turnover":
            return _replace(player, turnovers=player.turnovers + 1)
        case "foul" if play.sub_type != "technical":
            return _replace(player, fouls=player.fouls + 1)
        case _:
            return player


def _substitute(players: Players, player: PlayerState, play: Play, now: Moment) -> Players:
    if play.sub_type == "out":
        if player.inferred:
            players = _seen(players, player, now)
            player = players[player.person_id]
        return {**players, player.person_id: _off(player, now.elapsed, now.differential, now)}
    if player.on_court:
        return players
    entering = _on(player, now.elapsed, now.differential, now)
    return {**players, player.person_id: entering}


def _on(player: PlayerState, since: int, differential: int, now: Moment) -> PlayerState:
    return _replace(
        player,
        starter=player.starter if player.starter is not None else since == 0,
        stint_start=since,
        stint_differential=differential,
        rest_start=None,
        load=player.load_now(since, now.pace_factor),
        load_at=since,
        seen_period=now.period,
    )


def _off(player: PlayerState, since: int, differential: int, now: Moment) -> PlayerState:
    if not player.on_court:
        return player
    return _replace(
        player,
        played_before=player.played(since),
        plus_minus_before=player.plus_minus(differential),
        stint_start=None,
        rest_start=since,
        load=player.load_now(since, now.pace_factor),
        load_at=since,
    )


def _seen(players: Players, player: PlayerState, now: Moment) -> Players:
    """Somebody whose team's starters nobody named did something: they are on court, since the period
    began unless they were seen to go out in it. Where that makes six, the one who has not been seen for
    longest left in the break.

    Teams begin the second half with their starters, so after halftime these are on court until six are.
    """
    if now.period == SECOND_HALF and player.seen_period < SECOND_HALF:
        players = _starters_back(players, player.side, now)
        player = players.get(player.person_id, player)
    if player.on_court:
        if player.seen_period == now.period and player.person_id in players:
            return players
        return {**players, player.person_id: _replace(player, seen_period=now.period)}
    start = period_start_tenths(now.period)
    if player.rest_start is not None and player.rest_start > start:
        return {**players, player.person_id: player}
    changed = {**players, player.person_id: _on(player, start, now.period_differential, now)}
    mates = [mate for mate in players.values() if mate.side == player.side and mate.on_court]
    if len(mates) >= ON_COURT:
        gone = min(mates, key=_starters_stay if now.period == SECOND_HALF else _longest_leave)
        if gone.seen_period < now.period:
            left = max(start, gone.stint_start or 0)
            changed[gone.person_id] = _off(gone, left, now.period_differential, now)
    return changed


def _longest_leave(mate: PlayerState) -> tuple[int, int]:
    """Who is the first to have left in a break: the least lately seen, then the longest on court."""
    return mate.seen_period, mate.stint_start or 0


def _starters_stay(mate: PlayerState) -> tuple[int, bool, int]:
    """The same after halftime: the least lately seen, then whoever came last, starters after the others."""
    return mate.seen_period, bool(mate.starter), -(mate.stint_start or 0)


def _starters_back(players: Players, side: Side, now: Moment) -> Players:
    """The side's starters for whoever ended the first half, once all five are known."""
    mates = [player for player in players.values() if player.side == side and player.inferred]
    begun = any(mate.seen_period >= now.period for mate in mates)
    if begun or sum(bool(mate.starter) for mate in mates) != ON_COURT:
        return players
    start = period_start_tenths(now.period)
    changed = dict(players)
    for mate in mates:
        if mate.starter and not mate.on_court:
            back = _on(mate, start, now.period_differential, now)
            changed[mate.person_id] = _replace(back, seen_period=mate.seen_period)
        elif mate.on_court and not mate.starter:
            changed[mate.person_id] = _off(mate, start, now.period_differential, now)
    return changed


def credit_free_throw(players: Players, swapped: Swaps, margin: int) -> Players:
    """A free throw counts for those who were on court at the foul, not for those who came in since.

    `margin` is what it added to home minus away.
    """
    changed = dict(players)
    for person_id, sign in swapped:
        player = changed.get(person_id)
        if player is not None:
            own = margin * sign * (1 if player.side == "home" else -1)
            changed[person_id] = _replace(player, plus_minus_before=player.plus_minus_before + own)
    return changed


def take_break(players: Players, elapsed: int, break_tenths: int, pace_factor: float) -> Players:
    """Everybody rests between two periods: the load decays by the length of the break."""
    decay = math.exp2(-break_tenths / REST_HALF_LIFE_TENTHS)
    return {
        person_id: (
            _replace(player, load=player.load_now(elapsed, pace_factor) * decay, load_at=elapsed)
            if player.load or player.on_court
            else player
        )
        for person_id, player in players.items()
    }
