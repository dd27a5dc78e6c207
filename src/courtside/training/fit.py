"""A model out of history: everything that a bundle holds, fitted on the games before a day."""

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.features import RUNNING_INDEX
from courtside.forecast.bundle import DataSpan
from courtside.forecast.running import RunningModel
from courtside.forecast.tiers import Tier
from courtside.training.baselines import Baselines, fit_baselines
from courtside.training.dataset import MOMENTS, Dataset
from courtside.training.fit_halftime import (
    FEWEST_GAMES,
    MARKET,
    TEAMS,
    Fitted,
    Progress,
    WalkForward,
    fit_halftime,
)
from courtside.training.fit_running import fit_running

Flags = npt.NDArray[np.bool_]

_PLAYERS = ("lead_with_ball", *TEAMS[1:], "rotation_impact", "court_impact")
"""As at 18:00, but with the ball counted as points: its worth is not learned anew at every moment."""
RUNNING_TIERS = (
    Tier("score", ("lead",)),
    Tier("teams", TEAMS),
    Tier("spread", ("lead", MARKET)),
    Tier("players", _PLAYERS),
    Tier("market", (*_PLAYERS, MARKET)),
)


class FittedGames(msgspec.Struct, frozen=True):
    """What was learned from the games of a mask."""

    halftime: Fitted
    running: RunningModel
    baselines: Baselines
    data: DataSpan


def fit_games(walk: WalkForward, before: Flags, progress: Progress = lambda what: None) -> FittedGames:
    """Everything but scoring runs, from the games in `before`: a mask over `walk.games`, all of them
    earlier than any other."""
    games = walk.games.where(before)
    members = walk.members_of(before)
    progress("combining members")
    halftime = fit_halftime(walk, before, members)
    progress("running forecast")
    dates = [game.date or "" for game in games.games]
    return FittedGames(
        halftime=halftime,
        running=_running(games),
        baselines=fit_baselines(games),
        data=DataSpan(
            first_date=min(dates),
            last_date=max(dates),
            games=len(games),
            seasons=tuple(np.unique(games.season).tolist()),
        ),
    )


def _running(games: Dataset) -> RunningModel:
    tiers = [tier for tier in RUNNING_TIERS if _known_throughout(games, tier) >= FEWEST_GAMES]
    return fit_running(MOMENTS, games.running, games.half, games.final, games.season, tiers)


def _known_throughout(games: Dataset, tier: Tier) -> int:
    """Games that know a tier's features at the moment that knows the fewest."""
    places = [RUNNING_INDEX[name] for name in tier.features]
    return int(np.isfinite(games.running[:, :, places]).all(axis=2).sum(axis=0).min())
