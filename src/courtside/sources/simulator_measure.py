"""What is measured of a game, real or simulated, to say whether simulated ones are like real ones."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev

import msgspec

from courtside.clock import HALF_TENTHS, REGULATION_TENTHS, period_start_tenths
from courtside.sources.simulator_game import SimulatedGame
from courtside.sources.simulator_path import Scoring, course, scorings
from courtside.sources.simulator_rates import Measures

FREE_THROW_POSSESSIONS = 0.44
"""Possessions that an attempted free throw ends, on average (Oliver 2004)."""
MINUTE_TENTHS = 600
MINUTES = 48


class Counts(msgspec.Struct, frozen=True):
    """What both teams of a game did, together."""

    field_goals: int
    """Attempts."""
    threes: int
    free_throws: int
    offensive_rebounds: int
    """Of players."""
    turnovers: int
    periods: int

    @property
    def pace(self) -> float:
        """Possessions of one team in 48 minutes."""
        possessions = (
            self.field_goals
            + FREE_THROW_POSSESSIONS * self.free_throws
            - self.offensive_rebounds
            + self.turnovers
        ) / 2
        return possessions * REGULATION_TENTHS / period_start_tenths(self.periods + 1)


class GameMeasures(msgspec.Struct, frozen=True):
    """One game's part in `Measures`."""

    counts: Counts
    points: int
    ties: int
    lead_changes: int
    run_points: tuple[int, ...]
    halftime_margin: int
    final_margin: int
    regulation_margin: int
    minute_margins: tuple[int, ...]
    """What each minute of regulation added to home minus away."""
    scored: int
    """Scorings that another one followed; free throws at one stop of the clock are one."""
    scored_again: int
    """Those that the same team followed up."""


def measure_game(path: Sequence[Scoring], counts: Counts) -> GameMeasures:
    """`path` is the whole course of the score, in order."""
    whole = course(path, period_start_tenths(counts.periods + 1))
    scorers = _scorers(path)
    margins = [_margin_at(path, minute * MINUTE_TENTHS) for minute in range(MINUTES + 1)]
    _, home, away = path[-1] if path else (0, 0, 0)
    return GameMeasures(
        counts=counts,
        points=home + away,
        ties=whole.ties,
        lead_changes=whole.lead_changes,
        run_points=tuple(run.points for run in whole.runs),
        halftime_margin=_margin_at(path, HALF_TENTHS),
        final_margin=home - away,
        regulation_margin=margins[-1],
        minute_margins=tuple(after - before for before, after in pairwise(margins)),
        scored=max(len(scorers) - 1, 0),
        scored_again=sum(one == other for one, other in pairwise(scorers)),
    )


def measure_simulated(game: SimulatedGame) -> GameMeasures:
    """Counts come from the simulator's box score, the course of the score from the plays."""
    athletes = [athlete for squad in game.squads for athlete in squad.athletes]
    threes = sum(athlete.threes_tried for athlete in athletes)
    counts = Counts(
        field_goals=threes + sum(athlete.twos_tried for athlete in athletes),
        threes=threes,
        free_throws=sum(athlete.free_throws_tried for athlete in athletes),
        offensive_rebounds=sum(athlete.offensive for athlete in athletes),
        turnovers=sum(athlete.turnovers for athlete in athletes)
        + sum(squad.team_turnovers for squad in game.squads),
        periods=game.periods,
    )
    return measure_game(scorings(game.plays), counts)


def average(games: Sequence[GameMeasures]) -> Measures:
    """Means and standard deviations over games, at least one."""

    def runs_of(points: int) -> float:
        return fmean(sum(run >= points for run in game.run_points) for game in games)

    minutes = [margin for game in games for margin in game.minute_margins]
    return Measures(
        points=fmean(game.points for game in games) / 2,
        pace=fmean(game.counts.pace for game in games),
        three_share=sum(game.counts.threes for game in games)
        / max(sum(game.counts.field_goals for game in games), 1),
        free_throws=fmean(game.counts.free_throws for game in games),
        ties=fmean(game.ties for game in games),
        lead_changes=fmean(game.lead_changes for game in games),
        runs_of_8=runs_of(8),
        runs_of_10=runs_of(10),
        halftime_margin_deviation=pstdev(game.halftime_margin for game in games),
        final_margin_deviation=pstdev(game.final_margin for game in games),
        overtime_share=fmean(game.counts.periods > 4 for game in games),
        scores_again=sum(game.scored_again for game in games) / max(sum(game.scored for game in games), 1),
        variance_ratio=pstdev(game.regulation_margin for game in games) ** 2
        / max(MINUTES * pstdev(minutes) ** 2, 1e-9),
    )


def _margin_at(path: Sequence[Scoring], elapsed: int) -> int:
    margin = 0
    for when, home, away in path:
        if when > elapsed:
            break
        margin = home - away
    return margin


def _scorers(path: Sequence[Scoring]) -> list[bool]:
    """Whether home scored, once for all points at one stop of the clock."""
    scorers: list[bool] = []
    before = (-1, False)
    last_home = 0
    for elapsed, home, _ in path:
        now = elapsed, home > last_home
        last_home = home
        if now != before:
            scorers.append(now[1])
        before = now
    return scorers
