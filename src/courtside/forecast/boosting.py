"""Gradient-boosted trees over all features, added to a weighted sum of a few.

The trees (J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of
Statistics 29, 2001) learn only what the sum leaves over, which is little.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from courtside.errors import ModelError
from courtside.features import NAMES
from courtside.forecast.member import Floats, json_part, part, places
from courtside.forecast.onnx_session import OnnxSession
from courtside.forecast.parts import json_to_bytes


class BoostingParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`features` go into the trees, in this order. The sum over `linear` is of differences from `means`.

    `coefficients` are in points per unit, `intercept` in points.
    """

    features: tuple[str, ...]
    linear: tuple[str, ...]
    means: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float


class Boosting:
    """A feature that is not known (NaN) adds nothing to the sum, and takes the way through the trees that
    served such games best in training."""

    def __init__(
        self,
        parameters: BoostingParameters,
        model: bytes,
        vocabulary: Sequence[str] = NAMES,
        name: str = "boosting",
    ) -> None:
        if not len(parameters.linear) == len(parameters.means) == len(parameters.coefficients):
            raise ModelError(
                f"{name} has {len(parameters.linear)} linear features, {len(parameters.means)} means and "
                f"{len(parameters.coefficients)} coefficients; train it again"
            )
        self.name = name
        self.parameters = parameters
        self.model = model
        self._places = places(parameters.features, vocabulary, name)
        self._linear_places = places(parameters.linear, vocabulary, name)
        self._session = OnnxSession(model, f"{name}.onnx")

    @classmethod
    def from_parts(
        cls, parts: Mapping[str, bytes], vocabulary: Sequence[str] = NAMES, name: str = "boosting"
    ) -> "Boosting":
        parameters = json_part(parts, f"{name}.json", BoostingParameters)
        return cls(parameters, part(parts, f"{name}.onnx"), vocabulary, name)

    @property
    def features(self) -> tuple[str, ...]:
        return self.parameters.features

    def increment(self, seen: Floats) -> float:
        return float(self.increments(seen[None, :])[0])

    def increments(self, seen: Floats) -> Floats:
        grown = self._session.run(seen[:, self._places].astype(np.float32))
        return self.linear_increments(seen) + grown[:, 0].astype(np.float64)

    def linear_increments(self, seen: Floats) -> Floats:
        """What the trees are added to, shape (N,)."""
        total = np.full(len(seen), self.parameters.intercept)
        steps = zip(self.parameters.means, self.parameters.coefficients, strict=True)
        for column, (mean, coefficient) in zip(seen[:, self._linear_places].T, steps, strict=True):
            total += coefficient * np.where(np.isnan(column), 0.0, column - mean)
        return total

    def to_parts(self) -> dict[str, bytes]:
        return {f"{self.name}.json": json_to_bytes(self.parameters), f"{self.name}.onnx": self.model}
