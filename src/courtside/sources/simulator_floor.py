"""The state of play between two rows: who has the ball, how it came to it, and whose evening it is."""

from typing import Literal

from courtside.sources.simulator_balance import Balance
from courtside.sources.simulator_coaches import Coaches
from courtside.sources.simulator_court import Court
from courtside.sources.simulator_rates import RatesFile, Start
from courtside.sources.simulator_squad import Athlete, Squad

NOTHING_LEFT_TENTHS = 4


class Floor:
    """What every kind of play may read and change; `Start` tells how the next chance begins."""

    def __init__(self, court: Court, table: RatesFile) -> None:
        self.court = court
        self.rng = court.rng
        self.rates = table.rates
        self.tuning = table.tuning
        self.offense = court.home
        self.defense = court.away
        self.second_chance = False
        self.from_turnover = False
        self.fast_break = False
        self.balance = Balance(court, table)
        self.coaches = Coaches(court)

    def give_ball(self, squad: Squad) -> None:
        self.offense = squad
        self.defense = self.court.other(squad)
        self.second_chance = self.from_turnover = self.fast_break = False

    def turn_over(self) -> None:
        self.give_ball(self.defense)

    def circumstances(self) -> tuple[str, ...]:
        """The feed's names for how the team came to shoot."""
        if not (self.second_chance or self.from_turnover or self.fast_break):
            return ()
        named = (
            (self.second_chance, "2ndchance"),
            (self.from_turnover, "fromturnover"),
            (self.fast_break, "fastbreak"),
        )
        return tuple(name for true, name in named if true)

    def score(self, athlete: Athlete, points: int, squad: Squad | None = None) -> None:
        squad = squad or self.offense
        athlete.points += points
        squad.score += points
        self.coaches.saw_score(squad, points)
        self.balance.update()

    def dead_ball(self) -> None:
        """The clock stands: the coaches may change players or take a timeout."""
        if self.court.clock <= 0:
            return
        if not self.coaches.mandatory_timeout(self.offense):
            self.coaches.stop_run(self.offense)
        self.court.change_players(self.offense, None)

    def rebound(self, offensive_share: float) -> Start:
        """Of a live ball: a player of either side gets it, or it goes out of bounds."""
        court, rng, rates = self.court, self.rng, self.rates
        offensive = rng.random() < offensive_share
        if court.clock <= NOTHING_LEFT_TENTHS:
            self._team_rebound(
                self.offense if offensive else self.defense, "offensive" if offensive else "defensive"
            )
            court.advance(court.clock)
            return "dead"
        loose = rng.random() < (rates.team_rebound_offensive if offensive else rates.team_rebound_defensive)
        if not loose:
            court.advance(min(rng.randrange(5, 35), court.clock - 1))
        if offensive:
            self.second_chance = True
        else:
            self.turn_over()
        squad = self.offense
        if loose:
            self._team_rebound(squad, "offensive" if offensive else "defensive")
            court.pause(6, 14)
            self.dead_ball()
            return "dead"
        if offensive:
            rebounder = squad.draw(rng, "rebounds_offensive")
            rebounder.offensive += 1
        else:
            rebounder = squad.draw(rng, "rebounds_defensive")
            rebounder.defensive += 1
        words = f"{rebounder.name} REBOUND (Off:{rebounder.offensive} Def:{rebounder.defensive})"
        court.row("rebound", "offensive" if offensive else "defensive", squad, rebounder, words, squad)
        return "second" if offensive else "rebound"

    def _team_rebound(self, squad: Squad, kind: Literal["offensive", "defensive"]) -> None:
        if kind == "offensive":
            squad.team_offensive += 1
        else:
            squad.team_defensive += 1
        self.court.row("rebound", kind, squad, None, f"TEAM {kind} REBOUND", squad, qualifiers=("team",))
