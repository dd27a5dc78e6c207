"""The state of a game out of the journal: the same steps again, and a check that they say the same."""

import logging

from courtside.engine import Engine, EngineSettings
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame, in_epoch
from courtside.messages import RunningForecast, decode_message
from courtside.store.journal import Journal, Position

log = logging.getLogger("courtside.rebuild")

FORECASTS = frozenset({"forecast"})


async def rebuild(journal: Journal, engine: Engine, position: Position, now_ms: int) -> LiveGame | None:
    """Fold all observations of a game again; None where there are none.

    Where the count of messages differs from what was published (other settings, another version), where
    another model forecasts now, or where the machine lost power and the journal its last moments, the old
    numbers mean nothing any more: the game goes on in a new epoch, and clients get a snapshot.
    """
    game_id = position.game_id
    live = await fold_kept(journal, engine.forecaster, engine.settings, game_id)
    if live is None:
        return None
    reason = await _other(journal, engine, live, position)
    if reason is None:
        return live
    log.warning("a new epoch begins: %s", reason, extra={"game_id": game_id})
    return in_epoch(live, f"{now_ms:x}")


async def _other(journal: Journal, engine: Engine, live: LiveGame, position: Position) -> str | None:
    """Why what was published is not what would be published now."""
    if journal.lost_power:
        return "the machine went down while it was written"
    if (live.epoch, live.seq) != (position.epoch, position.seq):
        return f"its {position.seq} messages would be {live.seq} now"
    told = await journal.messages(live.game_id, types=FORECASTS)
    data = decode_message(told[-1].frame).data if told else None
    if isinstance(data, RunningForecast) and data.model_version != engine.forecaster.version:
        return f"{data.model_version} made its forecasts, {engine.forecaster.version} goes on"
    return None


async def fold_kept(
    journal: Journal, forecaster: Forecaster, settings: EngineSettings, game_id: str
) -> LiveGame | None:
    """All observations of a game that the journal has, folded; None where there are none."""
    engine = Engine(forecaster, settings)
    async for kept in journal.observations(game_id):
        if engine.epoch is None:
            engine.epoch = kept.epoch
        known = engine.games.get(game_id)
        if known is not None and known.epoch != kept.epoch:
            engine.games[game_id] = in_epoch(known, kept.epoch)
        engine.step(kept.observation)
    return engine.games.get(game_id)
