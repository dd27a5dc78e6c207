"""How good probabilities are: of winning, or of anything else that happens or doesn't.

`probability` has shape (n,), each of them in [0, 1]; `happened` has shape (n,), true or false. Empty arrays
raise `BadInput`.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.training.scores import FloatArray, checked

BoolArray = npt.NDArray[np.bool_]

CLIP = 1e-4
"""Log loss takes probabilities within [CLIP, 1 - CLIP]: the bounds of what Courtside shows of a game
that is not over. Without it one "certain" baseline that is wrong would be infinitely bad."""
BINS = 10


class Bin(msgspec.Struct, frozen=True):
    """Forecasts between `lower` and `upper`: how many, what they said, how often it happened, both as means.

    `se` is the standard error of `observed` if what they said is right.
    """

    lower: float
    upper: float
    n: int
    predicted: float
    observed: float
    se: float


def brier(probability: FloatArray, happened: BoolArray) -> float:
    """Mean squared difference between probability and outcome (Brier 1950); 0 is best, 0.25 is a coin.

    >>> brier(np.array([0.5, 1.0]), np.array([True, True]))
    0.125
    """
    checked(probability, happened)
    return float(np.square(probability - happened).mean())


def log_losses(probability: FloatArray, happened: BoolArray) -> FloatArray:
    """Log loss of each game in nats, shape (n,), with probabilities clipped at `CLIP`."""
    checked(probability, happened)
    clipped = np.clip(probability, CLIP, 1.0 - CLIP)
    return np.asarray(-np.log(np.where(happened, clipped, 1.0 - clipped)), dtype=np.float64)


def log_loss(probability: FloatArray, happened: BoolArray) -> float:
    """Mean negative logarithm of the probability of what came, nats; 0 is best, 0.693 is a coin.

    >>> round(log_loss(np.array([0.5, 1.0]), np.array([True, True])), 4)
    0.3466
    """
    return float(log_losses(probability, happened).mean())


def auc(probability: FloatArray, happened: BoolArray) -> float | None:
    """Chance that a game where it happened had a higher probability than one where it didn't.

    A tie counts one half. None where all games came out the same: there is nothing to rank.

    >>> auc(np.array([0.2, 0.7, 0.7, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    checked(probability, happened)
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return None
    _, level, counts = np.unique(probability, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(counts) - (counts - 1) / 2
    return float((middle_rank[level][happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def ece(probability: FloatArray, happened: BoolArray) -> float:
    """Expected calibration error over 10 equal bins: the mean gap between what was said and what came.

    Even a perfect forecaster has some, by chance: read it beside `ece_floor`.

    >>> round(ece(np.array([0.22, 0.28, 0.95]), np.array([False, True, True])), 4)
    0.1833
    """
    checked(probability, happened)
    gaps = np.bincount(_bin(probability), happened - probability, minlength=BINS)
    return float(np.abs(gaps).sum() / len(probability))


def reliability(probability: FloatArray, happened: BoolArray) -> list[Bin]:
    """The bins of `ece` that have any forecasts, from low to high.

    >>> table = reliability(np.array([0.25, 0.25]), np.array([False, True]))
    >>> [(bin.n, bin.predicted, bin.observed) for bin in table]
    [(2, 0.25, 0.5)]
    """
    checked(probability, happened)
    index = _bin(probability)
    counts = np.bincount(index, minlength=BINS)
    said = np.bincount(index, probability, minlength=BINS)
    came = np.bincount(index, happened, minlength=BINS)
    variance = np.bincount(index, probability * (1.0 - probability), minlength=BINS)
    return [
        Bin(
            lower=k / BINS,
            upper=(k + 1) / BINS,
            n=int(counts[k]),
            predicted=float(said[k] / counts[k]),
            observed=float(came[k] / counts[k]),
            se=float(np.sqrt(variance[k]) / counts[k]),
        )
        for k in range(BINS)
        if counts[k]
    ]


def ece_floor(probability: FloatArray, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
    """Mean and 95% quantile of the `ece` of these same probabilities if every one of them were right.

    Found by drawing outcomes from them. `probability` has shape (n,), or (n, moments) for several moments
    of the same games; then it is the floor of the mean of their errors, and a game takes one draw for all
    its moments, because it has one outcome (so its errors rise and fall together as they do in truth).

    >>> mean, highest = ece_floor(np.full(400, 0.3))
    >>> 0.017 < mean < 0.020, 0.042 < highest < 0.047
    (True, True)
    """
    checked(probability)
    columns = probability.reshape(len(probability), -1)
    luck = np.random.default_rng(seed).random((draws, len(columns)), dtype=np.float32)
    errors = np.zeros(draws)
    for column in columns.T:
        bins = np.zeros((len(column), BINS), dtype=np.float32)
        bins[np.arange(len(column)), _bin(column)] = 1.0
        came = (luck < column).astype(np.float32) @ bins
        errors += np.abs(came - column @ bins).sum(axis=1)
    errors /= columns.size
    return float(errors.mean()), float(np.quantile(errors, 0.95))


def _bin(probability: FloatArray) -> npt.NDArray[np.intp]:
    """0.3 belongs to the bin that begins there; 1 to the last one."""
    return np.minimum((probability * BINS).astype(np.intp), BINS - 1)
