"""One simulated game, possession by possession, from a seed.

A chance is what a team has from the moment it gets the ball until a shot, a turnover or a foul. How
long it lasts and how it ends is drawn from rates that depend on how the team came to the ball; the
end of a period has rules of its own (the last shot is held for, a trailing team hurries and fouls).
Teams of unequal strength, an evening's form and a pull towards the team that is behind give margins
their spread.
"""

import random
from typing import Literal

import msgspec

from courtside.errors import BadInput
from courtside.events import Play, RosterEntry
from courtside.sources.simulator_court import Court
from courtside.sources.simulator_league import Player, Team, rating, roster, team
from courtside.sources.simulator_rates import ChanceRates, RatesFile, Start, shipped
from courtside.sources.simulator_squad import Athlete, Squad
from courtside.sources.simulator_words import (
    DEAD_TURNOVER,
    DESCRIPTORS,
    DUNK,
    FEET,
    FLOOR_FOUL,
    HOOK,
    JUMP_SHOT,
    LAYUP,
    OFFENSIVE_FOUL,
    PAINT_FEET,
    SECOND_CHANCE_LAYUP,
    STOLEN,
    TEAM_TURNOVERS,
    THREE,
    TWO_MADE,
    TWO_MISSED,
    made_shot,
    missed_shot,
)

Plan = Literal["normal", "last", "hurry", "foul", "heave"]

