"""A small recurrent network over the first 18 minutes, minute by minute, served by ONNX Runtime."""

from collections.abc import Mapping, Sequence

import numpy as np

from courtside.features import NAMES
from courtside.forecast.member import PATTERN_FEATURES, Floats, all_known, part, places
from courtside.forecast.onnx_session import Float32, OnnxSession


class Lstm:
    """The graph takes `sequences` of patterns and answers with increments in points, shape (N, 1)."""

    def __init__(self, model: bytes, vocabulary: Sequence[str] = NAMES, name: str = "lstm") -> None:
        self.name = name
        self.model = model
        self._places = places(PATTERN_FEATURES, vocabulary, name)
        self._session = OnnxSession(model, f"{name}.onnx")

    @classmethod
    def from_parts(
        cls, parts: Mapping[str, bytes], vocabulary: Sequence[str] = NAMES, name: str = "lstm"
    ) -> "Lstm":
        return cls(part(parts, f"{name}.onnx"), vocabulary, name)

    @property
    def features(self) -> tuple[str, ...]:
        return PATTERN_FEATURES

    def increment(self, seen: Floats) -> float:
        return float(self.increments(seen[None, :])[0])

    def increments(self, seen: Floats) -> Floats:
        patterns = all_known(seen[:, self._places], PATTERN_FEATURES, self.name)
        if not len(patterns):
            # The operator divides the work among games: without any the whole process is aborted.
            return np.zeros(0)
        return self._session.run(sequences(patterns))[:, 0].astype(np.float64)

    def to_parts(self) -> dict[str, bytes]:
        return {f"{self.name}.onnx": self.model}


def sequences(patterns: Floats) -> Float32:
    """What the network sees of patterns (N, 18): (18, N, 2), at each minute its change and the level.

    >>> sequences(np.array([[2.0, 5.0, 1.0]]))[:, 0].tolist()
    [[2.0, 2.0], [3.0, 5.0], [-4.0, 1.0]]
    """
    changes = np.diff(patterns, axis=1, prepend=0.0)
    return np.stack([changes.T, patterns.T], axis=2).astype(np.float32)
