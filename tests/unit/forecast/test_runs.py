import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import ModelError
from courtside.events import Play, Side, other
from courtside.forecast import runs
from courtside.forecast.runs import TERMS, TIERS, Floats, Renewal, RunModel
from courtside.game.state import GameState, fold_all, start

AGAIN = 0.35
POINTS = np.array([0.0, 0.1, 0.6, 0.28, 0.02])
SIDES: tuple[Side, Side] = ("home", "away")


def gaps(*seconds: int) -> Floats:
    counts = np.bincount(seconds, minlength=runs.LONGEST_GAP_SECONDS + 1)
    return np.asarray(counts / counts.sum(), dtype=np.float64)


WALK = Renewal(AGAIN, POINTS, gaps(10, 20, 20, 30, 60, 240))
PROVED = np.tile([-0.002, 0.0001, -0.004, 0.0002], (len(TIERS), 2, 1))


def model(coefficients: Floats | None = None, evidence: Floats = PROVED) -> RunModel:
    return RunModel(WALK, np.zeros((len(TIERS), TERMS)) if coefficients is None else coefficients, evidence)


def chance(
    given: RunModel,
    *,
    side: Side | None = "home",
    points: int = 5,
    since: float = 10.0,
    period: int = 2,
    remaining: float = 400.0,
    home: int = 40,
    away: int = 36,
    ball: Side | None = None,
    edge: float | None = None,
) -> float:
    return given.probability(
        run_points=points,
        run_side=side,
        since_score_seconds=since,
        period=period,
        remaining_seconds=remaining,
        score_home=home,
        score_away=away,
        possession=ball,
        edge=edge,
    )


def simulated(run: int, since: int, window: int, games: int) -> float:
    """The walk played out with dice: what the table must say."""
    dice = random.Random(run * 1000 + since + window)
    lengths = [second for second, weight in enumerate(WALK.gaps.tolist()) if weight]
    weights = [float(WALK.gaps[length]) for length in lengths]
    later = [0.0 if length <= since else weight for length, weight in zip(lengths, weights, strict=True)]
    made = 0
    for _ in range(games):
        size, time = run, dice.choices(lengths, later)[0] - since
        while time <= window:
            scored = dice.choices(range(5), POINTS.tolist())[0]
            if size > 0 and dice.random() >= AGAIN:
                size = 0
            elif size >= runs.RUN_POINTS:
                scored = 0
            size += scored
            if size >= runs.RUN_POINTS and scored:
                made += 1
                break
            time += dice.choices(lengths, weights)[0]
    return made / games


@pytest.mark.parametrize(
    ("run", "since", "window"), [(0, 0, 180), (2, 0, 180), (5, 15, 60), (7, 25, 180), (8, 5, 180)]
)
def test_the_walk_says_what_playing_it_out_says(run: int, since: int, window: int) -> None:
    games = 6000
    exact = WALK.probability(run, since, window)
    error = (exact * (1 - exact) / games) ** 0.5
    assert simulated(run, since, window, games) == pytest.approx(exact, abs=4 * error)


def test_with_one_score_left_the_walk_can_be_done_by_hand() -> None:
    every_minute = Renewal(0.25, np.array([0.0, 0.5, 0.0, 0.5, 0.0]), gaps(60))
    assert every_minute.probability(5, 0, 60) == pytest.approx(0.25 * 0.5)
    assert every_minute.probability(7, 0, 60) == pytest.approx(0.25)
    assert every_minute.probability(7, 0, 59) == 0.0
    assert every_minute.probability(7, 45, 20) == pytest.approx(0.25)
    assert every_minute.probability(6, 0, 120) == pytest.approx(0.25 * 0.5 + 0.25 * 0.5 * 0.25)
    assert every_minute.probability(8, 0, 179) == 0.0


@given(st.integers(1, 7), st.integers(0, 80), st.integers(1, 179))
def test_a_longer_window_never_makes_a_run_less_likely(run: int, since: int, window: int) -> None:
    assert WALK.probability(run, since, window) <= WALK.probability(run, since, window + 1) + 1e-12


