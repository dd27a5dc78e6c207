"""What the numbers of the stats layout mean, in the words of the live feed.

EVENTMSGTYPE says what happened, EVENTMSGACTIONTYPE says which kind of it.
"""

from typing import Final

MADE: Final = 1
MISSED: Final = 2
FREE_THROW: Final = 3
REBOUND: Final = 4
TURNOVER: Final = 5
FOUL: Final = 6
VIOLATION: Final = 7
SUBSTITUTION: Final = 8
TIMEOUT: Final = 9
JUMP_BALL: Final = 10
EJECTION: Final = 11
PERIOD_START: Final = 12
PERIOD_END: Final = 13
REPLAY: Final = 18

DEAD_BALL_REBOUND: Final = 1
"""A team's rebound by rule only: between two free throws, or when the ball is dead."""

SHOTS: Final[dict[int, tuple[str, str]]] = {
    1: ("Jump Shot", ""),
    2: ("Jump Shot", "running"),
    3: ("Hook", ""),
    4: ("Layup", "tip"),
    5: ("Layup", ""),
    6: ("Layup", "driving"),
    7: ("DUNK", ""),
    8: ("DUNK", ""),
    9: ("DUNK", "driving"),
    40: ("Layup", ""),
    41: ("Layup", "running"),
    42: ("Layup", "driving"),
    43: ("Layup", "alley-oop"),
    44: ("Layup", "reverse"),
    45: ("Jump Shot", ""),
    46: ("Jump Shot", "running"),
    47: ("Jump Shot", "turnaround"),
    48: ("DUNK", ""),
    49: ("DUNK", "driving"),
    50: ("DUNK", "running"),
    51: ("DUNK", "reverse"),
    52: ("DUNK", "alley-oop"),
    53: ("Layup", "tip"),
    54: ("Layup", "running tip"),
    55: ("Hook", ""),
    56: ("Hook", "running"),
    57: ("Hook", "driving"),
    58: ("Hook", "turnaround"),
    63: ("Jump Shot", "fadeaway"),
    65: ("Hook", ""),
    66: ("Jump Shot", "bank"),
    67: ("Hook", "bank"),
    71: ("Layup", "finger roll"),
    72: ("Layup", "putback"),
    73: ("Layup", "driving reverse"),
    74: ("Layup", "running reverse"),
    75: ("Layup", "driving finger roll"),
    76: ("Layup", "running finger roll"),
    77: ("Jump Shot", "driving"),
    78: ("Jump Shot", "floating"),
    79: ("Jump Shot", "pullup"),
    80: ("Jump Shot", "step back"),
    81: ("Jump Shot", "pullup bank"),
    82: ("Jump Shot", "driving bank"),
    83: ("Jump Shot", "fadeaway bank"),
    84: ("Jump Shot", "running bank"),
    85: ("Jump Shot", "turnaround bank"),
    86: ("Jump Shot", "turnaround fadeaway"),
    87: ("DUNK", "putback"),
    88: ("DUNK", "driving"),
    89: ("DUNK", "reverse"),
    90: ("DUNK", "running"),
    91: ("DUNK", "putback reverse"),
    92: ("DUNK", "putback"),
    93: ("Hook", "driving bank"),
    94: ("Hook", "bank"),
    95: ("Hook", "running bank"),
    96: ("Hook", "turnaround bank"),
    97: ("Layup", "tip"),
    98: ("Layup", "cutting"),
    99: ("Layup", "cutting finger roll"),
    100: ("Layup", "running alley-oop"),
    101: ("Jump Shot", "driving floating"),
    102: ("Jump Shot", "driving floating bank"),
    103: ("Jump Shot", "running pullup"),
    104: ("Jump Shot", "step back bank"),
    105: ("Jump Shot", "turnaround fadeaway bank"),
    106: ("DUNK", "running alley-oop"),
    107: ("DUNK", "tip"),
    108: ("DUNK", "cutting"),
    109: ("DUNK", "driving reverse"),
    110: ("DUNK", "running reverse"),
}

