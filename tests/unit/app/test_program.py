from typing import Any

import msgspec
import pytest

from courtside.errors import BadInput, UnknownGame
from courtside.events import BoxScore, ExternalForecast, PlayByPlay
from courtside.messages import decode_snapshot
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


async def test_all_plays_are_listed_with_their_points(played: Parts, game: SimulatedGame) -> None:
    plays = await played.program.plays(game.game_id)
    assert len(plays) == len(game.plays)
    assert sum(play.points for play in plays) == sum(game.score)


async def test_the_forecast_log_settles_ours_and_others(played: Parts, game: SimulatedGame) -> None:
    records = {record.ours: record for record in await played.program.predictions(game.game_id)}
    half = next(play for play in reversed(game.plays) if play.period == 2)
    actual = half.score_home - half.score_away
    assert records[True].actual == records[False].actual == actual
    assert records[False].absolute_error == abs(actual - 4.0)
    assert records[False].inside_interval is None
    assert (records[True].home_team, records[True].away_team) == ("DEN", "MIA")
    accuracy = {entry.model_version: entry for entry in await played.program.accuracy()}
    ours = accuracy[records[True].model_version]
    assert (ours.forecasts, ours.settled, ours.mae) == (1, 1, records[True].absolute_error)
    assert ours.coverage in (0.0, 1.0)
    assert accuracy["mine"].coverage is None


async def test_prediction_of_a_bare_pattern(parts: Parts) -> None:
    reply = parts.program.predict([0.0] * 17 + [6], 0.2, True)
    assert reply.point_forecast == 6
    assert reply.interval_lower < 6 < reply.interval_upper
    assert reply.coverage_probability == pytest.approx(0.8)
    assert reply.explanation is not None and reply.explanation.members == {"persistence": 6}
    assert reply.explanation.ensemble_forecast is None, "one member is no ensemble"
    assert parts.program.predict([0.0] * 18, 0.05, False).explanation is None


@pytest.mark.parametrize(
    ("pattern", "alpha", "said"),
    [
        ([0.0] * 17, 0.05, "17 numbers"),
        ([0.0] * 17 + [float("nan")], 0.05, "minute 18"),
        ([0.0] * 17 + [True], 0.05, "minute 18"),
        ("0,1,2", 0.05, "not a list"),
        ([0.0] * 18, 0.0, "alpha"),
        ([0.0] * 18, 2.0, "alpha"),
    ],
)
async def test_a_prediction_that_makes_no_sense_is_refused_in_one_line(
    parts: Parts, pattern: Any, alpha: float, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        parts.program.predict(pattern, alpha, True)


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
    assert health.model_version == played.program.models()[0]["version"]


async def test_the_log_names_the_teams_of_games_that_sleep(played: Parts, game: SimulatedGame) -> None:
    before = await played.program.predictions()
    played.pipeline.put_to_sleep(game.game_id)
    played.program.forget(game.game_id)
    assert await played.program.predictions() == before
    assert {(record.home_team, record.away_team) for record in before} == {("DEN", "MIA")}
