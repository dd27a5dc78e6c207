"""Scoring runs and droughts: told when they start to count, as they grow, and when they end."""

from collections.abc import Callable

from courtside.engine.settings import EngineSettings
from courtside.events import Side
from courtside.game import momentum, view
from courtside.game.live import Info, Said
from courtside.game.momentum import Streak
from courtside.game.state import GameState
from courtside.messages import Alert, AlertKind, MessageData, RunPhase, ScoringRun

SIDES: tuple[Side, Side] = ("home", "away")


class Streaks:
    """What has been told of one game's runs and droughts, and what is told now."""

    def __init__(self, say: Callable[[str, MessageData], int], said: Said, settings: EngineSettings) -> None:
        self._say = say
        self._settings = settings
        self.run = said.run
        """The run that was told last and has not ended."""
        self.run_alerted = said.run_alerted
        self.droughts: dict[Side, int | None] = {"home": said.drought_home, "away": said.drought_away}
        """Start of the drought that was alerted last, in tenths."""

    def scored(self, info: Info, before: Streak | None, state: GameState) -> None:
        """Somebody scored; `before` is the run that there was until then."""
        told, now = self.run, state.momentum.run
        if told is not None and (now is None or now.since != told.since or now.side != told.side):
            self._tell(info, "ended", before or told, state)
            told = None
        if now is not None and now.points >= self._settings.run_threshold:
            if told is None:
                self._tell(info, "started", now, state)
                self.run_alerted = False
            elif now.points != told.points:
                self._tell(info, "extended", now, state)
            told = now
            if now.points >= self._settings.alert_threshold and not self.run_alerted:
                self.run_alerted = True
                self._alert(
                    info, "scoring_run", now.side, f"on a {now.points}-0 run", now.points, now.since, state
                )
        elif told is not None:
            self._tell(info, "ended", told, state)
            told = None
        self.run = told

    def standing(self, info: Info, state: GameState) -> None:
        """After a correction another run may stand."""
        if state.momentum.run != self.run:
            self.scored(info, None, state)

    def over(self, info: Info, state: GameState) -> None:
        """The end of the game ends a run."""
        if self.run is not None:
            self._tell(info, "ended", self.run, state)
            self.run = None

    def nobody_scored(self, info: Info, state: GameState) -> None:
        """The clock moved on."""
        for side in SIDES:
            since = momentum.scored_at(state.momentum, side)
            dry = state.elapsed - since
            if dry >= self._settings.drought_seconds * 10 and self.droughts[side] != since:
                self.droughts[side] = since
                text = f"without a point for {view.clock_text(dry)}"
                self._alert(info, "drought", side, text, dry / 10, since, state)

    def history(self, state: GameState) -> None:
        """The droughts of a game that was joined late are old news."""
        for side in SIDES:
            self.droughts[side] = momentum.scored_at(state.momentum, side)

    def _tell(self, info: Info, phase: RunPhase, streak: Streak, state: GameState) -> None:
        self._say(
            "scoring_run",
            ScoringRun(
                phase,
                streak.side,
                view.team_of(info, streak.side),
                streak.points,
                streak.since / 10,
                state.period,
                view.clock_text(state.remaining_tenths),
                state.elapsed / 10,
            ),
        )

    def _alert(
        self, info: Info, kind: AlertKind, side: Side, text: str, value: float, since: int, state: GameState
    ) -> None:
        team = view.team_of(info, side)
        words = f"{team or side} {text}"
        self._say("alert", Alert(kind, side, team, words, float(value), since / 10, state.elapsed / 10))
