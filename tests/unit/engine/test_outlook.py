"""The running forecast and the win probability: when they are told, and that they never lag or jump."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from courtside.events import Context, PlayerPrior
from courtside.game.prior import NOTHING
from courtside.game.state import fold_all, start
from courtside.messages import PlayData, RunningForecast, WinProbability
from courtside.sources.simulator_game import SimulatedGame
from tests.support.plain import Plain

Table = Any
MakeTable = Callable[..., Table]


def context(each: Table, *players: PlayerPrior, **values: float) -> Context:
    each.now_ms += 1_000
    return Context(
        game_id=each.game_id, received_ms=each.now_ms, source="nba", values=values, players=players
    )


def play_all(each: Table, game: SimulatedGame, until: int | None = None) -> None:
    for count in range(1, (until or len(game.plays)) + 1):
        each.plays(game.plays[:count])


@pytest.fixture
def told(game: SimulatedGame, table: MakeTable) -> Table:
    """A whole game, seen play by play."""
    each = table()
    each.roster(game)
    play_all(each, game)
    return each


def test_a_forecast_comes_with_every_change_of_the_score_and_with_the_start(
    told: Table, game: SimulatedGame
) -> None:
    changes = [
        (play.score_home, play.score_away)
        for before, play in itertools.pairwise(game.plays)
        if (play.score_home, play.score_away) != (before.score_home, before.score_away)
    ]
    forecasts = [message.data for message in told.types("forecast")]
    said = [(data.score_home, data.score_away) for data in forecasts]
    [halftime] = [
        number
        for number, (before, data) in enumerate(itertools.pairwise(forecasts), 1)
        if before.halftime is not None and data.halftime is None
    ]
    assert said[halftime] == said[halftime - 1], "told once more, with no halftime to come"
    del said[halftime]
    assert said == [(0, 0), *changes, game.score]
    assert all(isinstance(data, RunningForecast) for data in forecasts)
    assert {data.model_version for data in forecasts} == {"plain-1"}


def test_the_halftime_margin_is_forecast_only_in_the_first_half(told: Table) -> None:
    for data in (message.data for message in told.types("forecast")):
        assert (data.halftime is not None) == (data.elapsed_seconds < 1440)
        if data.halftime is not None:
            half = data.halftime
            assert half.lower95 <= half.lower80 <= half.median <= half.upper80 <= half.upper95
        assert data.final.lower95 <= data.final.lower80 <= data.final.upper80 <= data.final.upper95
        assert data.winner == ("home" if data.win_probability_home >= 0.5 else "away")


def test_a_win_probability_comes_only_where_it_differs_to_three_decimals(told: Table) -> None:
    said = [message.data for message in told.types("win_probability")]
    assert said[0].change is None
    for before, now in itertools.pairwise(said):
        assert now.home != before.home
        assert now.change == pytest.approx(now.home - before.home, abs=1e-9)
    for data in said:
        assert isinstance(data, WinProbability)
        assert data.home + data.away == 1.0
        assert round(data.home, 3) == data.home


def test_every_play_knows_what_it_made_of_the_chance_to_win(told: Table) -> None:
    plays: dict[int, float | None] = {}
    for data in (message.data for message in told.told):
        if isinstance(data, PlayData):
            assert (data.win_probability_change is None) == (not plays or data.action == "game")
            plays[data.play_id] = data.win_probability_change
        elif isinstance(data, WinProbability) and data.play_id is not None:
            assert data.change == plays[data.play_id]
    shown = told.live.last_plays
    assert shown[-1].win_probability_change is None, "the end of the game is no play that changes a chance"
    assert all(play.win_probability_change is not None for play in shown[:-1])


def test_it_is_certain_only_when_the_game_is_over(told: Table, game: SimulatedGame) -> None:
    *before, last = (message.data for message in told.types("win_probability"))
    assert all(0.001 <= data.home <= 0.999 for data in before)
    assert {last.home, last.away} == {0.0, 1.0}
    assert told.live.win_probability_home == last.home == float(game.score[0] > game.score[1])
    over = told.live.forecast
    margin = game.score[0] - game.score[1]
    assert (over.halftime, over.final.median, over.final.lower95, over.run_probability) == (
        None,
        margin,
        margin,
        None,
    )
    told.check_client()


def test_the_snapshot_has_what_was_told_last(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.roster(game)
    for count in range(1, 120):
        each.plays(game.plays[:count])
        for field in ("forecast", "win_probability_home", "last_plays"):
            assert getattr(each.client, field) == getattr(each.live, field)
    assert each.live.forecast == each.types("forecast")[-1].data
    assert each.live.win_probability_home == each.types("win_probability")[-1].data.home


def test_a_scheduled_game_has_a_forecast_as_soon_as_something_is_known_of_it(table: MakeTable) -> None:
    each = table()
    each.line(home_team="BOS", away_team="CHI", status="scheduled")
    assert each.types("forecast") == []
    each.see(context(each, elo=6.0))
    [forecast] = each.types("forecast")
    assert (forecast.data.score_home, forecast.data.elapsed_seconds, forecast.data.game_clock) == (None,) * 3
    assert forecast.data.known == "teams" and forecast.data.win_probability_home > 0.5
    assert each.live.win_probability_home == forecast.data.win_probability_home
    each.check_client()


def test_what_becomes_known_during_a_game_moves_the_forecast_and_repeats_do_not(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    play_all(each, game, 60)
    before = each.types("forecast")[-1].data
    each.see(context(each, elo=9.0))
    now = each.types("forecast")[-1].data
    assert (before.known, now.known) == ("score", "teams")
    moved = each.types("win_probability")[-1].data
    assert moved.play_id is None and moved.change > 0
    count = len(each.told)
    each.see(context(each, elo=9.0))
    each.see(context(each, alpha95=0.06))
    assert len(each.told) == count, "what changes no forecast is not told again"


def test_players_who_are_known_count(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    someone = game.roster[0]
    each.see(context(each, PlayerPrior(someone.person_id, "home", 3.0, 2.0, 30.0, 30.0), elo=1.0))
    assert each.types("forecast")[-1].data.known == "players"


def test_a_correction_changes_the_forecast_before_the_next_play_can_be_blamed(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    play_all(each, game, 100)
    plays = list(game.plays[:101])
    plays[50:] = [replace(play, score_home=play.score_home + 9) for play in plays[50:]]
    count = len(each.told)
    each.plays(plays)
    news = [message for message in each.told[count:] if message.type == "win_probability"]
    corrected = news[0].data
    assert corrected.play_id is None and corrected.change > 0.05
    by_play = [message.data for message in news[1:]]
    assert all(data.play_id == plays[100].play_id and abs(data.change) < 0.05 for data in by_play)
    assert each.live.forecast.score_home == plays[100].score_home
    each.check_client()


def test_a_play_that_was_changed_no_longer_says_what_it_did(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    play_all(each, game, 80)
    shown = list(game.plays[:80])
    shown[-2] = replace(shown[-2], description="changed")
    each.plays(shown)
    changes = [play.win_probability_change for play in each.live.last_plays]
    assert changes[-2] is None and None not in (changes[-1], changes[0])
    assert each.client.last_plays == each.live.last_plays


def test_after_a_correction_there_is_one_forecast_of_the_present(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    play_all(each, game, 80)
    shown = list(game.plays[:80])
    shown[40] = replace(shown[40], description="changed")
    count = len(each.told)
    each.plays(shown)
    news = [message.data for message in each.told[count:] if message.type == "forecast"]
    assert [data.elapsed_seconds for data in news] == [each.live.elapsed_seconds]
    assert "win_probability" not in {message.type for message in each.told[count:]}


def test_a_game_that_was_joined_late_has_one_forecast_of_the_present(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.plays(game.plays[:200])
    assert len(each.types("forecast")) == len(each.types("win_probability")) == 1
    assert all(play.data.win_probability_change is None for play in each.types("play"))
    each.plays(game.plays[:201])
    assert each.types("play")[-1].data.win_probability_change is not None


def test_a_reopened_game_is_open_again(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    play_all(each, game)
    assert each.live.win_probability_home in (0.0, 1.0)
    each.plays(game.plays[:-3])
    assert each.live.status != "final"
    assert 0.0 < each.live.win_probability_home < 1.0
    each.plays(game.plays)
    assert each.live.win_probability_home in (0.0, 1.0)
    each.check_client()


def test_a_game_of_which_only_scores_are_known_has_both_too(table: MakeTable) -> None:
    each = table("PUSHED")
    for period, clock, home, away in ((1, 7200, 0, 0), (1, 3000, 20, 10), (4, 600, 99, 90)):
        each.line(source="push", period=period, remaining_tenths=clock, score_home=home, score_away=away)
    rows = each.engine.games["PUSHED"].rows
    states = [fold_all(start(), rows[:count]) for count in (1, 2, 3)]
    expected = [Plain().running(state, NOTHING).final.median for state in states]
    assert [m.data.final.median for m in each.types("forecast")] == expected
    assert all(m.data.play_id is None for m in each.types("win_probability"))
    each.line(source="push", status="final", score_home=101, score_away=100)
    assert each.live.win_probability_home == 1.0
    each.check_client()


def test_a_game_that_ends_level_has_no_winner(table: MakeTable) -> None:
    each = table("PUSHED")
    each.line(source="push", period=4, remaining_tenths=100, score_home=90, score_away=90)
    each.line(source="push", status="final")
    assert each.live.status == "final"
    assert each.live.win_probability_home == each.types("win_probability")[-1].data.home == 0.5


def test_a_postponed_game_is_not_forecast(table: MakeTable) -> None:
    each = table()
    each.line(home_team="BOS", away_team="CHI", status="postponed")
    each.see(context(each, elo=6.0))
    assert each.types("forecast", "win_probability") == []
