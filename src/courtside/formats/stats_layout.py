"""Historical play-by-play in the layout of stats.nba.com's playbyplayv2: rows in, plays out.

A file has one row an event. What the live feed says in two rows (a turnover and the steal, a miss and
the block, a player out and one in) this layout says in one, so a row gives up to two plays. Rows stand
in the order of the game; neither EVENTNUM nor the clock orders them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from courtside.clock import parse_clock, period_tenths
from courtside.errors import BadClock, BadHistory
from courtside.events import Play, Side
from courtside.formats import stats_kinds as kinds
from courtside.formats.stats_scores import Score, ScoringRow, read_score, running_scores
from courtside.formats.stats_times import read_times

HOME_PERSONS = frozenset({2, 4, 6})
"""PERSONnTYPE: team, player, coach of the home team; the visitors have 3, 5, 7."""
AWAY_PERSONS = frozenset({3, 5, 7})
PLAYERS = frozenset({4, 5})
FIRST_TEAM_ID = 1_610_000_000
"""Ids of teams are greater than those of persons."""


class StatsRow(NamedTuple):
    """The columns that are read, under their own names in lower case; None where the file has none."""

    eventnum: int | None
    eventmsgtype: int | None
    eventmsgactiontype: int | None
    period: int | None
    wctimestring: str | None
    pctimestring: str | None
    homedescription: str | None
    neutraldescription: str | None
    visitordescription: str | None
    score: str | None
    person1type: int | None
    player1_id: int | None
    player1_name: str | None
    player1_team_id: int | None
    player1_team_abbreviation: str | None
    person2type: int | None
    player2_id: int | None
    player2_name: str | None
    player2_team_id: int | None
    person3type: int | None
    player3_id: int | None
    player3_name: str | None
    player3_team_id: int | None


COLUMNS = tuple(name.upper() for name in StatsRow._fields)


class Teams(NamedTuple):
    """Who plays whom, by id and short name."""

    home_id: int
    home: str
    away_id: int
    away: str


def find_teams(rows: Sequence[StatsRow]) -> Teams:
    """The two teams, from the players of the rows; raises `BadHistory` where they are not exactly two."""
    seen: dict[int, dict[int, str]] = {4: {}, 5: {}}
    for row in rows:
        found = seen.get(row.person1type or 0)
        if found is not None and row.player1_team_id:
            found[row.player1_team_id] = row.player1_team_abbreviation or ""
    if len(seen[4]) != 1 or len(seen[5]) != 1:
        raise BadHistory("teams", f"players of {len(seen[4])} home and {len(seen[5])} visiting teams")
    (home_id, home), (away_id, away) = *seen[4].items(), *seen[5].items()
    return Teams(home_id, home, away_id, away)


def final_score(rows: Sequence[StatsRow]) -> Score:
    """SCORE's maximum of each side; raises `BadHistory` where no row has one."""
    scores = [read_score(text) for text in {row.score for row in rows} if text is not None]
    if not scores:
        raise BadHistory("score", "no row has a SCORE")
    return max(home for home, _ in scores), max(away for _, away in scores)


def parse_game(rows: Sequence[StatsRow], teams: Teams, date: str | None = None) -> tuple[Play, ...]:
    """All plays of one game, in the live feed's words; raises `BadHistory`, naming what is wrong.

    `date` is the Eastern calendar day of the tip; without it no play has a wall time. Rows about video
    replays and rulings are left out, as the live feed has none. After the last row comes a `game end`.
    """
    return _Reader(rows, teams, date).read()


@lru_cache(maxsize=16_384)
def short_name(name: str) -> str:
    """As the live feed abbreviates.

    >>> short_name("Tim Hardaway Jr."), short_name("Nene")
    ('T. Hardaway Jr.', 'Nene')
    """
    first, space, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if space else name


_clock_tenths = lru_cache(maxsize=4096)(parse_clock)


