"""Least squares on a few features: the member that the others have to beat."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from courtside.errors import ModelError
from courtside.features import NAMES
from courtside.forecast.member import Floats, all_known, json_part, places
from courtside.forecast.parts import json_to_bytes


class LinearParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points per unit of each feature, and points where all of them are zero."""

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float


class Linear:
    """The increment as a weighted sum; every feature must be known.

    >>> parameters = LinearParameters(features=("lead", "elo"), coefficients=(-0.05, 0.1), intercept=0.2)
    >>> round(Linear(parameters, ("elo", "lead")).increment(np.array([10.0, 4.0])), 6)
    1.0
    """

    def __init__(
        self, parameters: LinearParameters, vocabulary: Sequence[str] = NAMES, name: str = "linear"
    ) -> None:
        if len(parameters.features) != len(parameters.coefficients):
            raise ModelError(
                f"{name} has {len(parameters.features)} features and {len(parameters.coefficients)} "
                "coefficients; train it again"
            )
        self.name = name
        self.parameters = parameters
        self._places = places(parameters.features, vocabulary, name)

    @classmethod
    def from_parts(
        cls, parts: Mapping[str, bytes], vocabulary: Sequence[str] = NAMES, name: str = "linear"
    ) -> "Linear":
        return cls(json_part(parts, f"{name}.json", LinearParameters), vocabulary, name)

    @property
    def features(self) -> tuple[str, ...]:
        return self.parameters.features

    def increment(self, seen: Floats) -> float:
        return float(self.increments(seen[None, :])[0])

    def increments(self, seen: Floats) -> Floats:
        used = all_known(seen[:, self._places], self.features, self.name)
        total = np.full(len(seen), self.parameters.intercept)
        # Column after column: the sum of a game does not depend on which games are asked beside it.
        for column, coefficient in zip(used.T, self.parameters.coefficients, strict=True):
            total += coefficient * column
        return total

    def to_parts(self) -> dict[str, bytes]:
        return {f"{self.name}.json": json_to_bytes(self.parameters)}
