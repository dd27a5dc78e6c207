"""The play-by-play file of some actions: each encoded once, neighbours compressed together once."""

from collections.abc import Sequence
from itertools import groupby

import msgspec

from courtside.feed.action import Action
from courtside.feed.body import Body, Part
from courtside.feed.stamps import file_time

_HEAD = b'{"meta":{"version":1,"code":200,"request":%s,"time":"%s"},"game":{"gameId":"%s","actions":['
_COMMA = Part(b",")
_TAIL = Part(b"]}}")


class PlayByPlayFile:
    """`playbyplay_<id>.json` of one game."""

    def __init__(self, game_id: str, request: str) -> None:
        self._game_id = game_id.encode()
        self._request = msgspec.json.encode(request)
        self._slots: dict[int, tuple[tuple[Action, ...], Part]] = {}

    def body(self, actions: Sequence[Action], at_ms: int) -> Body:
        """The file with these actions, written at `at_ms`."""
        parts = [Part(_HEAD % (self._request, file_time(at_ms).encode(), self._game_id))]
        for slot, members in groupby(actions, key=_slot):
            if len(parts) > 1:
                parts.append(_COMMA)
            parts.append(self._part(slot, tuple(members)))
        parts.append(_TAIL)
        return Body(parts)

    def _part(self, slot: int, members: tuple[Action, ...]) -> Part:
        known = self._slots.get(slot)
        if known is None or known[0] != members:
            known = members, Part(b",".join([action.encoded for action in members]))
            self._slots[slot] = known
        return known[1]


def _slot(action: Action) -> int:
    return action.slot
