"""One simulated game, possession by possession, from a seed.

A chance is what a team has from the moment it gets the ball until a shot, a turnover or a foul. How
long it lasts and how it ends is drawn from rates that depend on how the team came to the ball; the
end of a period has rules of its own (the last shot is held for, a trailing team hurries and fouls).
Teams of unequal strength, an evening's form and a pull towards the team that is behind give margins
their spread.
"""

import random

import msgspec

from courtside.clock import REGULATION_PERIODS
from courtside.errors import BadInput
from courtside.events import Play, RosterEntry
from courtside.sources.simulator_court import Court
from courtside.sources.simulator_floor import NOTHING_LEFT_TENTHS, Floor
from courtside.sources.simulator_league import Player, Team, roster, team
from courtside.sources.simulator_plan import SHOT_CLOCK_TENTHS, plan_chance
from courtside.sources.simulator_rates import STARTS, ChanceRates, RatesFile, Start, shipped
from courtside.sources.simulator_shots import shoot
from courtside.sources.simulator_squad import Squad
from courtside.sources.simulator_whistles import (
    dead_turnover,
    floor_foul,
    kicked_ball,
    shooting_foul,
    technical,
    turnover,
)
from courtside.sources.simulator_words import FLOOR_FOUL

SECOND_SHOT_CLOCK_TENTHS = 140
SHOT_CLOCK_VIOLATION = 0.14
"""Share of the chances drawn longer than the shot clock that run it out; the others are rushed."""
CHANCES = 235
"""About how many there are in a game: turns rates a game into rates a chance."""
KICKED_BALLS = 0.9
"""A game."""
FAST_BREAK_TENTHS = 60
SHORTEST_CHANCE_TENTHS = 3


class SimulatedGame(msgspec.Struct, frozen=True):
    """A finished game: its play-by-play, and the box score that the simulator kept beside it."""

    game_id: str
    home: Team
    away: Team
    start_ms: int
    plays: tuple[Play, ...]
    roster: tuple[RosterEntry, ...]
    squads: tuple[Squad, Squad]
    """Home and away, with every player's line."""
    inactive: tuple[tuple[Player, ...], tuple[Player, ...]]

    @property
    def score(self) -> tuple[int, int]:
        return self.squads[0].score, self.squads[1].score

    @property
    def periods(self) -> int:
        return self.plays[-1].period


def simulate_game(
    seed: int | str,
    home: str = "BOS",
    away: str = "LAL",
    *,
    game_id: str = "9000000001",
    start_ms: int = 0,
    table: RatesFile | None = None,
) -> SimulatedGame:
    """The game that this seed makes of these two teams, the same on every machine.

    `start_ms` is the announced start, some minutes before the tip. Raises `BadInput` for team codes
    that are unknown or the same.
    """
    if home == away:
        raise BadInput(f"{home} cannot play against itself; name two teams")
    players = roster(home), roster(away)
    home_squad, away_squad = (
        Squad("home", team(home), players[0]),
        Squad("away", team(away), players[1]),
    )
    court = Court(random.Random(f"{seed} {home} {away}"), home_squad, away_squad, start_ms)
    _Game(court, table or shipped()).play()
    return SimulatedGame(
        game_id=game_id,
        home=home_squad.team,
        away=away_squad.team,
        start_ms=start_ms,
        plays=tuple(court.plays),
        roster=tuple(
            RosterEntry(
                player.person_id,
                player.short_name,
                squad.side,
                player.starter,
                player.active,
                player.position if player.starter else None,
                player.jersey,
            )
            for squad, members in zip((home_squad, away_squad), players, strict=True)
            for player in members
        ),
        squads=(home_squad, away_squad),
        inactive=(
            tuple(player for player in players[0] if not player.active),
            tuple(player for player in players[1] if not player.active),
        ),
    )


