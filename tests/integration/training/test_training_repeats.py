"""The same games give the same model, to the byte: in any process, with any number of workers."""

import subprocess
import sys
from pathlib import Path

import pytest

from courtside.forecast.bundle import Bundle
from courtside.training.train import Training, train
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def model(small: Path, folder: Path) -> Bundle:
    if (folder / "model").exists():
        return Bundle.open(folder / "model")
    return train(Training(store=small, until=UNTIL, jobs=2), folder / "model", lambda what: None)


def test_another_process_with_one_worker_writes_the_same_bytes(
    small: Path, model: Bundle, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    arguments = ["train", "--history", str(small), "--until", UNTIL, "--out", str(again), "--jobs", "1"]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in model.folder.iterdir()
    }
    assert f"model {model.version} in {again}" in done.stdout


def test_until_is_the_same_as_a_store_that_ends_there(small: Path, model: Bundle, tmp_path: Path) -> None:
    store = before(small, UNTIL, tmp_path / "store")
    ended = train(Training(store=store, jobs=2), tmp_path / "ended", lambda what: None)
    assert ended.parts == model.parts
    assert ended.manifest.data == model.manifest.data
    assert ended.manifest.metrics == model.manifest.metrics
    assert ended.manifest.data.last_date < UNTIL


def test_the_manifest_says_until_when_it_learned(model: Bundle) -> None:
    assert model.manifest.data.last_date == "2023-11-14"
    assert model.manifest.settings["data"]["until"] == UNTIL
    assert model.manifest.settings["halftime"]["tiers"] == ["score", "teams", "players", "classic"]
