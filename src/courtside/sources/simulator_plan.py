"""What a team is after with the ball, by the clock and the score, and how long it takes over it."""

from typing import Literal

from courtside.sources.simulator_floor import Floor
from courtside.sources.simulator_rates import Start

Plan = Literal["normal", "last", "hurry", "foul", "heave"]

SHOT_CLOCK_TENTHS = 240
LATE_TENTHS = 1200
HEAVE_TENTHS = 22
TWO_FOR_ONE_TENTHS = (290, 430)


def plan_chance(floor: Floor, start: Start, drawn: float) -> tuple[int, Plan]:
    """After how many tenths something happens, and what the two teams are after."""
    court, rng = floor.court, floor.rng
    clock = court.clock
    behind = floor.defense.score - floor.offense.score
    if court.period >= 4 and clock <= LATE_TENTHS:
        if behind < 0:
            return _protect_lead(floor, -behind, drawn)
        if behind > 3 or (behind > 0 and clock > SHOT_CLOCK_TENTHS + 60):
            return max(round(drawn * (0.5 if behind > 3 else 0.75)), 10), "hurry"
        if behind > 0:
            return round(clock * rng.uniform(0.3, 0.9)), "last"
    if clock <= HEAVE_TENTHS:
        return (round(clock * rng.uniform(0.3, 0.95)), "heave") if rng.random() < 0.6 else (clock, "normal")
    if clock <= SHOT_CLOCK_TENTHS + 20:
        return max(clock - rng.randrange(5, 60), 3), "last"
    if TWO_FOR_ONE_TENTHS[0] < clock < TWO_FOR_ONE_TENTHS[1] and start != "second" and rng.random() < 0.5:
        return max(round(min(drawn, clock - rng.uniform(280, 340))), 20), "normal"
    return max(round(drawn), 3), "normal"


def _protect_lead(floor: Floor, lead: int, drawn: float) -> tuple[int, Plan]:
    """Ahead near the end: the ball is held, and the other side fouls once that is its only way."""
    clock, rng = floor.court.clock, floor.rng
    hopeful = 270 if lead <= 2 else 330 if lead <= 3 else 420 if lead <= 8 else 330 if lead <= 11 else 0
    if clock <= hopeful and rng.random() < 0.88:
        return rng.randrange(4, 45), "foul"
    if clock <= SHOT_CLOCK_TENTHS:
        return clock, "normal"
    return round(max(drawn, rng.uniform(150, 225))), "normal"


def late_three_share(usual: float, behind: int, plan: Plan) -> float:
    """Three behind, a team wants a three; one or two behind, it wants the surest shot."""
    if behind <= 0:
        return usual
    if behind < 3:
        return 0.65 * usual
    return 0.85 if plan == "last" else 1.35 * usual
