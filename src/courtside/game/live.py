"""Everything that is known of one game: its plays, what they fold to, and what has been said of it."""

import msgspec

from courtside.events import Play, RosterEntry, ScoreLine, SourceName, Status
from courtside.game import state as game_state
from courtside.game.momentum import Streak
from courtside.game.players import Players
from courtside.game.prior import NOTHING, Prior
from courtside.game.state import GameState
from courtside.messages import MlPrediction, Result, RunningForecast, ScoreUpdate

CHECKPOINT_EVERY = 32


class Said(msgspec.Struct, frozen=True):
    """What the world has been told last, so that only differences are told again."""

    score: ScoreUpdate | None = None
    pattern: tuple[int | None, ...] = ()
    players: Players = {}
    player_minute: int = 0
    run: Streak | None = None
    """The run of the last `scoring_run` message that was not its end."""
    run_alerted: bool = False
    drought_home: int | None = None
    """Start of the drought that has been alerted, in tenths."""
    drought_away: int | None = None
    forecast: RunningForecast | None = None
    win_probability_home: float | None = None
    changes: tuple[tuple[int, float], ...] = ()
    """What each of the last plays made of home's chance to win, by `play_id`."""
    prediction: MlPrediction | None = None
    prediction_seq: int | None = None
    half_result: Result | None = None
    half_result_seq: int | None = None
    final_result: Result | None = None
    final_result_seq: int | None = None


class Info(msgspec.Struct, frozen=True):
    """What does not follow from the plays."""

    home_team: str | None = None
    away_team: str | None = None
    home_name: str | None = None
    away_name: str | None = None
    start_ms: int | None = None
    timeouts_home: int | None = None
    timeouts_away: int | None = None
    bonus_home: bool | None = None
    bonus_away: bool | None = None


class LiveGame(msgspec.Struct, frozen=True):
    """One game as of its last observation; immutable, so a reader never sees half a step."""

    game_id: str
    epoch: str
    source: SourceName
    seq: int = 0
    updated_ms: int = 0
    """When the last message was told."""
    status: Status = "scheduled"
    info: Info = Info()
    roster: tuple[RosterEntry, ...] = ()
    plays: tuple[Play, ...] = ()
    """The play-by-play, in order."""
    rows: tuple[Play, ...] = ()
    """Scores seen where the play-by-play does not reach: all of a game of which only scores are known,
    and the time after a play-by-play that has fallen silent. They follow the plays."""
    has_play_by_play: bool = False
    plays_ms: int = 0
    """When the plays last changed."""
    state: GameState = game_state.start()
    checkpoints: tuple[GameState, ...] = ()
    """The state after every `CHECKPOINT_EVERY` of `folded`: where a correction folds again from."""
    line: ScoreLine | None = None
    """The last score line."""
    prior: Prior = NOTHING
    said: Said = Said()

    @property
    def folded(self) -> tuple[Play, ...]:
        """Everything that `state` follows from, in order."""
        return self.plays + self.rows if self.rows else self.plays


def fold_from(live: LiveGame, prefix: int) -> LiveGame:
    """`live` with its state folded anew; the first `prefix` of `folded` are as they were."""
    folded = live.folded
    kept = min(prefix // CHECKPOINT_EVERY, len(live.checkpoints))
    checkpoints = live.checkpoints[:kept]
    current = checkpoints[-1] if checkpoints else game_state.start(live.roster)
    fresh: list[GameState] = []
    for index in range(kept * CHECKPOINT_EVERY, len(folded)):
        current = game_state.fold(current, folded[index])
        if (index + 1) % CHECKPOINT_EVERY == 0:
            fresh.append(current)
    return msgspec.structs.replace(live, state=current, checkpoints=(*checkpoints, *fresh))


def in_epoch(live: LiveGame, epoch: str) -> LiveGame:
    """The same game with its messages numbered from the start; what was said before is number 0."""
    said = live.said
    said = msgspec.structs.replace(
        said,
        prediction_seq=None if said.prediction_seq is None else 0,
        half_result_seq=None if said.half_result_seq is None else 0,
        final_result_seq=None if said.final_result_seq is None else 0,
    )
    return msgspec.structs.replace(live, epoch=epoch, seq=0, said=said)
