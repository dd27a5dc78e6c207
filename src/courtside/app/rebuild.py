"""The state of a game out of the journal: the same steps again, and a check that they say the same."""

import logging

import msgspec

from courtside.engine import Engine
from courtside.game.live import LiveGame
from courtside.store.journal import Journal, Position

log = logging.getLogger("courtside.rebuild")


async def rebuild(journal: Journal, engine: Engine, position: Position, now_ms: int) -> LiveGame | None:
    """Fold all observations of a game again; None where there are none.

    Where the count of messages differs from what was published (other settings, another version),
    the old numbers mean nothing any more: the game goes on in a new epoch, and clients get a snapshot.
    """
    scratch = Engine(engine.forecaster, engine.settings)
    async for observation in journal.observations(position.game_id):
        scratch.step(observation)
    live = scratch.games.get(position.game_id)
    if live is None:
        return None
    if (live.epoch, live.seq) == (position.epoch, position.seq):
        return live
    log.warning(
        "its messages would be numbered otherwise now: a new epoch begins",
        extra={"game_id": live.game_id, "journal_seq": position.seq, "rebuilt_seq": live.seq},
    )
    said = msgspec.structs.replace(live.said, forecast_seq=None, half_result_seq=None, final_result_seq=None)
    return msgspec.structs.replace(live, epoch=f"{now_ms:x}", seq=0, said=said)
