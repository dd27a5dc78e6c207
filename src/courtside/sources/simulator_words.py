"""How the live feed names shots, turnovers and fouls, and how often: the simulator's vocabulary.

Weights are counts in a few hundred typical attempts; only their proportions matter.
"""

import random
from bisect import bisect
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Draws one of several things, each in proportion to its weight."""

    def __init__(self, *choices: tuple[T, float]) -> None:
        self._things = [thing for thing, _ in choices]
        self._sums = list(accumulate(weight for _, weight in choices))

    def draw(self, rng: random.Random) -> T:
        return self._things[bisect(self._sums, rng.random() * self._sums[-1])]


LAYUP, JUMP_SHOT, DUNK, HOOK = "Layup", "Jump Shot", "DUNK", "Hook"
PAINT_FEET = 10
"""Twos from nearer than this are in the paint."""

TWO_MADE = Weighted((LAYUP, 1074), (JUMP_SHOT, 707), (DUNK, 393), (HOOK, 89))
TWO_MISSED = Weighted((LAYUP, 809), (JUMP_SHOT, 901), (DUNK, 50), (HOOK, 87))
SECOND_CHANCE_LAYUP = Weighted(("putback", 5), ("tip", 6), ("", 2), ("driving", 3))

DESCRIPTORS: dict[str, Weighted[str]] = {
    LAYUP: Weighted(
        ("driving", 80),
        ("", 20),
        ("running", 22),
        ("cutting", 24),
        ("driving finger roll", 17),
        ("driving reverse", 7),
        ("running finger roll", 5),
        ("reverse", 3),
        ("alley-oop", 4),
    ),
    JUMP_SHOT: Weighted(
        ("driving floating", 42),
        ("pullup", 33),
        ("", 12),
        ("step back", 14),
        ("turnaround", 8),
        ("fadeaway", 12),
        ("floating", 11),
        ("driving floating bank", 11),
        ("turnaround fadeaway", 11),
    ),
    DUNK: Weighted(("", 5), ("driving", 9), ("cutting", 11), ("running", 9), ("alley-oop", 6)),
    HOOK: Weighted(("", 6), ("turnaround", 8), ("driving", 4)),
}
THREE = Weighted(("", 192), ("pullup", 48), ("step back", 29), ("running", 20), ("running pullup", 8))

FEET: dict[str, tuple[int, int]] = {
    LAYUP: (1, 5),
    JUMP_SHOT: (6, 21),
    DUNK: (0, 2),
    HOOK: (3, 9),
    "3pt": (23, 28),
}

STOLEN = Weighted(("bad pass", 363), ("lost ball", 239))
DEAD_TURNOVER: Weighted[tuple[str, str]] = Weighted(
    (("out-of-bounds", "bad pass"), 135),
    (("out-of-bounds", "lost ball"), 66),
    (("out-of-bounds", "step"), 22),
    (("traveling", ""), 39),
    (("backcourt", ""), 8),
    (("3-second-violation", ""), 6),
    (("offensive goaltending", ""), 6),
    (("palming", ""), 3),
    (("double dribble", ""), 2),
    (("5-second-violation", ""), 2),
    (("8-second-violation", ""), 1),
)
TEAM_TURNOVERS = frozenset({"shot clock", "5-second-violation", "8-second-violation"})
OFFENSIVE_FOUL = Weighted(("", 70), ("charge", 25))
FLOOR_FOUL = Weighted(("", 420), ("loose ball", 90), ("off-the-ball", 9))


def made_shot(name: str, action: str, kind: str, descriptor: str, feet: int) -> str:
    """Without the totals that follow it: `A. Bellick 12' pullup Jump Shot`."""
    distance = f"{feet}' " if feet >= PAINT_FEET - 4 else ""
    if action == "3pt":
        return f"{name} {distance}3PT {descriptor}"
    return f"{name} {distance}{descriptor} {kind}" if descriptor else f"{name} {distance}{kind}"


def missed_shot(name: str, action: str, kind: str, descriptor: str, feet: int, blocked: bool) -> str:
    distance = f"{feet}' " if feet >= PAINT_FEET - 4 else ""
    noun = "3PT" if action == "3pt" else "Shot" if descriptor and kind == JUMP_SHOT else kind
    words = f"MISS {name} {distance}{descriptor} {noun}" if descriptor else f"MISS {name} {distance}{noun}"
    return f"{words} - blocked" if blocked else words
