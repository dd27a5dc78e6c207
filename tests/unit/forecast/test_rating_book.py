import copy

import msgspec
import pytest

from courtside.errors import ModelError
from courtside.forecast import rating_book
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays
from courtside.forecast.rating_book import ARRAYS, TABLE, RatingBook
from courtside.game.finished import FinishedGame
from tests.unit.forecast.made_games import SQUADS, finished

SEASON = [
    finished(2 * day + place, f"2023-11-{day:02d}", *teams, margin=3 * day % 20 - 9, margins=(day % 5, 2))
    for day in range(1, 25)
    for place, teams in enumerate((("A", "B"), ("C", "D")) if day % 2 else (("A", "C"), ("D", "B")))
]


@pytest.fixture(scope="module")
def season() -> RatingBook:
    return book_after(*SEASON)


def book_after(*games: FinishedGame) -> RatingBook:
    book = RatingBook()
    for game in games:
        assert book.after(game)
    return book


def test_an_empty_book_knows_only_where_the_game_is() -> None:
    values, players = RatingBook().prior("DEN", "BOS", "2024-10-22")
    assert values == {"home_advantage": 2.5, "altitude": 1.0}
    assert players == ()


def test_a_book_says_all_that_a_context_has(season: RatingBook) -> None:
    values, players = season.prior("A", "B", "2023-11-26")
    assert set(values) == {
        "elo", "home_advantage", "rest_home", "rest_away", "back_to_back", "altitude",
        "newcomer_game_score", "newcomer_impact", "newcomer_minutes",
    }  # fmt: skip
    assert [player.side for player in players if player.side] == ["home"] * 8 + ["away"] * 8
    assert len(players) == 32
    assert len(season.prior("A", "B", "2023-11-26", [SQUADS["C"][0]])[1]) == 17


def test_a_prior_changes_nothing(season: RatingBook) -> None:
    before = season.to_parts()
    season.prior("A", "B", "2024-11-26")
    season.prior("X", "Y", "2023-11-26", [1, 2, 3])
    assert season.to_parts() == before


def test_a_game_counts_once_even_when_its_final_is_corrected(season: RatingBook) -> None:
    before = season.to_parts()
    assert not season.after(SEASON[-1])
    assert not season.after(msgspec.structs.replace(SEASON[3], margin=40))
    assert season.to_parts() == before


def test_games_that_are_not_of_the_season_proper_do_not_count() -> None:
    book = RatingBook()
    assert not book.after(finished(1, "2023-10-08", kind="001"))
    assert not book.after(finished(1, "2024-02-18", kind="003"))
    assert book.last_date is None
    assert all(book.after(finished(1, "2024-04-18", kind=kind)) for kind in ("005", "004", "006"))


def test_a_game_from_long_before_the_last_is_left_out(season: RatingBook) -> None:
    old, late = finished(900, "2023-10-24"), finished(901, "2023-10-26")
    assert not season.counts(old)
    assert season.counts(late)
    copied = RatingBook.from_parts(season.to_parts())
    assert copied.after(late)
    assert copied.last_date == season.last_date == "2023-11-24"


def test_only_the_last_ids_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rating_book, "KEPT_GAMES", 3)
    assert list(book_after(*SEASON[:5]).rated) == [game.game_id for game in SEASON[2:5]]


def test_a_neutral_game_is_nobodys_home(season: RatingBook) -> None:
    assert season.prior("A", "B", "2023-12-09", neutral=True)[0]["home_advantage"] == 0.0
    final = RatingBook.from_parts(season.to_parts())
    final.after(finished(1, "2023-11-25", kind="006", margin=30))
    assert final.teams.home_advantage == season.teams.home_advantage


def test_equal_books_are_equal_bytes_and_come_back_equal(season: RatingBook) -> None:
    parts = season.to_parts()
    assert book_after(*SEASON).to_parts() == parts
    again = RatingBook.from_parts(parts)
    assert again.to_parts() == parts
    assert again.prior("A", "B", "2023-11-26") == season.prior("A", "B", "2023-11-26")
    assert (again.last_date, list(again.rated)) == (season.last_date, list(season.rated))


def test_a_book_goes_on_after_loading_as_if_it_had_never_been_written(season: RatingBook) -> None:
    following = [
        finished(1, "2024-10-22", "A", "B", season=2024, margins=(4, 1), extra=[(999, "home")]),
        finished(2, "2024-10-23", "C", "D", season=2024, margins=(-4, 1), extra=[(999, "away")]),
    ]
    loaded, same = RatingBook.from_parts(season.to_parts()), copy.deepcopy(season)
    for game in following:
        assert loaded.after(game)
        assert same.after(game)
    told, expected = (book.prior("C", "D", "2024-10-25") for book in (loaded, same))
    assert told[0] == pytest.approx(expected[0])
    for one, other in zip(told[1], expected[1], strict=True):
        assert (one.person_id, one.side) == (other.person_id, other.side)
        assert one.impact == pytest.approx(other.impact)
        assert one.tonight == pytest.approx(other.tonight)


@pytest.mark.parametrize("name", [ARRAYS, TABLE])
def test_a_missing_part_is_named(season: RatingBook, name: str) -> None:
    with pytest.raises(ModelError, match=f"needs {name}, which is missing"):
        RatingBook.from_parts({other: data for other, data in season.to_parts().items() if other != name})


def test_parts_that_are_no_book_are_refused(season: RatingBook) -> None:
    parts = season.to_parts()
    with pytest.raises(ModelError, match=r"ratings\.json is no rating book"):
        RatingBook.from_parts({**parts, TABLE: b"{}"})
    arrays = bytes_to_arrays(parts[ARRAYS], ARRAYS)
    for name in ("league", "gram"):
        bad = arrays_to_bytes({**arrays, name: arrays[name][1:]})
        with pytest.raises(ModelError, match=f"no usable array '{name}'"):
            RatingBook.from_parts({**parts, ARRAYS: bad})
