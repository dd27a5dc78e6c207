"""Fitting the running forecast: what was put into drawn games comes out again, and says how sure it is."""

import msgspec
import numpy as np
import pytest

from courtside.clock import HALF_TENTHS, PERIOD_TENTHS, REGULATION_TENTHS
from courtside.errors import ModelError
from courtside.features import RUNNING_INDEX, RUNNING_NAMES
from courtside.forecast.parts import bytes_to_arrays
from courtside.forecast.running import RunningModel
from courtside.forecast.running_tables import FARTHEST
from courtside.forecast.tiers import Tier
from courtside.training.fit_running import TIMES, FitSettings, fit_running
from tests.unit.training.drawn_running import TIERS, DrawnRunning, Floats, drawn_running, fitted, seen

CALIBRATED = (0, 3600, 14_250, 21_600, 25_200, 27_600, 28_500, 28_650)
MOMENT = 27_000


def fit(games: DrawnRunning, settings: FitSettings | None = None) -> RunningModel:
    return fit_running(
        games.times, games.features, games.half, games.final, games.seasons, TIERS, settings=settings
    )


def array(model: RunningModel, name: str) -> Floats:
    return np.asarray(bytes_to_arrays(model.to_parts()["running.npz"], "running.npz")[name], dtype=np.float64)


