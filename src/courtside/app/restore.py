"""All games of a journal, back in memory at a start."""

import logging

from courtside.app.housekeeping import Housekeeping
from courtside.app.pipeline import Pipeline
from courtside.app.rebuild import rebuild
from courtside.app.sources import REDOABLE
from courtside.engine import Engine
from courtside.errors import BadConfig
from courtside.settings import Settings
from courtside.store.journal import Journal

log = logging.getLogger("courtside.app")


async def restore(
    journal: Journal,
    engine: Engine,
    pipeline: Pipeline,
    house: Housekeeping,
    settings: Settings,
    now_ms: int,
) -> list[str]:
    """Bring recent and unfinished games back; returns the ids of the NBA's that were still on."""
    firsts = await journal.first_observations()
    redoable = [game_id for game_id, first in firsts.items() if first.source in REDOABLE]
    followed = [game_id for game_id in firsts if game_id not in set(redoable)]
    if settings.source == "replay" and followed:
        raise BadConfig(
            f"the journal holds game {followed[0]} as it was seen live; replay into another "
            "folder with --data-dir"
        )
    if redoable:
        # Nobody goes on with them: what shows them now shows them from the start.
        log.info("%d replayed or simulated games of an earlier run are forgotten", len(redoable))
        await journal.forget(redoable)
    unfinished: list[str] = []
    for position in await journal.positions():
        if house.is_stale(position, now_ms):
            pipeline.asleep.add(position.game_id)
            continue
        live = await rebuild(journal, engine, position, now_ms)
        if live is None:
            continue
        pipeline.adopt(live, position.last_received_ms)
        if live.status != "final" and live.source == "nba":
            unfinished.append(live.game_id)
    return unfinished
