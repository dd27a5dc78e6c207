import msgspec
import pytest

from courtside.cli.words import (
    chance_words,
    clock_words,
    event_words,
    interval_words,
    margin_words,
    period_words,
    score_words,
    scoring_play_words,
    where_words,
)
from courtside.client.reducer import begin
from courtside.messages import (
    MESSAGE_TYPES,
    Alert,
    Correction,
    Explanation,
    ExternalPrediction,
    GameSnapshot,
    GameStatus,
    GameTotals,
    LeadChange,
    Message,
    MessageData,
    MlPrediction,
    PatternProgress,
    PlayData,
    Result,
    Score,
    ScoringRun,
    Tie,
)

NAMES = {kind: name for name, kind in MESSAGE_TYPES.items()}


def message(data: MessageData) -> Message:
    return Message(NAMES[type(data)], "2026-02-12T00:00:00.000Z", "g1", "e1", 1, "simulated", data)


def game(**changes: object) -> GameSnapshot:
    started = begin(message(GameStatus("live", "scheduled", False, "BOS", "NYK", None, None, None)))
    known = {"score_home": 44, "score_away": 40, "period": 2, "game_clock": "06:00"}
    return msgspec.structs.replace(started, **(known | changes))


def play(points: int, description: str = "J. Doe dunk") -> PlayData:
    return PlayData(
        play_id=1,
        order=1,
        period=2,
        game_clock="05:30",
        elapsed_seconds=1110.0,
        action="2pt",
        sub_type="",
        side="away",
        team="NYK",
        player_id=1,
        player="J. Doe",
        description=description,
        points=points,
        score_home=44,
        score_away=42,
        possession="home",
    )


FORECAST = MlPrediction("halftime", 5.0, -8.0, 17.0, 0.95, [], Explanation({}), "v1")
TOTALS = GameTotals(0, 0, 0, 0, None, None)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GameStatus("live", "scheduled", False, None, None, None, None, None), "tip-off"),
        (GameStatus("live", "halftime", False, None, None, None, None, None), "play goes on"),
        (GameStatus("live", "final", True, None, None, None, None, None), "reopened: not over after all"),
        (GameStatus("final", "live", False, None, None, None, None, None), "final"),
        (LeadChange("away", "NYK", 3, 44, 46, 2, "05:00", 1.0, 0.0), "NYK takes the lead (change 3)"),
        (Tie(2, 44, 44, 2, "05:00", 1.0), "tied at 44"),
        (ScoringRun("started", "home", "BOS", 8, 0.0, 2, "05:00", 1.0), "BOS on a 8-0 run"),
        (ScoringRun("ended", "home", None, 11, 0.0, 2, "05:00", 1.0), "the 11-0 run of home is over"),
        (
            Alert("drought", "home", "BOS", "BOS without a point for 3:00", 180.0, 0.0, 1.0),
            "BOS without a point",
        ),
        (FORECAST, "forecast for halftime: BOS by 5, 95% NYK 8 to BOS 17"),
        (msgspec.structs.replace(FORECAST, revises=7), "revised forecast"),
        (ExternalPrediction("mine", "final", -3.0, None, None, None), "mine forecasts NYK by 3 at final"),
        (
            Result("halftime", 9, 5.0, -8.0, 17.0, 0.95, 4.0, True, "v1"),
            "halftime is BOS by 9; forecast was BOS by 5, off by 4, inside the interval",
        ),
        (
            Correction(
                "plays_edited", [play(2)], [], [play(2), play(2)], Score(44, 42), Score(44, 40), TOTALS
            ),
            "correction: 1 revised, 2 retracted; 42-44 is now 40-44",
        ),
        (
            Correction("late_score", [], [], [], Score(1, 1), Score(1, 1), TOTALS),
            "correction: late score",
        ),
    ],
)
def test_what_happened_is_said_in_words(data: MessageData, words: str) -> None:
    said = event_words(message(data), game())
    assert said is not None
    assert said.startswith(words)


@pytest.mark.parametrize(
    "data",
    [
        PatternProgress([1], 1, 18, 1),
        play(0),
        Result("final", 9, None, None, None, None, None, None, None),
    ],
)
def test_what_only_says_how_things_stand_is_no_event(data: MessageData) -> None:
    assert event_words(message(data), game()) is None


@pytest.mark.parametrize(
    ("status", "period", "words"),
    [
        ("scheduled", None, "19:30 UTC"),
        ("live", 2, "Q2 06:00"),
        ("live", 5, "OT 06:00"),
        ("live", 7, "3OT 06:00"),
        ("halftime", 2, "Half"),
        ("break", 3, "End Q3"),
        ("final", 4, "Final"),
        ("final", 6, "Final/2OT"),
        ("postponed", None, "Postponed"),
    ],
)
def test_where_a_game_stands_in_time(status: str, period: int | None, words: str) -> None:
    assert clock_words(game(status=status, period=period, start_time="2026-02-12T19:30:00.000Z")) == words


def test_a_tip_off_that_nobody_has_announced_is_not_yet() -> None:
    assert clock_words(game(status="scheduled", start_time=None)) == "not yet"
    assert period_words(None) == ""


def test_margins_name_the_team_and_are_never_a_bare_sign() -> None:
    assert [margin_words(value, game()) for value in (5.0, -2.5, 0.0)] == ["BOS by 5", "NYK by 2.5", "even"]
    assert interval_words(0.0, 12.0, game()) == "even to BOS 12"
    assert margin_words(3.0, game(home_team=None)) == "home by 3"


def test_scores_name_the_visitors_first_or_who_plays_where_nobody_has_scored() -> None:
    assert score_words(game()) == "NYK 40, BOS 44"
    assert score_words(game(score_home=None)) == "NYK at BOS"


def test_a_line_has_clock_and_score_of_its_own_message() -> None:
    assert where_words(message(play(2)), game()).split() == ["Q2", "05:30", "NYK", "42,", "BOS", "44"]
    run = ScoringRun("started", "home", "BOS", 8, 0.0, 2, "05:00", 1.0)
    assert where_words(message(run), game()).split() == ["Q2", "05:00", "NYK", "40,", "BOS", "44"]
    assert where_words(message(FORECAST), game()).split()[:2] == ["Q2", "06:00"]


def test_only_plays_that_bring_points_are_told() -> None:
    assert scoring_play_words(message(play(2))) == "J. Doe dunk"
    assert scoring_play_words(message(play(3, ""))) == "NYK scores 3"
    assert scoring_play_words(message(play(0))) is None
    assert scoring_play_words(message(FORECAST)) is None


@pytest.mark.parametrize(
    ("home", "words"),
    [
        (0.5, "BOS 50%"),
        (0.826, "BOS 83%"),
        (0.2, "NYK 80%"),
        (0.994, "BOS >99%"),
        (0.001, "NYK >99%"),
        (1.0, "BOS 100%"),
    ],
)
def test_a_chance_is_said_of_whoever_wins_more_probably_than_not(home: float, words: str) -> None:
    assert chance_words(home, game()) == words