class _Reader:
    """One game, row by row."""

    def __init__(self, rows: Sequence[StatsRow], teams: Teams, date: str | None) -> None:
        self._rows = rows
        self._sides: dict[int | None, Side] = {teams.home_id: "home", teams.away_id: "away"}
        self._times = read_times([row.wctimestring for row in rows], date)
        self._plays: list[Play] = []
        self._ids = {row.eventnum for row in rows if row.eventnum}
        self._next_id = max(self._ids, default=0) + 2
        self._used: set[int] = set()
        self._shooter: Side | None = None
        self._single_free_throw: tuple[int, str] | None = None
        # Of the row being read:
        self._row = rows[0]
        self._index = 0
        self._remaining = 0
        self._home = self._away = 0

    def read(self) -> tuple[Play, ...]:
        scores = dict(self._scores())
        period = 1
        for index, row in enumerate(self._rows):
            self._index, self._row = index, row
            if row.period is None or row.pctimestring is None or row.eventmsgtype is None:
                raise BadHistory("missing_value", f"row {index + 1} has no period, clock or type")
            if row.period not in (period, period + 1):
                raise BadHistory("period_order", f"a row of period {row.period} follows one of {period}")
            period = row.period
            try:
                self._remaining = _clock_tenths(row.pctimestring, period)
            except BadClock as error:
                raise BadHistory("clock", str(error)) from error
            self._home, self._away = scores.get(index, (self._home, self._away))
            read = _READERS.get(row.eventmsgtype)
            if read is None:
                raise BadHistory("unknown_row", f"EVENTMSGTYPE {row.eventmsgtype} is not known")
            read(self)
        last = self._plays[-1]
        if last.action == "period" and last.sub_type == "end":
            self._add("game", "end", description="Game End")
        return tuple(self._plays)

    def _scores(self) -> list[tuple[int, Score]]:
        scoring = []
        for index, row in enumerate(self._rows):
            points = _points(row)
            if points:
                side = self._side(row.player1_team_id, row.person1type)
                scoring.append(
                    ScoringRow(
                        index,
                        points if side == "home" else 0,
                        points if side == "away" else 0,
                        read_score(row.score) if row.score else None,
                    )
                )
        final = final_score(self._rows)
        scores = running_scores(scoring, final)
        if (scores[-1] if scores else (0, 0)) != final:
            raise BadHistory("score", f"SCORE comes to {final[0]}-{final[1]}, the rows never do")
        return [(row.index, score) for row, score in zip(scoring, scores, strict=True)]

    def _side(self, team_id: int | None, person_type: int | None) -> Side | None:
        if team_id:
            try:
                return self._sides[team_id]
            except KeyError:
                raise BadHistory("unknown_team", f"team {team_id} is not one of the game's two") from None
        if person_type in HOME_PERSONS:
            return "home"
        return "away" if person_type in AWAY_PERSONS else None

    def _person(self, number: int) -> tuple[Side | None, int | None, str | None]:
        """Side, id and name of PLAYERn. Teams and coaches are no players: their id is left out."""
        row = self._row
        if number == 1:
            kind, found, name, team = (
                row.person1type,
                row.player1_id,
                row.player1_name,
                row.player1_team_id,
            )
        elif number == 2:
            kind, found, name, team = (
                row.person2type,
                row.player2_id,
                row.player2_name,
                row.player2_team_id,
            )
        else:
            kind, found, name, team = (
                row.person3type,
                row.player3_id,
                row.player3_name,
                row.player3_team_id,
            )
        if found and found > FIRST_TEAM_ID:
            return self._side(found, kind), None, None
        side = self._side(team, kind)
        name = short_name(name) if name else None
        return side, (found or None) if kind in PLAYERS else None, name

    def _description(self, side: Side | None) -> str:
        row = self._row
        own = row.homedescription if side == "home" else row.visitordescription if side == "away" else None
        return own or row.neutraldescription or row.homedescription or row.visitordescription or ""

    def _add(
        self,
        action: str,
        sub_type: str = "",
        person: tuple[Side | None, int | None, str | None] = (None, None, None),
        *,
        descriptor: str = "",
        made: bool | None = None,
        assist_id: int | None = None,
        qualifiers: tuple[str, ...] = (),
        description: str | None = None,
        possession: Side | None = None,
    ) -> None:
        side, person_id, name = person
        row = self._row
        self._plays.append(
            Play(
                (len(self._plays) + 1) * 10,
                self._play_id(row.eventnum),
                row.period or 1,
                self._remaining,
                action,
                sub_type,
                side,
                person_id,
                name,
                made,
                self._home,
                self._away,
                assist_id,
                possession,
                qualifiers,
                self._description(side) if description is None else description,
                self._times[self._index],
                descriptor,
            )
        )

    def _play_id(self, eventnum: int | None) -> int:
        """EVENTNUM, which is the live feed's action number; a row's second play has the next one, as there.

        Where another play has that number already, one beyond all of them.
        """
        if eventnum and eventnum not in self._used:
            play_id = eventnum
        elif eventnum and eventnum + 1 not in self._ids and eventnum + 1 not in self._used:
            play_id = eventnum + 1
        else:
            play_id = self._next_id
            self._next_id += 1
        self._used.add(play_id)
        return play_id

    def _shot(self) -> None:
        row = self._row
        shooter = self._person(1)
        made = row.eventmsgtype == kinds.MADE
        text = self._description(shooter[0])
        sub_type, descriptor = kinds.SHOTS.get(row.eventmsgactiontype or 0, ("", ""))
        self._add(
            "3pt" if "3PT" in text else "2pt",
            sub_type,
            shooter,
            descriptor=descriptor,
            made=made,
            assist_id=(self._person(2)[1] if made else None),
            description=text,
        )
        self._shooter = shooter[0]
        if not made and row.player3_id and row.person3type in PLAYERS:
            self._add("block", "", self._person(3))

    def _free_throw(self) -> None:
        row = self._row
        kind = kinds.FREE_THROWS.get(row.eventmsgactiontype or 0)
        if kind is None:
            raise BadHistory("unknown_kind", f"a free throw of kind {row.eventmsgactiontype}")
        sub_type, descriptor = kind
        at = (row.period or 1) * period_tenths(1) - self._remaining
        if self._single_free_throw and self._single_free_throw[0] == at and kind == ("1 of 1", ""):
            descriptor = self._single_free_throw[1]
        shooter = self._person(1)
        self._add("freethrow", sub_type, shooter, descriptor=descriptor, made=bool(_points(row)))
        self._shooter = shooter[0]

    def _rebound(self) -> None:
        person = self._person(1)
        side, person_id, _ = person
        known = side is not None and self._shooter is not None
        sub_type = ("offensive" if side == self._shooter else "defensive") if known else ""
        dead = self._row.eventmsgactiontype == kinds.DEAD_BALL_REBOUND
        team = ("team", "deadball") if dead else ("team",)
        self._add("rebound", sub_type, person, qualifiers=() if person_id else team)

    def _turnover(self) -> None:
        row = self._row
        person = self._person(1)
        sub_type, descriptor = kinds.TURNOVERS.get(row.eventmsgactiontype or 0, ("", ""))
        qualifiers = () if person[1] else ("team",)
        self._add("turnover", sub_type, person, descriptor=descriptor, qualifiers=qualifiers)
        if row.player2_id and row.person2type in PLAYERS:
            self._add("steal", "", self._person(2))

    def _foul(self) -> None:
        row = self._row
        kind = kinds.FOULS.get(row.eventmsgactiontype or 0)
        if kind is None:
            raise BadHistory("unknown_kind", f"a foul of kind {row.eventmsgactiontype}")
        sub_type, descriptor = kind
        person = self._person(1)
        qualifiers = () if person[1] or person[2] else ("team",)
        self._add("foul", sub_type, person, descriptor=descriptor, qualifiers=qualifiers)
        if descriptor == "double" and row.player2_id:
            self._add("foul", sub_type, self._person(2), descriptor=descriptor)
        free_throw = kinds.FOULS_WITH_ONE_AND_THE_BALL.get(descriptor)
        if free_throw:
            at = (row.period or 1) * period_tenths(1) - self._remaining
            self._single_free_throw = (at, free_throw)

    def _violation(self) -> None:
        sub_type = kinds.VIOLATIONS.get(self._row.eventmsgactiontype or 0)
        if sub_type is None:
            # 'No Violation': a row that was taken back.
            return
        person = self._person(1)
        self._add("violation", sub_type, person, qualifiers=() if person[1] else ("team",))

    def _substitution(self) -> None:
        self._add("substitution", "out", self._person(1))
        self._add("substitution", "in", self._person(2))

    def _timeout(self) -> None:
        side, _, _ = self._person(1)
        sub_type = kinds.TIMEOUTS.get(self._row.eventmsgactiontype or 0, "")
        self._add("timeout", sub_type, (side, None, None), qualifiers=("team",) if side else ())

    def _jump_ball(self) -> None:
        row = self._row
        winner = self._person(3) if row.player3_id else (None, None, None)
        before = self._plays[-1] if self._plays else None
        opens = before is not None and before.action == "period" and before.sub_type == "start"
        descriptor = "startperiod" if opens else kinds.JUMP_BALLS.get(row.eventmsgactiontype or 0, "")
        self._add("jumpball", "recovered", winner, descriptor=descriptor)

    def _ejection(self) -> None:
        if self._row.eventmsgactiontype:
            self._add("ejection", "other", self._person(1))

    def _period(self) -> None:
        start = self._row.eventmsgtype == kinds.PERIOD_START
        self._add("period", "start" if start else "end")

    def _replay(self) -> None:
        """The live feed has no such rows; what a replay changed is in the rows themselves."""