FREE_THROWS: Final[dict[int, tuple[str, str]]] = {
    10: ("1 of 1", ""),
    11: ("1 of 2", ""),
    12: ("2 of 2", ""),
    13: ("1 of 3", ""),
    14: ("2 of 3", ""),
    15: ("3 of 3", ""),
    16: ("1 of 1", "technical"),
    18: ("1 of 2", "flagrant"),
    19: ("2 of 2", "flagrant"),
    20: ("1 of 1", "flagrant"),
    21: ("1 of 2", "technical"),
    22: ("2 of 2", "technical"),
    25: ("1 of 2", "clear path"),
    26: ("2 of 2", "clear path"),
    27: ("1 of 3", "flagrant"),
    28: ("2 of 3", "flagrant"),
    29: ("3 of 3", "flagrant"),
}

TURNOVERS: Final[dict[int, tuple[str, str]]] = {
    1: ("bad pass", ""),
    2: ("lost ball", ""),
    3: ("out-of-bounds", ""),
    4: ("traveling", ""),
    5: ("offensive foul", ""),
    6: ("double dribble", ""),
    7: ("discontinued dribble", ""),
    8: ("3-second-violation", ""),
    9: ("5-second-violation", ""),
    10: ("8-second-violation", ""),
    11: ("shot clock", ""),
    12: ("inbound", ""),
    13: ("backcourt", ""),
    15: ("offensive goaltending", ""),
    17: ("lane violation", ""),
    18: ("jump ball violation", ""),
    19: ("offensive-kicked-ball", ""),
    20: ("illegal assist", ""),
    21: ("palming", ""),
    23: ("double personal", ""),
    24: ("10-second-violation", ""),
    32: ("opposite basket", ""),
    33: ("punched ball", ""),
    34: ("swinging elbows", ""),
    35: ("basket from below", ""),
    36: ("illegal screen", ""),
    37: ("offensive foul", ""),
    38: ("5-second-inbound", ""),
    39: ("out-of-bounds", "step"),
    40: ("out-of-bounds", "lost ball"),
    41: ("lost ball", ""),
    42: ("excess timeout", ""),
    43: ("out-of-bounds", "player"),
    44: ("too many players", ""),
    45: ("out-of-bounds", "bad pass"),
}

FOULS: Final[dict[int, tuple[str, str]]] = {
    1: ("personal", ""),
    2: ("personal", "shooting"),
    3: ("personal", "loose ball"),
    4: ("offensive", ""),
    5: ("personal", "inbound"),
    6: ("personal", "away-from-play"),
    8: ("personal", "punch"),
    9: ("personal", "clear path"),
    10: ("personal", "double"),
    11: ("technical", ""),
    12: ("technical", "non-unsportsmanlike"),
    13: ("technical", "rim-hanging"),
    14: ("personal", "flagrant-type-1"),
    15: ("personal", "flagrant-type-2"),
    16: ("technical", "double"),
    17: ("technical", "defensive-3-second"),
    18: ("technical", "delay"),
    19: ("technical", "taunting"),
    25: ("technical", "excess timeout"),
    26: ("offensive", "charge"),
    27: ("personal", ""),
    28: ("personal", "take"),
    29: ("personal", "shooting"),
    30: ("technical", "too many players"),
    31: ("personal", "transition take"),
    32: ("technical", "flopping"),
    33: ("technical", "bench"),
}

FOULS_WITH_ONE_AND_THE_BALL: Final = {
    "transition take": "transition take",
    "away-from-play": "away-from-play",
    "inbound": "away-from-play",
}
"""Fouls whose single free throw leaves the ball with the shooter's side, and what the feed calls it."""

VIOLATIONS: Final[dict[int, str]] = {
    1: "delay-of-game",
    2: "defensive goaltending",
    3: "lane",
    4: "jumpball",
    5: "kicked ball",
    6: "double lane",
}

TIMEOUTS: Final[dict[int, str]] = {1: "full", 2: "short", 4: "official", 7: "challenge"}

JUMP_BALLS: Final[dict[int, str]] = {1: "challenge"}
