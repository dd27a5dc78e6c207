"""The nearest past games, against a search that looks at each."""

import time

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.forecast.dejavu import Dejavu, DejavuSettings, Library, LibraryGame
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays
from courtside.training.fit_dejavu import WEIGHTS
from tests.unit.training.drawn_games import TEAMS, drawn_games, pattern_game

GAMES = drawn_games(300)
PATTERNS = GAMES.seen[:, :18]
HALFTIMES = PATTERNS[:, -1] + GAMES.increments
LIBRARY = Library(GAMES.games, PATTERNS, HALFTIMES)


def dejavu(neighbours: int = 20, shrink: float = 1.0, library: Library = LIBRARY) -> Dejavu:
    return Dejavu(library, DejavuSettings(neighbours=neighbours, weights=WEIGHTS, shrink=shrink))


def looked_at_each(pattern: list[float]) -> list[tuple[float, int]]:
    """(weighted squared distance, place) of every game, nearest first and newest first among equals."""
    weights = np.array(WEIGHTS, dtype=np.float64)
    found = []
    for place, other in enumerate(PATTERNS):
        apart = (other[:-1] - other[-1]) - (np.array(pattern[:-1]) - pattern[-1])
        found.append((float(weights @ apart**2), -place))
    return [(distance, -place) for distance, place in sorted(found)]


@pytest.mark.parametrize("number", range(10))
def test_the_forecast_is_the_mean_of_exactly_the_nearest_games(number: int) -> None:
    pattern = drawn_games(10, seed=99).seen[number, :18].tolist()
    found = looked_at_each(pattern)
    furthest = found[19][0]
    near = [GAMES.increments[place] for distance, place in found if distance <= furthest]
    assert dejavu().increment(pattern_game(pattern)) == pytest.approx(np.mean(near), abs=1e-12)


@pytest.mark.parametrize("number", range(10))
def test_the_similar_games_are_the_nearest_with_how_far_they_are(number: int) -> None:
    pattern = drawn_games(10, seed=98).seen[number, :18].tolist()
    expected = looked_at_each(pattern)[:5]
    similar = dejavu().similar(pattern_game(pattern))
    assert [game.game_id for game in similar] == [GAMES.games[place].game_id for _, place in expected]
    assert [game.halftime_differential for game in similar] == [
        int(HALFTIMES[place]) for _, place in expected
    ]
    assert [game.pattern for game in similar] == [PATTERNS[place].tolist() for _, place in expected]
    typical = [(distance / sum(WEIGHTS)) ** 0.5 for distance, _ in expected]
    assert [game.distance for game in similar] == pytest.approx(typical, abs=0.006)
    label = GAMES.games[expected[0][1]]
    assert (similar[0].date, similar[0].home_team, similar[0].away_team) == (
        label.date,
        label.home_team,
        label.away_team,
    )


def test_a_game_finds_itself_unless_it_is_left_out() -> None:
    itself = GAMES.games[42].game_id
    seen = GAMES.seen[42]
    nearest = dejavu().similar(seen, n=3)
    assert (nearest[0].game_id, nearest[0].distance) == (itself, 0.0)
    others = dejavu().similar(seen, n=2, without=itself)
    assert [game.game_id for game in others] == [game.game_id for game in nearest[1:]]


def test_two_paths_apart_by_the_same_points_all_along_are_the_same_shape() -> None:
    pattern = PATTERNS[7]
    assert dejavu().increment(pattern_game((pattern + 9).tolist())) == dejavu().increment(
        pattern_game(pattern.tolist())
    )


def test_shrinking_pulls_towards_what_usually_happens() -> None:
    seen, usual = GAMES.seen[3], float(GAMES.increments.mean())
    full = dejavu().increment(seen)
    assert dejavu(shrink=0.25).increment(seen) == pytest.approx(usual + 0.25 * (full - usual))
    assert dejavu(shrink=0.0).increment(seen) == pytest.approx(usual)


def test_more_neighbours_than_games_are_all_of_them() -> None:
    assert dejavu(neighbours=10_000).increment(GAMES.seen[0]) == pytest.approx(GAMES.increments.mean())
    assert len(dejavu().similar(GAMES.seen[0], n=10_000)) == 300
    assert dejavu().similar(GAMES.seen[0], n=0) == []


def test_fifteen_thousand_games_are_searched_within_a_millisecond() -> None:
    draws = np.random.default_rng(1)
    patterns = np.clip(np.cumsum(np.rint(draws.normal(0, 2.4, (15_000, 18))), axis=1), -60, 60)
    games = [LibraryGame(f"{number:010d}", "2020-01-01", "ATL", "BOS") for number in range(15_000)]
    model = dejavu(500, library=Library(games, patterns, patterns[:, -1]))
    for ask in (model.increment, model.similar):
        calls = []
        for _ in range(30):
            began = time.perf_counter()
            ask(GAMES.seen[0])
            calls.append(time.perf_counter() - began)
        assert np.median(calls) < 1e-3


def test_a_library_survives_becoming_bytes_and_stays_small() -> None:
    data = LIBRARY.to_bytes()
    again = Library.from_bytes(data, "dejavu.npz")
    assert again.games == LIBRARY.games
    assert np.array_equal(again.patterns, LIBRARY.patterns)
    assert np.array_equal(again.halftimes, LIBRARY.halftimes)
    assert len(data) < 40 * len(LIBRARY) + 4000
    assert set(bytes_to_arrays(data, "dejavu.npz")["teams"].tolist()) == {team.encode() for team in TEAMS}


@pytest.mark.parametrize(
    ("games", "patterns", "halftimes", "reason"),
    [
        (GAMES.games[:2], PATTERNS[:1], HALFTIMES[:2], "give one of each a game"),
        (GAMES.games[:1], PATTERNS[:1] + 0.5, HALFTIMES[:1], "pattern of the library is no whole number"),
        (GAMES.games[:1], PATTERNS[:1], np.array([200.0]), "halftime of the library is no whole number"),
        ([], np.zeros((0, 18)), np.zeros(0), "is empty; import history first"),
    ],
)
def test_a_library_that_does_not_fit_together_is_refused(
    games: list[LibraryGame],
    patterns: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    halftimes: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    reason: str,
) -> None:
    with pytest.raises(ModelError, match=reason):
        Library(games, patterns, halftimes)


def test_labels_that_cannot_be_kept_are_refused() -> None:
    for label, reason in (
        (LibraryGame("12", "2020-01-01", "ATL", "BOS"), "no id of ten digits"),
        (LibraryGame("0021900001", "yesterday", "ATL", "BOS"), "has the date 'yesterday'"),
    ):
        with pytest.raises(ModelError, match=reason):
            Library([label], PATTERNS[:1], HALFTIMES[:1]).to_bytes()


def test_arrays_that_are_no_library_are_refused() -> None:
    with pytest.raises(ModelError, match=r"other\.npz holds no library of past games"):
        Library.from_bytes(arrays_to_bytes({"weights": np.zeros(3)}), "other.npz")


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ModelError, match="17 weights and one neighbour or more"):
        Dejavu(LIBRARY, DejavuSettings(neighbours=0, weights=WEIGHTS, shrink=1.0))
    with pytest.raises(ModelError, match="17 weights and one neighbour or more"):
        Dejavu(LIBRARY, DejavuSettings(neighbours=5, weights=(1, 2), shrink=1.0))
