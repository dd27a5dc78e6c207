import msgspec
import pytest

from courtside.client.reducer import KEPT, apply, begin
from courtside.messages import (
    MESSAGE_TYPES,
    Alert,
    Correction,
    Explanation,
    GameSnapshot,
    GameStatus,
    GameTotals,
    LeadChange,
    MarginForecast,
    Message,
    MessageData,
    MlPrediction,
    PatternProgress,
    PlayData,
    PlayerLine,
    PlayerStats,
    Run,
    RunningForecast,
    Score,
    ScoreUpdate,
    Tie,
    WinProbability,
)

NAMES = {kind: name for name, kind in MESSAGE_TYPES.items()}


def message(seq: int, data: MessageData, epoch: str = "e1") -> Message:
    stamp = f"2026-02-12T00:00:{seq:02d}.000Z"
    return Message(NAMES[type(data)], stamp, "g1", epoch, seq, "simulated", data)


def after(*data: MessageData) -> GameSnapshot:
    names = ("BOS", "NYK", "Boston Celtics", "New York Knicks")
    game = begin(message(1, GameStatus("live", "scheduled", False, *names, "2026-02-12T00:00:00.000Z")))
    for seq, each in enumerate(data, start=2):
        game = apply(game, message(seq, each))
    return game


def totals(lead_changes: int = 3, ties: int = 2, lead: int = 9, run: int = 11) -> GameTotals:
    return GameTotals(lead_changes, ties, lead, 4, Run("BOS", run, "home"), Run("NYK", 2, "away"))


def score_update(home: int, away: int, counts: GameTotals | None) -> ScoreUpdate:
    return ScoreUpdate(
        "BOS", "NYK", home, away, 2, "06:00", home - away, 18, True, 1080.0, "home", 1.25, counts
    )


def play(
    order: int, home: int = 0, away: int = 0, play_id: int | None = None, action: str = "2pt"
) -> PlayData:
    return PlayData(
        play_id=play_id or order,
        order=order,
        period=1,
        game_clock="10:00",
        elapsed_seconds=120.0,
        action=action,
        sub_type="",
        side="home",
        team="BOS",
        player_id=7,
        player="A. Player",
        description=f"play {order}",
        points=2,
        score_home=home,
        score_away=away,
        possession="away",
    )


def player(player_id: int, points: int) -> PlayerLine:
    counts = {field: 0 for field in PlayerLine.__struct_fields__}
    named = {"player_id": player_id, "name": f"P{player_id}", "side": "home", "team": "BOS", "points": points}
    flags = {"starter": True, "on_court": True, "stint_seconds": 10.0, "rest_seconds": None}
    return msgspec.convert(counts | named | flags, PlayerLine)


def orders(game: GameSnapshot) -> list[int]:
    return [each.order for each in game.last_plays]


def test_a_game_begins_with_nothing_known_but_what_its_first_message_says() -> None:
    game = after()
    assert (game.game_id, game.status, game.home_team, game.away_team) == ("g1", "live", "BOS", "NYK")
    assert (game.epoch, game.seq, game.source, game.updated) == (
        "e1",
        1,
        "simulated",
        "2026-02-12T00:00:01.000Z",
    )
    assert game.home_name == "Boston Celtics"
    assert game.score_home is None
    assert game.lead_changes is None
    assert game.players == []


def test_a_score_brings_clock_possession_momentum_and_the_counts_that_go_with_it() -> None:
    game = after(score_update(40, 36, totals()))
    assert (game.score_home, game.score_away, game.period, game.game_clock) == (40, 36, 2, "06:00")
    assert (game.elapsed_seconds, game.possession, game.momentum) == (1080.0, "home", 1.25)
    assert (game.lead_changes, game.ties, game.biggest_lead_home, game.biggest_lead_away) == (3, 2, 9, 4)
    assert game.biggest_run == Run("BOS", 11, "home")
    assert game.current_run == Run("NYK", 2, "away")


def test_a_score_without_counts_leaves_them_as_they_were() -> None:
    assert after(score_update(40, 36, totals()), score_update(42, 36, None)).ties == 2


