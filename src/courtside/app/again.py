"""The forecast of a game in the journal, made once more: by the same model it is the same, by another not."""

from courtside.app.rebuild import fold_kept
from courtside.engine import EngineSettings
from courtside.errors import BadInput, UnknownGame
from courtside.forecast.forecast import Forecaster, Situation
from courtside.game import score_path
from courtside.store.journal import Journal


async def situation_at_18(
    journal: Journal, game_id: str, forecaster: Forecaster, settings: EngineSettings
) -> Situation:
    """What was known of a game at 18:00: its state and its ratings, from what the journal holds.

    Raises `UnknownGame`, and `BadInput` for a game that has not come so far.
    """
    live = await fold_kept(journal, forecaster, settings, game_id)
    if live is None:
        raise UnknownGame(f"game {game_id!r} is not in the journal; GET /games lists those that are")
    pattern = score_path.pattern(live.state.pattern_state.path)
    known = tuple(float(minute) for minute in pattern if minute is not None)
    if not score_path.is_complete(pattern) or live.said.prediction is None:
        raise BadInput(f"game {game_id} has no forecast at 18:00 yet: {len(known)} of 18 minutes are known")
    return Situation(pattern=known, state=live.state.pattern_state, prior=live.prior, game_id=game_id)
