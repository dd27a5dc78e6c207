"""Late edits: how a simulated game's scorers see it at first, and when they set it right.

The feed of a real game is edited for minutes. Here a play may be shown wrong for a while: an assist
that is credited some plays later, a two that is first taken for a three, a block or a steal that is
only then written down. In the end every game is shown as it was.
"""

import random
import re
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from courtside.events import Play
from courtside.sources.simulator_words import JUMP_SHOT

Mistake = Literal["assist", "three", "missing"]

LONGEST_WINDOW = 25
SHORTEST_WINDOW = 4
DEEP_TWO_FEET = 16

_ASSIST = re.compile(r" \([^()]* AST\)$")
_DEEP_TWO = re.compile(r"(.*) (\d+)' (.*?)Jump Shot \((\d+) PTS\)(.*)")


class Edit(msgspec.Struct, frozen=True):
    """`place` is the play that is shown wrong while fewer than `until` plays are shown."""

    mistake: Mistake
    place: int
    until: int


def draw_edits(plays: Sequence[Play], rng: random.Random, edits_a_game: float) -> tuple[Edit, ...]:
    """On average `edits_a_game` of them, each over before its period is."""
    amount = int(edits_a_game + rng.random())
    candidates = _candidates(plays)
    if not candidates or not amount:
        return ()
    edits = []
    for _ in range(amount):
        mistake = rng.choice(sorted(candidates))
        place = rng.choice(candidates[mistake])
        until = _window_end(plays, place, rng.randint(SHORTEST_WINDOW, LONGEST_WINDOW))
        if until > place + 1:
            edits.append(Edit(mistake, place, until))
    return tuple(sorted(edits, key=lambda edit: edit.place))


def view(plays: Sequence[Play], shown: int, edits: Sequence[Edit]) -> tuple[Play, ...]:
    """The first `shown` plays as the feed has them at that moment."""
    active = [edit for edit in edits if edit.place < shown < edit.until]
    if not active:
        return tuple(plays[:shown])
    rows = list(plays[:shown])
    for edit in active:
        if edit.mistake == "assist":
            rows[edit.place] = _without_assist(rows[edit.place])
        elif edit.mistake == "three":
            rows[edit.place] = _as_three(rows[edit.place])
            for place in range(edit.place, shown):
                rows[place] = _one_more(rows[place], plays[edit.place])
    missing = {edit.place for edit in active if edit.mistake == "missing"}
    return tuple(row for place, row in enumerate(rows) if place not in missing)


def _candidates(plays: Sequence[Play]) -> dict[Mistake, list[int]]:
    found: dict[Mistake, list[int]] = {}
    for place, play in enumerate(plays):
        if play.assist_id is not None:
            found.setdefault("assist", []).append(place)
        elif play.action in ("block", "steal"):
            found.setdefault("missing", []).append(place)
        elif play.action == "2pt" and play.made and play.sub_type == JUMP_SHOT:
            said = _DEEP_TWO.fullmatch(play.description)
            if said is not None and int(said[2]) >= DEEP_TWO_FEET:
                found.setdefault("three", []).append(place)
    return found


def _window_end(plays: Sequence[Play], place: int, length: int) -> int:
    """Before the period is over, and before the same player scores again (the feed repeats his total)."""
    first = plays[place]
    for end in range(place + 1, min(place + length, len(plays))):
        play = plays[end]
        if play.action == "period" or (play.person_id == first.person_id and play.made):
            return end
    return min(place + length, len(plays))


def _without_assist(play: Play) -> Play:
    return replace(play, assist_id=None, description=_ASSIST.sub("", play.description))


def _as_three(play: Play) -> Play:
    said = _DEEP_TWO.fullmatch(play.description)
    if said is None:
        return play
    name, _, descriptor, points, rest = said.groups()
    words = f"{name} 23' 3PT {descriptor.strip()} ({int(points) + 1} PTS){rest}"
    return replace(play, action="3pt", description=words)


def _one_more(play: Play, three: Play) -> Play:
    if three.side == "home":
        return replace(play, score_home=play.score_home + 1)
    return replace(play, score_away=play.score_away + 1)
