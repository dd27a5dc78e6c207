"""What every member of the halftime ensemble can do: say the increment from 18:00 to halftime.

A member sees the features of a game at 18:00 (`features.vector`) and answers in points, home minus away.
It names the features that it needs and finds their places itself, so that a vector may grow. One that is
not known is never guessed: a member that cannot do without raises `ModelError`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.clock import PATTERN_MINUTES
from courtside.errors import ModelError

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
PATTERN_FEATURES: tuple[str, ...] = tuple(f"pattern_{minute}" for minute in range(1, PATTERN_MINUTES + 1))
_Part = TypeVar("_Part")


class Member(Protocol):
    """Pure: the same features give the same increment. `seen` is (F,) for one game, (N, F) for many."""

    name: str

    @property
    def features(self) -> tuple[str, ...]:
        """What it looks at."""

    def increment(self, seen: Floats) -> float: ...

    def increments(self, seen: Floats) -> Floats:
        """`increment` of every row, shape (N,)."""

    def to_parts(self) -> dict[str, bytes]:
        """All of it as files of a bundle; the class's `from_parts` reads them."""


def places(features: Sequence[str], vocabulary: Sequence[str], member: str) -> Places:
    """Where the features stand in a vector; raises `ModelError` for one that the vocabulary lacks."""
    index = {name: place for place, name in enumerate(vocabulary)}
    lacking = [name for name in features if name not in index]
    if lacking:
        raise ModelError(
            f"{member} needs {', '.join(lacking)}, which this courtside does not compute; train it again"
        )
    return np.array([index[name] for name in features], dtype=np.intp)


def all_known(values: Floats, features: Sequence[str], member: str) -> Floats:
    """The values themselves, (n,) or (N, n); raises `ModelError` where one is not finite."""
    finite = np.isfinite(values)
    if not finite.all():
        rows = finite.reshape(-1, len(features))
        unknown = [name for name, column in zip(features, rows.T, strict=True) if not column.all()]
        raise ModelError(
            f"{member} cannot do without {', '.join(unknown)}; ask a model that needs less of such a game"
        )
    return values


def part(parts: Mapping[str, bytes], name: str) -> bytes:
    """The bytes of a part; raises `ModelError` where it is missing."""
    try:
        return parts[name]
    except KeyError:
        raise ModelError(f"the model has no part {name}; train it again") from None


def json_part(parts: Mapping[str, bytes], name: str, kind: type[_Part]) -> _Part:
    """A JSON part as the struct that it must be; raises `ModelError`."""
    try:
        return msgspec.json.decode(part(parts, name), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{name} is not what this courtside expects ({error}); train it again") from error
