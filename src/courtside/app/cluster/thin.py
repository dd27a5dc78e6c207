"""Less to send: the play-by-play as its difference to what was sent before."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from courtside.events import AnyObservation, Play, PlayByPlay, PlayChanges, ScoreLine

_T = TypeVar("_T")

FORGETS_AFTER = 512
"""Games that are remembered; the one that was silent for longest goes first."""


class Thinner:
    """Remembers what was sent of each game in one term; the first play-by-play of a game is sent whole."""

    def __init__(self) -> None:
        self._plays: dict[str, Mapping[int, Play]] = {}
        self._lines: dict[str, ScoreLine] = {}

    def thin(self, seen: AnyObservation) -> AnyObservation | None:
        """What there is to send; None where it says what was said before."""
        if isinstance(seen, ScoreLine):
            return self._line(seen)
        if not isinstance(seen, PlayByPlay):
            return seen
        plays = {play.play_id: play for play in seen.plays}
        before = _remember(self._plays, seen.game_id, plays)
        if before is None:
            return seen
        upserted = tuple(play for play in seen.plays if before.get(play.play_id) != play)
        removed = tuple(play_id for play_id in before if play_id not in plays)
        if not upserted and not removed:
            return None
        return PlayChanges(
            game_id=seen.game_id,
            received_ms=seen.received_ms,
            source=seen.source,
            removed=removed,
            upserted=upserted,
        )

    def _line(self, seen: ScoreLine) -> ScoreLine | None:
        timeless = msgspec.structs.replace(seen, received_ms=0, observed_ms=None)
        return None if _remember(self._lines, seen.game_id, timeless) == timeless else seen


def _remember(known: dict[str, _T], game_id: str, value: _T) -> _T | None:
    before = known.pop(game_id, None)
    known[game_id] = value
    if len(known) > FORGETS_AFTER:
        del known[next(iter(known))]
    return before
