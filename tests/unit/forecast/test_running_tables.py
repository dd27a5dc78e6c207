"""What a running model is made of: to parts and back, and whatever cannot be one is refused."""

import math

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from courtside.clock import HALF_TENTHS, REGULATION_TENTHS
from courtside.errors import ModelError
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.parts import bytes_to_arrays
from courtside.forecast.running import RunningModel
from courtside.forecast.running_tables import ARRAYS, TABLES, RunningSettings
from courtside.forecast.tiers import Tier
from tests.unit.training.drawn_running import TIERS, fitted, seen

DRAWN = fitted()


def _whole() -> tuple[RunningSettings, dict[str, npt.NDArray[np.generic]]]:
    parts = DRAWN.to_parts()
    return DRAWN.settings, bytes_to_arrays(parts["running.npz"], "running.npz")


def test_a_model_becomes_parts_and_comes_back() -> None:
    shipped = {name: (shipped_folder() / name).read_bytes() for name in DRAWN.to_parts()}
    assert RunningModel.from_parts(shipped).to_parts() == shipped
    parts = DRAWN.to_parts()
    again = RunningModel.from_parts(parts)
    assert (again.settings, again.to_parts()) == (DRAWN.settings, parts)
    for period, remaining in ((1, 7200), (2, 4401), (2, 178), (4, 2900), (4, 89)):
        features = seen(lead=-4.0, expected_margin=2.5)
        one, other = DRAWN.at(period, remaining, features), again.at(period, remaining, features)
        assert one.win_home == other.win_home
        assert one.final.probabilities == pytest.approx(other.final.probabilities, abs=1e-6)
        assert (one.final.first, one.known) == (other.final.first, other.known)


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_that_is_missing_or_broken_is_named(name: str) -> None:
    settings, arrays = _whole()
    array = np.asarray(arrays[name], dtype=np.float64)
    broken = array.copy()
    broken.flat[0] = math.nan
    endless = array.copy()
    endless.flat[-1] = math.inf
    others: list[npt.NDArray[np.generic] | None] = [
        None,
        broken,
        endless,
        array[..., :-1],
        array[1:],
        array[None],
        array.astype(np.int64),
        array.astype(np.str_),
    ]
    for other in others:
        less = {key: value for key, value in arrays.items() if key != name}
        with pytest.raises(ModelError, match=f"the running model's {name} is missing, broken") as failure:
            RunningModel(settings, less if other is None else {**less, name: other})
        assert "\n" not in str(failure.value)
        assert "train it again" in str(failure.value)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_holds_no_probabilities_is_named(name: str) -> None:
    settings, arrays = _whole()
    table = np.asarray(arrays[name], dtype=np.float64)
    turned = table.copy()
    turned[..., 100], turned[..., 140] = -0.1, 1.1
    for other in (table * 0.9, table * 1.1, turned, np.zeros_like(table)):
        with pytest.raises(ModelError, match=f"the running model's {name} has no probabilities"):
            RunningModel(settings, {**arrays, name: other})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"tiers": ()}, "no tier"),
        ({"times": ()}, "knots do not rise"),
        ({"times": tuple(reversed(DRAWN.settings.times))}, "knots do not rise"),
        ({"times": (0, *DRAWN.settings.times[:-1])}, "knots do not rise"),
        ({"times": (10, *DRAWN.settings.times[1:])}, "knots do not rise"),
        ({"times": (*DRAWN.settings.times[:-1], REGULATION_TENTHS)}, "knots do not rise"),
        ({"half_times": ()}, "knots do not rise"),
        ({"half_times": (*DRAWN.settings.half_times[:-1], HALF_TENTHS)}, "knots do not rise"),
        ({"times": (0, 7200, 25_799)}, "no knot in the last 5:00"),
        ({"leads": ()}, "leads do not rise from 0"),
        ({"leads": DRAWN.settings.leads[1:]}, "leads do not rise from 0"),
        ({"leads": (0, 2, 1, *DRAWN.settings.leads[3:])}, "leads do not rise from 0"),
        ({"endgame": 0}, "final_cdf is missing, broken"),
        ({"half_endgame": 0}, "half_cdf is missing, broken"),
        ({"win_clips": (1.0,)}, "win is missing, broken"),
        ({"tiers": TIERS[:1]}, "win is missing, broken"),
        ({"tiers": (TIERS[0], Tier("teams", ("lead", "weather")))}, "'weather'"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object], told: str) -> None:
    settings, arrays = _whole()
    with pytest.raises(ModelError, match=told) as failure:
        RunningModel(msgspec.structs.replace(settings, **wrong), arrays)
    assert "\n" not in str(failure.value)
    assert "train it again" in str(failure.value)


@pytest.mark.parametrize("name", ["running.json", "running.npz"])
def test_a_part_that_is_missing_or_something_else_is_named(name: str) -> None:
    parts = DRAWN.to_parts()
    rest = {key: data for key, data in parts.items() if key != name}
    for others in (rest, {**rest, name: b"[]"}, {**rest, name: parts[name][:-40]}):
        with pytest.raises(ModelError, match=name) as failure:
            RunningModel.from_parts(others)
        assert "\n" not in str(failure.value)
