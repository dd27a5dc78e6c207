"""The examples in the API's description; a test sends every one of them to a server."""

import msgspec

from courtside.events import SourceName
from courtside.messages import (
    Explanation,
    GameSnapshot,
    MarginForecast,
    Message,
    MlPrediction,
    PlayData,
    RunningForecast,
    SimilarGame,
)
from courtside.replies import (
    Accuracy,
    Chance,
    Health,
    ModelInfo,
    PredictionRecord,
    PredictReply,
    Receipt,
    StateReply,
    Timeline,
    TimelinePoint,
)
from courtside.serve.schemas import (
    Accuracies,
    GameEnd,
    GameMessages,
    Models,
    NewGame,
    NewScore,
    Plays,
    Predictions,
    Readiness,
)
from courtside.serve.schemas_forecast import NewMarket, PredictionUpdate, PredictRequest, StateRequest


def new_snapshot(game_id: str, source: SourceName, epoch: str, updated: str) -> GameSnapshot:
    """A game of which nothing is known yet."""
    nothing: dict[str, object] = {field.name: None for field in msgspec.structs.fields(GameSnapshot)}
    lists: dict[str, list[object]] = {name: [] for name in ("pattern", "score_path", "last_plays", "players")}
    known = {
        "game_id": game_id,
        "source": source,
        "status": "scheduled",
        "windows": {},
        "play_by_play": False,
        "updated": updated,
        "epoch": epoch,
        "seq": 0,
    }
    return msgspec.convert(nothing | lists | known, GameSnapshot)


GAME_ID = "0022500776"
PATTERN: list[int | None] = [0, 2, -1, 3, 3, 5, 8, 6, 4, 4, 7, 9, 11, 8, 6, 6, 9, 10]
SIMILAR_PATTERN = [1, 2, 0, 2, 4, 5, 7, 7, 5, 4, 6, 10, 10, 9, 7, 6, 8, 9]

NEW_GAME = NewGame(GAME_ID, "BOS", "CHI", "2026-02-12T00:10:00Z")
NEW_SCORE = NewScore(2, "6:00", 52, 42, "2026-02-12T00:41:07.500Z")
GAME_END = GameEnd(118, 109, "2026-02-12T02:31:44Z")
RECEIPT = Receipt(GAME_ID, True, "6f1c2a90", 1842)
MODEL = "2024-06-17-3fa9c1d2"
PREDICT = PredictRequest([float(value or 0) for value in PATTERN], 0.05, True)
EXPLANATION = Explanation(
    weights={"linear": 0.62, "dejavu": 0.2, "lstm": 0.18},
    members={"linear": 9.4, "dejavu": 9.1, "lstm": 8.9},
    dejavu_prediction=9.1,
    lstm_prediction=8.9,
    ensemble_forecast=9.25,
    similar_games=[SimilarGame("0021800412", "2018-12-14", "TOR", "POR", 11, 1.2, SIMILAR_PATTERN)],
)
PREDICTED = PredictReply(9.25, -2.0, 20.0, 0.95, EXPLANATION, MODEL, "score")
STATE = StateRequest(52, 42, 2, "6:00", possession="home")
HALFTIME = MarginForecast(9.0, 2.0, 17.0, -2.0, 20.0)
FINAL = MarginForecast(10.0, -4.0, 24.0, -12.0, 32.0)
STATE_PREDICTED = StateReply(1080.0, 10, 0.827, 0.173, "home", HALFTIME, FINAL, "score", MODEL)
MARKET = NewMarket(-4.5)
UPDATE = PredictionUpdate(GAME_ID, "my-model", 8.5, "halftime", -1.0, 18.0, 0.9)
PREDICTIONS = Predictions(
    [
        PredictionRecord(
            game_id=GAME_ID,
            made_at="2026-02-12T00:41:07.500Z",
            horizon="halftime",
            model_version=MODEL,
            point_forecast=9.25,
            interval_lower=-2.0,
            interval_upper=20.0,
            coverage=0.95,
            pattern=list(PATTERN),
            home_team="BOS",
            away_team="CHI",
            actual=7,
            absolute_error=2.25,
            inside_interval=True,
            ours=True,
            lower80=2.0,
            upper80=17.0,
            lower95=-2.0,
            upper95=20.0,
            inside80=True,
            inside95=True,
        )
    ]
)
ACCURACY = Accuracies(
    [
        Accuracy(MODEL, "halftime", 120, 118, 4.7, 0.95, 0.95, None, 0.8, 0.95),
        Accuracy(MODEL, "final", 120, 115, 9.9, 0.94, 0.95, 0.178, 0.79, 0.94),
    ]
)
MODELS = Models(
    [
        ModelInfo(
            version=MODEL,
            status="active",
            ensemble="default",
            first_date="2013-10-29",
            last_date="2024-06-17",
            games=14126,
            seasons=[2013, 2023],
            metrics={"halftime_mae": 4.71},
        )
    ]
)
HEALTH = Health(
    ready=True,
    reasons=[],
    version="1.0.0",
    source="nba",
    uptime_seconds=5321.4,
    games=11,
    live_games=4,
    clients=37,
    journal="sqlite, 11.2 MB",
    model_version=MODEL,
    feed={"polls": 5120, "faults": 3},
)
READY = Readiness(True, [])
PLAY = PlayData(
    play_id=7,
    order=70000,
    period=1,
    game_clock="11:23.5",
    elapsed_seconds=36.5,
    action="2pt",
    sub_type="Layup",
    side="home",
    team="BOS",
    player_id=1628369,
    player="J. Tatum",
    description="J. Tatum driving layup (2 PTS)",
    points=2,
    score_home=2,
    score_away=0,
    possession="away",
    win_probability_change=0.012,
)
PLAYS = Plays(GAME_ID, [PLAY])
MESSAGE = Message("play", "2026-02-12T00:12:42.300Z", GAME_ID, "6f1c2a90", 12, "nba", PLAY)
MESSAGES = GameMessages(GAME_ID, "6f1c2a90", 1842, [msgspec.Raw(msgspec.json.encode(MESSAGE))], True)
RUNNING = RunningForecast(1080.0, 2, "06:00", 52, 42, HALFTIME, FINAL, "home", 0.827, 0.21, "players", MODEL)
PREDICTION = MlPrediction(
    "halftime",
    9.25,
    -2.0,
    20.0,
    0.95,
    list(PATTERN),
    EXPLANATION,
    MODEL,
    lower80=2.0,
    upper80=17.0,
    lower95=-2.0,
    upper95=20.0,
    final=FINAL,
    win_probability_home=0.827,
    known="players",
)
GAME = msgspec.structs.replace(
    new_snapshot(GAME_ID, "nba", "6f1c2a90", "2026-02-12T00:41:07.500Z"),
    status="live",
    home_team="BOS",
    away_team="CHI",
    score_home=52,
    score_away=42,
    period=2,
    game_clock="06:00",
    elapsed_seconds=1080.0,
    momentum=3.4,
    lead_changes=4,
    ties=3,
    pattern=list(PATTERN),
    score_path=list(PATTERN),
    last_plays=[PLAY],
    win_probability_home=0.827,
    forecast=RUNNING,
    prediction=PREDICTION,
    play_by_play=True,
    seq=1842,
)
TIMELINE = Timeline(
    GAME_ID,
    [TimelinePoint(36.5, 2, 0, 2, 1.9, None, 0.641, 2.0, 4.0)],
    [],
    [2],
    None,
    [Chance(0.0, 0.629, 1), Chance(36.5, 0.641, 7)],
)
