"""A game as a client knows it: `apply(snapshot, message) -> snapshot`, pure.

A client that applies every message of a game agrees with the server's snapshot in `KEPT`. The
other fields stay as the last snapshot had them: no message carries them.
"""

import msgspec

from courtside.messages import (
    Correction,
    GameSnapshot,
    GameStatus,
    GameTotals,
    LeadChange,
    Message,
    MlPrediction,
    PatternProgress,
    PlayData,
    PlayerLine,
    PlayerStats,
    RunningForecast,
    ScoreUpdate,
    Tie,
    WinProbability,
)

KEPT = frozenset(
    {
        "game_id",
        "source",
        "status",
        "home_team",
        "away_team",
        "home_name",
        "away_name",
        "start_time",
        "score_home",
        "score_away",
        "period",
        "game_clock",
        "elapsed_seconds",
        "possession",
        "possession_arrow",
        "momentum",
        "lead_changes",
        "ties",
        "biggest_lead_home",
        "biggest_lead_away",
        "biggest_run",
        "current_run",
        "pattern",
        "last_plays",
        "timeouts_home",
        "timeouts_away",
        "bonus_home",
        "bonus_away",
        "forecast",
        "players",
        "play_by_play",
        "epoch",
        "seq",
    }
)
"""Fields that follow from the messages.

Within them: times, fatigue and plus-minus of a player are as of the player's last message, a minute
of game time ago at most; `last_plays` is shorter for a while after a retraction; and `updated`, not
among them, is the time of the last message instead of the last observation.
"""

LAST_PLAYS = 5

_replace = msgspec.structs.replace


def apply(snapshot: GameSnapshot, message: Message) -> GameSnapshot:
    """The game after one more message of it; a message that is not newer changes nothing."""
    if message.epoch == snapshot.epoch and message.seq <= snapshot.seq:
        return snapshot
    data = message.data
    match data:
        case ScoreUpdate():
            after = _score_update(snapshot, data)
        case PlayData():
            after = _play(snapshot, data)
        case PlayerStats():
            after = _replace(snapshot, players=_merge(snapshot.players, data))
        case PatternProgress():
            after = _replace(snapshot, pattern=list(data.pattern))
        case LeadChange():
            after = _replace(snapshot, lead_changes=data.lead_changes)
        case Tie():
            after = _replace(snapshot, ties=data.ties)
        case MlPrediction():
            after = _replace(snapshot, prediction=data)
        case RunningForecast():
            after = _replace(snapshot, forecast=data)
        case WinProbability():
            after = _replace(snapshot, win_probability_home=data.home)
        case Correction():
            after = _correction(snapshot, data)
        case GameStatus():
            after = _replace(
                snapshot,
                status=data.status,
                home_team=data.home_team or snapshot.home_team,
                away_team=data.away_team or snapshot.away_team,
                home_name=data.home_name or snapshot.home_name,
                away_name=data.away_name or snapshot.away_name,
                start_time=data.start_time or snapshot.start_time,
            )
        case _:
            after = snapshot
    return _replace(
        after, source=message.source, updated=message.timestamp, epoch=message.epoch, seq=message.seq
    )


def begin(message: Message) -> GameSnapshot:
    """A game of which this is the first message: nothing is known yet but its name."""
    blank: dict[str, object] = dict.fromkeys(GameSnapshot.__struct_fields__)
    blank |= {"pattern": [], "score_path": [], "windows": {}, "last_plays": [], "players": []}
    blank |= {
        "game_id": message.game_id,
        "source": message.source,
        "status": "scheduled",
        "play_by_play": False,
        "updated": message.timestamp,
        "epoch": message.epoch,
        "seq": message.seq - 1,
    }
    return apply(msgspec.convert(blank, GameSnapshot), message)


def _score_update(snapshot: GameSnapshot, data: ScoreUpdate) -> GameSnapshot:
    after = _replace(
        snapshot,
        home_team=data.home_team,
        away_team=data.away_team,
        score_home=data.score_home,
        score_away=data.score_away,
        period=data.period,
        game_clock=data.game_clock,
        elapsed_seconds=data.elapsed_seconds,
        possession=data.possession,
        momentum=data.momentum,
        timeouts_home=data.timeouts_home,
        timeouts_away=data.timeouts_away,
        bonus_home=data.bonus_home,
        bonus_away=data.bonus_away,
        possession_arrow=data.possession_arrow,
    )
    if not data.ready_for_prediction and after.prediction is not None:
        after = _replace(after, prediction=None)
    return after if data.totals is None else _totals(after, data.totals)


def _play(snapshot: GameSnapshot, play: PlayData) -> GameSnapshot:
    return _replace(
        snapshot,
        last_plays=[*snapshot.last_plays, play][-LAST_PLAYS:],
        play_by_play=snapshot.play_by_play or play.action != "score",
    )


def _merge(known: list[PlayerLine], stats: PlayerStats) -> list[PlayerLine]:
    """Changed lines in their places, new players at the end."""
    lines = {line.player_id: line for line in known}
    lines.update((line.player_id, line) for line in stats.players)
    return [line for line in lines.values() if line.player_id not in stats.removed]


def _correction(snapshot: GameSnapshot, data: Correction) -> GameSnapshot:
    plays = {play.play_id: play for play in snapshot.last_plays}
    newest = max((play.order for play in plays.values()), default=0)
    for play in data.retracted:
        plays.pop(play.play_id, None)
    for play in data.revised:
        if play.play_id in plays:
            plays[play.play_id] = play
    oldest = min((play.order for play in plays.values()), default=newest)
    for play in data.inserted:
        if play.order > oldest and play.action != "score":
            plays[play.play_id] = play
    return _replace(
        _totals(snapshot, data.totals),
        score_home=data.score_after.home,
        score_away=data.score_after.away,
        last_plays=sorted(plays.values(), key=lambda play: play.order)[-LAST_PLAYS:],
    )


def _totals(snapshot: GameSnapshot, totals: GameTotals) -> GameSnapshot:
    return _replace(
        snapshot,
        lead_changes=totals.lead_changes,
        ties=totals.ties,
        biggest_lead_home=totals.biggest_lead_home,
        biggest_lead_away=totals.biggest_lead_away,
        biggest_run=totals.biggest_run,
        current_run=totals.current_run,
    )
