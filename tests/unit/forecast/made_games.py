"""Finished games by hand: eight players a team, lines that follow from the minutes, stints on demand."""

from collections.abc import Sequence

from courtside.events import Side
from courtside.game.finished import FinishedGame, PlayerLine, ordered
from courtside.game.stints import Stint

SQUADS = {team: tuple(range(100 * place, 100 * place + 8)) for place, team in enumerate("ABCD", 1)}
STARTS, BENCH = 300 * 60, 260 * 60
"""Tenths that starters and the others play in a game of `finished`: 30 and 26 minutes."""


def finished(
    number: int,
    date: str,
    home: str = "A",
    away: str = "B",
    margin: int = 5,
    *,
    season: int = 2023,
    kind: str = "002",
    without: Sequence[int] = (),
    extra: Sequence[tuple[int, Side]] = (),
    stars: Sequence[int] = (),
    margins: tuple[int, int] | None = None,
) -> FinishedGame:
    """Two stints: the first five against the first five, then the last five against the last five.

    `margins` are those of the two; `stars` score 30 points and the others 10.
    """
    sides: tuple[tuple[Side, str], ...] = (("home", home), ("away", away))
    people = [
        (person_id, side, place < 5)
        for side, team in sides
        for place, person_id in enumerate(SQUADS[team])
        if person_id not in without
    ]
    people += [(person_id, side, False) for person_id, side in extra]
    return FinishedGame(
        f"{kind}{season % 100:02d}{number:05d}",
        date,
        home,
        away,
        margin,
        ordered(line(person_id, side, starter, person_id in stars) for person_id, side, starter in people),
        ()
        if margins is None
        else (
            Stint(0, 14400, margins[0], SQUADS[home][:5], SQUADS[away][:5]),
            Stint(14400, 28800, margins[1], SQUADS[home][3:], SQUADS[away][3:]),
        ),
    )


def line(person_id: int, side: Side, starter: bool = True, star: bool = False) -> PlayerLine:
    return PlayerLine(
        person_id=person_id,
        side=side,
        starter=starter,
        played=STARTS if starter else BENCH,
        points=30 if star else 10,
        field_goals_made=12 if star else 4,
        field_goals_attempted=22 if star else 9,
        three_pointers_made=2,
        three_pointers_attempted=5,
        free_throws_made=4 if star else 0,
        free_throws_attempted=5 if star else 1,
        rebounds=5,
        rebounds_offensive=1,
        assists=3,
        steals=1,
        blocks=0,
        turnovers=1,
        fouls=2,
    )
