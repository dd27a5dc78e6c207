"""The scorer's table of a simulated game: clock, wall time, score, and the rows of play-by-play."""

import random

from courtside.clock import OVERTIME_TENTHS, PERIOD_TENTHS, REGULATION_PERIODS, elapsed_tenths
from courtside.events import Play
from courtside.sources.simulator_squad import OVERTIME_TIMEOUTS, Athlete, Squad

ORDER_STEP = 10_000
LAST_MINUTE_TENTHS = 600
LAST_TWO_MINUTES_TENTHS = 1200
BONUS_FOULS = 5
OVERTIME_BONUS_FOULS = 4
LATE_BONUS_FOULS = 2
QUARTER_BREAK_MS = 130_000
HALFTIME_MS = 900_000


class Court:
    """Keeps the game's books; what happens is decided elsewhere."""

    def __init__(self, rng: random.Random, home: Squad, away: Squad, start_ms: int) -> None:
        self.rng = rng
        self.home = home
        self.away = away
        self.plays: list[Play] = []
        self.period = 0
        self.clock = 0
        self.elapsed = 0
        self.wall_ms = start_ms
        self.swapped: list[tuple[Squad, Athlete, int]] = []
        """Since the last foul: +1 for who went out, -1 for who came in."""

    def other(self, squad: Squad) -> Squad:
        return self.away if squad is self.home else self.home

    def pause(self, low_seconds: float, high_seconds: float) -> None:
        """Wall time passes while the game clock stands."""
        self.wall_ms += round(self.rng.uniform(low_seconds, high_seconds) * 10) * 100

    def advance(self, tenths: int) -> None:
        """The game clock runs; outside the last minute it shows whole seconds."""
        before = self.clock
        clock = max(before - tenths, 0)
        if clock > LAST_MINUTE_TENTHS:
            clock -= clock % 10
        self.clock = clock
        self.elapsed += before - clock
        self.wall_ms += (before - clock) * 100

    def row(
        self,
        action: str,
        sub_type: str,
        squad: Squad | None,
        athlete: Athlete | None,
        description: str,
        possession: Squad | None,
        *,
        made: bool | None = None,
        assist_id: int | None = None,
        qualifiers: tuple[str, ...] = (),
        descriptor: str = "",
    ) -> None:
        """Write one row down as of now."""
        if action == "foul":
            self.swapped.clear()
        number = len(self.plays) + 1
        self.plays.append(
            Play(
                number * ORDER_STEP,
                number,
                self.period,
                self.clock,
                action,
                sub_type,
                None if squad is None else squad.side,
                None if athlete is None else athlete.person_id,
                None if athlete is None else athlete.name,
                made,
                self.home.score,
                self.away.score,
                assist_id,
                None if possession is None else possession.side,
                qualifiers,
                description,
                self.wall_ms,
                descriptor,
            )
        )

    def start_period(self, possession: Squad | None) -> None:
        """Fouls and clock are reset; whoever comes in between periods does so before the start row."""
        self.period += 1
        self.clock = PERIOD_TENTHS if self.period <= REGULATION_PERIODS else OVERTIME_TENTHS
        self.elapsed = elapsed_tenths(self.period, self.clock)
        for squad in (self.home, self.away):
            squad.period_fouls = squad.late_fouls = 0
            squad.period_scores.append(squad.score)
            if self.period > REGULATION_PERIODS:
                squad.timeouts = OVERTIME_TIMEOUTS
        if self.period > 1:
            self.wall_ms += HALFTIME_MS if self.period == 3 else QUARTER_BREAK_MS
            self.change_players(possession, None, ("startperiod",))
            self.pause(3, 20)
        self.row("period", "start", None, None, "Period Start", possession)

    def end_period(self, possession: Squad) -> None:
        self.advance(self.clock)
        self.pause(1, 5)
        for squad in (self.home, self.away):
            squad.period_scores[-1] = squad.score - squad.period_scores[-1]
        self.row("period", "end", None, None, "Period End", possession)

    def end_game(self) -> None:
        self.pause(2, 8)
        for squad in (self.home, self.away):
            for athlete in squad.on_court:
                squad.leave(athlete, self.elapsed, self.other(squad).score)
        self.row("game", "end", None, None, "Game End", None)

    def credit_free_throw(self, scorer: Squad) -> None:
        """In plus-minus a free throw counts for those who were on court at the foul."""
        for squad, athlete, sign in self.swapped:
            if squad is scorer:
                athlete.plus += sign
            else:
                athlete.minus += sign

    def in_bonus(self, squad: Squad) -> bool:
        """Whether fouls of this team, the last one included, are paid with free throws."""
        limit = BONUS_FOULS if self.period <= REGULATION_PERIODS else OVERTIME_BONUS_FOULS
        return squad.period_fouls >= limit or squad.late_fouls >= LATE_BONUS_FOULS

    def count_team_foul(self, squad: Squad) -> None:
        squad.team_fouls += 1
        squad.period_fouls += 1
        if self.clock <= LAST_TWO_MINUTES_TENTHS:
            squad.late_fouls += 1

    def change_players(
        self, possession: Squad | None, keep: Athlete | None, qualifiers: tuple[str, ...] = ()
    ) -> None:
        """Both coaches change whom they like: all who go, then all who come."""
        margin = self.home.score - self.away.score
        swaps = [
            (squad, out, entering)
            for squad in (self.home, self.away)
            for out, entering in squad.wanted_swaps(self.elapsed, self.clock, self.period, margin, keep)
        ]
        self._swap(swaps, possession, qualifiers)

    def replace_fouled_out(self, possession: Squad) -> None:
        swaps = [
            (squad, out, entering)
            for squad in (self.home, self.away)
            for out, entering in squad.forced_swaps(self.elapsed)
        ]
        self._swap(swaps, possession, ())

    def _swap(
        self,
        swaps: list[tuple[Squad, Athlete, Athlete]],
        possession: Squad | None,
        qualifiers: tuple[str, ...],
    ) -> None:
        if not swaps:
            return
        self.pause(1, 4)
        for squad, out, _ in swaps:
            self.row(
                "substitution", "out", squad, out, f"SUB out: {out.name}", possession, qualifiers=qualifiers
            )
        for squad, out, entering in swaps:
            squad.exchange(out, entering, self.elapsed, self.other(squad).score)
            self.swapped += [(squad, out, 1), (squad, entering, -1)]
            words = f"SUB in: {entering.name}"
            self.row("substitution", "in", squad, entering, words, possession, qualifiers=qualifiers)

    def timeout(self, squad: Squad, possession: Squad, *, mandatory: bool) -> None:
        squad.timeouts -= 1
        self.pause(2, 8)
        qualifiers = ("team", "mandatory") if mandatory else ("team",)
        words = f"{squad.team.tricode} Timeout"
        self.row("timeout", "full", squad, None, words, possession, qualifiers=qualifiers)
        self.pause(150, 190) if mandatory else self.pause(70, 90)
