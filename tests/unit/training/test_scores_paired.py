import numpy as np
import pytest

from courtside.training.scores_paired import paired, paired_errors


def days(games: int, per_day: int = 1) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return (np.datetime64("2024-01-01") + np.arange(games) // per_day).astype(np.str_)


def test_a_negative_difference_means_that_ours_is_better() -> None:
    actual = np.zeros(4)
    assert paired_errors(np.ones(4), np.full(4, 3.0), actual, days(4)).delta == -2.0


def test_with_a_game_a_date_it_is_the_paired_t_test() -> None:
    ours = np.array([4.0, 2.5, 7.0, 1.0, 3.0, 6.0])
    theirs = np.array([5.0, 2.0, 9.0, 1.5, 3.5, 8.0])
    test = paired(ours, theirs, days(6))
    # By hand: mean -0.91667, sd 0.97040, n 6; p and the reach of 2.570582 as scipy.stats has them.
    assert test.delta == pytest.approx(-0.916667, abs=1e-6)
    assert test.se == pytest.approx(0.970395 / 6**0.5, abs=1e-6)
    assert test.p == pytest.approx(0.0685757548, abs=1e-7)
    assert test.lower95 == pytest.approx(-0.916667 - 2.570582 * 0.396162, abs=1e-5)
    assert test.upper95 == pytest.approx(-0.916667 + 2.570582 * 0.396162, abs=1e-5)


@pytest.mark.parametrize(
    ("freedom", "critical"),
    [(1, 12.706205), (2, 4.302653), (10, 2.228139), (100, 1.983972), (1000, 1.962339)],
)
def test_the_interval_reaches_as_far_as_students_t(freedom: int, critical: float) -> None:
    difference = np.random.default_rng(1).normal(size=freedom + 1)
    test = paired(difference, np.zeros(freedom + 1), days(freedom + 1))
    assert test.se is not None and test.upper95 is not None
    assert (test.upper95 - test.delta) / test.se == pytest.approx(critical, rel=2e-5)


def test_a_tiny_p_keeps_its_size() -> None:
    # scipy.stats.ttest_1samp gives 7.446021e-20 for these.
    difference = np.resize([14.0, -14.0], 201) + 10.0
    assert paired(difference, np.zeros(201), days(201)).p == pytest.approx(7.446021e-20, rel=1e-4)


def test_games_of_one_date_that_move_together_count_as_one() -> None:
    evening = np.random.default_rng(2).normal(size=50)
    together = paired(np.repeat(evening, 8), np.zeros(400), days(400, per_day=8))
    alone = paired(np.repeat(evening, 8), np.zeros(400), days(400))
    once = paired(evening, np.zeros(50), days(50))
    assert together.se == pytest.approx(once.se)
    assert together.dates == 50 and together.n == 400
    assert alone.se is not None and together.se is not None
    assert together.se > 2.5 * alone.se


def test_the_order_of_games_does_not_matter() -> None:
    random = np.random.default_rng(3)
    ours, theirs, when = random.normal(size=60), random.normal(size=60), days(60, per_day=4)
    order = random.permutation(60)
    first, second = paired(ours, theirs, when), paired(ours[order], theirs[order], when[order])
    assert first.se == pytest.approx(second.se)
    assert first.p == pytest.approx(second.p)


def test_one_date_gives_a_difference_and_no_error() -> None:
    test = paired(np.ones(3), np.zeros(3), days(3, per_day=3))
    assert (test.delta, test.se, test.p, test.lower95, test.upper95) == (1.0, None, None, None, None)


def test_two_equal_forecasters_differ_by_nothing() -> None:
    test = paired(np.ones(5), np.ones(5), days(5))
    assert (test.delta, test.se, test.p) == (0.0, 0.0, 1.0)


def test_a_difference_that_never_varies_is_certain() -> None:
    test = paired(np.ones(5), np.full(5, 1.5), days(5))
    assert (test.delta, test.se, test.p) == (-0.5, 0.0, 0.0)


def test_equally_good_forecasters_are_called_different_in_one_trial_of_twenty() -> None:
    random = np.random.default_rng(7)
    called = 0
    for _ in range(400):
        evening = np.repeat(random.normal(size=20), 5)
        test = paired(evening + random.normal(size=100), np.zeros(100), days(100, per_day=5))
        called += test.p is not None and test.p < 0.05
    assert 8 <= called <= 34