@given(st.integers(0, 12), st.floats(0, 500), st.floats(0, 500))
def test_what_the_walk_says_is_a_probability(run: int, since: float, window: float) -> None:
    assert 0.0 <= WALK.probability(run, since, window) <= 1.0


def test_without_weights_the_model_is_the_walk() -> None:
    assert chance(model(), points=5, since=10) == pytest.approx(WALK.probability(5, 10, 180))
    assert chance(model(), points=14) == pytest.approx(WALK.probability(8, 10, 180))


def test_what_is_known_chooses_the_tier() -> None:
    weights = np.zeros((len(TIERS), TERMS))
    weights[:, 0] = [-2.0, -1.0, 1.0, 2.0]
    tiered = model(weights)
    said = [chance(tiered), chance(tiered, ball="home"), chance(tiered, edge=3.0)]
    said.append(chance(tiered, ball="away", edge=3.0))
    assert said == sorted(said)
    assert len(set(said)) == 4


@given(
    st.integers(1, 10),
    st.sampled_from(SIDES),
    st.sampled_from([*SIDES, None]),
    st.integers(0, 120),
    st.integers(0, 120),
    st.floats(-20, 20) | st.none(),
    st.integers(1, 6),
)
def test_which_team_is_at_home_makes_no_difference(
    points: int, side: Side, ball: Side | None, home: int, away: int, edge: float | None, period: int
) -> None:
    random_weights = model(np.random.default_rng(1).normal(size=(len(TIERS), TERMS)) / 5)
    here = chance(
        random_weights,
        points=points,
        side=side,
        ball=ball,
        home=home,
        away=away,
        edge=edge,
        period=period,
        remaining=200,
    )
    there = chance(
        random_weights,
        points=points,
        side=other(side),
        ball=None if ball is None else other(ball),
        home=away,
        away=home,
        edge=None if edge is None else -edge,
        period=period,
        remaining=200,
    )
    assert here == pytest.approx(there)
    assert 0.0 <= here <= 1.0


def test_the_end_of_regulation_or_overtime_closes_the_window() -> None:
    assert chance(model(), period=4, remaining=60.0) == pytest.approx(WALK.probability(5, 10, 60))
    assert chance(model(), period=5, remaining=60.0) == pytest.approx(WALK.probability(5, 10, 60))
    assert chance(model(), period=4, remaining=0.0) == 0.0
    assert chance(model(), period=6, remaining=0.4) == 0.0


def test_a_window_reaches_over_a_break_and_a_period_that_ended_is_the_next_ones_start() -> None:
    assert chance(model(), period=3, remaining=60.0) == pytest.approx(WALK.probability(5, 10, 180))
    weights = model(np.random.default_rng(2).normal(size=(len(TIERS), TERMS)) / 5)
    assert chance(weights, period=1, remaining=0.0) == chance(weights, period=2, remaining=720.0)


def test_one_definition_of_the_terms_serves_a_moment_and_columns_of_them() -> None:
    dice = np.random.default_rng(3)
    columns = [
        dice.normal(size=50),
        dice.integers(-8, 9, 50).astype(np.float64),
        dice.uniform(0, 120, 50),
        dice.integers(-1, 2, 50).astype(np.float64),
        dice.integers(1, 7, 50).astype(np.float64),
        dice.uniform(0, 300, 50),
        dice.integers(-40, 41, 50).astype(np.float64),
        dice.integers(0, 250, 50).astype(np.float64),
        dice.normal(0, 8, 50),
    ]
    together = np.column_stack(runs.terms(*columns))
    assert together.shape == (50, TERMS)
    for row, moment in zip(together, zip(*columns, strict=True), strict=True):
        values: list[float] = [float(value) for value in moment]
        assert runs.terms(*values) == pytest.approx(tuple(row))


def test_minutes_and_scoring_rate_go_on_through_overtime() -> None:
    def rate(period: int, remaining: float, total: float) -> float:
        return runs.terms(0.0, 0.0, 0.0, 0.0, float(period), remaining, 0.0, total, 0.0)[4]

    assert rate(4, 0.0, 200.0) == pytest.approx(rate(5, 300.0, 200.0))
    assert rate(5, 0.0, 220.0) == pytest.approx(rate(6, 300.0, 220.0))
    assert rate(1, 720.0, 0.0) == pytest.approx(0.0)
    assert rate(2, 720.0, 60.0) == pytest.approx((60 + 13.2) / 15 - 4.4)


