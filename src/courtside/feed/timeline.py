"""One game in virtual time: at which moments its files change, and what the actions are then."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence

from courtside.feed.action import Action, ActionMaker
from courtside.feed.layers import Changer, Layer

KEPT_VERSIONS = 8


class Timeline:
    """The versions of a game's files: version `v` holds from `times[v]` until before `times[v + 1]`.

    Before `tip_ms` there are none. An action is visible from its `timeActual`; the layers lie over
    what is visible. `extra_times` are further moments at which the files are to be written anew.
    """

    def __init__(
        self,
        actions: Sequence[Action],
        layers: Sequence[Layer],
        maker: ActionMaker,
        extra_times: Sequence[int] = (),
    ) -> None:
        self._actions = actions
        self._layers = layers
        self._changer = Changer(maker)
        self._kept: OrderedDict[int, list[Action]] = OrderedDict()
        self.tip_ms = min(action.at_ms for action in actions)
        moments = {action.at_ms for action in actions}
        moments.update(layer.start_ms for layer in layers)
        moments.update(layer.end_ms for layer in layers)
        moments.update(extra_times)
        self.times = sorted(moment for moment in moments if moment >= self.tip_ms)

    @property
    def last_ms(self) -> int:
        """From here on nothing changes any more."""
        return self.times[-1]

    def version(self, at_ms: int) -> int | None:
        """Which version holds at a virtual time; None before the tip."""
        version = bisect_right(self.times, at_ms) - 1
        return None if version < 0 else version

    def true_actions(self, at_ms: int) -> list[Action]:
        return [action for action in self._actions if action.at_ms <= at_ms]

    def active(self, at_ms: int) -> list[Layer]:
        return [layer for layer in self._layers if layer.start_ms <= at_ms < layer.end_ms]

    def actions(self, version: int) -> list[Action]:
        """What the play-by-play holds, by `orderNumber`."""
        known = self._kept.get(version)
        if known is None:
            at_ms = self.times[version]
            known = self._changer.apply(self.true_actions(at_ms), self.active(at_ms))
            self._kept[version] = known
            if len(self._kept) > KEPT_VERSIONS:
                self._kept.popitem(last=False)
        return known
