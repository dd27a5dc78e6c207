"""The state of a game in the words of the contract: messages' data and the snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from courtside.clock import PATTERN_MINUTES, elapsed_tenths, format_clock, format_utc
from courtside.events import Play, Side
from courtside.game import momentum, possession, score_path, windows
from courtside.game.live import Info, LiveGame
from courtside.game.momentum import Streak
from courtside.game.players import PlayerState
from courtside.game.state import GameState
from courtside.messages import (
    GameSnapshot,
    GameTotals,
    PlayData,
    PlayerLine,
    Run,
    ScoreUpdate,
    Window,
    WindowSide,
)

_NO_CHANGES: Mapping[int, float] = {}

clock_text = lru_cache(maxsize=8192)(format_clock)


def seconds(tenths: int) -> float:
    return tenths / 10


def team_of(info: Info, side: Side | None) -> str | None:
    if side is None:
        return None
    return info.home_team if side == "home" else info.away_team


def run_data(info: Info, streak: Streak | None) -> Run | None:
    if streak is None:
        return None
    return Run(team=team_of(info, streak.side) or streak.side, points=streak.points, side=streak.side)


def play_data(
    info: Info,
    play: Play,
    elapsed: int,
    points: int,
    holder: Side | None,
    win_probability_change: float | None = None,
) -> PlayData:
    return PlayData(
        play.play_id,
        play.order,
        play.period,
        clock_text(play.remaining_tenths),
        elapsed / 10,
        play.action,
        play.sub_type,
        play.side,
        team_of(info, play.side),
        play.person_id,
        play.player,
        play.description,
        points,
        play.score_home,
        play.score_away,
        holder,
        win_probability_change,
    )


def listed_plays(
    info: Info,
    plays: Sequence[Play],
    indexes: Iterable[int] | None = None,
    changes: Mapping[int, float] = _NO_CHANGES,
) -> list[PlayData]:
    """Plays of the past, all or those at `indexes`, of a game's plays from its first.

    `changes` are those of home's chance to win, by `play_id`.
    """
    holders = possession.holders(plays)
    listed = []
    for index in range(len(plays)) if indexes is None else indexes:
        play, previous = plays[index], plays[index - 1] if index else None
        home = play.score_home - (previous.score_home if previous else 0)
        away = play.score_away - (previous.score_away if previous else 0)
        elapsed = elapsed_tenths(play.period, play.remaining_tenths)
        points = side_points(play.side, home, away)
        change = changes.get(play.play_id)
        listed.append(play_data(info, play, elapsed, points, holders[index], change))
    return listed


def side_points(side: Side | None, home: int, away: int) -> int:
    return home if side == "home" else away if side == "away" else home + away


def player_lines(info: Info, players: Iterable[PlayerState], state: GameState) -> list[PlayerLine]:
    elapsed, differential, pace_factor = state.elapsed, state.differential, state.pace_factor
    return [_player_line(info, player, elapsed, differential, pace_factor) for player in players]


def _player_line(
    info: Info, player: PlayerState, elapsed: int, differential: int, pace_factor: float
) -> PlayerLine:
    return PlayerLine(
        player.person_id,
        player.name,
        player.side,
        team_of(info, player.side),
        player.starter,
        player.on_court,
        player.points,
        player.rebounds,
        player.rebounds_offensive,
        player.assists,
        player.steals,
        player.blocks,
        player.turnovers,
        player.fouls,
        player.field_goals_made,
        player.field_goals_attempted,
        player.three_pointers_made,
        player.three_pointers_attempted,
        player.free_throws_made,
        player.free_throws_attempted,
        player.plus_minus(differential),
        player.played(elapsed) / 10,
        None if player.stint_start is None else (elapsed - player.stint_start) / 10,
        None if player.rest_start is None else (elapsed - player.rest_start) / 10,
        round(player.fatigue(elapsed, pace_factor), 3),
    )


def totals(info: Info, state: GameState) -> GameTotals:
    game = state.momentum
    return GameTotals(
        game.lead_changes,
        game.ties,
        game.biggest_lead_home,
        game.biggest_lead_away,
        run_data(info, game.biggest_run),
        run_data(info, game.run),
    )


def score_update(live: LiveGame, state: GameState) -> ScoreUpdate:
    """Score and clock as of `state`."""
    info = live.info
    pattern_length = min(len(state.path), PATTERN_MINUTES)
    ready = score_path.is_complete(state.path)
    if not state.started:
        return ScoreUpdate(
            info.home_team,
            info.away_team,
            None,
            None,
            None,
            None,
            None,
            0,
            False,
            None,
            None,
            None,
            None,
            info.timeouts_home,
            info.timeouts_away,
            info.bonus_home,
            info.bonus_away,
        )
    return ScoreUpdate(
        info.home_team,
        info.away_team,
        state.score_home,
        state.score_away,
        state.period,
        clock_text(state.remaining_tenths),
        state.score_home - state.score_away,
        pattern_length,
        ready,
        state.elapsed / 10,
        state.possession.holder,
        round(momentum.value_at(state.momentum, state.elapsed), 2),
        totals(info, state),
        info.timeouts_home,
        info.timeouts_away,
        info.bonus_home,
        info.bonus_away,
        possession.arrow(state.possession, state.period),
    )


def last_plays(live: LiveGame) -> list[PlayData]:
    """The last five plays, newest last."""
    changes = dict(live.said.changes)
    if live.rows:
        count = len(live.plays)
        return listed_plays(live.info, live.plays, range(max(0, count - windows.KEPT_PLAYS), count), changes)
    return [
        play_data(
            live.info,
            timed.play,
            timed.elapsed,
            side_points(timed.play.side, timed.points_home, timed.points_away),
            timed.holder,
            changes.get(timed.play.play_id),
        )
        for timed in live.state.recent[-windows.KEPT_PLAYS :]
    ]


def window_data(state: GameState, minutes: int) -> Window:
    sides = windows.window(state.recent, state.elapsed, minutes)
    span = min(minutes * 600, state.elapsed)
    home, away = (
        WindowSide(
            counts.points,
            counts.field_goals_made,
            counts.field_goals_attempted,
            counts.three_pointers_made,
            counts.three_pointers_attempted,
            counts.free_throws_made,
            counts.free_throws_attempted,
            round(counts.possessions, 2),
        )
        for counts in (sides["home"], sides["away"])
    )
    pace = (home.possessions + away.possessions) / 2 * 28800 / span if span else None
    return Window(minutes, home, away, None if pace is None else round(pace, 1))


def snapshot(live: LiveGame) -> GameSnapshot:
    """The game as `GET /games/{id}` gives it."""
    state, info = live.state, live.info
    game = state.momentum
    score = score_update(live, state)
    known = state.started
    return GameSnapshot(
        game_id=live.game_id,
        source=live.source,
        status=live.status,
        home_team=info.home_team,
        away_team=info.away_team,
        home_name=info.home_name,
        away_name=info.away_name,
        start_time=None if info.start_ms is None else format_utc(info.start_ms),
        score_home=score.score_home,
        score_away=score.score_away,
        period=score.period,
        game_clock=score.game_clock,
        elapsed_seconds=score.elapsed_seconds,
        possession=score.possession,
        possession_arrow=score.possession_arrow,
        momentum=score.momentum,
        lead_changes=game.lead_changes if known else None,
        ties=game.ties if known else None,
        biggest_lead_home=game.biggest_lead_home if known else None,
        biggest_lead_away=game.biggest_lead_away if known else None,
        biggest_run=run_data(info, game.biggest_run),
        current_run=run_data(info, game.run),
        pattern=list(score_path.pattern(state.path)),
        score_path=list(state.path),
        windows={str(minutes): window_data(state, minutes) for minutes in windows.WINDOW_MINUTES}
        if live.has_play_by_play
        else {},
        last_plays=last_plays(live) if live.has_play_by_play else [],
        timeouts_home=info.timeouts_home,
        timeouts_away=info.timeouts_away,
        bonus_home=info.bonus_home,
        bonus_away=info.bonus_away,
        team_fouls_home=state.fouls_home if live.has_play_by_play else None,
        team_fouls_away=state.fouls_away if live.has_play_by_play else None,
        halftime_seconds=state.halftime_seconds,
        pace=None if not live.has_play_by_play or state.pace is None else round(state.pace, 1),
        win_probability_home=live.said.win_probability_home,
        forecast=live.said.forecast,
        prediction=live.said.prediction,
        players=player_lines(info, state.players.values(), state),
        play_by_play=live.has_play_by_play,
        updated=format_utc(live.updated_ms),
        epoch=live.epoch,
        seq=live.seq,
    )
