import pytest

from courtside.forecast.elo import (
    CARRIED,
    FIRST_HOME_ADVANTAGE,
    GAIN,
    HOME_GAIN,
    TeamRatings,
    in_bubble,
    is_neutral,
    season_on,
)
from tests.unit.forecast.made_games import finished


@pytest.fixture
def ratings() -> TeamRatings:
    """After one game: home won by twelve and a half more than was expected."""
    book = TeamRatings()
    book.after(finished(1, "2023-11-01", "A", "B", 15))
    return book


def test_a_surprise_moves_both_teams_and_the_home_advantage(ratings: TeamRatings) -> None:
    values = ratings.values("A", "B", "2023-11-08")
    assert values["elo"] == pytest.approx(2 * GAIN * 12.5)
    assert values["home_advantage"] == pytest.approx(FIRST_HOME_ADVANTAGE + HOME_GAIN * 12.5)
    assert ratings.values("B", "A", "2023-11-08")["elo"] == -values["elo"]


def test_a_quarter_is_forgotten_over_a_summer(ratings: TeamRatings) -> None:
    before, after = (ratings.values("A", "B", date)["elo"] for date in ("2024-06-17", "2024-10-22"))
    assert after == pytest.approx(CARRIED * before)
    ratings.after(finished(1, "2024-10-22", "A", "C", 0, season=2024))
    assert ratings.teams["A"].season == 2024


def test_rest_is_counted_in_days_and_ends_at_ten(ratings: TeamRatings) -> None:
    ratings.after(finished(2, "2023-11-03", "A", "C", 3))
    values = ratings.values("A", "B", "2023-11-04")
    assert (values["rest_home"], values["rest_away"], values["back_to_back"]) == (1.0, 3.0, 1.0)
    assert ratings.values("B", "A", "2023-11-04")["back_to_back"] == -1.0
    assert ratings.values("A", "B", "2024-11-04")["rest_home"] == 10.0


def test_of_a_team_never_seen_nothing_is_said(ratings: TeamRatings) -> None:
    assert set(ratings.values("A", "Z", "2023-11-04")) == {"home_advantage", "altitude", "rest_home"}


def test_rest_before_a_day_that_has_been_rated_is_unknown(ratings: TeamRatings) -> None:
    assert "rest_home" not in ratings.values("A", "B", "2023-11-01")


def test_altitude_counts_at_home_in_denver_and_salt_lake_city(ratings: TeamRatings) -> None:
    assert ratings.values("DEN", "A", "2023-11-04")["altitude"] == 1.0
    assert ratings.values("UTA", "A", "2023-11-04", neutral=True)["altitude"] == 0.0
    assert ratings.values("A", "DEN", "2023-11-04")["altitude"] == 0.0


def test_on_neutral_ground_nobody_is_at_home(ratings: TeamRatings) -> None:
    assert ratings.values("A", "B", "2020-08-15")["home_advantage"] == 0.0
    assert ratings.values("A", "B", "2023-12-09", neutral=True)["home_advantage"] == 0.0
    told = ratings.home_advantage
    ratings.after(finished(1, "2023-12-09", "C", "D", 20, kind="006"))
    assert ratings.home_advantage == told
    assert ratings.teams["C"].rating == pytest.approx(GAIN * 20)


def test_the_bubble_and_the_final_of_the_cup_are_neutral() -> None:
    assert in_bubble("2020-07-30")
    assert not in_bubble("2020-12-22")
    assert is_neutral("0062300001", "2023-12-09")
    assert not is_neutral("0022300001", "2023-12-09")


@pytest.mark.parametrize(
    ("date", "season"),
    [("2023-10-24", 2023), ("2024-06-17", 2023), ("2020-10-11", 2019), ("2020-12-22", 2020)],
)
def test_a_day_belongs_to_the_season_that_is_under_way(date: str, season: int) -> None:
    assert season_on(date) == season


def test_a_game_that_comes_late_does_not_turn_the_calendar_back(ratings: TeamRatings) -> None:
    ratings.after(finished(2, "2023-11-05", "A", "C"))
    ratings.after(finished(3, "2023-11-03", "A", "D"))
    assert ratings.teams["A"].date == "2023-11-05"
