"""Plays by hand, for rules that need only a few of them."""

from collections.abc import Callable

import pytest

from courtside.clock import parse_clock
from courtside.events import Play, Side

MakePlays = Callable[..., list[Play]]


@pytest.fixture
def plays() -> MakePlays:
    """`plays(("1 11:40", "2pt", "home", 7), ...)`: rows with period and clock, action, side, player.

    A fifth element is a dictionary of further fields. Scores follow from what was made.
    """

    def make(*rows: tuple[object, ...]) -> list[Play]:
        made: list[Play] = []
        home = away = 0
        for number, row in enumerate(rows, 1):
            when, action, side, person, *rest = (*row, None, None)[: max(4, len(row))]
            more: dict[str, object] = dict(rest[0]) if rest and rest[0] else {}  # type: ignore[call-overload]
            period, clock = str(when).split()
            points = {"2pt": 2, "3pt": 3, "freethrow": 1}.get(str(action), 0)
            if more.get("made", bool(points)) and points:
                home += points if side == "home" else 0
                away += points if side == "away" else 0
                more.setdefault("made", True)
            more.setdefault("score_home", home)
            more.setdefault("score_away", away)
            made.append(
                Play(
                    order=number * 10,
                    play_id=number,
                    period=int(period),
                    remaining_tenths=parse_clock(clock),
                    action=str(action),
                    side=_side(side),
                    person_id=person if isinstance(person, int) else None,
                    **more,  # type: ignore[arg-type]
                )
            )
        return made

    return make


def _side(value: object) -> Side | None:
    if value == "home":
        return "home"
    return "away" if value == "away" else None
