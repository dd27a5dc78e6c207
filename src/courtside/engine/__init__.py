"""The engine: an observation in, messages out. No I/O, no waiting, no wall clock, no chance."""

from courtside.engine.settings import EngineSettings
from courtside.engine.step import Step, advance
from courtside.events import AnyObservation
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame


class Engine:
    """Keeps the games apart; all that is known of each is in `games`.

    New games begin in `epoch`; where that is None, in one that follows from their first observation.
    """

    def __init__(
        self, forecaster: Forecaster, settings: EngineSettings | None = None, epoch: str | None = None
    ) -> None:
        self.forecaster = forecaster
        self.epoch = epoch
        self.settings = settings or EngineSettings()
        self.games: dict[str, LiveGame] = {}

    def step(self, seen: AnyObservation) -> Step:
        """Fold one observation; the messages are numbered and ready to be kept and told."""
        known = self.games.get(seen.game_id)
        if known is None and self.epoch is not None:
            known = LiveGame(game_id=seen.game_id, epoch=self.epoch, source=seen.source)
        step = advance(known, seen, self.forecaster, self.settings)
        if step.kept is not None:
            self.games[seen.game_id] = step.live
        return step


__all__ = ["Engine", "EngineSettings", "Step", "advance"]