class _Game:
    def __init__(self, court: Court, table: RatesFile) -> None:
        self.court = court
        self.floor = Floor(court, table)
        self.tip_winner = court.home
        self.chances: dict[Start, tuple[ChanceRates, float, float]] = {}
        """Rates, with shape and scale (tenths) of the gamma distribution that the time is drawn from."""
        for start in STARTS:
            rates = table.rates.after(start)
            shape = (rates.seconds / rates.seconds_deviation) ** 2
            scale = 10 * table.tuning.seconds_factor * rates.seconds / shape
            self.chances[start] = rates, shape, scale

    def play(self) -> None:
        court = self.court
        court.pause(500, 700)
        while True:
            self._play_period()
            if court.period >= REGULATION_PERIODS and court.home.score != court.away.score:
                break
        court.end_game()

    def _play_period(self) -> None:
        """The opening tip's loser starts the second and third period, its winner the fourth."""
        court, floor = self.court, self.floor
        period = court.period + 1
        jump = period == 1 or period > REGULATION_PERIODS
        if not jump:
            winner, loser = self.tip_winner, court.other(self.tip_winner)
            floor.give_ball(winner if period == REGULATION_PERIODS else loser)
        court.start_period(None if jump else floor.offense)
        floor.coaches.start_period()
        if jump:
            self._jump_ball()
            if period == 1:
                self.tip_winner = floor.offense
        floor.balance.update()
        start: Start = "dead"
        while court.clock > 0:
            start = self._chance(start)
        court.end_period(floor.offense)

    def _jump_ball(self) -> None:
        court, floor = self.court, self.floor
        rng = court.rng
        jumpers = [
            max(squad.on_court, key=lambda mate: mate.player.blocks) for squad in (court.home, court.away)
        ]
        home_wins = rng.random() < 0.5
        floor.give_ball(court.home if home_wins else court.away)
        tipped_to = floor.offense.draw_other(rng, "steals", jumpers[0 if home_wins else 1])
        court.advance(rng.randrange(10, 40, 10))
        words = f"Jump Ball {jumpers[0].name} vs. {jumpers[1].name}: Tip to {tipped_to.name}"
        court.row(
            "jumpball", "recovered", floor.offense, tipped_to, words, floor.offense, descriptor="startperiod"
        )

    def _chance(self, start: Start) -> Start:
        court, floor = self.court, self.floor
        rng = court.rng
        if court.clock <= NOTHING_LEFT_TENTHS:
            court.advance(court.clock)
            return start
        if rng.random() < floor.rates.technicals / CHANCES:
            technical(floor)
        rates, shape, scale = self.chances[start]
        drawn = rng.gammavariate(shape, scale)
        tenths, plan = plan_chance(floor, start, drawn)
        if tenths >= court.clock:
            court.advance(court.clock)
            return start
        limit = SECOND_SHOT_CLOCK_TENTHS if start == "second" else SHOT_CLOCK_TENTHS
        if plan == "normal" and tenths > limit:
            if rng.random() < SHOT_CLOCK_VIOLATION:
                court.advance(limit)
                return dead_turnover(floor, "shot clock", "")
            tenths = limit - rng.randrange(30)
        court.advance(max(tenths, SHORTEST_CHANCE_TENTHS))
        floor.fast_break = tenths < FAST_BREAK_TENTHS and start in ("steal", "rebound")
        if plan == "foul":
            return floor_foul(floor, "take")
        if plan == "heave":
            return shoot(floor, rates, plan, floor.offense.draw(rng, "shots"))
        outcome = rng.random()
        factor = floor.tuning.foul_factor
        if plan == "last":
            outcome = 2 * outcome  # the ball is looked after, and nobody wants to foul
        outcome -= rates.turnover
        if outcome < 0:
            return turnover(floor)
        outcome -= rates.floor_foul * factor
        if outcome < 0:
            return floor_foul(floor, FLOOR_FOUL.draw(rng))
        shooter = floor.offense.draw(rng, "shots")
        outcome -= rates.shooting_foul * factor
        if outcome < 0:
            return shooting_foul(floor, shooter)
        if rng.random() < KICKED_BALLS / CHANCES:
            return kicked_ball(floor)
        return shoot(floor, rates, plan, shooter)