POINTS_A_HUNDRED = 112.0
SHOT_CLOCK_TENTHS = 240
SECOND_SHOT_CLOCK_TENTHS = 140
SHOT_CLOCK_VIOLATION = 0.14
"""Share of the chances drawn longer than the shot clock that run it out; the others are rushed."""
CHANCES = 235
"""About how many there are in a game: turns rates a game into rates a chance."""
KICKED_BALLS = 0.9
LATE_TENTHS = 1200
NOTHING_LEFT_TENTHS = 4
HEAVE_TENTHS = 22
FAST_BREAK_TENTHS = 60
COACHES_RUN = 8
"""Unanswered points after which a coach may stop the game."""
LARGEST_PULL_POINTS = 25
LATE_PULL_POINTS = 10
LATE_PULL_TENTHS = 40 * 600
SPELL_TENTHS = 1800
LAST_SHOT = 0.85
"""Factor on the chance of a shot for which the end of the period was waited."""
LAST_SHOT_TIED = 0.62


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
        self.rng = court.rng
        self.rates = table.rates
        self.tuning = table.tuning
        self.offense = court.home
        self.defense = court.away
        self.tip_winner = court.home
        self.second_chance = False
        self.from_turnover = False
        self.fast_break = False
        self.mandatory_due = 0
        self.run_side: Squad | None = None
        self.run_points = 0
        factor = self.tuning.seconds_factor
        self.chances: dict[Start, tuple[ChanceRates, float, float]] = {}
        starts: tuple[tuple[Start, ChanceRates], ...] = (
            ("made", self.rates.made),
            ("rebound", self.rates.rebound),
            ("steal", self.rates.steal),
            ("dead", self.rates.dead),
            ("second", self.rates.second),
        )
        for start, rates in starts:
            shape = (rates.seconds / rates.seconds_deviation) ** 2
            self.chances[start] = rates, shape, 10 * factor * rates.seconds / shape
        self.edge = self._edge()
        self.spell = 0.0
        self.spell_ends = 0

    def _edge(self) -> float:
        """Points in 100 possessions by which home is better tonight."""
        strength, form = self.tuning.strength_deviation, self.tuning.form_deviation
        home, away = (
            strength * rating(squad.team.tricode) + form * self.rng.gauss(0, 1)
            for squad in (self.court.home, self.court.away)
        )
        return home - away + self.rates.home_advantage

    def play(self) -> None:
        court = self.court
        court.pause(500, 700)
        while True:
            self._play_period()
            if court.period >= 4 and court.home.score != court.away.score:
                break
        court.end_game()

    def _play_period(self) -> None:
        court = self.court
        period = court.period + 1
        jump = period == 1 or period > 4
        if not jump:
            winner, loser = self.tip_winner, court.other(self.tip_winner)
            self._give_ball(winner if period == 4 else loser)
        court.start_period(None if jump else self.offense)
        self.mandatory_due = 2 if period <= 4 else 0
        if jump:
            self._jump_ball()
            if period == 1:
                self.tip_winner = self.offense
        self._set_scoring()
        start: Start = "dead"
        while court.clock > 0:
            start = self._chance(start)
        court.end_period(self.offense)

    def _give_ball(self, squad: Squad) -> None:
        self.offense = squad
        self.defense = self.court.other(squad)
        self.second_chance = self.from_turnover = self.fast_break = False

    def _turn_over(self) -> None:
        self._give_ball(self.defense)

    def _jump_ball(self) -> None:
        court, rng = self.court, self.rng
        jumpers = [
            max(squad.on_court, key=lambda mate: mate.player.blocks) for squad in (court.home, court.away)
        ]
        home_wins = rng.random() < 0.5
        self._give_ball(court.home if home_wins else court.away)
        tipped_to = self.offense.draw_other(rng, "steals", jumpers[0 if home_wins else 1])
        court.advance(rng.randrange(10, 40, 10))
        words = f"Jump Ball {jumpers[0].name} vs. {jumpers[1].name}: Tip to {tipped_to.name}"
        court.row(
            "jumpball", "recovered", self.offense, tipped_to, words, self.offense, descriptor="startperiod"
        )

    # One chance

    def _chance(self, start: Start) -> Start:
        court, rng = self.court, self.rng
        if court.clock <= NOTHING_LEFT_TENTHS:
            court.advance(court.clock)
            return start
        if rng.random() < self.rates.technicals / CHANCES:
            self._technical()
        rates, shape, scale = self.chances[start]
        drawn = rng.gammavariate(shape, scale)
        tenths, plan = self._plan(start, drawn)
        if tenths >= court.clock:
            court.advance(court.clock)
            return start
        limit = SECOND_SHOT_CLOCK_TENTHS if start == "second" else SHOT_CLOCK_TENTHS
        if plan == "normal" and tenths > limit:
            if rng.random() < SHOT_CLOCK_VIOLATION:
                court.advance(limit)
                return self._dead_turnover("shot clock", "")
            tenths = limit - rng.randrange(30)
        court.advance(max(tenths, 3))
        self.fast_break = tenths < FAST_BREAK_TENTHS and start in ("steal", "rebound")
        if plan == "foul":
            return self._floor_foul("take")
        if plan == "heave":
            return self._shoot(rates, plan, self.offense.draw(rng, "shots"))
        outcome = rng.random()
        factor = self.tuning.foul_factor
        if plan == "last":
            outcome = 0.5 + outcome / 2
        outcome -= rates.turnover
        if outcome < 0:
            return self._turnover()
        outcome -= rates.floor_foul * factor
        if outcome < 0:
            return self._floor_foul(FLOOR_FOUL.draw(rng))
        shooter = self.offense.draw(rng, "shots")
        outcome -= rates.shooting_foul * factor
        if outcome < 0:
            return self._shooting_foul(shooter)
        if rng.random() < KICKED_BALLS / CHANCES:
            return self._kicked_ball()
        return self._shoot(rates, plan, shooter)

    def _plan(self, start: Start, drawn: float) -> tuple[int, Plan]:
        """After how many tenths something happens, and what the two teams are after."""
        court, rng = self.court, self.rng
        clock = court.clock
        behind = self.defense.score - self.offense.score
        if court.period >= 4 and clock <= LATE_TENTHS:
            if behind < 0:
                return self._protect_lead(-behind, drawn)
            if behind > 3 or (behind > 0 and clock > SHOT_CLOCK_TENTHS + 60):
                return max(round(drawn * (0.5 if behind > 3 else 0.75)), 10), "hurry"
            if behind > 0:
                return round(clock * rng.uniform(0.3, 0.9)), "last"
        if clock <= HEAVE_TENTHS:
            return (
                (round(clock * rng.uniform(0.3, 0.95)), "heave") if rng.random() < 0.6 else (clock, "normal")
            )
        if clock <= SHOT_CLOCK_TENTHS + 20:
            return max(clock - rng.randrange(5, 60), 3), "last"
        if 290 < clock < 430 and start != "second" and rng.random() < 0.5:
            return max(round(min(drawn, clock - rng.uniform(280, 340))), 20), "normal"
        return max(round(drawn), 3), "normal"

    def _protect_lead(self, lead: int, drawn: float) -> tuple[int, Plan]:
        """Ahead near the end: the ball is held, and the other side fouls once that is its only way."""
        clock, rng = self.court.clock, self.rng
        hopeful = 270 if lead <= 2 else 330 if lead <= 3 else 420 if lead <= 8 else 330 if lead <= 11 else 0
        if clock <= hopeful and rng.random() < 0.88:
            return rng.randrange(4, 45), "foul"
        if clock <= SHOT_CLOCK_TENTHS:
            return clock, "normal"
        return round(max(drawn, rng.uniform(150, 225))), "normal"

    # How it ends

    def _shoot(self, rates: ChanceRates, plan: Plan, shooter: Athlete) -> Start:
        rng, offense = self.rng, self.offense
        three_share = rates.three * self.tuning.three_factor * shooter.player.threes
        behind = self.defense.score - offense.score
        if plan == "heave":
            three_share = 0.97
        elif plan in ("last", "hurry"):
            three_share = self._late_three_share(three_share, behind, plan)
        three = rng.random() < three_share
        chance = (rates.three_made if three else rates.two_made) * self.tuning.made_factor
        chance *= offense.can_score * shooter.player.touch
        if plan == "last":
            chance *= LAST_SHOT_TIED if behind == 0 and self.court.period >= 4 else LAST_SHOT
        elif plan == "heave":
            chance *= 0.25
        if rng.random() < chance:
            return self._made(shooter, three)
        return self._missed(shooter, three)

    def _late_three_share(self, usual: float, behind: int, plan: Plan) -> float:
        """Three behind, a team wants a three; one or two behind, it wants the surest shot."""
        if behind <= 0:
            return usual
        if behind < 3:
            return 0.65 * usual
        return 0.85 if plan == "last" else 1.35 * usual

    def _shot_kind(self, three: bool, made: bool) -> tuple[str, str, int, tuple[str, ...]]:
        """Kind, descriptor, feet and qualifiers of a shot that went in, or did not."""
        rng = self.rng
        qualifiers: tuple[str, ...] = ()
        if three:
            kind, descriptor = JUMP_SHOT, THREE.draw(rng)
            near, far = FEET["3pt"]
        else:
            kind = (TWO_MADE if made else TWO_MISSED).draw(rng)
            if self.second_chance and kind in (LAYUP, DUNK):
                kind, descriptor = LAYUP, SECOND_CHANCE_LAYUP.draw(rng)
            else:
                descriptor = DESCRIPTORS[kind].draw(rng)
            near, far = FEET[kind]
        feet = near + int(rng.random() * (far - near + 1))
        if not three and (kind in (LAYUP, DUNK, HOOK) or feet < PAINT_FEET):
            qualifiers = ("pointsinthepaint",)
        return kind, descriptor, feet, qualifiers + self._circumstances()

    def _circumstances(self) -> tuple[str, ...]:
        if not (self.second_chance or self.from_turnover or self.fast_break):
            return ()
        named = (
            (self.second_chance, "2ndchance"),
            (self.from_turnover, "fromturnover"),
            (self.fast_break, "fastbreak"),
        )
        return tuple(name for true, name in named if true)

    def _made(self, shooter: Athlete, three: bool) -> Start:
        rng, rates, offense = self.rng, self.rates, self.offense
        action, points = ("3pt", 3) if three else ("2pt", 2)
        kind, descriptor, feet, qualifiers = self._shot_kind(three, made=True)
        if three:
            shooter.threes_made += 1
            shooter.threes_tried += 1
        else:
            shooter.twos_made += 1
            shooter.twos_tried += 1
            if "pointsinthepaint" in qualifiers:
                offense.paint_made += 1
                offense.paint_tried += 1
        self._score(shooter, points)
        words = f"{made_shot(shooter.name, action, kind, descriptor, feet)} ({shooter.points} PTS)"
        assist_id = None
        if rng.random() < (rates.assisted_three if three else rates.assisted_two) and descriptor != "putback":
            helper = offense.draw_other(rng, "assists", shooter)
            helper.assists += 1
            assist_id = helper.person_id
            words = f"{words} ({helper.name} {helper.assists} AST)"
        self.court.row(
            action,
            kind,
            offense,
            shooter,
            words,
            offense,
            made=True,
            assist_id=assist_id,
            qualifiers=qualifiers,
            descriptor=descriptor,
        )
        if rng.random() < (rates.and_one_three if three else rates.and_one_two):
            self._foul("shooting", shooter, 1)
            return self._free_throws(shooter, 1)
        self._turn_over()
        self._coach_stops_run()
        return "made"

    def _missed(self, shooter: Athlete, three: bool) -> Start:
        rng, rates, offense, defense = self.rng, self.rates, self.offense, self.defense
        action = "3pt" if three else "2pt"
        kind, descriptor, feet, qualifiers = self._shot_kind(three, made=False)
        if three:
            shooter.threes_tried += 1
        else:
            shooter.twos_tried += 1
            if "pointsinthepaint" in qualifiers:
                offense.paint_tried += 1
        blocked = rng.random() < (rates.blocked_three if three else rates.blocked_two)
        words = missed_shot(shooter.name, action, kind, descriptor, feet, blocked)
        self.court.row(
            action,
            kind,
            offense,
            shooter,
            words,
            offense,
            made=False,
            qualifiers=qualifiers,
            descriptor=descriptor,
        )
        if blocked:
            blocker = defense.draw(rng, "blocks")
            blocker.blocks += 1
            shooter.blocked += 1
            self.court.row(
                "block", "", defense, blocker, f"{blocker.name} BLOCK ({blocker.blocks} BLK)", offense
            )
        return self._rebound(rates.offensive_rebound_three if three else rates.offensive_rebound_two)

    def _rebound(self, offensive_share: float) -> Start:
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
            self._turn_over()
        squad = self.offense
        if loose:
            self._team_rebound(squad, "offensive" if offensive else "defensive")
            court.pause(6, 14)
            self._dead_ball()
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

    def _turnover(self) -> Start:
        rng, court = self.rng, self.court
        if rng.random() < self.rates.stolen:
            kind = STOLEN.draw(rng)
            self._loses_ball(kind, "")
            thief = self.defense.draw(rng, "steals")
            thief.steals += 1
            self._turn_over()
            self.from_turnover = True
            court.row(
                "steal", "", self.offense, thief, f"{thief.name} STEAL ({thief.steals} STL)", self.offense
            )
            return "steal"
        if rng.random() < self.rates.offensive_foul:
            return self._offensive_foul()
        return self._dead_turnover(*DEAD_TURNOVER.draw(rng))

    def _loses_ball(self, kind: str, descriptor: str) -> None:
        offense = self.offense
        if kind in TEAM_TURNOVERS:
            offense.team_turnovers += 1
            words = f"{offense.team.tricode} {kind} Team TURNOVER"
            self.court.row("turnover", kind, offense, None, words, offense, qualifiers=("team",))
        else:
            self._count_turnover(offense.draw(self.rng, "turnovers"), kind, descriptor)

    def _count_turnover(self, athlete: Athlete, kind: str, descriptor: str) -> None:
        athlete.turnovers += 1
        named = f"{descriptor} {kind}" if descriptor else kind
        words = f"{athlete.name} {named} TURNOVER ({athlete.turnovers} TO)"
        self.court.row("turnover", kind, self.offense, athlete, words, self.offense, descriptor=descriptor)

    def _dead_turnover(self, kind: str, descriptor: str) -> Start:
        self._loses_ball(kind, descriptor)
        self.court.pause(8, 18)
        self._turn_over()
        self.from_turnover = True
        self._dead_ball()
        return "dead"

    def _offensive_foul(self) -> Start:
        court, offense = self.court, self.offense
        athlete = offense.draw(self.rng, "turnovers")
        drawn = self.defense.draw(self.rng, "fouls")
        athlete.fouls += 1
        athlete.offensive_fouls += 1
        drawn.fouls_drawn += 1
        descriptor = OFFENSIVE_FOUL.draw(self.rng)
        words = f"{athlete.name} {descriptor} offensive" if descriptor else f"{athlete.name} offensive"
        words = f"{words} FOUL ({athlete.fouls} PF)"
        court.row("foul", "offensive", offense, athlete, words, offense, descriptor=descriptor)
        self._count_turnover(athlete, "offensive foul", "")
        court.pause(10, 20)
        self._turn_over()
        self.from_turnover = True
        court.replace_fouled_out(self.offense)
        self._dead_ball()
        return "dead"

    def _foul(self, descriptor: str, drawn: Athlete, free_throws: int) -> None:
        """A personal foul of the defence; 0 free throws unless it is in the bonus, which gives 2."""
        court, defense = self.court, self.defense
        athlete = defense.draw(self.rng, "fouls")
        athlete.fouls += 1
        drawn.fouls_drawn += 1
        court.count_team_foul(defense)
        qualifiers: tuple[str, ...] = (f"{free_throws}freethrow",) if free_throws else ()
        if court.in_bonus(defense) and free_throws != 1:
            qualifiers = ("inpenalty", *qualifiers)
        words = f"{athlete.name} {descriptor} personal" if descriptor else f"{athlete.name} personal"
        words = f"{words} FOUL ({athlete.fouls} PF)"
        if free_throws:
            words = f"{words} ({drawn.player.family_name} {free_throws} FT)"
        court.row(
            "foul",
            "personal",
            defense,
            athlete,
            words,
            self.offense,
            qualifiers=qualifiers,
            descriptor=descriptor,
        )
        court.pause(6, 14)
        court.replace_fouled_out(self.offense)

    def _shooting_foul(self, shooter: Athlete) -> Start:
        shots = 3 if self.rng.random() < self.rates.three_shot_foul else 2
        self._foul("shooting", shooter, shots)
        return self._free_throws(shooter, shots)

    def _floor_foul(self, descriptor: str) -> Start:
        drawn = self.offense.draw(self.rng, "shots")
        defense = self.defense
        bonus = self._bonus_after_foul(defense)
        self._foul(descriptor, drawn, 2 if bonus else 0)
        if bonus:
            return self._free_throws(drawn, 2)
        self._dead_ball()
        return "dead"

    def _bonus_after_foul(self, squad: Squad) -> bool:
        court = self.court
        period, late = squad.period_fouls, squad.late_fouls
        before = squad.team_fouls
        court.count_team_foul(squad)
        bonus = court.in_bonus(squad)
        squad.period_fouls, squad.late_fouls, squad.team_fouls = period, late, before
        return bonus

    def _free_throws(self, shooter: Athlete, count: int) -> Start:
        court = self.court
        circumstances = self._circumstances()
        made = False
        for number in range(1, count + 1):
            court.pause(14, 28)
            made = self._free_throw(shooter, f"{number} of {count}", "", circumstances)
            if number < count:
                if not made:
                    self._dead_ball_rebound()
                if number == 1:
                    self._mandatory_timeout()
                    court.change_players(self.offense, shooter)
        if made:
            self._turn_over()
            if count == 1:
                self._dead_ball()
            else:
                self._coach_stops_run()
            return "made"
        return self._rebound(self.rates.offensive_rebound_free_throw)

    def _free_throw(
        self, shooter: Athlete, sub_type: str, descriptor: str, qualifiers: tuple[str, ...]
    ) -> bool:
        made = self.rng.random() < self.rates.free_throw_made + shooter.player.free_throw
        squad = self.court.home if shooter in self.court.home.on_court else self.court.away
        shooter.free_throws_tried += 1
        named = f"{descriptor} Free Throw" if descriptor else "Free Throw"
        if made:
            shooter.free_throws_made += 1
            self._score(shooter, 1, squad)
            self.court.credit_free_throw(squad)
            words = f"{shooter.name} {named} {sub_type} ({shooter.points} PTS)"
        else:
            words = f"MISS {shooter.name} {named} {sub_type}"
        self.court.row(
            "freethrow",
            sub_type,
            squad,
            shooter,
            words,
            self.offense,
            made=made,
            qualifiers=qualifiers,
            descriptor=descriptor,
        )
        return made

    def _dead_ball_rebound(self) -> None:
        """The feed books a rebound for the team after every missed free throw that is not the last."""
        squad = self.offense
        squad.team_offensive += 1
        words = "TEAM offensive REBOUND"
        self.court.row("rebound", "offensive", squad, None, words, squad, qualifiers=("deadball", "team"))

    def _technical(self) -> None:
        court, rng = self.court, self.rng
        squad = court.home if rng.random() < 0.5 else court.away
        athlete = squad.draw(rng, "fouls")
        if athlete.technicals:
            return
        athlete.technicals += 1
        words = f"{athlete.name} technical FOUL (1 Tech)"
        court.row("foul", "technical", squad, athlete, words, self.offense, qualifiers=("1freethrow",))
        court.pause(20, 45)
        shooter = max(court.other(squad).on_court, key=lambda mate: mate.player.free_throw)
        self._free_throw(shooter, "1 of 1", "technical", ())

    def _kicked_ball(self) -> Start:
        athlete = self.defense.draw(self.rng, "steals")
        words = f"{athlete.name} kicked ball VIOLATION"
        self.court.row("violation", "kicked ball", self.defense, athlete, words, self.offense)
        self.court.pause(6, 12)
        self._dead_ball()
        return "dead"

    # Between the chances

    def _score(self, athlete: Athlete, points: int, squad: Squad | None = None) -> None:
        squad = squad or self.offense
        athlete.points += points
        squad.score += points
        if self.run_side is not squad:
            self.run_side, self.run_points = squad, 0
        self.run_points += points
        self._set_scoring()

    def _set_scoring(self) -> None:
        """What tonight's strength and the score do to both teams' shooting."""
        court, tuning = self.court, self.tuning
        if court.elapsed >= self.spell_ends:
            self.spell = tuning.spell_deviation * self.rng.gauss(0, 1)
            self.spell_ends = court.elapsed + SPELL_TENTHS
        lead = court.home.score - court.away.score
        pull = tuning.lead_pull * max(min(lead, LARGEST_PULL_POINTS), -LARGEST_PULL_POINTS)
        if court.elapsed >= LATE_PULL_TENTHS:
            pull += tuning.late_pull * max(min(lead, LATE_PULL_POINTS), -LATE_PULL_POINTS)
        edge = (self.edge + self.spell - pull) / 2 / POINTS_A_HUNDRED
        court.home.can_score = 1 + edge
        court.away.can_score = 1 - edge

    def _dead_ball(self) -> None:
        """The clock stands: the coaches may change players or take a timeout."""
        if self.court.clock <= 0:
            return
        if not self._mandatory_timeout():
            self._coach_stops_run()
        self.court.change_players(self.offense, None)

    def _mandatory_timeout(self) -> bool:
        court = self.court
        due = (court.clock < 4200 and self.mandatory_due == 2) or (
            court.clock < 1800 and self.mandatory_due == 1
        )
        if not due:
            return False
        squad = court.home if self.mandatory_due == 2 else court.away
        self.mandatory_due -= 1
        if squad.timeouts <= 1:
            return False
        court.timeout(squad, self.offense, mandatory=True)
        self.run_points = 0
        return True

    def _coach_stops_run(self) -> None:
        """The team that has the ball may stop the other's run, or talk over the last minute."""
        court, rng = self.court, self.rng
        squad = self.offense
        if squad.timeouts <= 0 or court.clock < HEAVE_TENTHS:
            return
        running = self.run_side is self.defense and self.run_points >= COACHES_RUN
        close = court.period >= 4 and court.clock <= 400 and 0 <= self.defense.score - squad.score <= 6
        if (running and squad.timeouts > 1 and rng.random() < 0.5) or (close and rng.random() < 0.4):
            court.timeout(squad, squad, mandatory=False)
            self.run_points = 0
            court.change_players(squad, None)
