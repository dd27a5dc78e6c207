"""The forecast at 18:00, what it is compared with, and what else goes by the game clock."""

import itertools
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from courtside.clock import PATTERN_TENTHS, elapsed_tenths
from courtside.events import BoxScore, Context, ExternalForecast, Play
from courtside.sources.simulator_game import SimulatedGame

Table = Any
MakeTable = Callable[..., Table]


def elapsed(play: Play) -> int:
    return elapsed_tenths(play.period, play.remaining_tenths)


def test_each_game_has_one_forecast_at_the_first_sight_of_18_minutes(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    first = next(n for n, play in enumerate(game.plays, 1) if elapsed(play) >= PATTERN_TENTHS)
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
        assert bool(each.types("ml_prediction")) == (count >= first)
    forecasts = [m.data for m in each.types("ml_prediction")]
    assert [forecast.revises for forecast in forecasts[:1]] == [None]
    truth = [p.score_home - p.score_away for p in game.plays if elapsed(p) <= PATTERN_TENTHS][-1]
    last = forecasts[-1]
    assert last.pattern[-1] == last.point_forecast == truth
    assert last.interval_lower < truth < last.interval_upper
    assert last.coverage == 0.95


def test_the_explanation_names_only_members_that_exist(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays)
    explanation = each.types("ml_prediction")[0].data.explanation
    assert (
        explanation.weights
        == {"still": 1.0, "shrunk": 0.0}
        == dict.fromkeys(explanation.members, 0.0) | {"still": 1.0}
    )
    assert explanation.dejavu_prediction is None and explanation.lstm_prediction is None
    assert explanation.ensemble_forecast == each.types("ml_prediction")[0].data.point_forecast
    assert [game.game_id for game in explanation.similar_games] == ["0021300001"]


def test_a_correction_of_the_pattern_revises_the_forecast_and_one_after_it_does_not(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    half = next(n for n, play in enumerate(game.plays) if play.period == 3)
    for count in range(1, half):
        each.plays(game.plays[:count])
    [*_, forecast] = each.types("ml_prediction")
    before = len(each.types("ml_prediction"))
    shown = list(game.plays[: half - 1])
    shown[-1] = replace(shown[-1], description="changed")
    each.plays(shown)
    assert len(each.types("ml_prediction")) == before
    early = next(n for n, play in enumerate(shown) if elapsed(play) > 6000)
    raised = [replace(p, score_home=p.score_home + 1) if n >= early else p for n, p in enumerate(shown)]
    each.plays(raised)
    revised = each.types("ml_prediction")[-1]
    assert revised.data.revises == forecast.seq
    assert revised.data.point_forecast == forecast.data.point_forecast + 1


def test_the_halftime_result_compares_forecast_and_outcome(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays)
    half, final = (m.data for m in each.types("result"))
    forecast = each.types("ml_prediction")[-1].data
    assert half.absolute_error == abs(half.actual - forecast.point_forecast)
    assert half.inside_interval == (forecast.interval_lower <= half.actual <= forecast.interval_upper)
    assert half.model_version == forecast.model_version
    assert half.inside80 == (forecast.lower80 <= half.actual <= forecast.upper80)
    assert half.win_probability_home is None
    assert final.actual == game.score[0] - game.score[1]
    assert final.point_forecast == forecast.final.median
    assert (final.interval_lower, final.interval_upper) == (forecast.final.lower95, forecast.final.upper95)
    assert final.absolute_error == abs(final.actual - final.point_forecast)
    assert final.win_probability_home == forecast.win_probability_home
    assert (half.model_version, final.coverage) == (final.model_version, 0.95)


def test_pattern_progress_comes_once_a_minute(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    lengths = [m.data.length for m in each.types("pattern_progress")]
    assert sorted(set(lengths)) == list(range(1, 19))
    assert lengths == sorted(lengths)
    assert each.types("pattern_progress")[-1].data.pattern == each.live.pattern


def test_a_run_is_told_when_it_starts_to_count_as_it_grows_and_when_it_ends(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    runs = [m.data for m in each.types("scoring_run")]
    phases = [run.phase for run in runs]
    assert phases.count("started") == phases.count("ended") > 0
    for before, after in itertools.pairwise(runs):
        if after.phase == "started":
            assert before.phase == "ended" and after.points >= 8
        else:
            assert (after.side, after.since_seconds) == (before.side, before.since_seconds)
            assert after.points > before.points or after.phase == "ended"
    alerts = [m.data for m in each.types("alert") if m.data.kind == "scoring_run"]
    assert len(alerts) == sum(1 for run in runs if run.phase == "ended" and run.points >= 10)


def test_run_thresholds_are_settings(game: SimulatedGame, table: MakeTable) -> None:
    each = table(run_threshold=5, alert_threshold=6)
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    assert min(m.data.points for m in each.types("scoring_run")) == 5


def test_a_drought_is_an_alert_once(game: SimulatedGame, table: MakeTable) -> None:
    each = table(drought_seconds=90)
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    droughts = [(m.data.side, m.data.since_seconds) for m in each.types("alert") if m.data.kind == "drought"]
    assert droughts and len(droughts) == len(set(droughts))


def test_players_are_told_when_they_do_something_and_all_on_court_every_minute(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.roster(game)
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    full = [m.data for m in each.types("player_stats") if len(m.data.players) >= 10]
    assert len(full) >= 48
    line = each.live.players[0]
    last = next(p for p in each.types("player_stats")[-1].data.players if p.player_id == line.player_id)
    assert last == line, "at the end everybody is told of with their times"
    each.check_client()


def test_a_box_score_that_comes_late_sets_the_minutes_right(game: SimulatedGame, table: MakeTable) -> None:
    early, late = table(), table()
    early.roster(game)
    early.plays(game.plays[:200])
    late.plays(game.plays[:200])
    late.roster(game)
    assert late.live.players == early.live.players
    late.check_client()
    assert late.roster(game).kept is None


def test_a_box_score_may_bring_only_the_names_of_the_teams(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.roster(game)
    step = each.see(
        BoxScore(game_id=each.game_id, received_ms=1, source="nba", players=game.roster, home_team="DEN")
    )
    assert step.kept is not None and each.live.home_team == "DEN"


def test_context_enters_as_an_observation_and_repeats_are_no_news(table: MakeTable) -> None:
    each = table()
    seen = Context(game_id=each.game_id, received_ms=1, source="nba", values={"market_spread": -4.5})
    assert each.see(seen).kept is seen
    assert each.see(seen).kept is None
    assert each.engine.games[each.game_id].prior.values == {"market_spread": -4.5}


def test_somebody_elses_forecast_is_broadcast_beside_ours(table: MakeTable) -> None:
    each = table()
    each.see(
        ExternalForecast(
            game_id=each.game_id,
            received_ms=1,
            source="push",
            model="my-model",
            horizon="halftime",
            point_forecast=3.5,
        )
    )
    [message] = each.types("external_prediction")
    assert (message.data.model, message.data.point_forecast, message.data.coverage) == ("my-model", 3.5, None)
