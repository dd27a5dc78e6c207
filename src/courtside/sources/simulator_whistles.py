"""Chances that end with a whistle or a lost ball: turnovers, fouls and their free throws, violations."""

from courtside.sources.simulator_floor import Floor
from courtside.sources.simulator_rates import Start
from courtside.sources.simulator_squad import Athlete
from courtside.sources.simulator_words import DEAD_TURNOVER, OFFENSIVE_FOUL, STOLEN, TEAM_TURNOVERS


def turnover(floor: Floor) -> Start:
    rng, court = floor.rng, floor.court
    if rng.random() < floor.rates.stolen:
        kind = STOLEN.draw(rng)
        _loses_ball(floor, kind, "")
        thief = floor.defense.draw(rng, "steals")
        thief.steals += 1
        floor.turn_over()
        floor.from_turnover = True
        court.row(
            "steal", "", floor.offense, thief, f"{thief.name} STEAL ({thief.steals} STL)", floor.offense
        )
        return "steal"
    if rng.random() < floor.rates.offensive_foul:
        return _offensive_foul(floor)
    return dead_turnover(floor, *DEAD_TURNOVER.draw(rng))


def dead_turnover(floor: Floor, kind: str, descriptor: str) -> Start:
    _loses_ball(floor, kind, descriptor)
    floor.court.pause(8, 18)
    floor.turn_over()
    floor.from_turnover = True
    floor.dead_ball()
    return "dead"


def _loses_ball(floor: Floor, kind: str, descriptor: str) -> None:
    offense = floor.offense
    if kind in TEAM_TURNOVERS:
        offense.team_turnovers += 1
        words = f"{offense.team.tricode} {kind} Team TURNOVER"
        floor.court.row("turnover", kind, offense, None, words, offense, qualifiers=("team",))
    else:
        _count_turnover(floor, offense.draw(floor.rng, "turnovers"), kind, descriptor)


def _count_turnover(floor: Floor, athlete: Athlete, kind: str, descriptor: str) -> None:
    athlete.turnovers += 1
    named = f"{descriptor} {kind}" if descriptor else kind
    words = f"{athlete.name} {named} TURNOVER ({athlete.turnovers} TO)"
    floor.court.row("turnover", kind, floor.offense, athlete, words, floor.offense, descriptor=descriptor)


def _offensive_foul(floor: Floor) -> Start:
    court, offense = floor.court, floor.offense
    athlete = offense.draw(floor.rng, "turnovers")
    drawn = floor.defense.draw(floor.rng, "fouls")
    athlete.fouls += 1
    athlete.offensive_fouls += 1
    drawn.fouls_drawn += 1
    descriptor = OFFENSIVE_FOUL.draw(floor.rng)
    words = f"{athlete.name} {descriptor} offensive" if descriptor else f"{athlete.name} offensive"
    words = f"{words} FOUL ({athlete.fouls} PF)"
    court.row("foul", "offensive", offense, athlete, words, offense, descriptor=descriptor)
    _count_turnover(floor, athlete, "offensive foul", "")
    court.pause(10, 20)
    floor.turn_over()
    floor.from_turnover = True
    court.replace_fouled_out(floor.offense)
    floor.dead_ball()
    return "dead"


def shooting_foul(floor: Floor, shooter: Athlete) -> Start:
    shots = 3 if floor.rng.random() < floor.rates.three_shot_foul else 2
    foul(floor, "shooting", shooter, shots)
    return free_throws(floor, shooter, shots)


def floor_foul(floor: Floor, descriptor: str) -> Start:
    """Away from a shot: two free throws in the bonus, else the offense keeps the ball."""
    drawn = floor.offense.draw(floor.rng, "shots")
    shots = foul(floor, descriptor, drawn, None)
    if shots:
        return free_throws(floor, drawn, shots)
    floor.dead_ball()
    return "dead"


