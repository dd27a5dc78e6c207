from typing import Any

import msgspec
import pytest

from courtside.errors import UnknownGame
from courtside.events import BoxScore, ExternalForecast, PlayByPlay
from courtside.messages import (
    PlayData,
    RunningForecast,
    WinProbability,
    decode_message,
    decode_snapshot,
)
from courtside.sources.simulator_game import SimulatedGame

Parts = Any


@pytest.fixture
async def played(parts: Parts, game: SimulatedGame) -> Parts:
    """A whole game through the pipeline, play by play, with somebody else's forecast."""
    game_id = game.game_id
    await parts.pipeline.put(
        BoxScore(
            game_id=game_id,
            received_ms=1,
            source="simulated",
            players=game.roster,
            home_team="DEN",
            away_team="MIA",
        )
    )
    await parts.pipeline.put(
        ExternalForecast(
            game_id=game_id,
            received_ms=2,
            source="push",
            model="mine",
            horizon="halftime",
            point_forecast=4.0,
        )
    )
    for count in range(1, len(game.plays) + 1):
        await parts.pipeline.put(
            PlayByPlay(game_id=game_id, received_ms=count, source="simulated", plays=game.plays[:count])
        )
    await parts.pipeline.drained()
    return parts


async def test_a_game_is_given_as_it_stands_and_others_are_unknown(
    played: Parts, game: SimulatedGame
) -> None:
    snapshot = decode_snapshot(played.program.snapshot(game.game_id))
    assert (snapshot.score_home, snapshot.score_away) == game.score
    assert [decode_snapshot(each).game_id for each in played.program.snapshots()] == [game.game_id]
    with pytest.raises(UnknownGame, match="GET /games"):
        played.program.snapshot("0022500000")
    assert played.program.position("0022500000") is None


async def test_the_timeline_has_every_score_and_the_runs(played: Parts, game: SimulatedGame) -> None:
    timeline = await played.program.timeline(game.game_id)
    snapshot = decode_snapshot(played.program.snapshot(game.game_id))
    last = timeline.points[-1]
    assert (last.score_home, last.score_away) == game.score
    assert sum(point.event == "lead_change" for point in timeline.points) == snapshot.lead_changes
    assert sum(point.event == "tie" for point in timeline.points) == snapshot.ties
    assert timeline.score_path == snapshot.score_path
    assert all(run.points >= 8 and run.until_seconds >= run.since_seconds for run in timeline.runs)
    assert max((run.points for run in timeline.runs), default=0) in (0, snapshot.biggest_run.points)  # type: ignore[union-attr]


async def test_the_timeline_has_what_the_stream_said_of_the_chances(
    played: Parts, game: SimulatedGame
) -> None:
    timeline = await played.program.timeline(game.game_id)
    told = [decode_message(message.frame).data for message in played.published]
    chances = [(data.elapsed_seconds, data.home) for data in told if isinstance(data, WinProbability)]
    assert [(each.elapsed_seconds, each.win_probability_home) for each in timeline.chances] == chances
    forecasts = [data for data in told if isinstance(data, RunningForecast)]
    at_halftime = next(number for number, data in enumerate(forecasts) if data.halftime is None)
    del forecasts[at_halftime]
    assert [
        (point.win_probability_home, point.halftime_median, point.final_median) for point in timeline.points
    ] == [
        (
            each.win_probability_home,
            None if each.halftime is None else each.halftime.median,
            each.final.median,
        )
        for each in forecasts[1:-1]
    ]
    assert await played.program.timeline(game.game_id) is timeline, "computed once"
    plays = await played.program.plays(game.game_id)
    said = {data.play_id: data.win_probability_change for data in told if isinstance(data, PlayData)}
    assert {play.play_id: play.win_probability_change for play in plays[:-1]} == {
        play.play_id: said[play.play_id] for play in plays[:-1]
    }


async def test_all_plays_are_listed_with_their_points(played: Parts, game: SimulatedGame) -> None:
    plays = await played.program.plays(game.game_id)
    assert len(plays) == len(game.plays)
    assert sum(play.points for play in plays) == sum(game.score)


async def test_the_forecast_log_settles_ours_and_others(played: Parts, game: SimulatedGame) -> None:
    log = await played.program.predictions(game.game_id)
    half = next(play for play in reversed(game.plays) if play.period == 2)
    actual = half.score_home - half.score_away
    records = {record.ours: record for record in log if record.horizon == "halftime"}
    assert records[True].actual == records[False].actual == actual
    assert records[False].absolute_error == abs(actual - 4.0)
    assert records[False].inside_interval is records[False].inside80 is None
    assert (records[True].home_team, records[True].away_team) == ("DEN", "MIA")
    assert records[True].brier is None
    assert records[True].inside95 == (records[True].lower95 <= actual <= records[True].upper95)


async def test_what_was_forecast_of_the_end_is_a_record_of_its_own(
    played: Parts, game: SimulatedGame
) -> None:
    [final] = [
        record for record in await played.program.predictions(game.game_id) if record.horizon == "final"
    ]
    margin = game.score[0] - game.score[1]
    assert (final.actual, final.ours, final.coverage) == (margin, True, 0.95)
    assert final.absolute_error == abs(margin - final.point_forecast)
    assert final.brier == pytest.approx((final.win_probability_home - (margin > 0)) ** 2, abs=1e-6)


async def test_accuracy_is_by_version_and_horizon(played: Parts) -> None:
    entries = {(entry.model_version, entry.horizon): entry for entry in await played.program.accuracy()}
    log = {record.horizon: record for record in await played.program.predictions() if record.ours}
    for horizon in ("halftime", "final"):
        ours = entries["plain-1", horizon]
        assert (ours.forecasts, ours.settled, ours.mae) == (1, 1, log[horizon].absolute_error)
        assert (ours.coverage80, ours.coverage95) == (log[horizon].inside80, log[horizon].inside95)
        assert ours.brier == log[horizon].brier
    theirs = entries["mine", "halftime"]
    assert theirs.coverage is theirs.coverage80 is theirs.brier is None


async def test_a_game_that_left_the_memory_is_loaded_from_the_journal(
    played: Parts, game: SimulatedGame
) -> None:
    before = played.program.snapshot(game.game_id)
    played.pipeline.put_to_sleep(game.game_id)
    played.program.forget(game.game_id)
    with pytest.raises(UnknownGame):
        played.program.snapshot(game.game_id)
    await played.program.load(game.game_id)
    assert msgspec.json.decode(played.program.snapshot(game.game_id)) == msgspec.json.decode(before)
    with pytest.raises(UnknownGame):
        await played.program.load("0022500000")


async def test_health_counts_games_and_names_the_model(played: Parts) -> None:
    health = played.program.health()
    assert (health.ready, health.games, health.live_games) == (True, 1, 0)
    assert health.model_version == played.program.models()[0].version


async def test_the_log_names_the_teams_of_games_that_sleep(played: Parts, game: SimulatedGame) -> None:
    before = await played.program.predictions()
    played.pipeline.put_to_sleep(game.game_id)
    played.program.forget(game.game_id)
    assert await played.program.predictions() == before
    assert {(record.home_team, record.away_team) for record in before} == {("DEN", "MIA")}
