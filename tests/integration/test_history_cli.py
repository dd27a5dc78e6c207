"""`courtside history` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from courtside.cli.program import execute
from tests.unit.training.stats_writer import simulated, stats_rows, write_csv, write_index, write_parquet

GAMES = [simulated(number) for number in (11, 12)]


@pytest.fixture
def seasons(tmp_path: Path) -> Path:
    """Two files, one of them with a game that breaks off."""
    folder = tmp_path / "seasons"
    folder.mkdir()
    write_parquet(folder / "nbastats_2023.parquet", [stats_rows(GAMES[0])])
    write_csv(folder / "more.csv", [stats_rows(GAMES[1])[:300]])
    write_index(folder, GAMES)
    return folder


def test_import_tells_what_it_did_and_list_what_there_is(
    seasons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    arguments = ["history", "import", "--from", str(seasons), "--out", str(store), "--jobs", "1"]
    assert execute(arguments) == 0
    said = capsys.readouterr()
    assert "nbastats_2023-parquet: 1 games" in said.out
    assert "1 games left out:" in said.out
    assert f"{GAMES[1].game_id}  incomplete: no end of period" in said.out
    assert execute(arguments) == 0
    assert "unchanged since they were imported: more-csv, nbastats_2023-parquet" in capsys.readouterr().out

    assert execute(["history", "list", "--history", str(store)]) == 0
    shown = capsys.readouterr().out
    assert "2023         1        1         0      0  2023-11-01 to 2023-11-01" in shown
    assert GAMES[1].game_id in shown
    assert execute(["history", "list", "--history", str(store), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [season["games"] for season in told["seasons"]] == [1]
    assert {source["name"]: len(source["broken"]) for source in told["sources"]} == {
        "more-csv": 1, "nbastats_2023-parquet": 0,
    }  # fmt: skip


def test_import_answers_in_json(seasons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(seasons / "nbastats_2023.parquet")
    assert execute(["history", "import", "--from", file, "--out", str(tmp_path / "store"), "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    told = json.loads(said.out)
    assert [source["games"] for source in told["imported"]] == [1]
    assert told["unchanged"] == []


def test_many_broken_games_are_counted_after_the_first_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = stats_rows(GAMES[0])[:60]
    broken = [[{**row, "GAME_ID": f"00223{number:05d}"} for row in rows] for number in range(25)]
    write_parquet(tmp_path / "a.parquet", broken)
    arguments = ["history", "import", "--from", str(tmp_path), "--out", str(tmp_path / "store")]
    assert execute(arguments) == 0
    assert "and 5 more; 'courtside history list --json' names all" in capsys.readouterr().out


def test_what_is_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["history", "list", "--history", str(tmp_path)]) == 1
    assert "holds no imported history; make it with 'courtside history import" in capsys.readouterr().err
    assert execute(["history", "import", "--from", str(tmp_path), "--out", str(tmp_path / "store")]) == 1
    assert "no play-by-play in" in capsys.readouterr().err.splitlines()[-1]


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert execute(["history", "list", "--history", str(tmp_path)]) == 2
    assert "pip install 'courtside[train]'" in capsys.readouterr().err


def test_a_download_without_a_network_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stats = pytest.importorskip("nba_api.stats.library.http")
    monkeypatch.setattr(stats.NBAStatsHTTP, "base_url", "http://127.0.0.1:9/{endpoint}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("courtside.training.history_fetch.BACKOFF_SECONDS", 0.0)
    arguments = ["history", "fetch", "--season", "2023", "--out", str(tmp_path), "--pause", "0.2"]
    assert execute(arguments) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("courtside: no answer from http://127.0.0.1:9/leaguegamelog")


def test_two_processes_show_their_progress(seasons: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "courtside", "history", "import", "--from", str(seasons)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "store"), "--jobs", "2"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nbastats_2023-parquet" in done.stderr and "2/2" in done.stderr
    assert f"{tmp_path / 'store'}: 1 games of this folder" in done.stdout
