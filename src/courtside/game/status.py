"""What stage a game is at, and which stages may follow which.

Different files of a feed contradict each other for a while; a status moves only along this table.
"""

from courtside.events import Status

TRANSITIONS: dict[Status, frozenset[Status]] = {
    "scheduled": frozenset({"live", "break", "halftime", "final", "postponed"}),
    "live": frozenset({"break", "halftime", "final", "postponed"}),
    "break": frozenset({"live", "halftime", "final", "postponed"}),
    "halftime": frozenset({"live", "break", "final", "postponed"}),
    "postponed": frozenset({"scheduled", "live", "break", "halftime", "final"}),
    "final": frozenset({"live", "break", "halftime"}),
}
"""`final` back to any of its own is a reopened game; nothing falls back to `scheduled` once it was on."""

RUNNING: frozenset[Status] = frozenset({"live", "break", "halftime"})


def move(current: Status, evidence: Status) -> Status:
    """The status after `evidence`: the evidence where the table allows it, else the current one."""
    return evidence if evidence in TRANSITIONS[current] else current


def reopens(current: Status, evidence: Status) -> bool:
    return current == "final" and evidence in RUNNING
