"""The library of past games, and how far to trust those that look alike."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from courtside.errors import BadInput
from courtside.features import NAMES
from courtside.forecast.dejavu import Dejavu, DejavuSettings, Library, LibraryGame
from courtside.forecast.member import PATTERN_FEATURES, Floats, all_known, places
from courtside.training.history_game import GameFacts

FADE = 0.9
"""How much less a minute counts than the one after it; chosen, as `NEIGHBOURS`, on the seasons 2016-18."""
FINEST = 16
NEIGHBOURS = 500
WEIGHTS = tuple(max(1, round(FINEST * FADE**before)) for before in range(17, 0, -1))


class DejavuFit(msgspec.Struct, frozen=True, kw_only=True):
    """`trial` of the games, the latest, show how much of what the neighbours say comes true."""

    neighbours: int = NEIGHBOURS
    weights: tuple[int, ...] = WEIGHTS
    trial: float = 0.25


def fit_dejavu(
    seen: Floats,
    increments: Floats,
    games: Sequence[LibraryGame],
    *,
    vocabulary: Sequence[str] = NAMES,
    fit: DejavuFit = DejavuFit(),  # noqa: B008 - frozen
    name: str = "dejavu",
) -> Dejavu:
    """A library of all games; `seen` is (N, len(vocabulary)) and in the order in which they were played.

    How much the neighbours are shrunk towards the mean is measured on the latest games, whose
    neighbours are looked for among the earlier ones.
    """
    if not len(seen) == len(increments) == len(games) or len(games) < 8:
        raise BadInput(
            f"{len(seen)} rows, {len(increments)} increments and {len(games)} games; give as many of each, "
            "eight or more"
        )
    patterns = all_known(seen[:, places(PATTERN_FEATURES, vocabulary, name)], PATTERN_FEATURES, name)
    halftimes = patterns[:, -1] + increments
    earlier = len(games) - max(1, round(fit.trial * len(games)))
    plain = DejavuSettings(neighbours=fit.neighbours, weights=fit.weights, shrink=1.0)
    past = Dejavu(Library(games[:earlier], patterns[:earlier], halftimes[:earlier]), plain, vocabulary, name)
    said = past.increments(seen[earlier:]) - increments[:earlier].mean()
    came = increments[earlier:] - increments[earlier:].mean()
    varied = said - said.mean()
    shrink = float(np.clip(varied @ came / (varied @ varied), 0.0, 1.0)) if varied.any() else 0.0
    return Dejavu(
        Library(games, patterns, halftimes), msgspec.structs.replace(plain, shrink=shrink), vocabulary, name
    )


def labels(games: Iterable[GameFacts]) -> list[LibraryGame]:
    """How games of the store are shown; raises `BadInput` for one without a date."""
    shown: list[LibraryGame] = []
    for facts in games:
        if facts.date is None:
            raise BadInput(f"game {facts.game_id} has no date; leave out games without one")
        shown.append(LibraryGame(facts.game_id, facts.date, facts.home, facts.away))
    return shown
