"""What a play fault changes, for how long: data, and the one pass that applies it to the actions."""

from collections.abc import Sequence

import msgspec

from courtside.events import Side
from courtside.feed.action import Action, ActionMaker, Fields

SETTLE_MS = 120_000
"""Virtual time after a game's end by which every fault is over: its files are right and stay right."""


class ScoreShift(msgspec.Struct, frozen=True):
    """Points more or less for one side in every action from `from_order` on."""

    from_order: int
    side: Side
    points: int


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between the true actions and those served, from `start_ms` until before `end_ms`."""

    fault: str
    start_ms: int
    end_ms: int
    changes: dict[int, Fields] = {}
    """Fields that differ, by `actionNumber`."""
    missing: tuple[int, ...] = ()
    """`actionNumber`s that are not there."""
    extra: tuple[Action, ...] = ()
    """Actions that never were, or are shown before their time."""
    shift: ScoreShift | None = None
    nothing: bool = False
    """The file has no actions at all."""


class Changer:
    """Applies layers; the same action changed the same way is the same object again."""

    def __init__(self, maker: ActionMaker) -> None:
        self._maker = maker
        self._changed: dict[tuple[Action, int, int, int], Action] = {}

    def apply(self, actions: Sequence[Action], layers: Sequence[Layer]) -> list[Action]:
        """The actions under all these layers, by `orderNumber`."""
        if not layers:
            return list(actions)
        if any(layer.nothing for layer in layers):
            return []
        changes: dict[int, Fields] = {}
        missing: set[int] = set()
        extra: list[Action] = []
        shifts: list[ScoreShift] = []
        for layer in layers:
            changes.update(layer.changes)
            missing.update(layer.missing)
            extra.extend(layer.extra)
            if layer.shift is not None:
                shifts.append(layer.shift)
        merged = [action for action in actions if action.number not in missing]
        if extra:
            merged = sorted([*merged, *extra], key=lambda action: (action.order, action.number))
        if not changes and not shifts:
            return merged
        shifts.sort(key=lambda shift: shift.from_order)
        result = []
        home = away = 0
        coming = 0
        for action in merged:
            while coming < len(shifts) and shifts[coming].from_order <= action.order:
                shift = shifts[coming]
                home += shift.points if shift.side == "home" else 0
                away += shift.points if shift.side == "away" else 0
                coming += 1
            changed = changes.get(action.number)
            untouched = changed is None and not (home or away)
            result.append(action if untouched else self._change(action, changed, home, away))
        return result

    def _change(self, action: Action, changes: Fields | None, home: int, away: int) -> Action:
        # The layers live as long as the changer, so their dicts' ids are names.
        key = (action, id(changes), home, away)
        known = self._changed.get(key)
        if known is None:
            known = self._maker.changed(
                action,
                {
                    **(changes or {}),
                    "scoreHome": str(max(0, action.play.score_home + home)),
                    "scoreAway": str(max(0, action.play.score_away + away)),
                },
            )
            self._changed[key] = known
        return known
