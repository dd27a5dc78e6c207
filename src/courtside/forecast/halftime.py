"""The halftime forecast at 18:00: members, how they are combined, and how far they have been off.

What is known of a game decides the tier that serves; each has weights that were learned on forecasts
out of sample, and the errors that its own forecasts made there.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from courtside import features
from courtside.errors import ModelError
from courtside.features import Vector
from courtside.forecast.adaptive import NOMINAL_80, NOMINAL_95
from courtside.forecast.boosting import Boosting
from courtside.forecast.conformal import ConformalResiduals
from courtside.forecast.dejavu import Dejavu
from courtside.forecast.forecast import Forecast
from courtside.forecast.linear import Linear
from courtside.forecast.lstm import Lstm
from courtside.forecast.member import Member, json_part, part
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays, json_to_bytes
from courtside.forecast.persistence import Persistence
from courtside.forecast.stern import Stern
from courtside.forecast.tiers import positions, richest

Ensemble = Literal["default", "classic"]
CLASSIC = "classic"
"""The mixture of the original system, 40% Dejavu and 60% LSTM: chosen, never found by what is known."""
SIMILAR_GAMES = 5
PART = "halftime.json"


class Combination(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the members of one tier are combined; weights add up to one.

    `members` says which member fills each role: the role `linear` of the tier `players` is filled by
    `linear-players`. Without one of `features` the tier cannot serve.
    """

    tier: str
    features: tuple[str, ...]
    members: dict[str, str]
    weights: dict[str, float]


class HalftimeModel:
    """All tiers, from the poorest to the richest, with their members and residuals."""

    def __init__(
        self,
        combinations: Sequence[Combination],
        members: Mapping[str, Member],
        residuals: Mapping[str, ConformalResiduals],
    ) -> None:
        self.combinations = tuple(combinations)
        self.members = dict(members)
        self.residuals = dict(residuals)
        self._by_tier = {combination.tier: combination for combination in self.combinations}
        if self._by_tier.keys() != self.residuals.keys() or CLASSIC not in self._by_tier:
            raise ModelError("the tiers of the halftime model and their residuals differ; train it again")
        self._served = [combination for combination in self.combinations if combination.tier != CLASSIC]
        self._places = [positions(combination.features, features.INDEX) for combination in self._served]
        for combination in self.combinations:
            if combination.members.keys() != combination.weights.keys():
                raise ModelError(f"tier {combination.tier} does not weigh its own members; train it again")
            for name in combination.members.values():
                if name not in self.members:
                    raise ModelError(f"tier {combination.tier} lacks its member {name}; train it again")
        dejavu = self.members.get("dejavu")
        self._dejavu = dejavu if isinstance(dejavu, Dejavu) else None

    def forecast(
        self,
        seen: Vector,
        levels: tuple[float, float] = (NOMINAL_80, NOMINAL_95),
        ensemble: Ensemble = "default",
        *,
        explain: bool = True,
        without: str | None = None,
    ) -> Forecast:
        """One game at 18:00 from its features, shape (len(features.NAMES),).

        `levels` are the adaptive ones for 0.2 and 0.05. `explain` finds similar games, other than `without`.
        """
        known = self._served[richest(self._places, seen.tolist())].tier
        tier = CLASSIC if ensemble == CLASSIC else known
        combination = self._by_tier[tier]
        lead = float(seen[features.LEAD])
        said = {role: self.members[name].increment(seen) for role, name in combination.members.items()}
        expected = lead + sum(combination.weights[role] * increment for role, increment in said.items())
        # A pattern that somebody sends may be fractional; outcomes are then as far from it as scores are.
        offset = lead - round(lead)
        similar = self._dejavu.similar(seen, SIMILAR_GAMES, without) if self._dejavu and explain else []
        return Forecast(
            distribution=self.residuals[tier].distribution(expected, offset=offset),
            members={role: round(lead + increment, 2) for role, increment in said.items()},
            weights=combination.weights,
            similar=tuple(similar),
            known=known,
            levels=levels,
            expected=expected,
        )

    def to_parts(self) -> dict[str, bytes]:
        parts = {PART: json_to_bytes(self.combinations)}
        for member in self.members.values():
            parts |= member.to_parts()
        for tier, residuals in self.residuals.items():
            parts[f"residuals-{tier}.npz"] = arrays_to_bytes({**residuals.to_arrays()})
        return parts

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> "HalftimeModel":
        """The inverse of `to_parts`; raises `ModelError`."""
        combinations = json_part(parts, PART, tuple[Combination, ...])
        names = {name for combination in combinations for name in combination.members.values()}
        return cls(
            combinations,
            {name: _member(parts, name) for name in sorted(names)},
            {combination.tier: _residuals(parts, combination.tier) for combination in combinations},
        )


def _member(parts: Mapping[str, bytes], name: str) -> Member:
    match name.partition("-")[0]:
        case "persistence":
            return Persistence.from_parts(parts)
        case "linear":
            return Linear.from_parts(parts, name=name)
        case "stern":
            return Stern.from_parts(parts, name=name)
        case "dejavu":
            return Dejavu.from_parts(parts, name=name)
        case "lstm":
            return Lstm.from_parts(parts, name=name)
        case "boosting":
            return Boosting.from_parts(parts, name=name)
    raise ModelError(f"this courtside knows no member {name}; train the model again")


def _residuals(parts: Mapping[str, bytes], tier: str) -> ConformalResiduals:
    name = f"residuals-{tier}.npz"
    arrays = bytes_to_arrays(part(parts, name), name)
    return ConformalResiduals.from_arrays({key: array.astype(float) for key, array in arrays.items()})
