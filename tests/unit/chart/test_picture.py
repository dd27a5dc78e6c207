import pytest

from courtside.chart.picture import Picture, picture_of
from courtside.momentum.book import Library
from courtside.momentum.course import Course, Point, RunSpan
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.unit.momentum.conftest import GAME_ID, Desk


def drawn(game: SimulatedGame, plays: int | None = None) -> Picture:
    desk = Desk()
    desk.line(home_team="DEN", away_team="MIA", status="scheduled")
    desk.plays(game.plays[:plays])
    return picture_of(desk.book)


@pytest.fixture(scope="module")
def overtime() -> SimulatedGame:
    return simulate_game(3, "DEN", "MIA", game_id=GAME_ID)


def test_a_game_that_is_over_ends_at_the_end_of_its_last_period(overtime: SimulatedGame) -> None:
    picture = drawn(overtime)
    assert picture.over and picture.end_seconds == 53 * 60
    assert [name for name, _, _ in picture.periods] == ["Q1", "Q2", "Q3", "Q4", "OT"]
    home, away = overtime.score
    assert picture.title() == f"MIA {away} at DEN {home}, final"
    assert picture.score == overtime.score


def test_a_game_that_is_on_ends_where_it_has_come_to(overtime: SimulatedGame) -> None:
    picture = drawn(overtime, 120)
    assert not picture.over
    assert [name for name, _, _ in picture.periods] == ["Q1", "Q2", "Q3", "Q4"]
    last = picture.course.points[-1]
    assert last.elapsed_seconds <= picture.end_seconds < 24 * 60
    assert picture.title().endswith(picture.when)


def test_nobody_can_overlook_that_a_game_is_simulated(overtime: SimulatedGame) -> None:
    assert drawn(overtime).note == "SIMULATED: no real game"


def test_the_score_of_a_moment_is_the_last_one_before_it() -> None:
    course = Course((Point(0.0, 0, 0), Point(20.0, 2, 0), Point(50.0, 2, 3, "away")), (), None, 1, 0)
    picture = Picture("g", "DEN", "MIA", course, 60.0, False, "Q1 11:00", False, None)
    assert [picture.at(seconds).score_away for seconds in (0.0, 49.9, 50.0, 60.0)] == [0, 0, 3, 3]
    assert picture.counts() == "1 lead change, 0 ties"


def test_runs_span_from_their_first_basket_to_their_last() -> None:
    desk = Desk()
    for number, (home, away) in enumerate(((0, 2), (3, 2), (6, 2), (9, 2), (9, 5)), 1):
        desk.line(
            status="live", period=1, remaining_tenths=7200 - 100 * number, score_home=home,
            score_away=away, source="push",
        )  # fmt: skip
    assert picture_of(desk.book, 8).course.runs == (RunSpan("home", 9, 20.0, 40.0),)
    assert picture_of(desk.book, 10).course.runs == ()
    assert picture_of(desk.book).course.biggest_run == RunSpan("home", 9, 20.0, 40.0)


def test_a_game_without_a_point_has_a_picture(desk: Desk) -> None:
    desk.line(home_team="DEN", away_team="MIA", status="live", period=1, remaining_tenths=7200,
              score_home=0, score_away=0)  # fmt: skip
    library = Library()
    for event in desk.events:
        library.apply(event)
    picture = picture_of(library.books[GAME_ID])
    assert (picture.score, picture.end_seconds) == ((0, 0), 0.0)


@pytest.fixture
def desk() -> Desk:
    return Desk()
