"""The figures of a report in words that somebody who bets on games understands."""

from collections.abc import Sequence
from math import isclose

from courtside.training.report import GameForecast, Report
from courtside.training.scores_paired import Paired
from courtside.training.scores_win import Bin

MOMENTS = {
    "tip": "tip-off",
    "q1": "end of Q1",
    "q2_6": "6:00 left in Q2",
    "half": "halftime",
    "q3": "end of Q3",
    "q4_2": "2:00 left in Q4",
    "average": "whole game",
}
METHODS = {
    "persistence": "the lead stays as it is",
    "linear": "least squares",
    "least_squares": "least squares",
    "stern": "Brownian motion",
    "lead_elo": "lead and team ratings",
    "original": "the original system",
    "closing_line": "the closing line",
    "dejavu": "similar games",
    "lstm": "neural network",
    "boosting": "boosted trees",
    "climatology": "always the usual rate",
    "random_walk": "random walk",
}
KINDS = {"regular": "regular season", "play-in": "play-in games", "cup-final": "cup final"}
SIGNIFICANT = 0.05


def method(name: str) -> str:
    return METHODS.get(name, name.replace("_", " "))


def season(year: str) -> str:
    """
    >>> season("1999")
    '1999-00'
    """
    return f"{year}-{(int(year) + 1) % 100:02d}"


def points(value: float) -> str:
    """
    >>> points(1.0), points(2.0), points(0.5)
    ('1 point', '2 points', '0.5 points')
    """
    return "1 point" if value == 1.0 else f"{value:g} points"


def margin(value: float, home: str, away: str) -> str:
    """
    >>> margin(-3.0, "BOS", "LAL"), margin(0.0, "BOS", "LAL")
    ('LAL by 3', 'even')
    """
    if value == 0.0:
        return "even"
    return f"{home if value > 0 else away} by {abs(value):g}"


def interval(lower: float, upper: float, home: str, away: str) -> str:
    """
    >>> interval(2.0, 9.0, "BOS", "LAL"), interval(-1.0, 4.0, "BOS", "LAL")
    ('BOS by 2 to 9', 'LAL by 1 to BOS by 4')
    """
    if lower > 0.0:
        return f"{home} by {lower:g} to {upper:g}"
    if upper < 0.0:
        return f"{away} by {-upper:g} to {-lower:g}"
    return f"{margin(lower, home, away)} to {margin(upper, home, away)}"


def signed(value: float, digits: int = 3) -> str:
    r"""With its sign, except of what rounds to zero, and a minus that lines up with the plus.

    >>> signed(0.1694), signed(-0.0004), signed(-0.1694) == "\N{MINUS SIGN}0.169"
    ('+0.169', '0.000', True)
    """
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "\N{MINUS SIGN}") if rounded else f"{0:.{digits}f}"


def probability(p: float) -> str:
    """In one piece: its spaces do not break.

    >>> probability(0.0301).split(), probability(1e-9).split()
    (['p', '=', '0.030'], ['p', '<', '0.001'])
    """
    words = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def verdict(test: Paired) -> str:
    """Whether the difference is more than luck, in a cell of a table."""
    if test.p is None:
        return "one date: cannot be told from luck"
    if test.p >= SIGNIFICANT:
        return f"cannot be told from luck ({probability(test.p)})"
    return f"{'better' if test.delta < 0 else 'worse'}, and not by luck ({probability(test.p)})"


def against(test: Paired) -> str:
    """The difference of two errors, and whether it is more than luck, in a sentence."""
    if test.delta == 0.0:
        return "we are exactly as close"
    gap = f"we are {abs(test.delta):.3f} points a game {'closer' if test.delta < 0 else 'further off'}"
    if test.p is None or test.lower95 is None or test.upper95 is None:
        return f"{gap}, which one date cannot tell from luck"
    near, far = sorted((-test.lower95, -test.upper95)) if test.delta < 0 else (test.lower95, test.upper95)
    sure = f"95% sure: {signed(near)} to {signed(far)}; {probability(test.p)}".replace("+", "")
    luck = "more than luck" if test.p < SIGNIFICANT else "which these games cannot tell from luck"
    return f"{gap} ({sure}), {luck}"


def headline(report: Report) -> list[str]:
    """A few sentences, the most important first."""
    return [_error(report), *_strongest(report), _ranges(report), *_chances(report), *_runs(report)]


