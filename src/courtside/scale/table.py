"""The table that `courtside spark features` writes, read back without Spark."""

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from courtside import features
from courtside.errors import BadHistory
from courtside.scale.history import AT_18, RUNNING
from courtside.training.dataset import MOMENTS, Dataset, Floats, Integers


class Table(msgspec.Struct, frozen=True):
    """N games in order of date and id, as `training.dataset.Dataset` has them: the same names mean the
    same, and what is unknown is NaN."""

    game_id: list[str]
    day: Integers
    season: Integers
    at_18: Floats
    running: npt.NDArray[np.float32]
    path: Integers
    half: Integers
    final: Integers

    def __len__(self) -> int:
        return len(self.game_id)


def read_table(folder: Path) -> Table:
    """Raises `BadHistory` where there is none."""
    import pyarrow.dataset as ds

    for name in (AT_18, RUNNING):
        if not (folder / name).is_dir():
            raise BadHistory("no_table", f"{folder} holds no {name}; make it with 'courtside spark features'")
    order = [("date", "ascending"), ("game_id", "ascending")]
    games = ds.dataset(folder / AT_18, partitioning="hive").to_table().sort_by(order)
    moments = (
        ds.dataset(folder / RUNNING, partitioning="hive")
        .to_table()
        .sort_by([*order, ("moment_tenths", "ascending")])
    )
    if moments["moment_tenths"].to_pylist() != list(MOMENTS) * games.num_rows:
        raise BadHistory(
            "no_table", f"{folder} is not whole: run 'courtside spark features' again to its end"
        )
    running = np.column_stack([moments[name].to_numpy() for name in features.RUNNING_NAMES])
    return Table(
        game_id=games["game_id"].to_pylist(),
        day=games["day"].to_numpy(),
        season=games["season"].to_numpy().astype(np.int64),
        at_18=np.column_stack([games[name].to_numpy() for name in features.NAMES]),
        running=running.reshape(games.num_rows, len(MOMENTS), -1),
        path=np.array(games["path"].to_pylist(), dtype=np.int64),
        half=games["half"].to_numpy(),
        final=games["final"].to_numpy(),
    )


def differences(table: Table, dataset: Dataset) -> list[str]:
    """What is not the same in both, to the bit; nothing where all is."""
    found = []
    ids = [facts.game_id for facts in dataset.games]
    if table.game_id != ids:
        found.append(f"{len(table)} games against {len(ids)}, or in another order")
        return found
    for name in ("day", "season", "at_18", "running", "path", "half", "final"):
        ours, theirs = getattr(table, name), getattr(dataset, name)
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            found.append(f"{name} is {ours.shape} {ours.dtype} against {theirs.shape} {theirs.dtype}")
        elif not np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f"):
            found.append(f"{name} has {int((ours != theirs).sum())} other numbers (unknown ones counted)")
    return found
