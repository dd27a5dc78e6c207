"""One team on the evening: who is on court, what each has done, and whom the coach wants in next."""

import random
from bisect import bisect
from itertools import accumulate
from operator import attrgetter

from courtside.events import Side
from courtside.sources.simulator_league import Player, Team

ON_COURT = 5
FOULS_OUT = 6
TIMEOUTS = 7
OVERTIME_TIMEOUTS = 2
CLOSING_TENTHS = 3000
"""From here to the end of the game starters finish a close one and the bench a decided one."""
CLOSE_MARGIN = 14
DECIDED_MARGIN = 18
SWAP_TENTHS = 2200
"""Two players change places once they are this far, together, from the minutes meant for them."""
CHANGE_GAP_TENTHS = 500

_WEIGHTS = {
    name: attrgetter(f"player.{name}")
    for name in (
        "shots",
        "assists",
        "rebounds_offensive",
        "rebounds_defensive",
        "steals",
        "blocks",
        "fouls",
        "turnovers",
    )
}


class Athlete:
    """A player's evening; times are tenths of game time."""

    __slots__ = (
        "assists",
        "blocked",
        "blocks",
        "defensive",
        "entered",
        "fouls",
        "fouls_drawn",
        "free_throws_made",
        "free_throws_tried",
        "minus",
        "name",
        "offensive",
        "offensive_fouls",
        "on",
        "other_at_entry",
        "own_at_entry",
        "person_id",
        "played",
        "player",
        "plus",
        "points",
        "steals",
        "technicals",
        "threes_made",
        "threes_tried",
        "turnovers",
        "twos_made",
        "twos_tried",
    )

    def __init__(self, player: Player) -> None:
        self.player = player
        self.person_id = player.person_id
        self.name = player.short_name
        self.points = 0
        self.twos_made = self.twos_tried = 0
        self.threes_made = self.threes_tried = 0
        self.free_throws_made = self.free_throws_tried = 0
        self.offensive = self.defensive = 0
        self.assists = self.steals = self.blocks = self.blocked = 0
        self.turnovers = 0
        self.fouls = self.offensive_fouls = self.technicals = self.fouls_drawn = 0
        self.played = self.plus = self.minus = 0
        self.entered = self.own_at_entry = self.other_at_entry = 0
        self.on = False

    @property
    def rebounds(self) -> int:
        return self.offensive + self.defensive

    @property
    def can_play(self) -> bool:
        return self.fouls < FOULS_OUT

    def played_at(self, elapsed: int) -> int:
        return self.played + (elapsed - self.entered if self.on else 0)


class Squad:
    """The active players of one side and what the team as a whole has done."""

    def __init__(self, side: Side, team: Team, players: tuple[Player, ...]) -> None:
        self.side: Side = side
        self.team = team
        self.athletes = [Athlete(player) for player in players if player.active]
        self.on_court = [athlete for athlete in self.athletes if athlete.player.starter]
        for athlete in self.on_court:
            athlete.on = True
        self.score = 0
        self.period_scores: list[int] = []
        self.period_fouls = 0
        self.late_fouls = 0
        """In the last two minutes of the period."""
        self.team_fouls = 0
        self.timeouts = TIMEOUTS
        self.team_offensive = self.team_defensive = 0
        """Rebounds that no player is credited with."""
        self.team_turnovers = 0
        self.changed_at = 0
        self.can_score = 1.0
        """Factor on the chance that its shots fall, tonight and at this score."""
        self._sums: dict[str, list[float]] = {}

    def draw(self, rng: random.Random, tendency: str) -> Athlete:
        """One of the five on court, in proportion to a tendency of theirs."""
        sums = self._sums.get(tendency)
        if sums is None:
            sums = self._sums[tendency] = list(accumulate(map(_WEIGHTS[tendency], self.on_court)))
        return self.on_court[bisect(sums, rng.random() * sums[-1])]

    def draw_other(self, rng: random.Random, tendency: str, than: Athlete) -> Athlete:
        while True:
            athlete = self.draw(rng, tendency)
            if athlete is not than:
                return athlete

    def exchange(self, out: Athlete, entering: Athlete, elapsed: int, other_score: int) -> None:
        """One goes, one comes; their time and plus-minus are settled."""
        self.leave(out, elapsed, other_score)
        entering.on = True
        entering.entered, entering.own_at_entry, entering.other_at_entry = elapsed, self.score, other_score
        self.on_court[self.on_court.index(out)] = entering
        self.changed_at = elapsed
        self._sums.clear()

    def leave(self, athlete: Athlete, elapsed: int, other_score: int) -> None:
        athlete.played += elapsed - athlete.entered
        athlete.plus += self.score - athlete.own_at_entry
        athlete.minus += other_score - athlete.other_at_entry
        athlete.on = False

    def forced_swaps(self, elapsed: int) -> list[tuple[Athlete, Athlete]]:
        """Who has fouled out, each with the one who comes in."""
        swaps: list[tuple[Athlete, Athlete]] = []
        for out in self.on_court:
            if not out.can_play:
                taken = {entering for _, entering in swaps}
                bench = [mate for mate in self._bench() if mate not in taken]
                swaps.append((out, max(bench, key=lambda mate: self._owed(mate, elapsed))))
        return swaps

    def wanted_swaps(
        self, elapsed: int, remaining: int, period: int, margin: int, keep: Athlete | None
    ) -> list[tuple[Athlete, Athlete]]:
        """What the coach changes at a dead ball; `keep` stands at the line and stays."""
        if elapsed - self.changed_at < CHANGE_GAP_TENTHS:
            return []
        late = period >= 4 and remaining <= CLOSING_TENTHS
        if late and abs(margin) <= CLOSE_MARGIN:
            return self._towards(sorted(self.athletes, key=_closer, reverse=True), keep)
        if late:
            return (
                self._towards(sorted(self.athletes, key=_closer), keep)
                if abs(margin) >= DECIDED_MARGIN
                else []
            )
        leaving = sorted(self.on_court, key=lambda mate: self._owed(mate, elapsed, period))
        coming = sorted(self._bench(), key=lambda mate: self._owed(mate, elapsed, period), reverse=True)
        return [
            (out, entering)
            for out, entering in list(zip(leaving, coming, strict=False))[:3]
            if out is not keep
            and self._owed(entering, elapsed, period) - self._owed(out, elapsed, period) > SWAP_TENTHS
        ]

    def _towards(self, order: list[Athlete], keep: Athlete | None) -> list[tuple[Athlete, Athlete]]:
        wanted = [mate for mate in order if mate.can_play][:ON_COURT]
        leaving = [mate for mate in self.on_court if mate not in wanted and mate is not keep]
        coming = [mate for mate in wanted if not mate.on]
        return list(zip(leaving, coming, strict=False))

    def _bench(self) -> list[Athlete]:
        return [mate for mate in self.athletes if not mate.on and mate.can_play]

    def _owed(self, mate: Athlete, elapsed: int, period: int = 4) -> float:
        """Tenths of play that the plan still owes him; foul trouble costs him some."""
        share = mate.player.minute_share
        owed = share * elapsed - mate.played_at(elapsed)
        if not share:
            owed -= 3000
        if mate.fouls > period:
            owed -= 1500
        return owed


def _closer(mate: Athlete) -> float:
    return mate.player.minute_share
