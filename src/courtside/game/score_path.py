"""The differential at the end of each game minute: the path that the 18-minute pattern is cut from.

Entry `m - 1` is home minus away at `m:00` elapsed: the last score at or before that instant. A minute
in which nothing was seen keeps the score before it; one before the first sight of a game is None.
"""

from courtside.clock import PATTERN_MINUTES

MINUTE_TENTHS = 600

Path = tuple[int | None, ...]


def extend(path: Path, elapsed: int, differential_before: int | None, differential: int | None) -> Path:
    """The path once the game has come to `elapsed` tenths with `differential` points.

    >>> extend((0,), 1800, 2, 5)
    (0, 2, 5)
    >>> extend((0, 2, 5), 1800, 5, 6)
    (0, 2, 6)
    """
    minutes, rest = divmod(elapsed, MINUTE_TENTHS)
    known = len(path)
    if minutes > known:
        passed = minutes - known - (rest == 0)
        path = path + (differential_before,) * passed
        return path if rest else (*path, differential)
    if rest == 0 and minutes == known and known and path[-1] != differential:
        return (*path[:-1], differential)
    return path


def pattern(path: Path) -> Path:
    """The first 18 minutes, as far as they have passed."""
    return path[:PATTERN_MINUTES]


def is_complete(path: Path) -> bool:
    """All 18 minutes have passed, and every one of them was seen."""
    return len(path) >= PATTERN_MINUTES and None not in path[:PATTERN_MINUTES]
