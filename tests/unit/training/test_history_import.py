from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from courtside.errors import BadHistory, UnknownGame
from courtside.formats.stats_layout import COLUMNS, StatsRow
from courtside.game.state import GameState, fold_all, start
from courtside.sources.simulator_game import SimulatedGame
from courtside.sources.simulator_recording import write_recording
from courtside.training import history_columns, history_import
from courtside.training.history_store import HistoryStore, Source, parts
from tests.unit.training.stats_writer import (
    Row,
    simulated,
    stats_rows,
    write_csv,
    write_index,
    write_parquet,
)

GAMES = [simulated(number) for number in (1, 2, 3)]
ROWS = [stats_rows(game) for game in GAMES]


@dataclass
class Import:
    """Imports a folder into a store, in this process."""

    folder: Path
    store: Path
    done: dict[str, int] = field(default_factory=dict)

    def __call__(self, *, force: bool = False, jobs: int = 1) -> list[Source]:
        plan = history_import.plan(self.folder, self.store, force=force)
        return list(history_import.run(plan.tasks, self.store, jobs=jobs, progress=self._progress))

    def _progress(self, name: str, games: int) -> None:
        self.done[name] = self.done.get(name, 0) + games


@pytest.fixture
def importing(tmp_path: Path) -> Import:
    (tmp_path / "seasons").mkdir()
    return Import(tmp_path / "seasons", tmp_path / "store")


def live(game: SimulatedGame) -> GameState:
    return fold_all(start(game.roster), game.plays)


def test_games_of_the_stats_layout_fold_to_what_was_played(importing: Import) -> None:
    write_parquet(importing.folder / "nbastats_2023.parquet", ROWS)
    write_index(importing.folder, GAMES)
    (source,) = importing()
    assert (source.games, source.broken, source.seasons, source.undated) == (3, [], [2023], 0)
    assert importing.done == {"nbastats_2023-parquet": 3}
    store = HistoryStore(importing.store)
    lines = {(line.game_id, line.person_id): line for line in store.players()}
    for game, facts in zip(GAMES, store.games(2023), strict=True):
        state = live(game)
        assert (facts.home_score, facts.away_score) == game.score
        assert (facts.home_half, facts.away_half) == state.half
        assert facts.path == list(state.path)
        assert facts.pattern == list(state.path[:18])
        assert (facts.season, facts.season_type, facts.date) == (2023, "regular", "2023-11-01")
        assert (facts.home, facts.away, facts.periods) == (
            game.home.tricode, game.away.tricode, game.periods,
        )  # fmt: skip
        assert facts.possession_18 == state.pattern_state.possession.holder
        assert len(facts.home_court_18) == len(facts.away_court_18) == 5
        for player in state.players.values():
            if player.played(state.elapsed):
                line = lines[facts.game_id, player.person_id]
                assert (line.points, line.rebounds, line.assists, line.fouls) == (
                    player.points, player.rebounds, player.assists, player.fouls,
                )  # fmt: skip


def test_csv_and_parquet_give_the_same_games(importing: Import) -> None:
    write_csv(importing.folder / "a.csv", ROWS)
    write_index(importing.folder, GAMES)
    importing()
    other = Import(importing.folder.parent / "parquet", importing.folder.parent / "other")
    other.folder.mkdir()
    write_parquet(other.folder / "a.parquet", ROWS)
    write_index(other.folder, GAMES)
    other()
    first, second = (list(HistoryStore(each.store).plays()) for each in (importing, other))
    assert first == second
    assert len(first) == 3


def test_stored_plays_come_back_exactly_and_fold_to_their_facts(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS)
    importing()
    entry = history_import.read_game
    for stored, rows in zip(HistoryStore(importing.store).plays(2023), ROWS, strict=True):
        again = entry(stored.facts.game_id, _as_stats(rows), None)
        assert stored.plays == again.plays
        assert stored.facts == again.facts
        assert list(fold_all(start(stored.facts.roster), stored.plays).path) == stored.facts.path


def _as_stats(rows: list[Row]) -> list[StatsRow]:
    return [StatsRow(*[row[name] for name in COLUMNS]) for row in rows]  # type: ignore[arg-type]


def test_recorded_games_are_history_with_their_rosters(importing: Import, tmp_path: Path) -> None:
    from courtside.sources import simulator_recording

    game = GAMES[0]
    write_recording(importing.folder, game)
    (source,) = importing()
    assert [(each.kind, each.game_id) for each in source.broken] == [("simulated", game.game_id)]
    _unlabel(
        importing.folder, simulator_recording.play_by_play(game), simulator_recording.box_score_file(game)
    )
    (source,) = importing()
    assert (source.name, source.games, source.broken) == ("recordings", 1, [])
    (stored,) = HistoryStore(importing.store).plays()
    assert {entry.person_id for entry in stored.facts.roster if entry.starter} == {
        entry.person_id for entry in game.roster if entry.starter
    }
    state = live(game)
    assert stored.facts.path == list(state.path)
    assert set(stored.facts.home_court_18) == {
        player.person_id
        for player in state.pattern_state.players.values()
        if player.on_court and player.side == "home"
    }


def _unlabel(folder: Path, *files: dict[str, object]) -> None:
    """As if the NBA had made them."""
    import gzip

    import msgspec

    for name, file in zip(("playbyplay", "boxscore"), files, strict=True):
        meta = file["meta"]
        assert isinstance(meta, dict)
        meta["request"] = "test"
        body = gzip.compress(msgspec.json.encode(file), mtime=0)
        (folder / f"{name}_{GAMES[0].game_id}.json.gz").write_bytes(body)


