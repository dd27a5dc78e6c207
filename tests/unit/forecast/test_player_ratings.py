from datetime import date as Date

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.events import PlayerPrior
from courtside.forecast.box_score import TERMS, BoxPrior
from courtside.forecast.expected_minutes import GONE_AFTER_GAMES, TEAM_MINUTES, minutes_tonight
from courtside.forecast.player_ratings import ACTIVE_DAYS, PlayerRatings
from courtside.forecast.player_table import PlayerTable
from courtside.forecast.stint_filter import SPREAD, StintTable, fade, follow
from courtside.game.finished import FinishedGame
from tests.unit.forecast.made_games import SQUADS, finished

STAR, TRADED = SQUADS["A"][0], SQUADS["A"][4]


def ratings_after(*games: FinishedGame) -> PlayerRatings:
    ratings = PlayerRatings()
    for game in games:
        ratings.after(game, 2.5)
    return ratings


def priors(
    ratings: PlayerRatings, date: str, home: str = "A", away: str = "B", ids: list[int] | None = None
) -> dict[int, PlayerPrior]:
    day = Date.fromisoformat(date).toordinal()
    return {prior.person_id: prior for prior in ratings.prior(home, away, day, 2023, ids)}


def test_a_star_has_the_higher_game_score_and_it_fades_to_the_average_in_time() -> None:
    ratings = ratings_after(*(finished(day, f"2023-11-{day:02d}", stars=[STAR]) for day in range(1, 11)))
    soon, later = priors(ratings, "2023-11-12"), priors(ratings, "2024-11-12")
    assert soon[STAR].game_score > 3 > soon[STAR + 1].game_score
    assert 0 < later[STAR].game_score < 0.7 * soon[STAR].game_score
    everybody = [(prior.game_score, prior.minutes) for prior in soon.values()]
    assert abs(np.average([score for score, _ in everybody], weights=[much for _, much in everybody])) < 0.5


def test_before_the_second_season_impact_is_what_the_stints_say() -> None:
    games = [finished(day, f"2023-11-{day:02d}", margins=(9, -9)) for day in range(1, 21)]
    found = priors(ratings_after(*games), "2023-11-21")
    first, both, last = (found[SQUADS["A"][place]].impact for place in (0, 3, 7))
    assert first > 0.7 > abs(both)
    assert last < -0.7
    assert found[SQUADS["B"][0]].impact == pytest.approx(-first, abs=1.0)


def test_a_season_that_begins_is_rated_with_what_the_lines_of_earlier_ones_were_worth() -> None:
    """Whoever scores wins his stints: the next season's newcomer who scores is worth something at once."""
    stars = SQUADS["A"][:3] + SQUADS["C"][:3]
    games = []
    for day in range(1, 29):
        home, away = ("A", "B") if day % 2 else ("C", "D")
        games.append(finished(day, f"2023-11-{day:02d}", home, away, stars=stars, margins=(12, 0)))
    ratings = ratings_after(*games)
    assert not ratings.box.coefficients.any()
    ratings.after(finished(1, "2024-10-22", "C", "A", season=2024, extra=[(999, "home")], stars=[999]), 2.5)
    assert ratings.box.coefficients.any()
    day = Date(2024, 10, 24).toordinal()
    found = {prior.person_id: prior for prior in ratings.prior("C", "A", day, 2024)}
    assert found[999].impact > found[SQUADS["C"][7]].impact
    before = ratings.box.coefficients.copy()
    ratings.after(finished(2, "2024-10-24", "A", "B", season=2024, margins=(3, 3)), 2.5)
    assert (ratings.box.coefficients == before).all()


def test_usual_minutes_follow_those_of_games_played() -> None:
    ratings = ratings_after(*(finished(day, f"2023-11-{day:02d}") for day in range(1, 29)))
    found = priors(ratings, "2023-11-30")
    assert 28 < found[STAR].minutes < 30
    assert 24 < found[SQUADS["A"][7]].minutes < 26


def test_who_has_missed_games_is_expected_less_and_his_mates_more() -> None:
    games = [finished(day, f"2023-11-{day:02d}") for day in range(1, 11)]
    whole = priors(ratings_after(*games), "2023-11-15")
    games += [finished(day, f"2023-11-{day:02d}", without=[STAR]) for day in range(11, 14)]
    without = priors(ratings_after(*games), "2023-11-15")
    assert without[STAR].tonight < 0.3 * whole[STAR].tonight
    assert without[STAR + 1].tonight > whole[STAR + 1].tonight
    assert without[STAR].side == "home"
    assert sum(each.tonight for each in without.values() if each.side == "home") == pytest.approx(240, abs=1)


def test_a_traded_player_keeps_his_rating_and_changes_sides() -> None:
    games = [finished(day, f"2023-11-{day:02d}", stars=[TRADED]) for day in range(1, 11)]
    before = priors(ratings_after(*games), "2023-11-12")[TRADED]
    moved = finished(20, "2023-11-11", "C", "D", extra=[(TRADED, "away")], stars=[TRADED])
    ratings = ratings_after(*games, moved)
    after = priors(ratings, "2023-11-12", "D", "A")[TRADED]
    assert (before.side, after.side) == ("home", "home")
    assert after.game_score > 0.9 * before.game_score
    assert after.tonight > 0
    stranger = priors(ratings, "2023-11-12", "A", "B")[TRADED]
    assert (stranger.side, stranger.tonight) == (None, 0.0)


