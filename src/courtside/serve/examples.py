"""The examples in the API's description; a test sends every one of them to a server."""

import msgspec

from courtside.events import SourceName
from courtside.messages import Explanation, GameSnapshot, Message, PlayData
from courtside.replies import (
    Accuracy,
    Health,
    PredictionRecord,
    PredictReply,
    Receipt,
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
    PredictionUpdate,
    PredictRequest,
    Readiness,
)


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

NEW_GAME = NewGame(GAME_ID, "BOS", "CHI", "2026-02-12T00:10:00Z")
NEW_SCORE = NewScore(2, "6:00", 52, 42, "2026-02-12T00:41:07.500Z")
GAME_END = GameEnd(118, 109, "2026-02-12T02:31:44Z")
RECEIPT = Receipt(GAME_ID, True, "6f1c2a90", 1842)
PREDICT = PredictRequest([float(value or 0) for value in PATTERN], 0.05, True, "BOS", "CHI")
PREDICTED = PredictReply(
    9.2, -2.0, 20.0, 0.95, Explanation({"persistence": 1.0}, {"persistence": 9.2}), "persistence-1"
)
UPDATE = PredictionUpdate(GAME_ID, "my-model", 8.5, "halftime", -1.0, 18.0, 0.9)
PREDICTIONS = Predictions(
    [
        PredictionRecord(
            game_id=GAME_ID,
            made_at="2026-02-12T00:41:07.500Z",
            horizon="halftime",
            model_version="persistence-1",
            point_forecast=9.2,
            interval_lower=-2.0,
            interval_upper=20.0,
            coverage=0.95,
            pattern=list(PATTERN),
            home_team="BOS",
            away_team="CHI",
            actual=7,
            absolute_error=2.2,
            inside_interval=True,
            ours=True,
        )
    ]
)
ACCURACY = Accuracies([Accuracy("persistence-1", "halftime", 120, 118, 4.6, 0.95, 0.95, None)])
MODELS = Models([{"name": "persistence", "version": "persistence-1"}])
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
    model_version="persistence-1",
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
)
PLAYS = Plays(GAME_ID, [PLAY])
MESSAGE = Message("play", "2026-02-12T00:12:42.300Z", GAME_ID, "6f1c2a90", 12, "nba", PLAY)
MESSAGES = GameMessages(GAME_ID, "6f1c2a90", 1842, [msgspec.Raw(msgspec.json.encode(MESSAGE))], True)
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
    play_by_play=True,
    seq=1842,
)
TIMELINE = Timeline(GAME_ID, [TimelinePoint(36.5, 2, 0, 2, 1.9, None)], [], [2], None)
