"""Player ratings: what a player's earlier games say about the next one.

Two strengths, both above the league's average: Game Score per 36 minutes, and impact, points of margin
per 48 minutes (a prior from the lines of his games, see `box_score`, and a deviation from the margins
while he was on court, see `stint_filter`). Old games count less: half-lives are in days. Where little is
known, everything is drawn to the league's average. A traded player keeps his ratings.
"""

from collections.abc import Iterable
from datetime import date as Date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from courtside.events import PlayerPrior, Side
from courtside.forecast import stint_filter
from courtside.forecast.box_score import STATS, BoxPrior, counts, game_scores
from courtside.forecast.expected_minutes import minutes_tonight
from courtside.forecast.player_table import FIRST_MINUTES, GAMES, MINUTES, STARTS, PlayerTable
from courtside.forecast.stint_filter import StintTable
from courtside.game.finished import FinishedGame

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SCORE_HALF_LIFE_DAYS = 200.0
SCORE_SHRINK_MINUTES = 8 * 36.0
BOX_HALF_LIFE_DAYS = 400.0
BOX_SHRINK_MINUTES = 200.0
BOX_SHRINK_GAMES = 3.0
LEAGUE_KEPT = 0.9995
"""Of the league's sums after each game."""
MINUTES_GAIN = 0.12
RECENT_GAIN = 0.3
ACTIVE_DAYS = 400
"""Longer than a summer, and than the break of 2020: who has not played since is no longer told of."""
LEAGUE_SIZE = len(STATS) + 4
GAME_TENTHS = 28800
MINUTE_TENTHS = 600


class Strengths(NamedTuple):
    """One row a player: the same as in `PlayerPrior`, and `terms` as the box prior sees them."""

    game_score: Floats
    impact: Floats
    minutes: Floats
    terms: Floats


