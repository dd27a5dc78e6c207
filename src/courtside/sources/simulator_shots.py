"""Shots from the floor: what kind, whether they fall, who helped, who blocked."""

from courtside.sources.simulator_floor import Floor
from courtside.sources.simulator_plan import Plan, late_three_share
from courtside.sources.simulator_rates import ChanceRates, Start
from courtside.sources.simulator_squad import Athlete
from courtside.sources.simulator_whistles import foul, free_throws
from courtside.sources.simulator_words import (
    DESCRIPTORS,
    DUNK,
    FEET,
    HOOK,
    JUMP_SHOT,
    LAYUP,
    PAINT_FEET,
    SECOND_CHANCE_LAYUP,
    THREE,
    TWO_MADE,
    TWO_MISSED,
    made_shot,
    missed_shot,
)

LAST_SHOT = 0.85
"""Factor on the chance of a shot for which the end of the period was waited."""
LAST_SHOT_TIED = 0.62
HEAVE = 0.25
HEAVE_THREE_SHARE = 0.97


def shoot(floor: Floor, rates: ChanceRates, plan: Plan, shooter: Athlete) -> Start:
    rng, offense = floor.rng, floor.offense
    three_share = rates.three * floor.tuning.three_factor * shooter.player.threes
    behind = floor.defense.score - offense.score
    if plan == "heave":
        three_share = HEAVE_THREE_SHARE
    elif plan in ("last", "hurry"):
        three_share = late_three_share(three_share, behind, plan)
    three = rng.random() < three_share
    chance = (rates.three_made if three else rates.two_made) * floor.tuning.made_factor
    chance *= offense.can_score * shooter.player.touch
    if plan == "last":
        chance *= LAST_SHOT_TIED if behind == 0 and floor.court.period >= 4 else LAST_SHOT
    elif plan == "heave":
        chance *= HEAVE
    if rng.random() < chance:
        return _made(floor, shooter, three)
    return _missed(floor, shooter, three)


def _shot_kind(floor: Floor, three: bool, made: bool) -> tuple[str, str, int, tuple[str, ...]]:
    """Kind, descriptor, feet and qualifiers of a shot that went in, or did not."""
    rng = floor.rng
    qualifiers: tuple[str, ...] = ()
    if three:
        kind, descriptor = JUMP_SHOT, THREE.draw(rng)
        near, far = FEET["3pt"]
    else:
        kind = (TWO_MADE if made else TWO_MISSED).draw(rng)
        if floor.second_chance and kind in (LAYUP, DUNK):
            kind, descriptor = LAYUP, SECOND_CHANCE_LAYUP.draw(rng)
        else:
            descriptor = DESCRIPTORS[kind].draw(rng)
        near, far = FEET[kind]
    feet = near + int(rng.random() * (far - near + 1))
    if not three and (kind in (LAYUP, DUNK, HOOK) or feet < PAINT_FEET):
        qualifiers = ("pointsinthepaint",)
    return kind, descriptor, feet, qualifiers + floor.circumstances()


def _made(floor: Floor, shooter: Athlete, three: bool) -> Start:
    rng, rates, offense = floor.rng, floor.rates, floor.offense
    action, points = ("3pt", 3) if three else ("2pt", 2)
    kind, descriptor, feet, qualifiers = _shot_kind(floor, three, made=True)
    if three:
        shooter.threes_made += 1
        shooter.threes_tried += 1
    else:
        shooter.twos_made += 1
        shooter.twos_tried += 1
    floor.score(shooter, points)
    words = f"{made_shot(shooter.name, action, kind, descriptor, feet)} ({shooter.points} PTS)"
    assist_id = None
    if rng.random() < (rates.assisted_three if three else rates.assisted_two) and descriptor != "putback":
        helper = offense.draw_other(rng, "assists", shooter)
        helper.assists += 1
        assist_id = helper.person_id
        words = f"{words} ({helper.name} {helper.assists} AST)"
    floor.court.row(
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
        foul(floor, "shooting", shooter, 1)
        return free_throws(floor, shooter, 1)
    floor.turn_over()
    floor.coaches.stop_run(floor.offense)
    return "made"


def _missed(floor: Floor, shooter: Athlete, three: bool) -> Start:
    rng, rates, offense, defense = floor.rng, floor.rates, floor.offense, floor.defense
    action = "3pt" if three else "2pt"
    kind, descriptor, feet, qualifiers = _shot_kind(floor, three, made=False)
    if three:
        shooter.threes_tried += 1
    else:
        shooter.twos_tried += 1
    blocked = rng.random() < (rates.blocked_three if three else rates.blocked_two)
    words = missed_shot(shooter.name, action, kind, descriptor, feet, blocked)
    floor.court.row(
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
        floor.court.row(
            "block", "", defense, blocker, f"{blocker.name} BLOCK ({blocker.blocks} BLK)", offense
        )
    return floor.rebound(rates.offensive_rebound_three if three else rates.offensive_rebound_two)
