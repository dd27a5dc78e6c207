"""The same games give the same model, to the byte: in any process, with any number of workers."""

import subprocess
import sys
from pathlib import Path

import pytest

from courtside.cli.program import execute
from courtside.forecast.bundle import Bundle
from tests.support.seasons import before

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("few_are_enough")]
UNTIL = "2023-11-15"
PROGRAM = """
import sys
from functools import partial
from courtside.cli import main
from courtside.training import fit, fit_halftime
from courtside.training.fit_running import FitSettings, fit_running
fit_halftime.FEWEST_GAMES = fit.FEWEST_GAMES = 100
fit.fit_running = partial(fit_running, settings=FitSettings(fewest_games=50))
if __name__ == "__main__":
    main()
"""


def test_another_process_with_one_worker_writes_the_same_bytes(
    small: Path, model: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    arguments = ["train", "--history", str(small), "--until", UNTIL, "--out", str(again), "--jobs", "1"]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in model.iterdir()
    }
    assert f"model {Bundle.open(model).version} in {again}" in done.stdout


def test_until_is_the_same_as_a_store_that_ends_there_and_is_registered_if_asked(
    small: Path,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logged: list[tuple[object, ...]] = []

    def log_training(*said: object) -> str:
        logged.append(said)
        return "version 3"

    monkeypatch.setattr("courtside.training.mlflow_log.log_training", log_training)
    store = before(small, UNTIL, tmp_path / "store")
    arguments = ["train", "--history", str(store), "--out", str(tmp_path / "ended")]
    assert execute([*arguments, "--mlflow", "http://127.0.0.1:1"]) == 0
    ended, whole = Bundle.open(tmp_path / "ended"), Bundle.open(model)
    assert ended.parts == whole.parts
    assert ended.manifest.data == whole.manifest.data
    assert ended.manifest.metrics == whole.manifest.metrics
    assert ended.manifest.data.last_date < UNTIL

    data = ended.manifest.data
    told = {"until": "", "games": data.games, "last_date": data.last_date}
    assert logged == [("http://127.0.0.1:1", ended.folder, told, ended.manifest.metrics)]
    shown = capsys.readouterr()
    assert f"learned from {data.games} games until {data.last_date}" in shown.out
    assert "registered at http://127.0.0.1:1 as courtside version 3" in shown.out
    assert f"use it: courtside models use {tmp_path / 'ended'}" in shown.out
    assert "running forecast" in shown.err


def test_the_manifest_says_until_when_it_learned(model: Path) -> None:
    manifest = Bundle.open(model).manifest
    assert manifest.data.last_date == "2023-11-14"
    assert manifest.settings["data"]["until"] == UNTIL
    assert manifest.settings["halftime"]["tiers"] == ["score", "teams", "players", "classic"]
