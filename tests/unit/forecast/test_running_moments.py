"""The running forecast at every moment: the shipped model, and small ones fitted on drawn games."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.clock import HALF_TENTHS, OVERTIME_TENTHS, PERIOD_TENTHS, REGULATION_TENTHS
from courtside.errors import ModelError
from courtside.features import RUNNING_INDEX
from courtside.forecast.distribution import IntegerDistribution
from courtside.forecast.model import Model
from courtside.forecast.running import LEAST_CHANCE, Margins, RunningModel
from courtside.forecast.running_tables import FARTHEST
from courtside.forecast.tiers import Tier
from courtside.training.fit_running import FitSettings, fit_running
from tests.unit.training.drawn_running import TIERS, drawn_running, fitted, seen

KNOWN = ("score", "teams", "spread", "players", "market")
SHIPPED = Model.shipped().margins
moments = (
    st.integers(0, REGULATION_TENTHS) | st.integers(28_500, REGULATION_TENTHS) | st.integers(14_000, 14_400)
)


DRAWN, MIRRORED = fitted(), fitted(mirrored=True)


def clock(moment: int) -> tuple[int, int]:
    """Period and remaining tenths; the end of a period rather than the start of the next."""
    period = max(1, -(-moment // PERIOD_TENTHS))
    return period, period * PERIOD_TENTHS - moment


def game(lead: float, known: str = "score", margin: float = 0.0, ball: float = 0.0) -> list[float]:
    """What is known in a tier; `margin` is what was expected of home, in every respect."""
    values = {"lead": lead}
    if known in ("teams", "players", "market"):
        values |= {"expected_margin": margin, "back_to_back": 0.0, "altitude": 0.0}
    if known in ("players", "market"):
        values |= {"lead_with_ball": lead + ball / 2, "rotation_impact": margin, "court_impact": margin}
    if known in ("spread", "market"):
        values["market_margin"] = margin
    return seen(**values)


def at(moment: int, features: Sequence[float], model: RunningModel = SHIPPED) -> Margins:
    return model.at(*clock(moment), features)


def win(moment: int, features: Sequence[float], model: RunningModel = SHIPPED) -> float:
    return model.win(*clock(moment), features)


def spread_out(distribution: IntegerDistribution) -> npt.NDArray[np.float64]:
    """Probabilities of -400 to 400."""
    places = np.zeros(801)
    first = distribution.first + 400
    places[first : first + len(distribution.probabilities)] = distribution.probabilities
    return places


def apart(one: IntegerDistribution, other: IntegerDistribution) -> float:
    """Total variation."""
    return float(np.abs(spread_out(one) - spread_out(other)).sum() / 2)


def mass(distribution: IntegerDistribution, *outcomes: int) -> float:
    return float(spread_out(distribution)[[outcome + 400 for outcome in outcomes]].sum())


@settings(max_examples=400)
@given(
    moments,
    st.integers(-40, 40) | st.integers(-199, 199),
    st.sampled_from(KNOWN),
    st.floats(-60, 60),
    st.sampled_from([-1.0, 0.0, 1.0]),
)
def test_margins_are_distributions_without_a_tie_that_agree_with_who_wins(
    moment: int, lead: int, known: str, margin: float, ball: float
) -> None:
    features = game(lead, known, margin, ball)
    now = at(moment, features)
    for distribution in (now.final, now.halftime):
        if distribution is not None:
            assert distribution.probabilities.min() >= 0.0
            assert distribution.probabilities.sum() == pytest.approx(1.0, abs=1e-12)
    assert mass(now.final, 0) == 0.0
    assert 1.0 - now.final.cdf(0) == pytest.approx(now.win_home, abs=1e-12)
    assert now.win_home == win(moment, features)
    assert LEAST_CHANCE <= now.win_home <= 1.0 - LEAST_CHANCE
    assert now.known == known
    assert (now.halftime is None) == (moment > HALF_TENTHS)


@given(moments, st.integers(-60, 60), st.floats(-20, 20), st.booleans())
def test_of_a_model_that_knows_no_home_the_mirrored_game_has_the_mirrored_forecast(
    moment: int, lead: int, margin: float, teams: bool
) -> None:
    known = {"expected_margin": margin} if teams else {}
    there = {name: -value for name, value in known.items()}
    one, other = (
        at(moment, seen(lead=lead, **known), MIRRORED),
        at(moment, seen(lead=-lead, **there), MIRRORED),
    )
    assert one.win_home + other.win_home == pytest.approx(1.0, abs=1e-6)
    assert spread_out(one.final) == pytest.approx(spread_out(other.final)[::-1], abs=2e-5)
    if one.halftime is not None and other.halftime is not None:
        assert spread_out(one.halftime) == pytest.approx(spread_out(other.halftime)[::-1], abs=2e-5)


@pytest.mark.parametrize("known", ["teams", "players", "market"])
def test_the_shipped_model_treats_both_sides_nearly_alike(known: str) -> None:
    for moment in SHIPPED.settings.times:
        for lead in range(20):
            for margin, ball in ((0.0, 0.0), (4.0, 1.0), (-4.0, -1.0)):
                one, other = game(lead, known, margin, ball), game(-lead, known, -margin, -ball)
                assert win(moment, one) + win(moment, other) == pytest.approx(1.0, abs=0.11)


@pytest.mark.parametrize("known", KNOWN)
def test_who_leads_by_more_is_never_worse_off(known: str) -> None:
    between = [(one + two) // 2 for one, two in pairwise(SHIPPED.settings.times)]
    for moment in (*SHIPPED.settings.times, *between, 3, 28_790, 28_799, REGULATION_TENTHS):
        chances = [win(moment, game(lead, known)) for lead in range(-60, 61)]
        assert chances == sorted(chances), moment
        if moment % 1200 == 0 or moment > 28_000 or HALF_TENTHS - 300 < moment < HALF_TENTHS:
            now = [at(moment, game(lead, known)) for lead in range(-30, 31)]
            finals = [one.final.median for one in now]
            assert finals == sorted(finals), moment
            halves = [one.halftime.mean for one in now if one.halftime is not None]
            assert halves == sorted(halves), moment


@pytest.mark.parametrize("model", [SHIPPED, DRAWN], ids=["shipped", "drawn"])
@pytest.mark.parametrize("lead", [-9, -2, 0, 1, 3])
def test_chances_never_jump_while_nothing_happens(model: RunningModel, lead: int) -> None:
    features = game(lead, "teams", 3.0)
    chances = np.array([win(moment, features, model) for moment in range(REGULATION_TENTHS + 1)])
    steps = np.diff(chances)
    # A lead of one before the last two seconds is worth .82, and all but everything when they are over.
    assert np.abs(steps[:28_300]).max() < 0.002
    assert np.abs(steps).max() < 0.02
    knots = {*model.settings.times, REGULATION_TENTHS}
    inner = np.array([moment for moment in range(1, REGULATION_TENTHS) if moment not in knots])
    inner = inner[(chances[inner + 1] > 2 * LEAST_CHANCE) & (chances[inner + 1] < 1 - 2 * LEAST_CHANCE)]
    bends = np.abs(chances[inner + 1] - 2 * chances[inner] + chances[inner - 1])
    assert bends.max() < 1e-9


@pytest.mark.parametrize("lead", [-3, 0, 2, 8])
def test_margins_never_jump_while_nothing_happens(lead: int) -> None:
    for known in ("score", "market"):
        features = game(lead, known, 2.0, 1.0)
        for knot in (*SHIPPED.settings.times[1:], REGULATION_TENTHS):
            around = [
                at(moment, features) for moment in range(knot - 2, min(knot + 3, REGULATION_TENTHS + 1))
            ]
            for one, other in pairwise(around):
                assert apart(one.final, other.final) < 0.03
                if one.halftime is not None and other.halftime is not None:
                    assert apart(one.halftime, other.halftime) < 0.03


def test_between_two_knots_a_forecast_lies_on_the_line_between_theirs() -> None:
    for before, after in ((6000, 6600), (25_200, 25_800), (28_500, 28_650)):
        features = game(4, "teams", 2.0)
        one, other = at(before, features, SHIPPED), at(after, features, SHIPPED)
        middle = at(before + (after - before) // 5, features)
        assert middle.win_home == pytest.approx(0.8 * one.win_home + 0.2 * other.win_home)
        # A share of either side's mass, less what is taken from ties.
        mixed = 0.8 * spread_out(one.final) + 0.2 * spread_out(other.final)
        assert np.abs(spread_out(middle.final) - mixed).max() < 2e-3


@pytest.mark.parametrize("lead", [-6, 0, 11])
def test_a_break_between_periods_changes_nothing(lead: int) -> None:
    features = game(lead, "teams", 1.0)
    for period in (1, 2, 3):
        ended, begun = SHIPPED.at(period, 0, features), SHIPPED.at(period + 1, PERIOD_TENTHS, features)
        assert ended.win_home == begun.win_home
        assert apart(ended.final, begun.final) == 0.0
    before, tip = SHIPPED.at(0, 0, features), SHIPPED.at(1, PERIOD_TENTHS, features)
    assert (before.win_home, apart(before.final, tip.final)) == (tip.win_home, 0.0)


@pytest.mark.parametrize("known", KNOWN)
def test_a_tie_at_the_end_is_an_overtime_of_five_minutes(known: str) -> None:
    tie = game(0, known, 3.0)
    overtime = SHIPPED.at(5, OVERTIME_TENTHS, tie)
    for period in (4, 5, 6):
        ended = SHIPPED.at(period, 0, tie)
        assert ended.win_home == overtime.win_home
        assert apart(ended.final, overtime.final) == 0.0
        assert SHIPPED.win(period, 0, tie, over=True) == overtime.win_home
        assert apart(SHIPPED.at(period, 0, tie, over=True).final, overtime.final) == 0.0
    almost = SHIPPED.at(4, 1, tie)
    assert almost.win_home == pytest.approx(overtime.win_home, abs=0.005)
    assert apart(almost.final, overtime.final) < 0.02
    assert overtime.final.interval(0.95)[1] < 20
    assert overtime.halftime is None


def test_an_overtime_is_the_last_five_minutes_once_more() -> None:
    for remaining in (3000, 2400, 1234, 300, 7, 0):
        for lead in (-4, 1, 3):
            features = game(lead, "teams", 2.0)
            fourth, fifth = SHIPPED.at(4, remaining, features), SHIPPED.at(7, remaining, features)
            assert fourth.win_home == fifth.win_home
            assert apart(fourth.final, fifth.final) == 0.0
    assert SHIPPED.win(5, 7200, game(0)) == SHIPPED.win(5, OVERTIME_TENTHS, game(0))


@pytest.mark.parametrize("model", [SHIPPED, DRAWN], ids=["shipped", "drawn"])
@pytest.mark.parametrize("lead", [-131, -40, -1, 1, 7, 95, 260])
def test_only_a_game_that_is_over_is_certain(model: RunningModel, lead: int) -> None:
    features = game(lead, "teams")
    assert model.win(4, 0, features, over=True) == float(lead > 0)
    over = model.at(4, 0, features, over=True)
    assert (over.win_home, over.final.median, mass(over.final, lead)) == (float(lead > 0), lead, 1.0)
    for moment in (0, 20_000, 28_799, REGULATION_TENTHS):
        assert LEAST_CHANCE <= win(moment, features, model) <= 1.0 - LEAST_CHANCE
    last = at(REGULATION_TENTHS, features, model)
    assert last.win_home == (1.0 - LEAST_CHANCE if lead > 0 else LEAST_CHANCE)
    assert mass(last.final, lead) == pytest.approx(1.0 - LEAST_CHANCE)


def test_what_is_unknown_leaves_the_richest_tier_below() -> None:
    everything = game(3, "market", 2.0)
    assert at(9000, everything).known == "market"
    unknown = {"market_margin": "players", "court_impact": "spread", "expected_margin": "spread"}
    for name, poorer in unknown.items():
        features = list(everything)
        features[RUNNING_INDEX[name]] = math.nan
        assert at(9000, features).known == poorer
        without = at(9000, game(3, poorer, 2.0))
        assert at(9000, features).win_home == without.win_home
        assert apart(at(9000, features).final, without.final) == 0.0
    with pytest.raises(ModelError, match="give at least the score") as failure:
        at(9000, seen())
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("lead", [-20, 0, 13, 120])
def test_when_the_half_is_over_its_margin_is_known_and_after_it_none_is_told(lead: int) -> None:
    half = SHIPPED.at(2, 0, game(lead)).halftime
    assert half is not None
    assert (half.median, half.interval(0.95), mass(half, lead)) == (lead, (lead, lead), 1.0)
    almost = SHIPPED.at(2, 1, game(lead)).halftime
    assert almost is not None
    assert mass(almost, lead) > 0.95
    assert SHIPPED.at(3, PERIOD_TENTHS, game(lead)).halftime is None


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("lead", [-17, 0, 4])
def test_just_before_halftime_the_margin_moves_by_what_can_be_scored(known: str, lead: int) -> None:
    two_seconds = SHIPPED.at(2, 20, game(lead, known)).halftime
    assert two_seconds is not None
    assert mass(two_seconds, lead) > 0.7
    assert mass(two_seconds, *range(lead - 3, lead + 4)) > 0.98
    for side in (-1, 1):
        assert mass(two_seconds, lead + 2 * side) > 4 * mass(two_seconds, lead + side)
        assert mass(two_seconds, lead + 3 * side) > 2 * mass(two_seconds, lead + side)
    one_second = SHIPPED.at(2, 10, game(lead, known)).halftime
    assert one_second is not None
    assert mass(one_second, lead) == pytest.approx((1.0 + mass(two_seconds, lead)) / 2)


def test_endings_are_as_anybody_who_watches_knows_them() -> None:
    assert 0.5 < win(0, game(0)) < 0.62
    for known in ("teams", "players", "market"):
        assert 0.45 < win(0, game(0, known)) < 0.57
        assert win(0, game(0, known, 8.0)) > 0.68
    assert SHIPPED.win(4, 10, game(3)) > 0.97
    assert SHIPPED.win(4, 10, game(-3)) < 0.04
    assert 0.88 < SHIPPED.win(4, 10, game(1)) < 0.95
    assert SHIPPED.win(4, 600, game(10)) > 0.97
    assert 0.4 < SHIPPED.win(4, 20, game(0)) < 0.6
    assert SHIPPED.win(3, 7200, game(15)) > 0.85
    assert SHIPPED.win(4, 240, game(2, "players", 0.0, 1.0)) > SHIPPED.win(
        4, 240, game(2, "players", 0.0, -1.0)
    )
    ahead = SHIPPED.at(4, 20, game(3)).final
    assert mass(ahead, 3) > 0.5
    assert mass(ahead, 5) > mass(ahead, 6)


def test_intervals_close_as_the_game_goes_on() -> None:
    widths = []
    for moment in (0, 7200, 14_400, 21_600, 26_400, 28_200, 28_780):
        low, high = at(moment, game(2)).final.interval(0.95)
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert 50 < widths[0] < 62
    assert widths[-1] < 13


@pytest.mark.parametrize("known", KNOWN)
def test_the_first_basket_counts_at_once(known: str) -> None:
    for moment in (50, 150, 300, 600):
        before, after = at(moment, game(0, known)), at(moment, game(3, known, 0.0, -1.0))
        assert 0.3 < (after.final.mean - before.final.mean) / 3 < 0.95
        assert 0.015 < after.win_home - before.win_home < 0.08
        assert before.halftime is not None and after.halftime is not None
        assert 0.4 < (after.halftime.mean - before.halftime.mean) / 3 < 1.0


@pytest.mark.parametrize("lead", [-199, -90, 90, 91, 130])
def test_a_lead_past_all_that_was_seen_still_has_its_forecast(lead: int) -> None:
    half = at(14_350, game(lead, "teams")).halftime
    assert half is not None
    assert abs(half.median - lead) <= 1
    final = at(28_700, game(lead, "teams")).final
    assert final.median == pytest.approx(lead, abs=3)
    assert mass(final, -1 if lead > 0 else 1) == pytest.approx(LEAST_CHANCE)


def test_a_lead_just_past_the_table_has_nearly_the_forecast_of_one_just_within() -> None:
    for moment in (14_350, 28_700):
        within, past = at(moment, game(FARTHEST - 1, "teams")), at(moment, game(FARTHEST, "teams"))
        assert past.final.mean == pytest.approx(within.final.mean + 0.9, abs=0.2)
        assert past.win_home == within.win_home


def test_a_model_without_an_endgame_forecasts_to_the_end() -> None:
    games = drawn_running(times=(0, 7200, 12_600, 14_400, 25_200, 25_800))
    late = FitSettings(endgame=REGULATION_TENTHS, half_endgame=HALF_TENTHS)
    model = fit_running(
        games.times, games.features, games.half, games.final, games.seasons, TIERS, settings=late
    )
    again = RunningModel.from_parts(model.to_parts())
    for lead in (0, 2, 12):
        now = again.at(4, 5, seen(lead=lead))
        assert now.final.probabilities.sum() == pytest.approx(1.0)
        assert 1.0 - now.final.cdf(0) == pytest.approx(now.win_home)
    half = again.at(2, 10, seen(lead=5)).halftime
    assert half is not None
    assert mass(half, 5) > 0.95


def test_a_tier_looks_at_names_wherever_they_stand() -> None:
    games = drawn_running()
    names = ("expected_margin", "lead")
    order = [RUNNING_INDEX[name] for name in names]
    tiers = [Tier("teams", names)]
    model = fit_running(
        games.times, games.features[:, :, order], games.half, games.final, games.seasons, tiers, names
    )
    again = RunningModel.from_parts(model.to_parts(), names)
    one = model.win(3, 3000, [4.0, 7.0])
    assert again.win(3, 3000, [4.0, 7.0]) == one
    assert DRAWN.win(3, 3000, seen(lead=7.0, expected_margin=4.0)) == pytest.approx(one, abs=1e-4)
    with pytest.raises(ModelError, match="'expected_margin'"):
        RunningModel.from_parts(model.to_parts(), ("lead", "elo"))
