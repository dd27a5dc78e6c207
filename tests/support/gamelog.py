"""Logs of observations as others write them, and what one fold of all of it in one process comes to."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from courtside.app.forecasting import open_forecasting
from courtside.app.ratings import Ratings
from courtside.clock import ManualClock
from courtside.engine import Engine, EngineSettings
from courtside.engine.logged import Logged, LoggedGame, encode_logged, take
from courtside.events import AnyObservation
from courtside.forecast.forecast import Forecaster
from courtside.formats.recordings import Recordings
from courtside.messages import encode_message
from courtside.scale.rows import message_id
from courtside.settings import Settings
from courtside.sources.replay import ReplaySource

SHIPPED = Settings(model="shipped")


class Told(msgspec.Struct, frozen=True):
    """What a log comes to: every message by its id, in order within each game, and the games."""

    frames: dict[str, bytes]
    games: dict[str, LoggedGame]


def recorded_log(folder: Path, games: int | None = None) -> list[Logged]:
    """Recorded games as a program writes them down that knows the ratings: one observation a play, as its
    difference, and each game's contexts."""
    forecasting = open_forecasting(SHIPPED)
    ratings, engine = Ratings(forecasting), Engine(forecasting.forecaster)
    source = ReplaySource(Recordings.open(folder), games=games, clock=ManualClock())
    log: list[Logged] = []

    def write(seen: AnyObservation) -> None:
        kept = engine.step(seen).kept
        if kept is not None:
            log.append(Logged(seen.game_id, kept, term="1"))

    async def replay() -> None:
        async for seen in source:
            write(seen)
            context = ratings.context(engine.games[seen.game_id], seen.received_ms)
            if context is not None:
                write(context)

    asyncio.run(replay())
    return log


def told_of(log: Iterable[Logged], forecaster: Forecaster, settings: EngineSettings | None = None) -> Told:
    """One record after the other, in one process."""
    games: dict[str, LoggedGame] = defaultdict(LoggedGame)
    frames: dict[str, bytes] = {}
    for logged in log:
        outcome = take(games[logged.game_id], logged, forecaster, settings or EngineSettings())
        games[logged.game_id] = outcome.game
        for message in outcome.step.messages if outcome.step else ():
            frames[message_id(message.game_id, message.epoch, message.seq)] = encode_message(message).frame
    return Told(frames, dict(games))


def encoded(log: Sequence[Logged]) -> list[tuple[str, bytes]]:
    """Keys and values."""
    return [(logged.game_id, encode_logged(logged)) for logged in log]