def test_what_is_in_the_store_is_left_alone_unless_it_changed_or_force_says_so(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS)
    assert len(importing()) == 1
    assert importing() == []
    assert len(importing(force=True)) == 1
    write_index(importing.folder, GAMES)
    assert [source.undated for source in importing()] == [0]
    write_parquet(importing.folder / "a.parquet", ROWS[:2])
    assert [source.games for source in importing()] == [2]
    assert len(HistoryStore(importing.store).games()) == 2


def test_an_import_that_breaks_off_leaves_the_store_as_it_was(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS[:1])
    importing()
    write_parquet(importing.folder / "a.parquet", ROWS)

    def fall(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(history_import, "read_game", fall)
    with pytest.raises(KeyboardInterrupt):
        importing()
    assert len(HistoryStore(importing.store).games()) == 1
    assert [path.name for path in importing.store.iterdir()] == ["a-parquet"]


def _without_end(rows: list[Row]) -> list[Row]:
    return rows[: int(len(rows) * 0.8)]


def _with_hole(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not (row["PERIOD"] == 3 and str(row["PCTIMESTRING"]) > "3")]


def _with_clock(rows: list[Row]) -> list[Row]:
    return [{**row, "PCTIMESTRING": "13:00"} if number == 50 else row for number, row in enumerate(rows)]


def _without_start(rows: list[Row]) -> list[Row]:
    return [row for row in rows if (row["EVENTMSGTYPE"], row["PERIOD"]) != (12, 2)]


def _other_id(rows: list[Row]) -> list[Row]:
    return [{**row, "GAME_ID": "0092300001"} for row in rows]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_without_end, "incomplete"),
        (_without_start, "incomplete"),
        (_with_hole, "gap"),
        (_with_clock, "clock"),
        (_other_id, "game_id"),
    ],
)
def test_a_broken_game_is_named_and_left_out(
    importing: Import, spoil: Callable[[list[Row]], list[Row]], kind: str
) -> None:
    write_parquet(importing.folder / "a.parquet", [spoil(ROWS[0]), ROWS[1]])
    (source,) = importing()
    assert [broken.kind for broken in source.broken] == [kind]
    assert [facts.game_id for facts in HistoryStore(importing.store).games()] == [GAMES[1].game_id]


def test_a_game_that_the_index_contradicts_is_left_out(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS[:1])
    path = write_index(importing.folder, GAMES[:1])
    home, away = GAMES[0].score
    path.write_text(path.read_text().replace(f"{home},{away}", f"{home + 1},{away}"))
    (source,) = importing()
    assert [broken.kind for broken in source.broken] == ["index"]
    assert f"{home} by the plays, {home + 1} by games.csv" in source.broken[0].reason


def test_two_processes_import_what_one_does(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS[:1])
    write_parquet(importing.folder / "b.parquet", ROWS[1:])
    sources = importing(jobs=2)
    assert {source.name: source.games for source in sources} == {"a-parquet": 1, "b-parquet": 2}
    assert importing.done == {"a-parquet": 1, "b-parquet": 2}
    assert len(parts(importing.store)) == 2
    assert len(HistoryStore(importing.store).games()) == 3


def test_an_unreadable_file_is_one_clear_error(importing: Import) -> None:
    (importing.folder / "a.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(BadHistory, match=r"a\.parquet is no Parquet file"):
        importing()


def test_the_same_game_in_two_files_is_refused(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS)
    write_csv(importing.folder / "b.csv", ROWS[:1])
    with pytest.raises(BadHistory, match="is in a-parquet and in b-csv; keep one"):
        importing()


def test_a_folder_without_games_says_what_it_wants(importing: Import) -> None:
    (importing.folder / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadHistory, match="no play-by-play in"):
        importing()
    with pytest.raises(BadHistory, match="does not exist"):
        history_import.plan(importing.folder / "elsewhere", importing.store)
    with pytest.raises(BadHistory, match="holds no imported history"):
        HistoryStore(importing.store)


def test_an_index_with_a_bad_line_names_it(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS[:1])
    (importing.folder / "games.csv").write_text("game_id,home_score\n0022300001,many\n")
    with pytest.raises(BadHistory, match=r"games\.csv, line 2"):
        importing()


def test_a_store_folder_that_was_damaged_is_named(importing: Import) -> None:
    write_parquet(importing.folder / "a.parquet", ROWS[:1])
    importing()
    (importing.store / "a-parquet" / "source.json").write_text("{")
    with pytest.raises(BadHistory, match="remove the folder a-parquet and import it again"):
        HistoryStore(importing.store)


def test_seasons_can_be_read_one_by_one(importing: Import) -> None:
    old = simulated(4, season=2013)
    write_parquet(importing.folder / "a.parquet", [ROWS[0], stats_rows(old)])
    importing()
    store = HistoryStore(importing.store)
    assert store.seasons == [2013, 2023]
    assert [facts.game_id for facts in store.games(2013)] == [old.game_id]
    assert {line.game_id for line in store.players(2013)} == {old.game_id}
    assert [stored.facts.game_id for stored in store.plays(2013)] == [old.game_id]
    assert [source.undated for source in store.sources] == [2]


def test_one_game_can_be_read_by_its_id(importing: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_columns, "GAMES_A_GROUP", 2)
    write_parquet(importing.folder / "a.parquet", ROWS)
    importing()
    store = HistoryStore(importing.store)
    assert [store.game(stored.facts.game_id) for stored in store.plays()] == list(store.plays())
    with pytest.raises(UnknownGame, match="no game '0022399999' in"):
        store.game("0022399999")