def basket(order: int, period: int, remaining: int, side: Side, home: int, away: int) -> Play:
    return Play(
        order=order,
        play_id=order,
        period=period,
        remaining_tenths=remaining,
        action="2pt",
        side=side,
        made=True,
        score_home=home,
        score_away=away,
    )


def game() -> GameState:
    plays = [
        basket(1, 1, 7000, "away", 0, 2),
        basket(2, 1, 6800, "home", 2, 2),
        basket(3, 1, 6500, "home", 4, 2),
        Play(
            order=4,
            play_id=4,
            period=1,
            remaining_tenths=6400,
            action="foul",
            side="home",
            score_home=4,
            score_away=2,
        ),
    ]
    return fold_all(start(), plays)


def test_a_game_as_it_stands_gives_the_plain_arguments() -> None:
    weights = model(np.random.default_rng(4).normal(size=(len(TIERS), TERMS)) / 5)
    plain = chance(
        weights,
        points=4,
        side="home",
        since=10.0,
        period=1,
        remaining=640.0,
        home=4,
        away=2,
        ball="away",
        edge=2.5,
    )
    assert weights.at(game(), 2.5) == plain
    assert weights.at(game()) != plain


def test_before_the_tip_either_side_may_make_the_run() -> None:
    assert model().at(start()) == pytest.approx(WALK.probability(0, 0, 180))


def test_arrays_keep_the_model() -> None:
    weights = model(np.random.default_rng(5).normal(size=(len(TIERS), TERMS)) / 5)
    again = RunModel.from_arrays(weights.to_arrays())
    assert chance(again, ball="home") == chance(weights, ball="home")
    assert again.shown is weights.shown is True


@pytest.mark.parametrize("column", [0, 2])
@pytest.mark.parametrize("tier", range(len(TIERS)))
def test_users_see_the_model_only_where_all_its_evidence_is_significant(tier: int, column: int) -> None:
    assert model().shown
    evidence = PROVED.copy()
    evidence[tier, 1, column : column + 2] = [-0.001, 0.0006]
    assert not model(evidence=evidence).shown
    evidence[tier, 1, column : column + 2] = [0.001, 0.0001]
    assert not model(evidence=evidence).shown


def test_a_model_without_evidence_is_not_shown() -> None:
    assert not model(evidence=np.zeros((len(TIERS), 0, 4))).shown
    assert not model(evidence=np.full((len(TIERS), 2, 4), np.nan)).shown


@pytest.mark.parametrize("name", ["again", "points", "gaps", "coefficients", "evidence"])
def test_a_missing_array_is_named(name: str) -> None:
    arrays = model().to_arrays()
    del arrays[name]
    with pytest.raises(ModelError, match=f"no array {name}; train it again"):
        RunModel.from_arrays(arrays)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("again", np.array([0.3, 0.4]), "again of shape"),
        ("again", np.array([1.0]), "not between 0 and 1"),
        ("again", np.array([np.nan]), "not between 0 and 1"),
        ("points", np.array([0.0, 1.0]), "points are not 5 chances"),
        ("points", np.array([0.0, 0.5, 0.6, 0.0, 0.0]), "points are not 5 chances"),
        ("points", np.array([0.2, 0.8, 0.0, 0.0, 0.0]), "points give a chance to 0"),
        ("gaps", np.full(runs.LONGEST_GAP_SECONDS + 1, np.nan), "gaps are not 401 chances"),
        ("coefficients", np.zeros((1, TERMS)), "coefficients of shape"),
        ("coefficients", np.full((len(TIERS), TERMS), np.inf), "not finite"),
        ("evidence", np.zeros((len(TIERS), 4)), "evidence of shape"),
    ],
)
def test_arrays_that_are_no_model_are_refused_with_the_reason(name: str, array: Floats, words: str) -> None:
    with pytest.raises(ModelError, match=f"{words}.*train it again"):
        RunModel.from_arrays({**model().to_arrays(), name: array})
