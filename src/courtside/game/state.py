"""The state of one game as a fold over its plays: immutable, pure, the same live and in history."""

from collections.abc import Sequence

import msgspec

from courtside.clock import (
    HALF_TENTHS,
    PATTERN_TENTHS,
    PERIOD_TENTHS,
    REGULATION_PERIODS,
    elapsed_tenths,
)
from courtside.events import Play, RosterEntry, Status
from courtside.game import momentum, players, possession, score_path, windows
from courtside.game.momentum import Momentum
from courtside.game.players import Moment, Players, Swaps
from courtside.game.possession import Possession
from courtside.game.windows import Recent, TimedPlay

PACE_PER_48 = 100.0
PACE_SETTLED_TENTHS = 3600
"""Before six minutes the pace of a game says little; fatigue then counts with the usual one."""


class GameState(msgspec.Struct, frozen=True):
    """A game after its last folded play. Times are tenths of a second of game time.

    `path` holds home minus away at the end of each minute (see `score_path`); `players` is keyed by
    person id; `recent` are the plays of the last five minutes.
    """

    period: int
    remaining_tenths: int
    elapsed: int
    score_home: int
    score_away: int
    path: score_path.Path
    momentum: Momentum
    possession: Possession
    players: Players
    recent: Recent
    period_differential: int = 0
    """Home minus away when the current period began."""
    period_over: bool = False
    ended: bool = False
    """The feed has said 'game end'."""
    half: tuple[int, int] | None = None
    """Score at halftime, home and away, once the first half is over."""
    at_pattern: "GameState | None" = None
    """The state at exactly 18:00 elapsed, once the game is past it."""
    break_pending: bool = False
    """A period is over and nothing has happened in the next one yet."""
    last_at_ms: int | None = None
    """Wall time of the last play that was not a period's start or end."""
    halftime_seconds: float | None = None
    """Length of halftime: from the last action of Q2 to the first real one of Q3."""
    fouls_home: int = 0
    """Team fouls of the current period."""
    fouls_away: int = 0
    timeouts_home: int = 0
    """Time-outs that home has taken in the game."""
    timeouts_away: int = 0
    started: bool = False
    swapped: Swaps = ()
    """Substitutions since the last foul, while the clock stands: see `players.credit_free_throw`."""

    @property
    def differential(self) -> int:
        return self.score_home - self.score_away

    @property
    def pace(self) -> float | None:
        """Possessions of one team in 48 minutes, so far; None before anything has happened."""
        if self.elapsed == 0:
            return None
        count = self.possession.count_home + self.possession.count_away
        return count / 2 * REGULATION_PERIODS * PERIOD_TENTHS / self.elapsed

    @property
    def pace_factor(self) -> float:
        """Pace against the usual 100, between 0.8 and 1.2."""
        if self.elapsed < PACE_SETTLED_TENTHS or self.recent[-1].play.action == "score":
            return 1.0
        return min(1.2, max(0.8, (self.pace or PACE_PER_48) / PACE_PER_48))

    @property
    def pattern_state(self) -> "GameState":
        """The state that a forecast at 18:00 may see: nothing later."""
        return self.at_pattern or self


def start(roster: Sequence[RosterEntry] = ()) -> GameState:
    """A game before its tip."""
    return GameState(
        period=1,
        remaining_tenths=PERIOD_TENTHS,
        elapsed=0,
        score_home=0,
        score_away=0,
        path=(),
        momentum=Momentum(),
        possession=Possession(),
        players=players.from_roster(roster),
        recent=(),
    )


