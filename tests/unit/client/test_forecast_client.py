"""Both HTTP clients against a real server: what they ask, what they decode, how they fail."""

from collections.abc import Callable
from typing import Protocol

import msgspec
import pytest

from courtside.client import AsyncForecastClient, ForecastClient
from courtside.client.reducer import begin
from courtside.errors import BadInput, CourtsideError, ServerUnavailable, UnknownGame
from courtside.messages import Explanation, MarginForecast, Message, Tie, encode_message
from courtside.replies import (
    Accuracy,
    Health,
    ModelInfo,
    PredictionRecord,
    PredictReply,
    StateReply,
    Timeline,
)


class Received(Protocol):
    method: str
    path: str
    authorization: str | None
    body: bytes


class Server(Protocol):
    url: str
    received: list[Received]
    script: list[object]

    def stop(self) -> None: ...


AnswerType = Callable[..., object]

TIE = Message(
    "tie",
    "2026-02-12T00:00:00.000Z",
    "g 1",
    "e1",
    1,
    "simulated",
    Tie(1, 2, 2, 1, "10:00", 120.0),
)
GAME = begin(TIE)
REPLY = PredictReply(6.0, -8.0, 20.0, 0.9, Explanation({"persistence": 1.0}), "persistence-1")
TIMELINE = Timeline("g 1", [], [], [0, 2], None)
RECORD = PredictionRecord(
    game_id="g 1",
    made_at="2026-02-12T00:00:00.000Z",
    horizon="halftime",
    model_version="v1",
    point_forecast=5.0,
    interval_lower=None,
    interval_upper=None,
    coverage=None,
    pattern=[],
    home_team=None,
    away_team=None,
    actual=None,
    absolute_error=None,
    inside_interval=None,
    ours=True,
)
ACCURACY = Accuracy("v1", "halftime", 10, 8, 4.5, 0.94, 0.95, None)
MODEL = ModelInfo("v1", "active", "default", None, "2024-06-17", 14126, [2023], {"halftime_mae": 4.7})
MARGIN = MarginForecast(4.0, -9.0, 17.0, -16.0, 24.0)
FORECAST = StateReply(1080.0, 4, 0.61, 0.39, "home", None, MARGIN, "score", "v1")
STATE = {"score_home": 44, "score_away": 40, "period": 2, "game_clock": "6:00"}
HEALTH = Health(True, [], "0.1", "simulate", 1.0, 2, 1, 3, "ok", "v1", {})
PATTERN = [0, 2, 3, 1, -1, 0, 2, 4, 4, 5, 7, 6, 6, 8, 9, 7, 8, 10]


MESSAGE = msgspec.Raw(encode_message(TIE).frame)
REPLIES = (
    REPLY,
    FORECAST,
    {"games": [GAME]},
    GAME,
    {"game_id": "g 1", "plays": []},
    TIMELINE,
    {"game_id": "g 1", "epoch": "e1", "seq": 2, "messages": [MESSAGE], "more": True},
    {"game_id": "g 1", "epoch": "e1", "seq": 2, "messages": [MESSAGE], "more": False},
    {"predictions": [RECORD]},
    {"predictions": [RECORD]},
    {"accuracy": [ACCURACY]},
    {"models": [MODEL]},
    HEALTH,
)


def bodies(*replies: object) -> list[bytes]:
    return [msgspec.json.encode(reply) for reply in replies]


def test_every_question_goes_to_its_address_and_is_decoded(server: Server, answer: AnswerType) -> None:
    replies = bodies(*REPLIES)
    server.script = [answer(200, body) for body in replies]
    with ForecastClient(server.url + "/", "secret") as client:
        assert client.predict(PATTERN, 0.1, home_team="BOS", away_team="LAL", market_spread=-3.5) == REPLY
        assert client.predict_state(STATE) == FORECAST
        assert client.games() == [GAME]
        assert client.game("g 1") == GAME
        assert client.plays("g 1") == []
        assert client.timeline("g 1") == TIMELINE
        assert client.messages("g 1", after_seq=7) == [TIE, TIE]
        assert client.predictions() == [RECORD]
        assert client.predictions("g 1") == [RECORD]
        assert client.accuracy() == [ACCURACY]
        assert client.models() == [MODEL]
        assert client.health() == HEALTH
    assert [f"{each.method} {each.path}" for each in server.received] == [
        "POST /predict",
        "POST /predict/state",
        "GET /games",
        "GET /games/g%201",
        "GET /games/g%201/plays",
        "GET /games/g%201/timeline",
        "GET /games/g%201/messages?after_seq=7",
        "GET /games/g%201/messages?after_seq=1",
        "GET /predictions",
        "GET /predictions/g%201",
        "GET /accuracy",
        "GET /models",
        "GET /health",
    ]
    asked = {"pattern": PATTERN, "alpha": 0.1, "return_explanation": True}
    asked |= {"home_team": "BOS", "away_team": "LAL", "market_spread": -3.5}
    assert msgspec.json.decode(server.received[0].body) == asked
    assert msgspec.json.decode(server.received[1].body) == STATE
    assert server.received[0].authorization == "Bearer secret"


async def test_the_async_client_asks_and_decodes_the_same(server: Server, answer: AnswerType) -> None:
    replies = bodies(*REPLIES)
    server.script = [answer(200, body) for body in replies]
    async with AsyncForecastClient(server.url) as client:
        assert await client.predict(PATTERN, explain=False) == REPLY
        assert await client.predict_state(STATE) == FORECAST
        assert await client.games() == [GAME]
        assert await client.game("g 1") == GAME
        assert await client.plays("g 1") == []
        assert await client.timeline("g 1") == TIMELINE
        assert await client.messages("g 1") == [TIE, TIE]
        assert await client.predictions() == [RECORD]
        assert await client.predictions("g 1") == [RECORD]
        assert await client.accuracy() == [ACCURACY]
        assert await client.models() == [MODEL]
        assert await client.health() == HEALTH


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (404, UnknownGame, "no game 'x'"),
        (422, BadInput, "422 no game 'x'"),
        (401, CourtsideError, "give the client an api_key"),
        (500, ServerUnavailable, "see the server's log"),
    ],
)
def test_each_refusal_is_an_error_of_its_kind_with_the_servers_reason(
    server: Server, answer: AnswerType, status: int, error: type[CourtsideError], said: str
) -> None:
    server.script = [answer(status, b'{"error":"no game \'x\'"}')]
    with ForecastClient(server.url) as client, pytest.raises(error, match=said):
        client.game("x")


def test_an_answer_of_something_else_is_no_game(server: Server, answer: AnswerType) -> None:
    server.script = [answer(200, b'{"hello": "world"}')]
    with (
        ForecastClient(server.url) as client,
        pytest.raises(CourtsideError, match="is it a Courtside server"),
    ):
        client.game("x")


async def test_a_server_that_is_away_is_one_line_that_says_what_to_do(server: Server) -> None:
    server.stop()
    with ForecastClient(server.url) as client, pytest.raises(ServerUnavailable, match="`courtside run`"):
        client.games()
    async with AsyncForecastClient(server.url) as away:
        with pytest.raises(ServerUnavailable, match="`courtside run`"):
            await away.games()
