"""When the coaches stop the game."""

from courtside.clock import REGULATION_PERIODS
from courtside.sources.simulator_court import Court
from courtside.sources.simulator_squad import Squad

RUN_POINTS = 8
"""Unanswered points after which a coach may stop the game."""
FIRST_MANDATORY_TENTHS = 4200
SECOND_MANDATORY_TENTHS = 1800
LAST_WORDS_TENTHS = 400
LAST_WORDS_MARGIN = 6
TOO_LATE_TENTHS = 22


class Coaches:
    """Two mandatory timeouts a period, one charged to each side; more against runs and near the end."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.mandatory_left = 0
        self.run_side: Squad | None = None
        self.run_points = 0

    def start_period(self) -> None:
        self.mandatory_left = 2 if self.court.period <= REGULATION_PERIODS else 0

    def saw_score(self, squad: Squad, points: int) -> None:
        if self.run_side is not squad:
            self.run_side, self.run_points = squad, 0
        self.run_points += points

    def mandatory_timeout(self, offense: Squad) -> bool:
        """Whether one was due and has been taken."""
        court = self.court
        due = {2: FIRST_MANDATORY_TENTHS, 1: SECOND_MANDATORY_TENTHS}.get(self.mandatory_left, 0)
        if court.clock >= due:
            return False
        squad = court.home if self.mandatory_left == 2 else court.away
        self.mandatory_left -= 1
        if squad.timeouts <= 1:
            return False
        court.timeout(squad, offense, mandatory=True)
        self.run_points = 0
        return True

    def stop_run(self, offense: Squad) -> None:
        """The team that has the ball may stop the other's run, or talk over the last minute."""
        court, rng = self.court, self.court.rng
        defense = court.other(offense)
        if offense.timeouts <= 0 or court.clock < TOO_LATE_TENTHS:
            return
        running = self.run_side is defense and self.run_points >= RUN_POINTS
        behind = defense.score - offense.score
        late = court.period >= REGULATION_PERIODS and court.clock <= LAST_WORDS_TENTHS
        close = late and 0 <= behind <= LAST_WORDS_MARGIN
        if (running and offense.timeouts > 1 and rng.random() < 0.5) or (close and rng.random() < 0.4):
            court.timeout(offense, offense, mandatory=False)
            self.run_points = 0
            court.change_players(offense, None)
