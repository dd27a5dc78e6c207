"""Tables of what margins still gain near the end of a half, where single points matter.

Nothing is smoothed away that is real: margins of two and three free throws are not those in between.
"""

import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError
from courtside.forecast.running_tables import FARTHEST, STEPS

Array = npt.NDArray[np.float64]

NEIGHBOURS: Array = np.array([1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0])
SMOOTHING = 16.0
"""Games, for each square point of variance, that a table of increments borrows from its own neighbours:
many where a margin may still go anywhere, hardly any in the last seconds."""


def steps_table(steps: Array, weights: Array, mirrored: bool) -> Array:
    """Probabilities (len(STEPS),) of the increments `steps` (n,) in points, weighted.

    `mirrored` counts each for both sides. One more game may do anything within reach.
    """
    if len(steps) == 0 or weights.max() <= 0:
        raise ModelError("no game had a lead of some class near the end; import more seasons")
    shares = weights / weights.max()
    places = (np.clip(steps, -FARTHEST, FARTHEST) + FARTHEST).astype(np.intp)
    counts = np.bincount(places, shares, minlength=len(STEPS)).astype(np.float64)
    if mirrored:
        counts = (counts + counts[::-1]) / 2
    total = float(counts.sum())
    mean = float(counts @ STEPS / total)
    variance = float(counts @ np.square(STEPS - mean) / total)
    smooth = np.convolve(counts, NEIGHBOURS / NEIGHBOURS.sum(), mode="same") / total
    anything = np.exp(-np.abs(STEPS - mean) / (2.0 * max(variance, 1.0) ** 0.5))
    counts = counts + SMOOTHING * variance * smooth + anything / anything.sum()
    return np.asarray(counts / counts.sum())
