"""The halftime ensemble refuses parts that do not belong together."""

from collections.abc import Callable

import msgspec
import pytest

from courtside.errors import ModelError
from courtside.forecast.bundle import Bundle, shipped_folder
from courtside.forecast.halftime import CLASSIC, PART, Combination, HalftimeModel
from courtside.forecast.parts import json_to_bytes

Combinations = list[Combination]
replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return dict(Bundle.open(shipped_folder()).parts)


@pytest.fixture
def combinations(parts: dict[str, bytes]) -> Combinations:
    return msgspec.json.decode(parts[PART], type=Combinations)


def without_classic(combinations: Combinations) -> Combinations:
    return [one for one in combinations if one.tier != CLASSIC]


def unweighed(combinations: Combinations) -> Combinations:
    return [replace(combinations[0], weights={"persistence": 1.0}), *combinations[1:]]


def unknown_member(combinations: Combinations) -> Combinations:
    return [replace(combinations[0], members={**combinations[0].members, "linear": "oracle-of-delphi"})]


def unknown_feature(combinations: Combinations) -> Combinations:
    return [replace(combinations[0], features=("lead", "weather")), *combinations[1:]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without_classic, "the tiers of the halftime model and their residuals differ"),
        (unweighed, "tier score does not weigh its own members"),
        (unknown_member, "this courtside knows no member oracle-of-delphi"),
        (unknown_feature, "the model needs the feature 'weather'"),
    ],
)
def test_combinations_that_cannot_be_are_refused(
    parts: dict[str, bytes],
    combinations: Combinations,
    change: Callable[[Combinations], Combinations],
    told: str,
) -> None:
    with pytest.raises(ModelError, match=told) as failure:
        HalftimeModel.from_parts({**parts, PART: json_to_bytes(change(combinations))})
    assert "train it again" in str(failure.value) or "train the model again" in str(failure.value)


def test_a_tier_needs_its_members(parts: dict[str, bytes]) -> None:
    model = HalftimeModel.from_parts(parts)
    fewer = {name: member for name, member in model.members.items() if name != "linear-teams"}
    with pytest.raises(ModelError, match="tier teams lacks its member linear-teams"):
        HalftimeModel(model.combinations, fewer, model.residuals)
