"""Less to send: the play-by-play as its difference to what was sent before."""

from typing import TypeVar

import msgspec

from courtside.events import AnyObservation, Play, PlayByPlay, PlayChanges, ScoreLine

_T = TypeVar("_T")

FORGETS_AFTER = 512
"""Games that are remembered; the one that was silent for longest goes first."""


class Thinner:
    """Remembers what was sent of each game in one term; the first play-by-play of a game is sent whole."""

    def __init__(self) -> None:
        self._plays: dict[str, tuple[Play, ...]] = {}
        self._lines: dict[str, ScoreLine] = {}

    def thin(self, seen: AnyObservation) -> AnyObservation | None:
        """What there is to send; None where it says what was said before."""
        if isinstance(seen, ScoreLine):
            return self._line(seen)
        if not isinstance(seen, PlayByPlay):
            return seen
        before = _remember(self._plays, seen.game_id, seen.plays)
        if before is None:
            return seen
        removed, upserted = _differences(before, seen.plays)
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


def _differences(
    before: tuple[Play, ...], after: tuple[Play, ...]
) -> tuple[tuple[int, ...], tuple[Play, ...]]:
    """Ids of the plays that are gone, and the plays that are new or different."""
    if after[: len(before)] == before:
        return (), after[len(before) :]
    known = {play.play_id: play for play in before}
    left = {play.play_id for play in after}
    removed = tuple(play_id for play_id in known if play_id not in left)
    return removed, tuple(play for play in after if known.get(play.play_id) != play)


def _remember(known: dict[str, _T], game_id: str, value: _T) -> _T | None:
    before = known.pop(game_id, None)
    known[game_id] = value
    if len(known) > FORGETS_AFTER:
        del known[next(iter(known))]
    return before
