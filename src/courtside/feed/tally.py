"""A game's state after some of its actions, with what only box scores count."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

import msgspec

from courtside.clock import REGULATION_PERIODS
from courtside.events import RosterEntry
from courtside.feed.action import Action, Facts
from courtside.feed.counts import Counts, Ledger
from courtside.game.players import PlayerState
from courtside.game.state import GameState, fold, start

CHECKPOINT = 16

TIMEOUTS = 7
TIMEOUTS_FOURTH_QUARTER = 4
TIMEOUTS_LAST_THREE_MINUTES = 2
TIMEOUTS_OVERTIME = 2
THREE_MINUTES_TENTHS = 1800

PENALTY_FOULS = 5
PENALTY_FOULS_OVERTIME = 4
PENALTY_FOULS_LATE = 2
LATE_TENTHS = 1200

_GAME = 0
"""Owner of what is counted of both teams together."""

_POINTS_BY_QUALIFIER = {
    "pointsinthepaint": "pointsInThePaint",
    "2ndchance": "pointsSecondChance",
    "fastbreak": "pointsFastBreak",
    "fromturnover": "pointsFromTurnovers",
}
_SHOTS_BY_QUALIFIER = {
    "pointsinthepaint": "pointsInThePaint",
    "2ndchance": "secondChancePoints",
    "fastbreak": "fastBreakPoints",
}
_TEAM_TECHNICALS = ("defensive-3-second", "delay")


class Tally(msgspec.Struct, frozen=True):
    """`state` is the game core's; `counts` are the rest."""

    state: GameState
    counts: Counts

    def of(self, owner: int) -> Mapping[str, int]:
        """All that is counted of a person or team."""
        return self.counts.get(owner) or {}

    def count(self, owner: int, name: str) -> int:
        return self.of(owner).get(name, 0)