class PlayerRatings:
    """Everybody's ratings, and the league's averages that they stand against.

    `league` holds decayed sums over all players' games: counts, then minutes, Game Score, and minutes
    times the two terms of usage.
    """

    def __init__(
        self, table: PlayerTable | None = None, box: BoxPrior | None = None, league: Floats | None = None
    ) -> None:
        self.table = PlayerTable() if table is None else table
        self.box = BoxPrior() if box is None else box
        self.league = np.zeros(LEAGUE_SIZE) if league is None else league

    def strengths(self, rows: Integers, day: int, coefficients: Floats) -> Strengths:
        """Of those rows before a game on `day` (an ordinal); `coefficients` are the box prior's."""
        table = self.table
        days = np.maximum(day - table.last[rows], 0).astype(np.float64)
        average, score_average = self._averages()
        score = table.score[rows] * np.exp2(-days / SCORE_HALF_LIFE_DAYS)[:, None]
        shrunk = score[:, 0] + SCORE_SHRINK_MINUTES * score_average
        terms = self._terms(table.box[rows] * np.exp2(-days / BOX_HALF_LIFE_DAYS)[:, None], average)
        deviation, _ = stint_filter.fade(table.deviation[rows], table.variance[rows], days)
        return Strengths(
            game_score=36 * (shrunk / (score[:, 1] + SCORE_SHRINK_MINUTES) - score_average),
            impact=terms @ coefficients + deviation,
            minutes=table.minutes[rows],
            terms=terms,
        )

    def prior(
        self, home: str, away: str, day: int, season: int, person_ids: Iterable[int] | None = None
    ) -> tuple[PlayerPrior, ...]:
        """Of those who have played for one of the two teams lately, and of `person_ids`, by id.

        Without `person_ids`, of everybody who has played lately. Nothing is said of those never seen.
        """
        table = self.table
        recent = table.active(day - ACTIVE_DAYS)
        sides: dict[int, tuple[Side, float]] = {}
        for side, team in (("home", home), ("away", away)):
            own = np.intersect1d(table.members(team), recent)
            tonight = minutes_tonight(table.recent[own], table.missed[own])
            sides |= {row: (side, each) for row, each in zip(own.tolist(), tonight.tolist(), strict=True)}
        asked = recent if person_ids is None else table.known(person_ids)
        wanted = {*asked.tolist(), *sides}
        rows = np.array(sorted(wanted, key=lambda row: int(table.ids[row])), dtype=np.int64)
        strengths = self.strengths(rows, day, self.box.coefficients_for(season))
        told = zip(
            rows.tolist(),
            table.ids[rows].tolist(),
            strengths.game_score.tolist(),
            strengths.impact.tolist(),
            strengths.minutes.tolist(),
            strict=True,
        )
        neither: tuple[Side | None, float] = (None, 0.0)
        return tuple(
            PlayerPrior(person_id, side, game_score, impact, minutes, tonight)
            for row, person_id, game_score, impact, minutes in told
            for side, tonight in (sides.get(row, neither),)
        )

    def newcomer(self, season: int) -> dict[str, float]:
        """What to assume of somebody never seen, by the names of `Context`: a player of the far bench.

        Empty before the first game.
        """
        if self.league[MINUTES] == 0.0:
            return {}
        terms = self._terms(np.zeros((1, len(STATS) + 3)), self._averages()[0])
        return {
            "newcomer_game_score": 0.0,
            "newcomer_impact": float(terms[0] @ self.box.coefficients_for(season)),
            "newcomer_minutes": FIRST_MINUTES,
        }

    def after(self, game: FinishedGame, home_advantage: float) -> None:
        """Learn from a game that is over; `home_advantage` is what was expected of it, in points."""
        if not game.players:
            return
        self.box.begin(game.season)
        table = self.table
        rows = table.rows(line.person_id for line in game.players)
        day = Date.fromisoformat(game.date).toordinal()
        coefficients = self.box.coefficients
        before = self.strengths(rows, day, coefficients)
        days = np.maximum(day - table.last[rows], 0).astype(np.float64)
        deviation, variance = stint_filter.fade(table.deviation[rows], table.variance[rows], days)
        stints = _stint_table(game)
        if stints is not None:
            differences = stints.differences(before.terms)
            self.box.see(differences, stints.margins, stints.shares)
            expected = home_advantage + differences @ coefficients
            deviation, variance = stint_filter.follow(deviation, variance, stints, expected)
        table.deviation[rows], table.variance[rows] = deviation, variance
        self._count(game, rows, days, before.terms[:, len(STATS) :])
        self._rotate(game, rows, day)
        table.last[rows] = np.maximum(table.last[rows], day)

    def _count(self, game: FinishedGame, rows: Integers, days: Floats, usage: Floats) -> None:
        table = self.table
        stats = counts(game.players)
        minutes = np.array([line.played / MINUTE_TENTHS for line in game.players])
        starts = np.array([float(line.starter) for line in game.players])
        scores = game_scores(stats)
        table.score[rows] *= np.exp2(-days / SCORE_HALF_LIFE_DAYS)[:, None]
        table.score[rows] += np.column_stack((scores, minutes))
        table.box[rows] *= np.exp2(-days / BOX_HALF_LIFE_DAYS)[:, None]
        table.box[rows] += np.column_stack((stats, minutes, np.ones(len(rows)), starts))
        table.minutes[rows] += MINUTES_GAIN * (minutes - table.minutes[rows])
        table.recent[rows] += RECENT_GAIN * (minutes - table.recent[rows])
        usage = usage + self._usage()
        self.league *= LEAGUE_KEPT
        self.league += np.concatenate(
            (stats.sum(axis=0), [minutes.sum(), scores.sum()], (usage * minutes[:, None]).sum(axis=0))
        )

    def _rotate(self, game: FinishedGame, rows: Integers, day: int) -> None:
        """Who plays for whom, and who was missing."""
        table = self.table
        place = {"home": table.place(game.home), "away": table.place(game.away)}
        teams = np.array([place[line.side] for line in game.players])
        latest = day >= table.last[rows]
        table.team[rows[latest]] = teams[latest]
        absent = np.isin(table.team, list(place.values()))
        absent[rows] = False
        table.missed[absent] += 1
        table.missed[rows] = 0

    def _averages(self) -> tuple[Floats, float]:
        """The league's counts and Game Score a minute; zeros before the first game."""
        played = self.league[MINUTES]
        if played == 0.0:
            return np.zeros(len(STATS)), 0.0
        return self.league[: len(STATS)] / played, float(self.league[MINUTES + 1] / played)

    def _usage(self) -> Floats:
        """Minutes and starts a game of the league's average minute."""
        played = self.league[MINUTES]
        if played == 0.0:
            return np.array([FIRST_MINUTES, 0.0])
        usage: Floats = self.league[MINUTES + 2 :] / played
        return usage

    def _terms(self, box: Floats, average: Floats) -> Floats:
        minutes, games = box[:, MINUTES], box[:, GAMES] + BOX_SHRINK_GAMES
        shrunk = box[:, : len(STATS)] + BOX_SHRINK_MINUTES * average
        rates = 36 * (shrunk / (minutes + BOX_SHRINK_MINUTES)[:, None] - average)
        used = np.column_stack(((minutes + BOX_SHRINK_GAMES * FIRST_MINUTES) / games, box[:, STARTS] / games))
        return np.column_stack((rates, used - self._usage()))


def _stint_table(game: FinishedGame) -> StintTable | None:
    """The stints of those who have a line; None where there are none."""
    place = {line.person_id: index for index, line in enumerate(game.players)}
    kept = [stint for stint in game.stints if all(each in place for each in (*stint.home, *stint.away))]
    if not kept:
        return None
    shares = np.array([(stint.end - stint.start) / GAME_TENTHS for stint in kept])
    return StintTable(
        home=np.array([[place[each] for each in stint.home] for stint in kept]),
        away=np.array([[place[each] for each in stint.away] for stint in kept]),
        margins=np.array([stint.margin for stint in kept]) / shares,
        shares=shares,
    )
