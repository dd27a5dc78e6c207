import itertools

from hypothesis import given
from hypothesis import strategies as st

from courtside.game.momentum import HALF_LIFE_TENTHS, Momentum, Streak, score, scored_at, value_at

POINTS = st.lists(st.tuples(st.integers(0, 300), st.sampled_from([1, 2, 3, -1, -2, -3])), max_size=80)


def play_out(baskets: list[tuple[int, int]]) -> Momentum:
    """Positive points are home's, negative ones away's; times are tenths since the one before."""
    momentum = Momentum()
    elapsed = home = away = 0
    for passed, points in baskets:
        elapsed += passed
        gained_home, gained_away = max(points, 0), max(-points, 0)
        home, away = home + gained_home, away + gained_away
        momentum = score(momentum, elapsed, gained_home, gained_away, home, away)
    return momentum


def test_a_tie_between_two_leads_of_one_team_is_no_lead_change() -> None:
    momentum = play_out([(10, 2), (10, -2), (10, 2)])
    assert (momentum.lead_changes, momentum.ties) == (0, 1)


def test_a_lead_changes_through_a_tie_once() -> None:
    momentum = play_out([(10, 2), (10, -2), (10, -2)])
    assert (momentum.lead_changes, momentum.ties, momentum.leader) == (1, 1, "away")
    assert momentum.leading_since == 30


def test_the_first_lead_is_no_lead_change() -> None:
    assert play_out([(10, -3)]).lead_changes == 0


def test_a_run_starts_with_its_first_basket_and_ends_with_the_other_teams() -> None:
    momentum = play_out([(10, -2), (100, 3), (50, 2), (50, 3)])
    assert momentum.run == Streak("home", 8, 110)
    momentum = score(momentum, 500, 0, 1, 8, 3)
    assert momentum.run == Streak("away", 1, 500)
    assert momentum.biggest_run == Streak("home", 8, 110)


def test_where_both_scored_between_two_looks_the_run_is_over() -> None:
    momentum = score(play_out([(10, 3), (10, 3)]), 600, 4, 5, 10, 5)
    assert momentum.run is None
    assert momentum.biggest_run == Streak("home", 6, 10)


def test_half_of_a_basket_is_left_after_the_half_life() -> None:
    momentum = play_out([(0, 3)])
    assert value_at(momentum, HALF_LIFE_TENTHS) == 1.5
    assert value_at(score(momentum, HALF_LIFE_TENTHS, 0, 2, 3, 2), HALF_LIFE_TENTHS) == -0.5


def test_a_drought_starts_when_a_team_last_scored() -> None:
    momentum = play_out([(100, 2), (100, -2), (100, 2)])
    assert (scored_at(momentum, "home"), scored_at(momentum, "away")) == (300, 200)


@given(POINTS)
def test_counts_agree_with_their_plain_definitions(baskets: list[tuple[int, int]]) -> None:
    margins = []
    margin = 0
    for _, points in baskets:
        margin += points
        margins.append(margin)
    leaders = [margin > 0 for margin in margins if margin]
    momentum = play_out(baskets)
    assert momentum.lead_changes == sum(a != b for a, b in itertools.pairwise(leaders))
    assert momentum.ties == sum(margin == 0 for margin in margins)
    assert momentum.biggest_lead_home == max([0, *margins])
    assert momentum.biggest_lead_away == -min([0, *margins])
    runs = [0]
    for _, points in baskets:
        runs.append(runs[-1] + points if runs[-1] * points > 0 else points)
    biggest = momentum.biggest_run.points if momentum.biggest_run else 0
    assert biggest == max(map(abs, runs))