class Tallier:
    """Tallies of one game, each folded on from the longest known beginning."""

    def __init__(self, roster: Sequence[RosterEntry], home_team_id: int, away_team_id: int) -> None:
        self.home_team_id = home_team_id
        self.away_team_id = away_team_id
        self._players = frozenset(entry.person_id for entry in roster)
        self._actions: Sequence[Action] = ()
        timeouts = {team: {"timeoutsRemaining": TIMEOUTS} for team in (home_team_id, away_team_id)}
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

    def in_bonus(self, tally: Tally, team: int) -> bool:
        """The opponent has fouled often enough in this period, or twice in its last two minutes."""
        state, opponent = tally.state, self._opponent(team)
        fouls = state.fouls_home if opponent == self.home_team_id else state.fouls_away
        penalty = PENALTY_FOULS if state.period <= REGULATION_PERIODS else PENALTY_FOULS_OVERTIME
        return fouls >= penalty or tally.count(opponent, f"lateFouls{state.period}") >= PENALTY_FOULS_LATE

    def _fold(self, tally: Tally, action: Action) -> Tally:
        before, state = tally.state, fold(tally.state, action.play)
        ledger = Ledger(tally.counts)
        self._count_score(ledger, before, state)
        if action.facts.team_id is not None:
            self._count(ledger, action.facts, action.facts.team_id, state)
        self._limit_timeouts(ledger, action.facts, state)
        return Tally(state, ledger.close())

    def _count_score(self, ledger: Ledger, before: GameState, state: GameState) -> None:
        leading = state.elapsed - before.elapsed
        if before.differential > 0:
            ledger.add(self.home_team_id, "leadingTenths", leading)
        elif before.differential < 0:
            ledger.add(self.away_team_id, "leadingTenths", leading)
        points = {
            self.home_team_id: state.score_home - before.score_home,
            self.away_team_id: state.score_away - before.score_away,
        }
        if not any(points.values()):
            return
        for team, scored in points.items():
            ledger.add(team, f"period{state.period}", scored)
        for player in state.players.values():
            if player.on_court:
                self._plus_minus(ledger, player, points, 1)
        # Who stood on court when the foul was whistled keeps what its free throws bring.
        for person_id, sign in state.swapped:
            self._plus_minus(ledger, state.players[person_id], points, sign)
        self._count_leads_and_runs(ledger, before, state)

    def _plus_minus(self, ledger: Ledger, player: PlayerState, points: dict[int, int], sign: int) -> None:
        own, others = self.home_team_id, self.away_team_id
        if player.side == "away":
            own, others = others, own
        ledger.add(player.person_id, "plus", sign * points[own])
        ledger.add(player.person_id, "minus", sign * points[others])

    def _count_leads_and_runs(self, ledger: Ledger, before: GameState, state: GameState) -> None:
        momentum = state.momentum
        if momentum.biggest_lead_home != before.momentum.biggest_lead_home:
            _keep_score(ledger, self.home_team_id, "biggestLead", state)
        if momentum.biggest_lead_away != before.momentum.biggest_lead_away:
            _keep_score(ledger, self.away_team_id, "biggestLead", state)
        run = momentum.run
        if run is None:
            return
        team = self.home_team_id if run.side == "home" else self.away_team_id
        if run.points > ledger.get(team, "biggestScoringRun"):
            ledger.put(team, "biggestScoringRun", run.points)
            _keep_score(ledger, team, "biggestScoringRun", state)

    def _count(self, ledger: Ledger, facts: Facts, team: int, state: GameState) -> None:
        owners = (team, facts.person_id) if facts.person_id else (team,)
        match facts.action_type:
            case "2pt" | "3pt" | "freethrow":
                _count_shot(ledger, facts, owners)
            case "foul":
                self._count_foul(ledger, facts, team, owners, state)
            case "rebound" if not facts.person_id:
                ledger.add(team, "reboundsTeam")
                ledger.add(team, f"reboundsTeam{facts.sub_type.capitalize()}")
            case "turnover" if not facts.person_id:
                ledger.add(team, "turnoversTeam")
            # The rows of challenges do not count: the box score still has their timeouts at the end.
            case "timeout" if facts.sub_type != "challenge" and ledger.get(team, "timeoutsRemaining"):
                ledger.add(team, "timeoutsRemaining", -1)

    def _count_foul(
        self, ledger: Ledger, facts: Facts, team: int, owners: tuple[int, ...], state: GameState
    ) -> None:
        if facts.foul_drawn_person_id:
            ledger.add(facts.foul_drawn_person_id, "foulsDrawn")
            ledger.add(self._opponent(team), "foulsDrawn")
        if facts.sub_type != "technical":
            for owner in owners:
                ledger.add(owner, "foulsOffensive", int(facts.sub_type == "offensive"))
            # A double foul is nobody's in the team's count.
            ledger.add(team, "foulsDouble", int(facts.descriptor == "double"))
            if facts.sub_type == "personal" and state.remaining_tenths <= LATE_TENTHS:
                ledger.add(team, f"lateFouls{state.period}")
        elif facts.person_id in self._players and facts.descriptor not in _TEAM_TECHNICALS:
            for owner in owners:
                ledger.add(owner, "foulsTechnical")
        else:
            # The bench's, or one that the rules charge to the team.
            ledger.add(team, "foulsTeamTechnical")

    def _limit_timeouts(self, ledger: Ledger, facts: Facts, state: GameState) -> None:
        """Four in the fourth quarter; two from its last three minutes on, but not before the quarter's
        second mandatory timeout; two in each overtime."""
        if state.period < REGULATION_PERIODS:
            return
        teams = (self.home_team_id, self.away_team_id)
        if state.period > REGULATION_PERIODS:
            if state.period != ledger.get(_GAME, "timeoutsPeriod"):
                ledger.put(_GAME, "timeoutsPeriod", state.period)
                for team in teams:
                    ledger.put(team, "timeoutsRemaining", TIMEOUTS_OVERTIME)
            return
        if "mandatory" in facts.qualifiers:
            ledger.add(_GAME, "mandatory")
        late = state.remaining_tenths <= THREE_MINUTES_TENTHS and ledger.get(_GAME, "mandatory") >= 2
        most = TIMEOUTS_LAST_THREE_MINUTES if late else TIMEOUTS_FOURTH_QUARTER
        for team in teams:
            if ledger.get(team, "timeoutsRemaining") > most:
                ledger.put(team, "timeoutsRemaining", most)

    def _opponent(self, team: int) -> int:
        return self.away_team_id if team == self.home_team_id else self.home_team_id


def _count_shot(ledger: Ledger, facts: Facts, owners: tuple[int, ...]) -> None:
    if facts.block_person_id:
        for owner in owners:
            ledger.add(owner, "blocksReceived")
    for qualifier in facts.qualifiers:
        if facts.points and qualifier in _POINTS_BY_QUALIFIER:
            for owner in owners:
                ledger.add(owner, _POINTS_BY_QUALIFIER[qualifier], facts.points)
        if qualifier in _SHOTS_BY_QUALIFIER and facts.action_type != "freethrow":
            ledger.add(owners[0], _SHOTS_BY_QUALIFIER[qualifier] + "Attempted")
            ledger.add(owners[0], _SHOTS_BY_QUALIFIER[qualifier] + "Made", int(facts.points > 0))


def _keep_score(ledger: Ledger, team: int, name: str, state: GameState) -> None:
    ledger.put(team, f"{name}Home", state.score_home)
    ledger.put(team, f"{name}Away", state.score_away)


def _same(pair: tuple[Action, Action]) -> bool:
    return pair[0] is pair[1]