_READERS = {
    kinds.MADE: _Reader._shot,
    kinds.MISSED: _Reader._shot,
    kinds.FREE_THROW: _Reader._free_throw,
    kinds.REBOUND: _Reader._rebound,
    kinds.TURNOVER: _Reader._turnover,
    kinds.FOUL: _Reader._foul,
    kinds.VIOLATION: _Reader._violation,
    kinds.SUBSTITUTION: _Reader._substitution,
    kinds.TIMEOUT: _Reader._timeout,
    kinds.JUMP_BALL: _Reader._jump_ball,
    kinds.EJECTION: _Reader._ejection,
    kinds.PERIOD_START: _Reader._period,
    kinds.PERIOD_END: _Reader._period,
    kinds.REPLAY: _Reader._replay,
}


def _points(row: StatsRow) -> int:
    """What the row itself says that it scored. A free throw without SCORE did not count."""
    if row.eventmsgtype == kinds.MADE:
        text = (row.homedescription if row.person1type in HOME_PERSONS else row.visitordescription) or ""
        return 3 if "3PT" in text else 2
    if row.eventmsgtype == kinds.FREE_THROW:
        text = (row.homedescription if row.person1type in HOME_PERSONS else row.visitordescription) or ""
        return 0 if text.startswith("MISS") or row.score is None else 1
    return 0
