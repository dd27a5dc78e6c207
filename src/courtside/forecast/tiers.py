"""What is known decides which model serves: every tier is fitted on its own features alone.

A tier that needs something unknown is passed over; nothing is filled in.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError

Seen = Sequence[float] | npt.NDArray[np.float64]


class Tier(msgspec.Struct, frozen=True):
    """A model's name and the features that it must know."""

    name: str
    features: tuple[str, ...]


def positions(features: Sequence[str], index: Mapping[str, int]) -> tuple[int, ...]:
    """Where the features stand in a vector; raises `ModelError` for one that the vector has not.

    >>> positions(["elo", "lead"], {"lead": 0, "elo": 1})
    (1, 0)
    """
    missing = [name for name in features if name not in index]
    if missing:
        raise ModelError(
            f"the model needs the feature {missing[0]!r}, which this version does not compute; "
            "train it again with 'courtside train' or choose another with 'courtside models use'"
        )
    return tuple(index[name] for name in features)


def choose(tiers: Sequence[Tier], index: Mapping[str, int], seen: Seen) -> Tier:
    """The richest tier whose features are all known (not NaN) in the vector `seen`.

    `tiers` stand from the poorest to the richest. Raises `ModelError` where not even the poorest is known.

    >>> tiers = [Tier("score", ("lead",)), Tier("teams", ("lead", "elo"))]
    >>> index = {"lead": 0, "elo": 1}
    >>> choose(tiers, index, [3.0, float("nan")]).name, choose(tiers, index, [3.0, 1.5]).name
    ('score', 'teams')
    """
    places = [positions(tier.features, index) for tier in tiers]
    return tiers[richest(places, seen)]


def richest(places: Sequence[Sequence[int]], seen: Seen) -> int:
    """`choose` for whoever asks at every play: positions in, the number of the tier out."""
    for number in range(len(places) - 1, -1, -1):
        for place in places[number]:
            value = seen[place]
            if value != value:
                break
        else:
            return number
    raise ModelError("not even the features of the poorest tier are known; give at least the score")