def test_a_game_that_comes_late_does_not_bring_a_traded_player_back() -> None:
    moved = finished(20, "2023-11-11", "C", "D", extra=[(TRADED, "away")])
    ratings = ratings_after(moved, finished(1, "2023-11-09"))
    assert priors(ratings, "2023-11-12", "D", "A")[TRADED].side == "home"


def test_players_are_told_by_id_and_only_those_asked_for_beside_the_two_teams() -> None:
    ratings = ratings_after(finished(1, "2023-11-01"), finished(2, "2023-11-01", "C", "D"))
    everybody = list(priors(ratings, "2023-11-02"))
    assert everybody == sorted(everybody)
    assert len(everybody) == 32
    some = priors(ratings, "2023-11-02", ids=[SQUADS["C"][0], 12345])
    assert set(some) == {*SQUADS["A"], *SQUADS["B"], SQUADS["C"][0]}


def test_who_has_not_played_for_longer_than_a_year_is_not_told_of_unless_asked_for() -> None:
    ratings = ratings_after(finished(1, "2021-11-01"))
    assert Date(2023, 11, 1).toordinal() - Date(2021, 11, 1).toordinal() > ACTIVE_DAYS
    assert priors(ratings, "2023-11-01") == {}
    assert set(priors(ratings, "2023-11-01", ids=[STAR])) == {STAR}


def test_a_newcomer_is_a_player_of_the_bench_and_unknown_before_the_first_game() -> None:
    assert PlayerRatings().newcomer(2023) == {}
    ratings = ratings_after(finished(1, "2023-11-01"))
    newcomer = ratings.newcomer(2023)
    assert (newcomer["newcomer_game_score"], newcomer["newcomer_minutes"]) == (0.0, 10.0)
    assert newcomer["newcomer_impact"] == 0.0


def test_a_game_of_which_only_the_score_is_known_changes_no_player() -> None:
    ratings = PlayerRatings()
    ratings.after(FinishedGame("0022300001", "2023-11-01", "A", "B", 5, (), ()), 2.5)
    assert len(ratings.table) == 0


def test_stints_of_somebody_without_a_line_are_left_out() -> None:
    ratings = ratings_after(finished(1, "2023-11-01", without=[STAR], margins=(9, 0)))
    assert ratings.box.gram[0, 0] == pytest.approx(0.5)
    nobody = (SQUADS["A"][3], SQUADS["B"][3])
    assert ratings_after(finished(1, "2023-11-01", without=nobody, margins=(9, 0))).box.gram[0, 0] == 0.0


def test_the_filter_shares_a_surprise_by_uncertainty_and_learns_less_each_time() -> None:
    table = StintTable(np.array([[0, 1]]), np.array([[2, 3]]), np.array([10.0]), np.array([0.5]))
    start = np.full(4, SPREAD)
    start[0] /= 2
    mean, spread = follow(np.zeros(4), start, table, np.array([2.0]))
    assert mean[1] == pytest.approx(2 * mean[0])
    assert mean[1] == pytest.approx(-mean[2])
    assert (spread < start).all()
    mean, spread = fade(mean, spread, np.full(4, 1e5))
    assert mean == pytest.approx(np.zeros(4))
    assert spread == pytest.approx(np.full(4, SPREAD))


def test_coefficients_are_those_of_the_regression_with_a_ridge() -> None:
    rng = np.random.default_rng(7)
    worth = rng.normal(size=len(TERMS))
    differences = rng.normal(size=(20_000, len(TERMS)))
    box = BoxPrior(season=2022)
    box.see(differences, 3.0 + differences @ worth, np.full(20_000, 1.0))
    assert not box.coefficients_for(2022).any()
    assert box.coefficients_for(2023) == pytest.approx(worth, abs=0.02)
    assert not box.coefficients.any()
    box.begin(2023)
    assert box.coefficients == pytest.approx(worth, abs=0.02)


def test_minutes_of_a_team_add_up_and_nobody_long_gone_has_any() -> None:
    missed = np.array([0] * 9 + [GONE_AFTER_GAMES + 1])
    minutes = minutes_tonight(np.array([30.0] * 8 + [2.0, 30.0]), missed)
    assert minutes.sum() == pytest.approx(TEAM_MINUTES)
    assert minutes[9] == 0.0 < minutes[8] < minutes[0]
    assert minutes_tonight(np.zeros(0), np.zeros(0, dtype=np.int64)).shape == (0,)


def test_a_table_comes_back_from_its_arrays_whatever_the_order_of_arrival() -> None:
    one = ratings_after(finished(1, "2023-11-01"), finished(2, "2023-11-01", "C", "D")).table
    again = PlayerTable.from_arrays(one.to_arrays(), sorted(one.teams))
    assert list(again.ids) == sorted(one.ids)
    for team in "ABCD":
        assert set(again.ids[again.members(team)]) == set(one.ids[one.members(team)]) == set(SQUADS[team])
    assert again.members("Z").shape == (0,)


def test_arrays_that_are_no_table_are_refused() -> None:
    arrays = ratings_after(finished(1, "2023-11-01")).table.to_arrays()
    with pytest.raises(ModelError, match="no usable column 'missed'"):
        PlayerTable.from_arrays({name: arrays[name] for name in arrays if name != "missed"}, "AB")
    with pytest.raises(ModelError, match="no usable column 'box'"):
        PlayerTable.from_arrays({**arrays, "box": arrays["score"]}, "AB")
    with pytest.raises(ModelError, match="twice or a team never"):
        PlayerTable.from_arrays({**arrays, "ids": arrays["ids"] * 0}, "AB")
    with pytest.raises(ModelError, match="twice or a team never"):
        PlayerTable.from_arrays(arrays, "A")
