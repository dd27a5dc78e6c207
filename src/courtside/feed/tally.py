"""A game's state after some of its actions, with what only box scores count."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

import msgspec

from courtside.clock import REGULATION_PERIODS
from courtside.events import RosterEntry
from courtside.feed.action import Action
from courtside.game.players import PlayerState
from courtside.game.state import GameState, fold, start

CHECKPOINT = 16

Counts = Mapping[tuple[int, str], int]
"""By person or team id and the name of what is counted."""

TIMEOUTS = 7
TIMEOUTS_FOURTH_QUARTER = 4
TIMEOUTS_LAST_THREE_MINUTES = 2
TIMEOUTS_OVERTIME = 2
THREE_MINUTES_TENTHS = 1800

PENALTY_FOULS = 5
PENALTY_FOULS_OVERTIME = 4
PENALTY_FOULS_LATE = 2
LATE_TENTHS = 1200

_POINTS_BY_QUALIFIER = {
    "pointsinthepaint": "pointsInThePaint",
    "2ndchance": "pointsSecondChance",
    "fastbreak": "pointsFastBreak",
    "fromturnover": "pointsFromTurnovers",
}
_TEAM_TECHNICALS = ("defensive-3-second", "delay")
_SHOTS_BY_QUALIFIER = {
    "pointsinthepaint": "pointsInThePaint",
    "2ndchance": "secondChancePoints",
    "fastbreak": "fastBreakPoints",
}


class Tally(msgspec.Struct, frozen=True):
    """`state` is the game core's; `counts` are the rest."""

    state: GameState
    counts: Counts

    def count(self, owner: int, name: str) -> int:
        return self.counts.get((owner, name), 0)


