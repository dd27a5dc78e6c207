"""The path of a whole game with what stands out in it, and how its chances went, folded from its plays."""

import itertools

from courtside.engine.outlook import told
from courtside.events import Play
from courtside.forecast.forecast import Forecaster
from courtside.game import momentum
from courtside.game.live import LiveGame
from courtside.game.momentum import Momentum, Streak
from courtside.game.state import GameState, fold, start
from courtside.game.view import listed_plays, run_data
from courtside.messages import PlayData
from courtside.replies import Chance, Timeline, TimelinePoint, TimelineRun


class _Course:
    """The points and the chances of a game, as it is folded."""

    def __init__(self, live: LiveGame, forecaster: Forecaster) -> None:
        self._prior = live.prior
        self._over = live.status == "final" and live.state.differential != 0
        self._last = len(live.folded)
        self._forecaster = forecaster
        self.points: list[TimelinePoint] = []
        self.chances: list[Chance] = []

    def played(self, number: int, play: Play, before: Momentum, state: GameState) -> None:
        over = self._over and number == self._last
        if state.momentum is not before:
            self._scored(before, state, over=over)
            home = self.points[-1].win_probability_home
            assert home is not None
        else:
            home = _certain(state) if over else told(self._forecaster.win(state, self._prior))
        if not self.chances or self.chances[-1].win_probability_home != home:
            play_id = None if play.action == "score" else play.play_id
            self.chances.append(Chance(state.elapsed / 10, home, play_id))

    def _scored(self, before: Momentum, state: GameState, *, over: bool) -> None:
        now = state.momentum
        running = self._forecaster.running(state, self._prior)
        half = running.halftime if state.half is None and state.period <= 2 else None
        self.points.append(
            TimelinePoint(
                elapsed_seconds=state.elapsed / 10,
                score_home=state.score_home,
                score_away=state.score_away,
                differential=state.differential,
                momentum=round(momentum.value_at(now, state.elapsed), 2),
                event="lead_change"
                if now.lead_changes > before.lead_changes
                else "tie"
                if now.ties > before.ties
                else None,
                win_probability_home=_certain(state) if over else told(running.win_home),
                halftime_median=None if half is None else half.median,
                final_median=float(state.differential) if over else running.final.median,
            )
        )


def _certain(state: GameState) -> float:
    return 1.0 if state.differential > 0 else 0.0


def timeline(live: LiveGame, run_threshold: int, forecaster: Forecaster) -> Timeline:
    """Every change of the score, every unanswered run of at least `run_threshold` points, and home's chance
    to win, with what is known of the game now."""
    state = start(live.roster)
    course = _Course(live, forecaster)
    runs: list[TimelineRun] = []
    for number, play in enumerate(live.folded, 1):
        before = state.momentum
        state = fold(state, play)
        now = state.momentum
        course.played(number, play, before, state)
        if now is before:
            continue
        if before.run is not None and (now.run is None or now.run.since != before.run.since):
            _keep(runs, before.run, before.weighted_at, run_threshold)
    if state.momentum.run is not None:
        _keep(runs, state.momentum.run, state.momentum.weighted_at, run_threshold)
    return Timeline(
        game_id=live.game_id,
        points=course.points,
        runs=runs,
        score_path=list(state.path),
        biggest_run=run_data(live.info, state.momentum.biggest_run),
        chances=course.chances,
    )


def _keep(runs: list[TimelineRun], run: Streak, until: int, threshold: int) -> None:
    if run.points >= threshold:
        runs.append(TimelineRun(run.side, run.points, run.since / 10, until / 10))


def plays(live: LiveGame, chances: list[Chance]) -> list[PlayData]:
    """All plays in order, in the words of the contract, with what each made of home's chance to win, of
    which `chances` tells; of a score-only game there are none."""
    changes = dict.fromkeys((play.play_id for play in live.plays[1:]), 0.0)
    for before, now in itertools.pairwise(chances):
        if now.play_id is not None:
            changes[now.play_id] = round(now.win_probability_home - before.win_probability_home, 3)
    return listed_plays(live.info, live.plays, changes=changes)
