"""How the strength of the teams, the evening and the score bear on shooting: what spreads margins."""

from courtside.sources.simulator_court import Court
from courtside.sources.simulator_league import rating
from courtside.sources.simulator_rates import RatesFile

POINTS_A_HUNDRED = 112.0
"""Points of an average team in 100 possessions."""
LARGEST_PULL_POINTS = 25
LATE_PULL_POINTS = 10
LATE_PULL_TENTHS = 40 * 600
SPELL_TENTHS = 1800


class Balance:
    """Keeps both teams' `can_score` up to date."""

    def __init__(self, court: Court, table: RatesFile) -> None:
        self.court = court
        self.tuning = table.tuning
        self.edge = self._edge(table.rates.home_advantage)
        self.spell = 0.0
        self.spell_ends = 0

    def _edge(self, home_advantage: float) -> float:
        """Points in 100 possessions by which home is better tonight."""
        strength, form = self.tuning.strength_deviation, self.tuning.form_deviation
        home, away = (
            strength * rating(squad.team.tricode) + form * self.court.rng.gauss(0, 1)
            for squad in (self.court.home, self.court.away)
        )
        return home - away + home_advantage

    def update(self) -> None:
        """After every score: the team behind gains, and every few minutes other players are on court."""
        court, tuning = self.court, self.tuning
        if court.elapsed >= self.spell_ends:
            self.spell = tuning.spell_deviation * court.rng.gauss(0, 1)
            self.spell_ends = court.elapsed + SPELL_TENTHS
        lead = court.home.score - court.away.score
        pull = tuning.lead_pull * max(min(lead, LARGEST_PULL_POINTS), -LARGEST_PULL_POINTS)
        if court.elapsed >= LATE_PULL_TENTHS:
            pull += tuning.late_pull * max(min(lead, LATE_PULL_POINTS), -LATE_PULL_POINTS)
        edge = (self.edge + self.spell - pull) / 2 / POINTS_A_HUNDRED
        court.home.can_score = 1 + edge
        court.away.can_score = 1 - edge