def test_lead_changes_and_ties_carry_their_own_count() -> None:
    lead = LeadChange("away", "NYK", 5, 10, 12, 1, "08:00", 240.0, 60.0)
    game = after(lead, Tie(4, 12, 12, 1, "07:30", 270.0))
    assert (game.lead_changes, game.ties) == (5, 4)


def test_the_last_five_plays_are_kept_newest_last() -> None:
    game = after(*(play(order) for order in range(1, 9)))
    assert orders(game) == [4, 5, 6, 7, 8]
    assert game.play_by_play


def test_a_game_of_scores_only_has_no_play_by_play() -> None:
    assert not after(play(1, action="score")).play_by_play


def test_changed_players_replace_their_lines_in_place_and_new_ones_come_last() -> None:
    first = PlayerStats(60.0, [player(1, 0), player(2, 0)])
    game = after(first, PlayerStats(70.0, [player(2, 3), player(3, 1)]))
    assert [(line.player_id, line.points) for line in game.players] == [(1, 0), (2, 3), (3, 1)]


def test_pattern_and_forecast_are_those_of_their_last_message() -> None:
    forecast = MlPrediction(
        "halftime", 5.0, -8.0, 17.0, 0.95, [1, 2], Explanation({"persistence": 1.0}), "v1"
    )
    game = after(PatternProgress([1, 2], 2, 18, 2), forecast)
    assert game.pattern == [1, 2]
    assert game.prediction == forecast


def test_the_running_forecast_and_the_chance_to_win_are_those_of_their_last_message() -> None:
    margin = MarginForecast(4.0, -9.0, 17.0, -16.0, 24.0)
    forecast = RunningForecast(60.0, 1, "11:00", 4, 2, None, margin, "home", 0.61, 0.3, "teams", "v1")
    game = after(
        WinProbability(0.6, 0.4, None, None, None), forecast, WinProbability(0.62, 0.38, 0.02, 7, 61.0)
    )
    assert (game.forecast, game.win_probability_home) == (forecast, 0.62)


def test_a_status_keeps_what_it_does_not_say() -> None:
    game = after(GameStatus("final", "live", False, None, None, None, None, None))
    assert (game.status, game.home_team, game.start_time) == ("final", "BOS", "2026-02-12T00:00:00.000Z")


def correction(revised: list[PlayData], inserted: list[PlayData], retracted: list[PlayData]) -> Correction:
    return Correction(
        "plays_edited", revised, inserted, retracted, Score(12, 8), Score(10, 8), totals(1, 1, 5, 6)
    )


def test_a_correction_sets_score_and_counts_and_mends_the_last_plays() -> None:
    before = [play(order, home=order) for order in range(1, 6)]
    game = after(*before, correction([play(4, home=40)], [play(3, play_id=30)], [play(5)]))
    assert (game.score_home, game.score_away) == (10, 8)
    assert (game.lead_changes, game.ties, game.biggest_lead_home) == (1, 1, 5)
    assert game.biggest_run == Run("BOS", 6, "home")
    assert orders(game) == [1, 2, 3, 3, 4]
    assert game.last_plays[-1].score_home == 40


def test_corrections_of_plays_long_gone_leave_the_last_five_alone() -> None:
    before = [play(order) for order in range(10, 15)]
    game = after(*before, correction([play(2)], [play(3)], [play(4)]))
    assert orders(game) == [10, 11, 12, 13, 14]


def test_messages_that_only_tell_change_nothing_but_the_position() -> None:
    game = after()
    told = apply(game, message(2, Alert("drought", "home", "BOS", "BOS cold", 180.0, 0.0, 180.0)))
    assert told.seq == 2
    assert msgspec.structs.replace(told, seq=1, updated=game.updated) == game


@pytest.mark.parametrize("seq", [1, 0])
def test_a_message_that_is_not_newer_changes_nothing(seq: int) -> None:
    game = after()
    assert apply(game, message(seq, Tie(9, 1, 1, 1, "10:00", 1.0))) is game


def test_every_field_that_is_kept_is_a_field_of_the_snapshot() -> None:
    assert set(GameSnapshot.__struct_fields__) >= KEPT
