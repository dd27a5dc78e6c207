"""Ratings over an imported history, and finished games made of it as they are made live."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from courtside.errors import BadHistory
from courtside.forecast.rating_book import RatingBook
from courtside.game.finished import finished_game
from courtside.game.state import fold_all, start
from courtside.game.stints import stints
from courtside.sources import simulator_recording
from courtside.sources.simulator_game import simulate_game
from courtside.training import history_import
from courtside.training.history_columns import STINTS
from courtside.training.history_store import HistoryStore
from courtside.training.rate_history import finished, rate
from tests.unit.training.stats_writer import simulated, stats_rows, write_parquet

# 2 and 4 are of one day; the last two are of the next season.
DATES = {1: "2022-11-01", 2: "2022-11-03", 4: "2022-11-03", 5: "2022-11-08", 6: "2023-11-01", 7: "2023-11-02"}
GAMES = [simulated(number, season=int(date[:4])) for number, date in DATES.items()]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    write_parquet(folder / "a.parquet", [stats_rows(game) for game in GAMES])
    lines = [f"{game.game_id},{date}" for game, date in zip(GAMES, DATES.values(), strict=True)]
    (folder / "games.csv").write_text("\n".join(["game_id,date", *lines]) + "\n")
    return run_import(folder, folder / "store")


@pytest.fixture(scope="module")
def store(imported: Path) -> HistoryStore:
    return HistoryStore(imported)


def run_import(folder: Path, store: Path) -> Path:
    plan = history_import.plan(folder, store)
    list(history_import.run(plan.tasks, store, jobs=1, progress=lambda name, games: None))
    return store


def test_stored_stints_are_those_of_the_plays(store: HistoryStore) -> None:
    found = store.stints()
    assert len(found) == len(GAMES)
    for stored in store.plays():
        assert found[stored.facts.game_id] == stints(stored.plays, stored.facts.roster)
        assert found[stored.facts.game_id]
    assert set(store.stints(2023)) == {game.game_id for game in GAMES[4:]}


def test_a_game_without_known_fives_has_no_stints(imported: Path, tmp_path: Path) -> None:
    shutil.copytree(imported, tmp_path / "store")
    (path,) = (tmp_path / "store").glob(f"*/{STINTS}")
    table = pq.read_table(path)
    pq.write_table(table.filter(table["game_id"].to_numpy(zero_copy_only=False) != GAMES[0].game_id), path)
    found = HistoryStore(tmp_path / "store").stints()
    assert found[GAMES[0].game_id] == ()
    assert found[GAMES[1].game_id]


def test_a_store_from_before_stints_says_that_it_must_be_imported_again(
    imported: Path, tmp_path: Path
) -> None:
    shutil.copytree(imported, tmp_path / "store")
    (path,) = (tmp_path / "store").glob("*/source.json")
    path.write_text(path.read_text().replace('"layout": 2', '"layout": 1'))
    with pytest.raises(BadHistory, match="older Courtside; run 'courtside history import' again"):
        HistoryStore(tmp_path / "store").stints()


def test_a_finished_game_is_the_same_live_and_in_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = simulate_game(8, game_id="0022300008")
    unlabel: Callable[..., object] = simulator_recording._meta
    monkeypatch.setattr(simulator_recording, "_meta", lambda *args: {**unlabel(*args), "request": "test"})  # type: ignore[dict-item]
    simulator_recording.write_recording(tmp_path / "games", game)
    store = HistoryStore(run_import(tmp_path / "games", tmp_path / "store"))
    (facts,) = store.games()
    assert facts.date is not None
    live = finished_game(
        game.game_id,
        facts.date,
        game.home.tricode,
        game.away.tricode,
        game.plays,
        game.roster,
        fold_all(start(game.roster), game.plays),
    )
    assert finished(facts, store.players(), store.stints()[game.game_id]) == live
    assert live.season == 2023
    assert live.margin == game.score[0] - game.score[1]
    assert sum(line.points for line in live.players if line.side == "home") == game.score[0]
    assert len(live.stints) > 10


def test_each_game_is_told_what_was_known_before_its_day(store: HistoryStore) -> None:
    book = RatingBook()
    told = {facts.game_id: (values, players) for facts, values, players in rate(store, book=book)}
    assert list(told) == [game.game_id for game in GAMES]
    check = RatingBook()
    games = {facts.game_id: facts for facts in store.games()}
    lines = {game.game_id: [] for game in GAMES}  # type: ignore[var-annotated]
    for line in store.players():
        lines[line.game_id].append(line)
    known = store.stints()
    made = [finished(games[game_id], lines[game_id], known[game_id]) for game_id in told]
    for game in made:
        before = [other for other in made if other.date < game.date and other.game_id not in check.rated]
        for other in before:
            check.after(other)
        ids = [line.person_id for line in game.players]
        assert told[game.game_id] == check.prior(game.home, game.away, game.date, ids)
    check.after(made[-1])
    assert check.to_parts() == book.to_parts()


def test_until_leaves_out_that_day_and_all_after_it(store: HistoryStore) -> None:
    book = RatingBook()
    told = [facts.game_id for facts, _, _ in rate(store, until="2022-11-08", book=book)]
    assert told == [game.game_id for game in GAMES[:3]]
    assert list(book.rated) == told


def test_a_game_without_date_is_told_without_prior_and_not_rated(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [stats_rows(GAMES[0])])
    store = HistoryStore(run_import(tmp_path, tmp_path / "store"))
    book = RatingBook()
    ((facts, values, players),) = rate(store, book=book)
    assert (facts.date, values, players, book.last_date) == (None, {}, (), None)


def test_a_second_run_over_the_same_history_adds_nothing(store: HistoryStore) -> None:
    book = RatingBook()
    list(rate(store, until="2022-11-30", book=book))
    before = book.to_parts()
    list(rate(store, until="2022-11-30", book=book))
    assert book.to_parts() == before