def clock(moment: int) -> tuple[int, int]:
    period = max(1, -(-moment // PERIOD_TENTHS))
    return period, period * PERIOD_TENTHS - moment


def rows(games: DrawnRunning, moment: int, known: str) -> list[list[float]]:
    place = games.times.index(moment)
    features = games if known == "teams" else games.unknown("expected_margin")
    found: list[list[float]] = features.features[:, place].astype(np.float64).tolist()
    return found


@pytest.fixture(scope="module")
def model() -> RunningModel:
    return fitted()


@pytest.fixture(scope="module")
def taught() -> RunningModel:
    return fit(drawn_running(5000, seed=1))


@pytest.fixture(scope="module")
def later() -> DrawnRunning:
    return drawn_running(3000, seed=2)


def linear_games(count: int = 4000) -> DrawnRunning:
    """Margins at two moments that are sums of what is known then, and noise."""
    draws = np.random.default_rng(0)
    features = np.full((count, 2, len(RUNNING_NAMES)), np.nan, dtype=np.float32)
    lead = np.column_stack([np.zeros(count), np.rint(draws.normal(0.0, 8.0, count))])
    expected = draws.normal(1.0, 5.0, count)
    features[:, :, RUNNING_INDEX["lead"]] = lead
    features[:, :, RUNNING_INDEX["expected_margin"]] = expected[:, None]
    final = 1.5 + 0.9 * lead[:, 1] + 0.6 * expected + draws.normal(0.0, 6.0, count)
    half = -0.5 + 0.4 * expected + draws.normal(0.0, 4.0, count)
    return DrawnRunning((0, MOMENT), features, half, final, np.repeat([2020, 2021], count // 2))


def test_the_means_are_those_that_the_games_were_drawn_with() -> None:
    games = linear_games()
    late = FitSettings(endgame=REGULATION_TENTHS, half_endgame=HALF_TENTHS, season_weight=1.0)
    model = fit(games, late)
    assert array(model, "final_mean")[1, 1] == pytest.approx([1.5, 0.9, 0.6], abs=0.2)
    assert array(model, "final_mean")[1, 1, 1:] == pytest.approx([0.9, 0.6], abs=0.05)
    assert array(model, "half_mean")[0, 1] == pytest.approx([-0.5, 0.0, 0.4], abs=0.15)
    at_tip = array(model, "final_mean")[0]
    assert at_tip[0] == pytest.approx([games.final.mean(), 0.0, 0.0], abs=0.01)
    assert at_tip[1, 1] == 0.0
    now = model.at(*clock(MOMENT), seen(lead=10.0, expected_margin=4.0))
    assert now.final.mean == pytest.approx(1.5 + 9.0 + 2.4, abs=0.5)
    low, high = now.final.interval(0.8)
    assert (high - low) / 2 == pytest.approx(1.28 * 6.0, abs=1.0)


def test_the_chance_of_winning_is_that_of_a_margin_drawn_so() -> None:
    model = fit(linear_games())
    for lead in (-6.0, 0.0, 3.0, 12.0):
        middle = 1.5 + 0.9 * lead
        # The logistic curve of a normal margin: 1.7 of its units are one standard deviation.
        expected = 1.0 / (1.0 + np.exp(-1.7 * middle / 6.0))
        chance = model.win(*clock(MOMENT), seen(lead=lead, expected_margin=0.0))
        assert chance == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("weight", [1.0, 0.7, 0.2])
def test_a_game_of_a_season_ago_weighs_less(weight: float) -> None:
    games = linear_games()
    parted = msgspec.structs.replace(games, final=np.where(games.seasons == 2020, -1.0, 11.0))
    model = fit(parted, FitSettings(season_weight=weight))
    expected = (11.0 - weight) / (1.0 + weight)
    assert array(model, "final_mean")[0, 0, 0] == pytest.approx(expected, abs=0.01)
    assert model.win(1, PERIOD_TENTHS, seen(lead=0.0)) == pytest.approx(1 / (1 + weight), abs=0.01)


def test_weights_count_on_top_of_those_by_age() -> None:
    games = linear_games()
    final = np.where(np.arange(len(games.final)) % 2 == 0, 10.0, -2.0)
    weights = np.where(final > 0, 3.0, 1.0)
    model = fit_running(games.times, games.features, games.half, final, games.seasons, TIERS, weights=weights)
    assert array(model, "final_mean")[0, 0, 0] == pytest.approx(7.0, abs=0.01)


def test_a_tier_learns_from_the_games_that_know_it_and_the_poorer_from_all() -> None:
    games, even = drawn_running(), FitSettings(season_weight=1.0)
    model = fit(games.unknown("expected_margin", slice(0, 600)), even)
    whole, known = fit(games, even), slice(600, None)
    rest = fit(
        DrawnRunning(
            games.times, games.features[known], games.half[known], games.final[known], games.seasons[known]
        )
    )
    for name in ("win", "final_mean", "half_mean", "final_cdf"):
        assert array(model, name)[:, 0] == pytest.approx(array(whole, name)[:, 0])
        assert array(model, name)[:, 1] == pytest.approx(array(rest, name)[:, 1])
    assert model.at(2, 300, seen(lead=2.0)).known == "score"
    assert model.at(2, 300, seen(lead=2.0, expected_margin=0.0)).known == "teams"


def test_an_overtime_is_one_more_row_of_the_last_five_minutes_only(model: RunningModel) -> None:
    games, overtimes = drawn_running(), drawn_running(300, seed=9)
    features = overtimes.features.copy()
    features[:, np.array(games.times) < REGULATION_TENTHS - 3000] = np.nan
    more = fit(
        DrawnRunning(
            games.times,
            np.concatenate([games.features, features]),
            np.concatenate([games.half, overtimes.half]),
            np.concatenate([games.final, overtimes.final]),
            np.concatenate([games.seasons, overtimes.seasons]),
        )
    )
    late = games.times.index(25_800)
    assert array(more, "win")[:late] == pytest.approx(array(model, "win")[:late])
    assert array(more, "half_steps") == pytest.approx(array(model, "half_steps"))
    assert np.abs(array(more, "win")[late:] - array(model, "win")[late:]).max() > 1e-3
    assert np.abs(array(more, "final_steps") - array(model, "final_steps")).max() > 1e-3


@pytest.mark.parametrize(("games", "told"), [(199, "only 199 games"), (0, "there are no games")])
def test_too_few_games_are_refused(games: int, told: str) -> None:
    with pytest.raises(ModelError, match=told) as failure:
        fit(drawn_running().first(games))
    assert "\n" not in str(failure.value)
    assert "import" in str(failure.value)


def test_the_tier_and_the_moment_that_know_too_little_are_named() -> None:
    games = drawn_running()
    features = games.features.copy()
    features[:750, games.times.index(14_250), RUNNING_INDEX["expected_margin"]] = np.nan
    with pytest.raises(ModelError, match="only 150 games know all of the tier 'teams' at 23:45"):
        fit(msgspec.structs.replace(games, features=features))
    with pytest.raises(ModelError, match="'weather'"):
        fit_running(
            games.times, games.features, games.half, games.final, games.seasons, [Tier("odd", ("weather",))]
        )


def test_a_class_of_leads_that_nobody_had_is_refused() -> None:
    with pytest.raises(ModelError, match="no game had a lead of some class"):
        fit(drawn_running(), FitSettings(leads=(0, 1, 80)))


def test_knots_that_say_nothing_of_an_overtime_are_refused() -> None:
    with pytest.raises(ModelError, match="no knot in the last 5:00"):
        fit(drawn_running(times=(0, 7200, 21_600)))


def test_the_same_games_give_the_same_bytes_and_other_games_others(model: RunningModel) -> None:
    assert fit(drawn_running()).to_parts() == model.to_parts()
    assert fit(drawn_running(seed=6)).to_parts() != model.to_parts()


def test_the_order_of_games_and_of_moments_makes_no_difference(model: RunningModel) -> None:
    games = drawn_running()
    turned = DrawnRunning(
        games.times[::-1],
        games.features[::-1, ::-1],
        games.half[::-1],
        games.final[::-1],
        games.seasons[::-1],
    )
    again = fit(turned)
    assert again.settings == model.settings
    for name in ("win", "final_mean", "half_mean", "final_cdf", "half_cdf", "final_steps", "half_steps"):
        assert array(again, name) == pytest.approx(array(model, name), abs=1e-5)


def test_knots_are_every_minute_and_closer_before_the_ends() -> None:
    assert set(range(0, REGULATION_TENTHS, 600)) <= set(TIMES)
    for end in (HALF_TENTHS, REGULATION_TENTHS):
        left = [end - time for time in TIMES if end - 1200 < time < end]
        assert left == [900, 600, 450, 300, 150, 100, 50, 20]
    assert list(TIMES) == sorted(set(TIMES))
    assert TIMES[-1] < REGULATION_TENTHS


@pytest.mark.parametrize("known", ["score", "teams"])
def test_chances_are_met_by_games_that_were_not_seen(
    taught: RunningModel, later: DrawnRunning, known: str
) -> None:
    won, compared = later.final > 0, 0
    for moment in CALIBRATED:
        chances = np.array([taught.win(*clock(moment), row) for row in rows(later, moment, known)])
        for low in (0.0, 0.2, 0.4, 0.6, 0.8):
            alike = (chances >= low) & (chances < low + 0.2)
            if alike.sum() < 60:
                continue
            said, came = chances[alike], won[alike]
            error = np.sqrt((said * (1 - said)).sum()) / len(said)
            assert abs(said.mean() - came.mean()) < 4 * error + 0.02, (moment, low)
            compared += 1
    assert compared >= 25


@pytest.mark.parametrize(
    ("moment", "known"), [(0, "score"), (0, "teams"), (14_250, "teams"), (28_500, "teams")]
)
def test_intervals_cover_what_they_say_in_games_that_were_not_seen(
    taught: RunningModel, later: DrawnRunning, moment: int, known: str
) -> None:
    few = later.first(1500)
    now = [taught.at(*clock(moment), row) for row in rows(few, moment, known)]
    margins = [([one.final for one in now], few.final)]
    if moment < HALF_TENTHS:
        margins.append(([one.halftime for one in now if one.halftime is not None], few.half))
    for told, came in margins:
        for coverage in (0.8, 0.95):
            ends = [one.interval(coverage) for one in told]
            # Of integers no interval has exactly its share: each is held to its own.
            shares = [one.cdf(high) - one.cdf(low - 1) for one, (low, high) in zip(told, ends, strict=True)]
            inside = [low <= margin <= high for (low, high), margin in zip(ends, came, strict=True)]
            # Tables of the last seconds borrow from their neighbours: a little wide, never narrow.
            more = np.mean(inside) - np.mean(shares)
            assert -0.025 < more < 0.04, coverage
        middle = [(one.cdf(margin) + one.cdf(margin - 1)) / 2 for one, margin in zip(told, came, strict=True)]
        assert np.mean(middle) == pytest.approx(0.5, abs=0.025)


def test_who_is_better_is_worth_more_than_the_score_alone_until_the_end(
    taught: RunningModel, later: DrawnRunning
) -> None:
    def brier(moment: int, known: str) -> float:
        chances = np.array([taught.win(*clock(moment), row) for row in rows(later, moment, known)])
        return float(np.square(chances - (later.final > 0)).mean())

    told = [brier(moment, "teams") for moment in CALIBRATED[:-1]]
    assert told == sorted(told, reverse=True)
    assert told[0] < brier(0, "score") - 0.01
    assert brier(28_500, "score") == pytest.approx(told[-1], abs=0.003)


def test_endgame_tables_are_seen_from_the_side_that_leads() -> None:
    """Games in which whoever leads by three gains two more, on either side, and nobody else anything."""
    games = drawn_running()
    features, place = games.features.copy(), games.times.index(28_650)
    lead = np.resize([0.0, 3.0, -3.0, 15.0, -15.0], len(games.final))
    features[:, place, RUNNING_INDEX["lead"]] = lead
    final = lead + np.where(np.abs(lead) == 3.0, np.sign(lead) * 2.0, np.where(lead == 0.0, 1.0, 0.0))
    changed = msgspec.structs.replace(games, features=features, final=final)
    model = fit(changed, FitSettings(leads=(0, 1, 15)))
    _, near, far = array(model, "final_steps")[-1]
    assert near[FARTHEST + 2] > 0.95
    assert far[FARTHEST] > 0.95
    for sign in (-1, 1):
        assert model.at(*clock(28_650), seen(lead=3.0 * sign)).final.median == 5 * sign


def test_a_tie_is_the_same_from_both_sides(model: RunningModel) -> None:
    steps = array(model, "final_steps")
    assert steps[:, 0] == pytest.approx(steps[:, 0, ::-1])
    assert np.abs(steps[:, 1] - steps[:, 1, ::-1]).max() > 0.02


def test_who_is_better_is_expected_to_gain_in_the_last_minute_of_the_half(taught: RunningModel) -> None:
    means = array(taught, "half_mean")
    for knot, time in enumerate(taught.settings.half_times):
        if time < FitSettings().half_endgame:
            continue
        for expected in (-15.0, 0.0, 15.0):
            half = taught.at(*clock(time), seen(lead=4.0, expected_margin=expected)).halftime
            assert half is not None
            assert half.mean == pytest.approx(means[knot, 1] @ [1.0, 4.0, expected], abs=0.02)


def test_only_in_the_last_half_minute_single_points_of_a_lead_have_weights_of_their_own(
    taught: RunningModel,
) -> None:
    clips = array(taught, "win")[:, :, -len(FitSettings().win_clips) :]
    late = np.array(taught.settings.times) >= FitSettings().clips_from
    assert not clips[~late].any()
    assert (np.abs(clips[late]).max(axis=2) > 0.05).all()
