"""The simulator's table of rates: read off real seasons once, shipped as a small JSON file."""

from functools import lru_cache
from importlib import resources
from typing import Literal

import msgspec

Start = Literal["made", "rebound", "steal", "dead", "second"]
"""How a team came to the ball: the other side scored, a defensive rebound, a steal, a dead ball (inbound),
or an offensive rebound."""
STARTS: tuple[Start, ...] = ("made", "rebound", "steal", "dead", "second")


class ChanceRates(msgspec.Struct, frozen=True):
    """What a team does with the ball, by how it got it. Shares of all chances of that kind."""

    seconds: float
    """Mean time until the shot, turnover or foul."""
    seconds_deviation: float
    turnover: float
    floor_foul: float
    """The defence fouls away from a shot."""
    shooting_foul: float
    """The defence fouls a shot that misses."""
    three: float
    """Share of the attempts that are threes."""
    two_made: float
    three_made: float


class Rates(msgspec.Struct, frozen=True):
    """League averages. Where nothing else is said, a rate is a share of its occasions."""

    made: ChanceRates
    rebound: ChanceRates
    steal: ChanceRates
    dead: ChanceRates
    second: ChanceRates
    stolen: float
    """Of turnovers."""
    offensive_foul: float
    """Of the turnovers that are not stolen."""
    and_one_two: float
    """Of made twos."""
    and_one_three: float
    three_shot_foul: float
    """Of shooting fouls: those on a three."""
    blocked_two: float
    """Of missed twos."""
    blocked_three: float
    assisted_two: float
    """Of made twos."""
    assisted_three: float
    free_throw_made: float
    offensive_rebound_two: float
    """Of missed twos, the team's rebounds included."""
    offensive_rebound_three: float
    offensive_rebound_free_throw: float
    team_rebound_offensive: float
    """Of offensive rebounds: those that no player is credited with."""
    team_rebound_defensive: float
    technicals: float
    """A game, both teams."""
    home_advantage: float
    """Points a game."""

    def after(self, start: Start) -> ChanceRates:
        chances = {
            "made": self.made,
            "rebound": self.rebound,
            "steal": self.steal,
            "dead": self.dead,
            "second": self.second,
        }
        return chances[start]


class Tuning(msgspec.Struct, frozen=True):
    """Constants that no single row of play-by-play shows, fitted so that whole games come out right."""

    seconds_factor: float = 1.0
    made_factor: float = 1.0
    three_factor: float = 1.0
    foul_factor: float = 1.0
    strength_deviation: float = 3.5
    """Standard deviation over the league of how many points a game a team is better than average."""
    form_deviation: float = 2.0
    """The same for one evening."""
    spell_deviation: float = 10.0
    """The same, of home against away, for the few minutes that the same players are on court."""
    lead_pull: float = 0.4
    """By how many points in 100 possessions a team gets better with each point that it is behind."""
    late_pull: float = 0.5
    """How much is added to that in the last eight minutes, where the first ten points of a lead count."""


class Measures(msgspec.Struct, frozen=True):
    """Averages over games, both teams together where it is a count."""

    points: float
    """Of one team."""
    pace: float
    """Possessions of one team in 48 minutes."""
    three_share: float
    free_throws: float
    """Attempts."""
    ties: float
    lead_changes: float
    runs_of_8: float
    runs_of_10: float
    halftime_margin_deviation: float
    final_margin_deviation: float
    overtime_share: float
    scores_again: float
    """Share of scorings after which the same team scores next."""
    variance_ratio: float
    """Variance of the margin over 48 minutes, against 48 times that over one: below 1, scoring is
    anti-persistent."""


class RatesFile(msgspec.Struct, frozen=True):
    """What `simulator_rates.json` holds."""

    seasons: tuple[int, ...]
    games: int
    rates: Rates
    tuning: Tuning
    targets: Measures
    """The same measures of the real seasons."""


@lru_cache(maxsize=1)
def shipped() -> RatesFile:
    """The table that comes with the package."""
    text = resources.files("courtside.sources").joinpath("simulator_rates.json").read_bytes()
    return msgspec.json.decode(text, type=RatesFile)
