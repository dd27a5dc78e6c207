import random
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from courtside.clock import PERIOD_TENTHS, elapsed_tenths
from courtside.errors import BadHistory
from courtside.events import Play, Side, other
from courtside.forecast.runs import TERMS, TIERS, RunModel
from courtside.game.state import fold_all, start
from courtside.training.fit_runs import FittedRuns, Split, default_split, fit, fit_baseline
from courtside.training.history_game import Header, game_of
from courtside.training.history_store import StoredGame
from courtside.training.run_moments import KINDS, Moments, moments
from courtside.training.run_regression import coefficients, predict
from tests.unit.training.stats_writer import simulated

FIRST = date(2020, 10, 1)
HEADER = Header(game_id="0022000001", date="2020-10-01", home_id=1, home="AAA", away_id=2, away="BBB")
SIMULATED = simulated(7)
FACTS = game_of(HEADER, SIMULATED.plays).facts
SIDES: tuple[Side, Side] = ("home", "away")


class Scorer:
    """Writes down a game of scores and rebounds, a play after the other."""

    def __init__(self) -> None:
        self.plays: list[Play] = []
        self.home = self.away = 0

    def play(self, at: int, action: str, side: Side | None, points: int = 0, sub_type: str = "") -> None:
        self.home += points if side == "home" else 0
        self.away += points if side == "away" else 0
        period = min(max(at - (sub_type == "end"), 0) // PERIOD_TENTHS, 3) + 1
        number = len(self.plays) + 1
        self.plays.append(
            Play(
                order=number,
                play_id=number,
                period=period,
                remaining_tenths=period * PERIOD_TENTHS - at,
                action=action,
                sub_type=sub_type,
                side=side,
                made=points > 0,
                score_home=self.home,
                score_away=self.away,
            )
        )

    def stored(self, number: int, day: date | None) -> StoredGame:
        self.play(4 * PERIOD_TENTHS, "game", None, sub_type="end")
        facts = msgspec.structs.replace(
            FACTS,
            game_id=f"00220{number:05d}",
            date=None if day is None else day.isoformat(),
        )
        return StoredGame(facts, tuple(self.plays))


def walked(number: int, *, heard: float) -> StoredGame:
    """A game of the walk itself, in which the ball tells the next scorer in `heard` of the cases."""
    dice = random.Random(number)
    scorer, at, last = Scorer(), 0, dice.choice(SIDES)
    while True:
        ball_at, at = at + 50, at + 10 * dice.choice([12, 16, 20, 24, 35, 60])
        if at >= 4 * PERIOD_TENTHS - 20:
            return scorer.stored(number, FIRST + timedelta(days=number // 4))
        side = last if dice.random() < 0.35 else other(last)
        told = side if dice.random() < heard else dice.choice(SIDES)
        scorer.play(ball_at, "rebound", told)
        scorer.play(at, "2pt", side, dice.choice([2, 2, 3]))
        last = side


def league(games: int, *, heard: float) -> list[StoredGame]:
    return [walked(number, heard=heard) for number in range(games)]


LEAGUE = league(160, heard=1.0)
EDGES = {game.facts.game_id: float(number % 9 - 4) for number, game in enumerate(LEAGUE)}


@pytest.fixture(scope="module")
def fitted() -> FittedRuns:
    return fit(LEAGUE, EDGES)


def one_game(scores: Sequence[tuple[int, Side, int]]) -> Moments:
    """Seconds elapsed, side and points of each score."""
    scorer = Scorer()
    for second, side, points in scores:
        scorer.play(second * 10, "2pt", side, points)
    return moments([scorer.stored(1, FIRST)], {})


def followed(seen: Moments, kind: str) -> dict[int, float]:
    """By seconds elapsed in regulation."""
    chosen = seen.kind == KINDS.index(kind)
    at = (2880 - seen.left_seconds[chosen]).astype(int)
    return dict(zip(at.tolist(), seen.followed[chosen].tolist(), strict=True))


QUIET: list[tuple[int, Side, int]] = [(1500, "away", 2), (2700, "home", 2)]


def test_a_run_that_passes_eight_within_three_minutes_follows() -> None:
    seen = one_game([(10, "away", 2), (40, "home", 3), (100, "home", 3), (220, "home", 2), *QUIET])
    clock = followed(seen, "clock")
    assert [second for second, value in clock.items() if value] == [60, 90, 120, 150, 180, 210]
    assert followed(seen, "score") == {10: 0, 40: 1, 100: 1, 220: 0, 1500: 0, 2700: 0}


def test_a_run_that_is_long_enough_is_not_made_again_but_a_new_one_is() -> None:
    long = [(100, "home", 3), (110, "home", 3), (120, "home", 2), (150, "home", 3)]
    again = [(200, "away", 3), (210, "away", 3), (220, "away", 3)]
    seen = one_game([*long, *again, *QUIET])  # type: ignore[list-item]
    assert followed(seen, "score") == {
        100: 1, 110: 1, 120: 1, 150: 1, 200: 1, 210: 1, 220: 0, 1500: 0, 2700: 0,
    }  # fmt: skip
    assert seen.run[seen.kind == 1].tolist() == [3, 6, 8, 8, -3, -6, -8, -8, 2]


def test_a_run_goes_over_a_break_between_periods() -> None:
    seen = one_game([(700, "home", 3), (710, "home", 3), (730, "home", 3), *QUIET])
    assert followed(seen, "clock")[720] == 1
    place = int(np.flatnonzero((seen.kind == 0) & (seen.left_seconds == 2880 - 720))[0])
    assert (seen.period[place], seen.remaining_seconds[place], seen.since_seconds[place]) == (2, 720, 10)
    assert (seen.run[place], seen.lead[place], seen.total[place]) == (6, 6, 6)


def test_points_of_one_side_at_one_time_are_one_score() -> None:
    seen = one_game([(10, "home", 2), (10, "home", 1), (30, "away", 3), (90, "away", 2), *QUIET])
    scores = seen.scores
    assert scores.points.tolist() == [3, 3, 2, 2, 2]
    assert scores.gap_seconds.tolist() == [20, 60, 1410, 1200]
    assert scores.again.tolist() == [False, True, True, False]


def test_a_moment_of_training_is_the_live_one() -> None:
    game = SIMULATED
    seen = moments([StoredGame(FACTS, game.plays)], {FACTS.game_id: 3.5})
    dice = np.random.default_rng(0)
    weights = dice.normal(size=(len(TIERS), TERMS)) / 5
    walk = fit_baseline(seen, FIRST.toordinal() + 1, 1)
    model = RunModel(walk, weights, np.zeros((len(TIERS), 0, 4)))
    regulation = (seen.kind == 0) & (seen.period <= 4) & (seen.left_seconds > 0)
    rows = np.flatnonzero(regulation)[1:]
    assert len(rows) > 90
    for row in rows:
        at = 28800 - round(seen.left_seconds[row] * 10)
        before = [play for play in game.plays if elapsed_tenths(play.period, play.remaining_tenths) <= at]
        state = fold_all(start(game.roster), before)
        momentum, run = state.momentum, state.momentum.run
        assert run is not None
        tier = 3 if state.possession.holder is not None else 2
        trained = predict(seen, walk, weights[tier], np.array([row]), tier)[0]
        live = model.probability(
            run_points=run.points,
            run_side=run.side,
            since_score_seconds=(at - max(momentum.scored_home_at, momentum.scored_away_at)) / 10,
            period=at // PERIOD_TENTHS + 1,
            remaining_seconds=(PERIOD_TENTHS - at % PERIOD_TENTHS) / 10,
            score_home=state.score_home,
            score_away=state.score_away,
            possession=state.possession.holder,
            edge=3.5,
        )
        assert live == pytest.approx(trained)


def test_the_baseline_counts_what_happened() -> None:
    seen = moments(LEAGUE, {})
    walk = fit_baseline(seen, int(seen.day.max()) + 1, 3)
    assert walk.again == pytest.approx(0.35, abs=0.02)
    assert walk.points[2:4] == pytest.approx([2 / 3, 1 / 3], abs=0.02)
    assert set(np.flatnonzero(walk.gaps > 0.02)) == {12, 16, 20, 24, 35, 60}


def test_a_model_that_knows_more_than_the_walk_is_shown(fitted: FittedRuns) -> None:
    knowing = [one for one in fitted.evidence if "ball" in one.tier and one.kind == "clock"]
    assert len(knowing) == 2
    for one in knowing:
        se = one.brier_difference.se
        assert se is not None
        assert one.brier_difference.delta < -3 * se
        assert one.log_loss_difference.delta < 0
        assert one.model.brier < one.recalibrated.brier < one.climatology.brier


def test_the_evidence_in_the_model_is_what_was_measured(fitted: FittedRuns) -> None:
    numbers = fitted.model.evidence
    assert numbers.shape == (len(TIERS), len(KINDS), 4)
    assert [(one.tier, one.kind) for one in fitted.evidence] == [
        (tier, kind) for tier in TIERS for kind in KINDS
    ]
    for row, one in zip(numbers.reshape(-1, 4), fitted.evidence, strict=True):
        assert row.tolist() == [
            one.brier_difference.delta,
            one.brier_difference.se,
            one.log_loss_difference.delta,
            one.log_loss_difference.se,
        ]


def test_where_there_is_nothing_to_know_beyond_the_walk_the_model_is_not_shown() -> None:
    games = league(100, heard=0.0)
    assert not fit(games, {}).model.shown


def test_the_model_learns_whose_ball_it_is(fitted: FittedRuns) -> None:
    def chance(ball: Side | None) -> float:
        return fitted.model.probability(
            run_points=6,
            run_side="home",
            since_score_seconds=8.0,
            period=2,
            remaining_seconds=300.0,
            score_home=30,
            score_away=30,
            possession=ball,
        )

    assert chance("away") < chance(None) < chance("home")


def test_only_the_test_games_are_judged_and_all_games_are_learnt_from(fitted: FittedRuns) -> None:
    seen = moments(LEAGUE, EDGES)
    split = default_split(seen.day)
    tested = seen.day >= split.test_from
    assert fitted.test_from == date.fromordinal(split.test_from).isoformat()
    assert fitted.until == LEAGUE[-1].facts.date
    assert fitted.games == len(LEAGUE)
    assert fitted.evidence[0].moments == int((tested & (seen.kind == 0)).sum())
    walk = fit_baseline(seen, int(seen.day.max()) + 1, fitted.baseline_years)
    assert fitted.model.baseline.again == walk.again


def test_the_order_in_which_games_come_makes_no_difference() -> None:
    one, other_way = fit(LEAGUE[:60], EDGES), fit(LEAGUE[59::-1], EDGES)
    assert other_way.model.coefficients == pytest.approx(one.model.coefficients, abs=1e-6)
    assert other_way.model.evidence == pytest.approx(one.model.evidence, abs=1e-9)


def test_what_comes_after_a_day_is_not_learnt_from() -> None:
    day = FIRST.toordinal() + 10
    early = moments(
        [game for game in LEAGUE if (game.facts.date or "") < date.fromordinal(day).isoformat()], {}
    )
    late = moments([*LEAGUE[:40], *league(200, heard=0.0)[160:]], {})
    assert early.games == 40
    early_walk, late_walk = fit_baseline(early, day, 3), fit_baseline(late, day, 3)
    assert (late_walk.table == early_walk.table).all()
    rows = [np.flatnonzero(seen.day < day) for seen in (early, late)]
    learnt = [
        coefficients(seen, early_walk, which, 1) for seen, which in zip((early, late), rows, strict=True)
    ]
    assert (learnt[0] == learnt[1]).all()


def test_without_edges_no_tier_looks_at_them() -> None:
    model = fit(LEAGUE[:60], {}).model
    assert model.coefficients[0].tolist() == model.coefficients[2].tolist()
    assert model.coefficients[1].tolist() == model.coefficients[3].tolist()
    assert not model.coefficients[:, -3:].any()


def test_seasons_split_where_there_are_four_and_shares_of_the_dates_where_not() -> None:
    years = np.array([date(year, 12, day).toordinal() for year in range(2015, 2020) for day in (1, 2, 3)])
    assert default_split(years) == Split(date(2017, 9, 1).toordinal(), date(2018, 9, 1).toordinal())
    days = np.arange(100) + FIRST.toordinal()
    assert default_split(days) == Split(FIRST.toordinal() + 55, FIRST.toordinal() + 70)


@pytest.mark.parametrize(
    ("choose", "test", "missing"), [(0, 10, "train"), (20, 20, "choose"), (20, 999, "test")]
)
def test_a_split_without_games_in_a_part_says_which(choose: int, test: int, missing: str) -> None:
    first = FIRST.toordinal()
    with pytest.raises(BadHistory, match=f"no games to {missing} .* import more seasons"):
        fit(LEAGUE, {}, Split(first + choose, first + test))


def test_games_without_a_date_cannot_be_split() -> None:
    with pytest.raises(BadHistory, match="no dated game"):
        fit([Scorer().stored(1, None)], {})
