"""What of a well-formed answer is believed, and what of it is new. Pure: no I/O, no wall time.

Files of one game come from different caches, each with its own delay. The gate lets nothing
through that an older copy says, settles what scoreboard and box score say about the status, and
drops what the world has been told already.
"""

from typing import Literal

import msgspec

from courtside.clock import elapsed_tenths
from courtside.events import ScoreLine, Status
from courtside.formats.stamp import Stamp

LineKind = Literal["scoreboard", "boxscore"]
Verdict = Literal["accept", "reopen", "lagging"]

_RANK: dict[Status, int] = {"scheduled": 0, "live": 1, "break": 1, "halftime": 1, "final": 2}
_SAYING = tuple(
    name
    for name in ScoreLine.__struct_fields__
    if name not in ("game_id", "received_ms", "source", "observed_ms")
)


def settle(game: Status | None, before: Status | None, says: Status) -> Verdict:
    """What a file's status means for the game, given what that file said before.

    Status moves upwards whoever says so, and down only where the file that says so moved itself:
    a file stuck at 'scheduled' does not stop a running game, and one that still says 'final' does
    not end a reopened one.

    >>> settle("live", "scheduled", "scheduled"), settle("final", "final", "live")
    ('lagging', 'reopen')
    """
    if game is None or says == game:
        return "accept"
    moved = before != says
    if says == "postponed":
        return "accept" if moved else "lagging"
    if game == "postponed":
        return "accept" if moved and (before is not None or says != "scheduled") else "lagging"
    if _RANK[says] > _RANK[game]:
        return "accept" if moved else "lagging"
    if _RANK[says] == _RANK[game]:
        return "accept"
    reopens = game == "final" and before == "final" and says != "scheduled"
    return "reopen" if reopens else "lagging"


STAMPS_KEPT = 5_000
"""More than a file of one game has; of the scoreboard more than an hour, past the age of any cached copy."""


class StampGate:
    """Whether a file is older than the one accepted before it."""

    def __init__(self, disbelief: int) -> None:
        self.last: Stamp | None = None
        self._disbelief = disbelief
        self._in_a_row = 0
        self._accepted: dict[str, None] = {}
        """The newest is last."""

    def judge(
        self, stamp: Stamp, *, is_behind: bool = False
    ) -> Literal["fresh", "same", "stale", "stepped_back"]:
        """`stepped_back`: the feed's own clock did, so the file is to be believed after all.

        `is_behind` says that the file's content is; it decides where the stamps cannot.

        An old copy has a stamp that was accepted before, or gives way to a newer one; a feed whose
        clock jumped (a repeated hour in autumn, a wrong time once) goes on with older stamps.
        """
        if self.last is None:
            return "fresh"
        order = stamp.compared_to(self.last)
        if order == "older" or (order == "unknown" and is_behind):
            if stamp.text in self._accepted:
                return "stale"
            self._in_a_row += 1
            return "stale" if self._in_a_row < self._disbelief else "stepped_back"
        self._in_a_row = 0
        return "same" if order == "same" else "fresh"

    def confirm(self) -> None:
        """The feed still serves what was accepted last."""
        self._in_a_row = 0

    def accept(self, stamp: Stamp) -> None:
        self.last = stamp
        self._in_a_row = 0
        self._accepted.pop(stamp.text, None)
        self._accepted[stamp.text] = None
        if len(self._accepted) > STAMPS_KEPT:
            del self._accepted[next(iter(self._accepted))]


class LineGate:
    """The score lines of one game, from scoreboard and box score, made one story."""

    def __init__(self) -> None:
        self.status: Status | None = None
        self._said: dict[LineKind, Status] = {}
        self._told: ScoreLine | None = None
        """All that was ever said of the game, the newest of each field."""
        self._ahead: tuple[LineKind, int, int] | None = None
        self._reached: dict[LineKind, tuple[int, int]] = {}
        self._doubted: dict[LineKind, ScoreLine] = {}

    @property
    def all_final(self) -> bool:
        return bool(self._said) and set(self._said.values()) == {"final"}

    def moves(self, kind: LineKind, line: ScoreLine) -> int:
        """Where a line lies against the last one of the same file: below zero behind it, above ahead."""
        before = self._reached.get(kind)
        now = _reach(line)
        if before is None or before == now or line.status == "postponed":
            return 0
        return 1 if now > before else -1

    def doubted(self, kind: LineKind) -> ScoreLine | None:
        """The line that reopens a game and awaits to be said again."""
        return self._doubted.get(kind)

    def take(self, kind: LineKind, line: ScoreLine, *, plays_ended: bool) -> tuple[ScoreLine | None, Verdict]:
        """The part of `line` that is believed and new, or None, and how its status was taken.

        Where the plays say that the game has ended, one file alone reopens it only if it says so twice.
        """
        verdict: Verdict = "accept"
        self._reached[kind] = _reach(line)
        if line.status is not None:
            verdict = settle(self.status, self._said.get(kind), line.status)
            if verdict == "reopen" and plays_ended and kind not in self._doubted:
                self._doubted[kind] = line
                return None, "lagging"
            self._said[kind] = line.status
            if verdict != "lagging" and line.status != self.status:
                self.status = line.status
                self._ahead = None
        self._doubted.pop(kind, None)
        if verdict == "lagging" or self._is_behind(kind, line):
            line = _without_progress(line)
        else:
            self._ahead = (kind, _progress(line), line.observed_ms or 0)
        before = self._told
        self._told = line if before is None else _overlaid(before, line)
        return (line if self._told != before else None), verdict

    def _is_behind(self, kind: LineKind, line: ScoreLine) -> bool:
        if self._ahead is None:
            return False
        by, progress, observed_ms = self._ahead
        if by == kind:
            return False
        return (_progress(line), line.observed_ms or observed_ms) < (progress, observed_ms)


def _progress(line: ScoreLine) -> int:
    """Game time in tenths of a second; a final line is past every clock, one before the tip is at -1."""
    if line.status == "final":
        return 1_000_000
    if line.period is None or line.remaining_tenths is None:
        return -1
    return elapsed_tenths(line.period, line.remaining_tenths)


def _reach(line: ScoreLine) -> tuple[int, int]:
    """Status and game time, in the order in which a game goes through them."""
    return _RANK.get(line.status, 0) if line.status is not None else 0, _progress(line)


def _without_progress(line: ScoreLine) -> ScoreLine:
    return msgspec.structs.replace(
        line, status=None, period=None, remaining_tenths=None, score_home=None, score_away=None
    )


def _overlaid(before: ScoreLine, line: ScoreLine) -> ScoreLine:
    """`before` with what `line` says; when it was seen is not part of what it says."""
    said = {name: getattr(line, name) for name in _SAYING}
    return msgspec.structs.replace(
        before, **{name: value for name, value in said.items() if value is not None}
    )
