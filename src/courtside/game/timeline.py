"""The score path of a whole game with what stands out in it, folded from its plays."""

from courtside.game import momentum
from courtside.game.live import LiveGame
from courtside.game.momentum import Streak
from courtside.game.state import fold, start
from courtside.game.view import listed_plays, run_data
from courtside.messages import PlayData
from courtside.replies import Timeline, TimelinePoint, TimelineRun


def timeline(live: LiveGame, run_threshold: int) -> Timeline:
    """Every change of the score, and every unanswered run of at least `run_threshold` points."""
    state = start()
    points: list[TimelinePoint] = []
    runs: list[TimelineRun] = []
    for play in live.folded:
        before = state.momentum
        state = fold(state, play)
        now = state.momentum
        if now is before:
            continue
        if before.run is not None and (now.run is None or now.run.since != before.run.since):
            _keep(runs, before.run, before.weighted_at, run_threshold)
        points.append(
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
            )
        )
    if state.momentum.run is not None:
        _keep(runs, state.momentum.run, state.momentum.weighted_at, run_threshold)
    return Timeline(
        game_id=live.game_id,
        points=points,
        runs=runs,
        score_path=list(state.path),
        biggest_run=run_data(live.info, state.momentum.biggest_run),
    )


def _keep(runs: list[TimelineRun], run: Streak, until: int, threshold: int) -> None:
    if run.points >= threshold:
        runs.append(TimelineRun(run.side, run.points, run.since / 10, until / 10))


def plays(live: LiveGame) -> list[PlayData]:
    """All plays in order, in the words of the contract; of a score-only game there are none."""
    return listed_plays(live.info, live.plays)