def best_games(games: Sequence[GameForecast], count: int = 10) -> list[GameForecast]:
    """Those that we missed by least; of equal ones those first where the lead moved most after 6:00."""
    return sorted(games, key=lambda game: (_miss(game), -abs(game.actual - game.lead), game.game_id))[:count]


def worst_games(games: Sequence[GameForecast], count: int = 10) -> list[GameForecast]:
    return sorted(games, key=lambda game: (-_miss(game), game.game_id))[:count]


def story(game: GameForecast) -> str:
    """What happened in the last six minutes of the half against what we had expected of them."""
    expected, came = game.forecast - game.lead, game.actual - game.lead
    happened = (
        "The lead stayed as it was"
        if came == 0.0
        else f"{game.home if came > 0 else game.away} won the last six minutes by {abs(came):g}"
    )
    if isclose(expected, came, abs_tol=1e-9):
        return f"{happened}, as we said."
    thought = (
        "no change"
        if expected == 0.0
        else f"{game.home if expected > 0 else game.away} to win them by {abs(expected):.3g}"
    )
    return f"{happened}, and we expected {thought}; {_place(game)}."


def _place(game: GameForecast) -> str:
    if game.lower80 <= game.actual <= game.upper80:
        return "inside the 80% range"
    if game.lower95 <= game.actual <= game.upper95:
        return "outside the 80% range, inside the 95% one"
    return "outside even the 95% range"


def _miss(game: GameForecast) -> float:
    return abs(game.forecast - game.actual)


def _error(report: Report) -> str:
    said = (
        f"With six minutes left in the first half we said what the margin at halftime would be, in "
        f"{games(report.n)} from {report.first_date} to {report.last_date}, and were off by "
        f"{report.halftime.mae:.2f} points on average"
    )
    test = report.halftime.paired.get("persistence")
    if test is None:
        return said + "."
    theirs = report.halftime.baselines["persistence"].mae
    return f"{said}. Saying that the lead stays as it is was off by {theirs:.2f}: {against(test)}."


def _strongest(report: Report) -> list[str]:
    tests = {name: test for name, test in report.halftime.paired.items() if name != "persistence"}
    if not tests:
        return []
    name = max(tests, key=lambda candidate: tests[candidate].delta)
    return [f"Against the strongest other method, {method(name)}, {against(tests[name])}."]


def _ranges(report: Report) -> str:
    half = report.halftime
    return (
        f"The range that we call 80% sure held the halftime margin in {half.coverage80:.1%} of games and is "
        f"{half.width80:.1f} points wide; the one that we call 95% sure held it in {half.coverage95:.1%} "
        f"and is {half.width95:.1f} wide."
    )


def _chances(report: Report) -> list[str]:
    table = report.win_probability.reliability["half"]
    # The favourites' middle: certain enough to bet on, open enough to lose.
    group = next((group for group in table if isclose(group.lower, 0.7)), None)
    if group is None:
        return []
    half = report.win_probability.by_moment["half"]
    told = (
        "as small as chance alone makes it"
        if half.ece <= half.ece_floor95
        else "more than chance alone makes it"
    )
    return [
        f"When we gave the home team {span(group)} to win at halftime ({games(group.n)}), it won "
        f"{group.observed:.0%} of them. Over all chances what we said and what came are "
        f"{half.ece * 100:.1f} percentage points apart, {told} (perfect chances: "
        f"{half.ece_floor * 100:.1f} on average, seldom over {half.ece_floor95 * 100:.1f})."
    ]


def _runs(report: Report) -> list[str]:
    runs = report.runs
    if runs is None:
        return []
    told = (
        f"A run of {runs.points} unanswered points came within {runs.seconds} seconds "
        f"{runs.happened:.1%} of the time"
    )
    score = f"our chances of one have a Brier score of {runs.brier:.4f}"
    if runs.paired:
        name = max(runs.paired, key=lambda candidate: runs.paired[candidate].delta)
        score += (
            f", those of the strongest other method, {method(name)}, {runs.baselines[name].brier:.4f}: "
            f"{verdict(runs.paired[name])}"
        )
    seen = "Users see them" if runs.shown else "Users do not see them: they had not proved themselves before"
    return [f"{told}; {score}. {seen}."]


def span(group: Bin) -> str:
    return f"{group.lower * 100:.0f} to {group.upper * 100:.0f}%"


def games(count: int) -> str:
    """
    >>> games(1), games(6250)
    ('1 game', '6,250 games')
    """
    return "1 game" if count == 1 else f"{count:,} games"