class Tallier:
    """Tallies of one game, each folded on from the longest known beginning."""

    def __init__(self, roster: Sequence[RosterEntry], home_team_id: int, away_team_id: int) -> None:
        self.home_team_id = home_team_id
        self.away_team_id = away_team_id
        self._players = frozenset(entry.person_id for entry in roster)
        self._actions: Sequence[Action] = ()
        timeouts = {(team, "timeoutsRemaining"): TIMEOUTS for team in (home_team_id, away_team_id)}
        self._checkpoints: dict[int, Tally] = {0: Tally(start(roster), timeouts)}

    def tally(self, actions: Sequence[Action]) -> Tally:
        """The tally after these actions."""
        common = sum(1 for _ in takewhile(_same, zip(self._actions, actions, strict=False)))
        self._checkpoints = {at: tally for at, tally in self._checkpoints.items() if at <= common}
        begin = max(self._checkpoints)
        tally = self._checkpoints[begin]
        for at in range(begin, len(actions)):
            if at % CHECKPOINT == 0:
                self._checkpoints[at] = tally
            tally = self._fold(tally, actions[at])
        for at in [at for at in self._checkpoints if at % CHECKPOINT]:
            del self._checkpoints[at]
        self._checkpoints[len(actions)] = tally
        self._actions = actions
        return tally

    def _fold(self, tally: Tally, action: Action) -> Tally:
        before, state = tally.state, fold(tally.state, action.play)
        counts = dict(tally.counts)
        points = {
            self.home_team_id: state.score_home - before.score_home,
            self.away_team_id: state.score_away - before.score_away,
        }
        if any(points.values()):
            self._score(counts, state, points)
        leader = self._leader(before)
        if leader is not None and state.elapsed != before.elapsed:
            _add(counts, leader, "leadingTenths", state.elapsed - before.elapsed)
        if state.momentum.biggest_lead_home != before.momentum.biggest_lead_home:
            self._keep_score(counts, self.home_team_id, "biggestLead", state)
        if state.momentum.biggest_lead_away != before.momentum.biggest_lead_away:
            self._keep_score(counts, self.away_team_id, "biggestLead", state)
        run = state.momentum.run
        if run is not None and run is not before.momentum.run:
            side = self.home_team_id if run.side == "home" else self.away_team_id
            if run.points > counts.get((side, "biggestScoringRun"), 0):
                counts[side, "biggestScoringRun"] = run.points
                self._keep_score(counts, side, "biggestScoringRun", state)
        self._count(counts, action, state)
        self._limit_timeouts(counts, action, state)
        return Tally(state, counts)

    def in_bonus(self, tally: Tally, team: int) -> bool:
        """The opponent has fouled often enough in this period, or twice in its last two minutes."""
        state, opponent = tally.state, self._opponent(team)
        fouls = state.fouls_home if opponent == self.home_team_id else state.fouls_away
        penalty = PENALTY_FOULS if state.period <= REGULATION_PERIODS else PENALTY_FOULS_OVERTIME
        return fouls >= penalty or tally.count(opponent, f"lateFouls{state.period}") >= PENALTY_FOULS_LATE

    def _leader(self, state: GameState) -> int | None:
        if state.differential == 0:
            return None
        return self.home_team_id if state.differential > 0 else self.away_team_id

    def _score(self, counts: dict[tuple[int, str], int], state: GameState, points: dict[int, int]) -> None:
        for team, scored in points.items():
            _add(counts, team, f"period{state.period}", scored)
        for player in state.players.values():
            if player.on_court:
                self._plus_minus(counts, player, points, 1)
        # Who stood on court when the foul was whistled keeps what its free throws bring.
        for person_id, sign in state.swapped:
            self._plus_minus(counts, state.players[person_id], points, sign)

    def _plus_minus(
        self, counts: dict[tuple[int, str], int], player: PlayerState, points: dict[int, int], sign: int
    ) -> None:
        own, others = (
            (self.home_team_id, self.away_team_id)
            if player.side == "home"
            else (self.away_team_id, self.home_team_id)
        )
        _add(counts, player.person_id, "plus", sign * points[own])
        _add(counts, player.person_id, "minus", sign * points[others])

    def _keep_score(self, counts: dict[tuple[int, str], int], team: int, name: str, state: GameState) -> None:
        counts[team, name + "Home"] = state.score_home
        counts[team, name + "Away"] = state.score_away

    def _count(self, counts: dict[tuple[int, str], int], action: Action, state: GameState) -> None:
        facts = action.facts
        team = facts.team_id
        if team is None:
            return
        owners = (team, facts.person_id) if facts.person_id else (team,)
        match facts.action_type:
            case "2pt" | "3pt" | "freethrow":
                self._count_shot(counts, action, owners)
            case "foul":
                if facts.sub_type == "technical":
                    if facts.person_id in self._players and facts.descriptor not in _TEAM_TECHNICALS:
                        for owner in owners:
                            _add(counts, owner, "foulsTechnical", 1)
                    else:
                        _add(counts, team, "foulsTeamTechnical", 1)
                else:
                    for owner in owners:
                        _add(counts, owner, "foulsOffensive", int(facts.sub_type == "offensive"))
                        _add(counts, owner, "foulsPersonal", 1)
                    if facts.sub_type == "personal" and state.remaining_tenths <= LATE_TENTHS:
                        _add(counts, team, f"lateFouls{state.period}", 1)
                if facts.foul_drawn_person_id:
                    _add(counts, facts.foul_drawn_person_id, "foulsDrawn", 1)
                    _add(counts, self._opponent(team), "foulsDrawn", 1)
            case "rebound" if not facts.person_id:
                _add(counts, team, "reboundsTeam", 1)
                _add(counts, team, f"reboundsTeam{facts.sub_type.capitalize()}", 1)
            case "turnover" if not facts.person_id:
                _add(counts, team, "turnoversTeam", 1)
            # A challenge that is won gives the timeout back, and most are kept when it is made.
            case "timeout" if facts.sub_type != "challenge" and counts.get((team, "timeoutsRemaining"), 0):
                _add(counts, team, "timeoutsRemaining", -1)

    def _count_shot(
        self, counts: dict[tuple[int, str], int], action: Action, owners: tuple[int, ...]
    ) -> None:
        facts = action.facts
        if facts.block_person_id:
            for owner in owners:
                _add(counts, owner, "blocksReceived", 1)
        for qualifier in facts.qualifiers:
            if facts.points and qualifier in _POINTS_BY_QUALIFIER:
                for owner in owners:
                    _add(counts, owner, _POINTS_BY_QUALIFIER[qualifier], facts.points)
            if qualifier in _SHOTS_BY_QUALIFIER and facts.action_type != "freethrow":
                _add(counts, owners[0], _SHOTS_BY_QUALIFIER[qualifier] + "Attempted", 1)
                _add(counts, owners[0], _SHOTS_BY_QUALIFIER[qualifier] + "Made", int(facts.points > 0))

    def _limit_timeouts(self, counts: dict[tuple[int, str], int], action: Action, state: GameState) -> None:
        """Four in the fourth quarter; two from its last three minutes on, but not before the quarter's
        second mandatory timeout; two in each overtime."""
        if state.period < REGULATION_PERIODS:
            return
        most = TIMEOUTS_FOURTH_QUARTER
        if state.period > REGULATION_PERIODS:
            if state.period != counts.get((0, "timeoutsPeriod")):
                counts[0, "timeoutsPeriod"] = state.period
                for team in (self.home_team_id, self.away_team_id):
                    counts[team, "timeoutsRemaining"] = TIMEOUTS_OVERTIME
            return
        if "mandatory" in action.facts.qualifiers:
            _add(counts, 0, "mandatory", 1)
        if state.remaining_tenths <= THREE_MINUTES_TENTHS and counts.get((0, "mandatory"), 0) >= 2:
            most = TIMEOUTS_LAST_THREE_MINUTES
        for team in (self.home_team_id, self.away_team_id):
            counts[team, "timeoutsRemaining"] = min(most, counts[team, "timeoutsRemaining"])

    def _opponent(self, team: int) -> int:
        return self.away_team_id if team == self.home_team_id else self.home_team_id


def _same(pair: tuple[Action, Action]) -> bool:
    return pair[0] is pair[1]


def _add(counts: dict[tuple[int, str], int], owner: int, name: str, amount: int) -> None:
    if amount:
        counts[owner, name] = counts.get((owner, name), 0) + amount
