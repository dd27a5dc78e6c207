"""Team ratings: Elo on the margin of victory, with a home advantage that follows the league.

A game moves both teams by a share of its surprise, in opposite directions; over a summer a quarter of a
rating is forgotten. After R. Elo's rating of chess players, with margins in place of results.
"""

from datetime import date as Date

import msgspec

from courtside.game.finished import FinishedGame, season_of

GAIN = 0.04
"""Share of a game's surprise by which each rating moves."""
CARRIED = 0.75
"""What is left of a rating in the next season."""
FIRST_HOME_ADVANTAGE = 2.5
HOME_GAIN = 0.005
LONGEST_REST_DAYS = 10
HIGH_UP = frozenset({"DEN", "UTA"})
"""Arenas above 1,200 m."""
BUBBLE = ("2020-07-30", "2020-10-11")
"""All games of these days were played in Orlando before no crowd."""
SEASON_OPENS = "10"
"""Month: no regular season has begun before, and none ended after, but for the bubble's."""
CUP_FINAL = "6"


class TeamRating(msgspec.Struct, frozen=True):
    """Points above the average team, as of the team's last game; `date` is its Eastern day."""

    rating: float
    season: int
    date: str


class TeamRatings(msgspec.Struct):
    """Ratings by tricode, and the points that playing at home is worth."""

    home_advantage: float = FIRST_HOME_ADVANTAGE
    teams: dict[str, TeamRating] = {}

    def values(self, home: str, away: str, date: str, *, neutral: bool = False) -> dict[str, float]:
        """What is known before a game between two tricodes on a day, by the names of `Context`.

        Of a team never seen nothing is said. Ratings and home advantage are points, rest is days.
        """
        neutral = neutral or in_bubble(date)
        values = {
            "home_advantage": 0.0 if neutral else self.home_advantage,
            "altitude": float(home in HIGH_UP and not neutral),
        }
        season = season_on(date)
        ratings = self._rating(home, season), self._rating(away, season)
        if ratings[0] is not None and ratings[1] is not None:
            values["elo"] = ratings[0] - ratings[1]
        rest = self._days(home, date), self._days(away, date)
        for side, days in zip(("home", "away"), rest, strict=True):
            if days is not None:
                values[f"rest_{side}"] = float(min(days, LONGEST_REST_DAYS))
        if None not in rest:
            values["back_to_back"] = float(rest[0] == 1) - float(rest[1] == 1)
        return values

    def after(self, game: FinishedGame) -> None:
        """Learn from a game that is over."""
        neutral = is_neutral(game.game_id, game.date)
        home, away = (self._rating(team, game.season) or 0.0 for team in (game.home, game.away))
        surprise = game.margin - (home - away + (0.0 if neutral else self.home_advantage))
        self._set(game.home, home + GAIN * surprise, game)
        self._set(game.away, away - GAIN * surprise, game)
        if not neutral:
            self.home_advantage += HOME_GAIN * surprise

    def _rating(self, team: str, season: int) -> float | None:
        known = self.teams.get(team)
        if known is None:
            return None
        return known.rating * CARRIED ** max(0, season - known.season)

    def _set(self, team: str, rating: float, game: FinishedGame) -> None:
        known = self.teams.get(team)
        last = game.date if known is None else max(known.date, game.date)
        self.teams[team] = TeamRating(rating, season_of(game.game_id), last)

    def _days(self, team: str, date: str) -> int | None:
        """Since the team's last game; None where that is not before `date`."""
        known = self.teams.get(team)
        if known is None:
            return None
        days = (Date.fromisoformat(date) - Date.fromisoformat(known.date)).days
        return days if days > 0 else None


def in_bubble(date: str) -> bool:
    return BUBBLE[0] <= date <= BUBBLE[1]


def is_neutral(game_id: str, date: str) -> bool:
    """Whether nobody is at home: the bubble of 2020, and the final of the cup."""
    return in_bubble(date) or game_id[2] == CUP_FINAL


def season_on(date: str) -> int:
    """The season that a day belongs to, by the year in which it began.

    >>> season_on("2024-06-17"), season_on("2024-10-22"), season_on("2020-10-09")
    (2023, 2024, 2019)
    """
    year = int(date[:4])
    return year if date[5:7] >= SEASON_OPENS and not in_bubble(date) else year - 1