def fold(state: GameState, play: Play) -> GameState:
    """The game after one more play."""
    elapsed = elapsed_tenths(play.period, play.remaining_tenths)
    if elapsed < state.elapsed:
        elapsed = state.elapsed
    differential = state.score_home - state.score_away
    points_home = play.score_home - state.score_home
    points_away = play.score_away - state.score_away
    new_period = play.period != state.period
    period_differential = differential if new_period else state.period_differential

    on_the_floor = state.players
    halftime_seconds = state.halftime_seconds
    break_pending = state.break_pending or new_period
    action = play.action
    is_frame = action == "period" or action == "game"
    if break_pending and not is_frame:
        break_pending = False
        at_halftime = elapsed >= HALF_TENTHS and state.elapsed <= HALF_TENTHS
        if at_halftime and play.at_ms is not None and state.last_at_ms is not None:
            halftime_seconds = (play.at_ms - state.last_at_ms) / 1000
        if on_the_floor:
            rest = players.HALFTIME_TENTHS if at_halftime else players.QUARTER_BREAK_TENTHS
            on_the_floor = players.take_break(on_the_floor, state.elapsed, rest, state.pace_factor)
    swapped = state.swapped
    if swapped and (elapsed != state.elapsed or action == "foul"):
        swapped = ()
    if play.person_id is not None:
        moment = Moment(elapsed, play.period, differential, period_differential, state.pace_factor)
        on_the_floor = players.fold(on_the_floor, play, moment)
        if swapped and action == "freethrow" and (points_home or points_away):
            on_the_floor = players.credit_free_throw(on_the_floor, swapped, points_home - points_away)
        if action == "substitution":
            swapped = (*swapped, (play.person_id, 1 if play.sub_type == "out" else -1))

    if points_home or points_away:
        upper_hand = momentum.score(
            state.momentum, elapsed, points_home, points_away, play.score_home, play.score_away
        )
    else:
        upper_hand = state.momentum

    at_pattern = state.at_pattern
    if at_pattern is None and elapsed > PATTERN_TENTHS:
        at_pattern = (
            state if state.elapsed == PATTERN_TENTHS else _at_pattern(state, _known_before(state, play))
        )
    half = state.half
    over = (action == "period" and play.sub_type == "end") or action == "game"
    if action == "score":
        # Between two looks at a scoreboard the half may have ended anywhere: only a look at 24:00 counts.
        over = play.remaining_tenths == 0
        if elapsed == HALF_TENTHS:
            half = (play.score_home, play.score_away)
    elif over and play.period == 2:
        half = (play.score_home, play.score_away)
    elif new_period and state.period == 2:
        half = (state.score_home, state.score_away)

    fouls_home = 0 if new_period else state.fouls_home
    fouls_away = 0 if new_period else state.fouls_away
    if action == "foul" and play.sub_type == "personal":
        fouls_home += play.side == "home"
        fouls_away += play.side == "away"

    timeouts_home = state.timeouts_home + (action == "timeout" and play.side == "home")
    timeouts_away = state.timeouts_away + (action == "timeout" and play.side == "away")

    ball = possession.after(state.possession, play)
    timed = TimedPlay(play, elapsed, points_home, points_away, ball.holder)
    return GameState(
        play.period,
        play.remaining_tenths,
        elapsed,
        play.score_home,
        play.score_away,
        score_path.extend(state.path, elapsed, _known_before(state, play), play.score_home - play.score_away),
        upper_hand,
        ball,
        on_the_floor,
        windows.keep(state.recent, timed),
        period_differential,
        over,
        action == "game" and play.sub_type == "end",
        half,
        at_pattern,
        break_pending,
        state.last_at_ms if is_frame or play.at_ms is None else play.at_ms,
        halftime_seconds,
        fouls_home,
        fouls_away,
        timeouts_home,
        timeouts_away,
        True,
        swapped,
    )


def _known_before(state: GameState, play: Play) -> int | None:
    """The differential before `play`: unknown where a score-only process joined a game under way."""
    joined_late = play.action == "score" and not state.started and (play.score_home or play.score_away)
    return None if joined_late else state.score_home - state.score_away


def _at_pattern(state: GameState, differential: int | None) -> GameState:
    """The clock moved to 18:00 with nothing else changed: the path is filled forward."""
    path = score_path.extend(state.path, PATTERN_TENTHS, differential, differential)
    return msgspec.structs.replace(
        state, path=path, elapsed=PATTERN_TENTHS, period=2, remaining_tenths=PERIOD_TENTHS // 2
    )


def fold_all(state: GameState, plays: Sequence[Play]) -> GameState:
    for play in plays:
        state = fold(state, play)
    return state


def stage(state: GameState) -> Status | None:
    """The status that the plays themselves say; None before any."""
    if not state.started:
        return None
    if state.ended:
        return "final"
    if state.period_over and state.remaining_tenths == 0:
        return "halftime" if state.period == 2 else "break"
    return "live"
