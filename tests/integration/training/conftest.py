"""Real seasons in small for the tests of training, and thresholds that fit them."""

import fcntl
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from courtside.forecast.rating_book import RatingBook
from courtside.training import fit, fit_halftime
from courtside.training.dataset import Dataset, build
from courtside.training.fit_running import FitSettings, fit_running
from courtside.training.train import Training, train
from tests.support.seasons import Weeks, import_weeks, write_weeks

STORE_WEEKS: Weeks = {2020: (900, 180), 2021: (850, 320), 2022: (750, 450), 2023: (100, 600)}
SMALL_WEEKS: Weeks = {2021: (1000, 165), 2022: (900, 115), 2023: (100, 110)}
FEWEST = 100
MODEL_UNTIL = "2023-11-15"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a run: an import is done once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """What `make` makes of a folder, made by the first who asks while the others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def seasons(data_dir: Path, shared_folder: Path) -> Path:
    """A folder of three short seasons in the stats layout, about 350 games."""
    return once(shared_folder / "small-seasons", partial(write_weeks, data_dir / "history", SMALL_WEEKS))


@pytest.fixture(scope="session")
def small(seasons: Path, shared_folder: Path) -> Path:
    """The store of `seasons`."""
    return once(shared_folder / "small-store", partial(import_weeks, seasons))


@pytest.fixture(scope="session")
def store(data_dir: Path, shared_folder: Path) -> Path:
    """The store of 1,550 games out of four seasons: enough to see that ratings are worth something."""

    def make(folder: Path) -> None:
        weeks = write_weeks(data_dir / "history", STORE_WEEKS, shared_folder / "seasons")
        import_weeks(weeks, folder)

    return once(shared_folder / "store", make)


@pytest.fixture(scope="session")
def games(store: Path) -> Dataset:
    return build(store, RatingBook())


@pytest.fixture(scope="session")
def model(small: Path, shared_folder: Path) -> Path:
    """The bundle that was trained on the games of `small` before `MODEL_UNTIL`."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            few_games_are_enough(monkeypatch)
            train(Training(store=small, until=MODEL_UNTIL, jobs=2), folder, lambda what: None)

    return once(shared_folder / "model", make)


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    few_games_are_enough(monkeypatch)


def few_games_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit what a real model would refuse to: the games of a test are few."""
    monkeypatch.setattr(fit_halftime, "FEWEST_GAMES", FEWEST)
    monkeypatch.setattr(fit, "FEWEST_GAMES", FEWEST)
    monkeypatch.setattr(fit, "fit_running", partial(fit_running, settings=FitSettings(fewest_games=50)))