def foul(floor: Floor, descriptor: str, drawn: Athlete, shots: int | None) -> int:
    """A personal foul of the defense; returns its free throws, which the bonus decides for None."""
    court, defense = floor.court, floor.defense
    athlete = defense.draw(floor.rng, "fouls")
    athlete.fouls += 1
    drawn.fouls_drawn += 1
    court.count_team_foul(defense)
    bonus = court.in_bonus(defense)
    awarded = (2 if bonus else 0) if shots is None else shots
    qualifiers: tuple[str, ...] = (f"{awarded}freethrow",) if awarded else ()
    if bonus and awarded != 1:
        qualifiers = ("inpenalty", *qualifiers)
    words = f"{athlete.name} {descriptor} personal" if descriptor else f"{athlete.name} personal"
    words = f"{words} FOUL ({athlete.fouls} PF)"
    if awarded:
        words = f"{words} ({drawn.player.family_name} {awarded} FT)"
    court.row(
        "foul",
        "personal",
        defense,
        athlete,
        words,
        floor.offense,
        qualifiers=qualifiers,
        descriptor=descriptor,
    )
    court.pause(6, 14)
    court.replace_fouled_out(floor.offense)
    return awarded


def free_throws(floor: Floor, shooter: Athlete, count: int) -> Start:
    court = floor.court
    circumstances = floor.circumstances()
    made = False
    for number in range(1, count + 1):
        court.pause(14, 28)
        if number == count:
            floor.coaches.mandatory_timeout(floor.offense)
            court.change_players(floor.offense, shooter)
        made = _free_throw(floor, shooter, f"{number} of {count}", "", circumstances)
        if not made and number < count:
            _dead_ball_rebound(floor)
    if made:
        floor.turn_over()
        floor.coaches.stop_run(floor.offense)
        return "made"
    return floor.rebound(floor.rates.offensive_rebound_free_throw)


def _free_throw(
    floor: Floor, shooter: Athlete, sub_type: str, descriptor: str, qualifiers: tuple[str, ...]
) -> bool:
    made = floor.rng.random() < floor.rates.free_throw_made + shooter.player.free_throw
    squad = floor.court.home if shooter in floor.court.home.on_court else floor.court.away
    shooter.free_throws_tried += 1
    named = f"{descriptor} Free Throw" if descriptor else "Free Throw"
    if made:
        shooter.free_throws_made += 1
        floor.score(shooter, 1, squad)
        floor.court.credit_free_throw(squad)
        words = f"{shooter.name} {named} {sub_type} ({shooter.points} PTS)"
    else:
        words = f"MISS {shooter.name} {named} {sub_type}"
    floor.court.row(
        "freethrow",
        sub_type,
        squad,
        shooter,
        words,
        floor.offense,
        made=made,
        qualifiers=qualifiers,
        descriptor=descriptor,
    )
    return made


def _dead_ball_rebound(floor: Floor) -> None:
    """The feed books a rebound for the team after every missed free throw that is not the last."""
    squad = floor.offense
    squad.team_offensive += 1
    words = "TEAM offensive REBOUND"
    floor.court.row("rebound", "offensive", squad, None, words, squad, qualifiers=("deadball", "team"))


def technical(floor: Floor) -> None:
    court, rng = floor.court, floor.rng
    squad = court.home if rng.random() < 0.5 else court.away
    athlete = squad.draw(rng, "fouls")
    if athlete.technicals:
        return
    athlete.technicals += 1
    words = f"{athlete.name} technical FOUL (1 Tech)"
    court.row("foul", "technical", squad, athlete, words, floor.offense, qualifiers=("1freethrow",))
    court.pause(20, 45)
    shooter = max(court.other(squad).on_court, key=lambda mate: mate.player.free_throw)
    _free_throw(floor, shooter, "1 of 1", "technical", ())


def kicked_ball(floor: Floor) -> Start:
    athlete = floor.defense.draw(floor.rng, "steals")
    words = f"{athlete.name} kicked ball VIOLATION"
    floor.court.row("violation", "kicked ball", floor.defense, athlete, words, floor.offense)
    floor.court.pause(6, 12)
    floor.dead_ball()
    return "dead"
