"""The calls over real HTTP: what they answer, what they refuse, and who may make them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from benchmarks.memory_service import MemoryService
from courtside.errors import CannotListen
from courtside.messages import GameSnapshot, PlayData, decode_message
from courtside.replies import Receipt
from courtside.serve import examples
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

GAME = "0022500776"
NEW_GAME = {"game_id": GAME, "home_team": "BOS", "away_team": "CHI", "start_time": "2026-02-12T00:10:00Z"}
SCORE = {"quarter": 2, "time_remaining": "6:00", "score_home": 52, "score_away": 42}
STATE = {"score_home": 52, "score_away": 42, "period": 2, "game_clock": "6:00"}
UPDATE = {"game_id": GAME, "model": "mine", "point_forecast": 8.5}
PATTERN = [float(value) for value in range(18)]
Json = dict[str, Any]


class Running:
    def __init__(self, service: MemoryService, servers: Servers, client: httpx.AsyncClient) -> None:
        self.service = service
        self.servers = servers
        self.client = client

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def post(self, path: str, body: object = None, **options: Any) -> httpx.Response:
        return await self.client.post(path, json=body, **options)


@asynccontextmanager
async def run(**settings: Any) -> AsyncIterator[Running]:
    service = MemoryService()
    chosen = ServeSettings(http_port=0, ws_port=0, **settings)
    async with Servers(service, chosen) as servers:
        service.subscribe(servers.hub.deliver)
        async with httpx.AsyncClient(base_url=servers.url, trust_env=False, verify=False) as client:
            yield Running(service, servers, client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Running]:
    async with run() as each:
        yield each


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_with_keys() -> AsyncIterator[Running]:
    async with run(api_keys=("first-key", "second-key")) as each:
        yield each


@pytest.fixture
def running(shared: Running) -> Running:
    """A server without keys that knows nothing yet."""
    shared.service.clear()
    return shared


@pytest.fixture
def keyed(shared_with_keys: Running) -> Running:
    """The same with two keys."""
    shared_with_keys.service.clear()
    return shared_with_keys


@pytest_asyncio.fixture(loop_scope="module")
async def game(running: Running) -> Running:
    """With one game in the second quarter."""
    assert (await running.post("/games", NEW_GAME)).status_code == 200
    assert (await running.post(f"/games/{GAME}/scores", SCORE)).status_code == 200
    return running


async def test_a_pushed_game_is_registered_scored_ended_and_shown(game: Running) -> None:
    ended = await game.post(f"/games/{GAME}/end", {"score_home": 118, "score_away": 109})
    receipt = msgspec.json.decode(ended.content, type=Receipt)
    assert receipt == Receipt(GAME, True, "e1", 5)
    shown = msgspec.json.decode((await game.get(f"/games/{GAME}")).content, type=GameSnapshot)
    assert (shown.status, shown.home_team, shown.score_home, shown.score_away) == ("final", "BOS", 118, 109)
    assert (shown.epoch, shown.seq) == ("e1", 5)
    all_games = (await game.get("/games")).json()
    assert [each["game_id"] for each in all_games["games"]] == [GAME]


async def test_a_game_may_end_with_an_empty_body(game: Running) -> None:
    response = await game.client.post(f"/games/{GAME}/end")
    assert response.json()["accepted"] is True


async def test_a_pushed_score_reaches_the_stream(game: Running) -> None:
    async with connect(game.servers.url.replace("http", "ws") + "/ws/live") as ws:
        await ws.send('{"op": "subscribe"}')
        while json.loads(await ws.recv())["type"] != "subscribed":
            pass
        await game.post(f"/games/{GAME}/scores", {**SCORE, "score_home": 54, "time_remaining": "5:41"})
        async with asyncio.timeout(5):
            message = json.loads(await ws.recv())
    assert message["type"] == "score_update"
    assert message["data"]["current_differential"] == 12


async def test_the_same_idempotency_key_is_done_once(game: Running) -> None:
    headers = {"Idempotency-Key": "score-17"}
    later = {**SCORE, "score_home": 54}
    first = await game.post(f"/games/{GAME}/scores", later, headers=headers)
    second = await game.post(f"/games/{GAME}/scores", later, headers=headers)
    assert (first.json()["accepted"], second.json()["accepted"]) == (True, False)
    assert first.json()["seq"] == second.json()["seq"]


async def test_messages_come_in_pages_of_what_went_over_the_stream(game: Running) -> None:
    first = (await game.get(f"/games/{GAME}/messages", params={"limit": 2})).json()
    assert ([each["seq"] for each in first["messages"]], first["more"]) == ([1, 2], True)
    second = (await game.get(f"/games/{GAME}/messages", params={"after_seq": 2, "epoch": "e1"})).json()
    assert ([each["seq"] for each in second["messages"]], second["more"]) == ([3], False)
    assert (second["game_id"], second["epoch"], second["seq"]) == (GAME, "e1", 3)
    decode_message(json.dumps(second["messages"][0]).encode())


async def test_plays_and_timeline_of_a_game(game: Running) -> None:
    game.service.say(GAME, examples.PLAY)
    plays = (await game.get(f"/games/{GAME}/plays")).json()
    assert plays["plays"] == [msgspec.to_builtins(examples.PLAY)]
    msgspec.convert(plays["plays"][0], PlayData)
    assert (await game.get(f"/games/{GAME}/timeline")).json()["game_id"] == GAME


async def test_a_forecast_for_eighteen_numbers(running: Running) -> None:
    body = {"pattern": PATTERN, "alpha": 0.1, "return_explanation": True, "home_team": "BOS"}
    forecast = (await running.post("/predict", body)).json()
    assert forecast["point_forecast"] == 17.0
    assert forecast["coverage_probability"] == 0.9
    assert forecast["interval_lower"] < 17.0 < forecast["interval_upper"]
    assert forecast["explanation"]["weights"] == {"persistence": 1.0}
    plain = (await running.post("/predict", {"pattern": PATTERN, "return_explanation": False})).json()
    assert plain["explanation"] is None
    assert plain["coverage_probability"] == 0.95


async def test_a_forecast_for_a_game_at_any_moment(running: Running) -> None:
    answer = (await running.post("/predict/state", STATE)).json()
    assert (answer["elapsed_seconds"], answer["current_differential"], answer["winner"]) == (1080, 10, "home")
    assert answer["win_probability_home"] + answer["win_probability_away"] == 1.0
    assert answer["final"]["lower95"] < answer["final"]["lower80"] < answer["final"]["median"] == 10


async def test_the_market_is_told_by_who_may_write(game: Running) -> None:
    assert (await game.post(f"/games/{GAME}/market", {"home_spread": -4.5})).json()["accepted"] is True
    assert (await game.post("/games/nobody/market", {"home_spread": -4.5})).status_code == 404


async def test_a_forecast_of_somebody_elses_model_is_logged_and_broadcast(game: Running) -> None:
    interval = {"interval_lower": -1, "interval_upper": 18, "coverage": 0.9}
    assert (await game.post("/update_prediction", {**UPDATE, **interval})).json()["seq"] == 4
    for path in ("/predictions", f"/predictions/{GAME}"):
        [record] = (await game.get(path)).json()["predictions"]
        assert (record["model_version"], record["ours"], record["interval_upper"]) == ("mine", False, 18)
    messages = (await game.get(f"/games/{GAME}/messages", params={"after_seq": 3})).json()["messages"]
    assert messages[0]["type"] == "external_prediction"
    assert (await game.get("/accuracy")).json()["accuracy"][0]["forecasts"] == 1
    assert (await game.get("/models")).json()["models"][0]["version"] == "persistence-0"


async def test_health_and_readiness(running: Running) -> None:
    assert (await running.get("/health")).json()["ready"] is True
    assert (await running.get("/ready")).json() == {"ready": True, "reasons": []}
    running.service.reasons.append("the journal is locked: stop the other server")
    not_ready = await running.get("/ready")
    assert not_ready.status_code == 503
    assert not_ready.json()["reasons"] == ["the journal is locked: stop the other server"]
    assert (await running.get("/health")).status_code == 200


async def test_metrics_are_in_prometheus_format() -> None:
    async with run() as running:
        await running.post("/games", NEW_GAME)
        await running.get(f"/games/{GAME}")
        text = (await running.get("/metrics")).text
    assert 'courtside_messages_total{type="game_status"} 1.0' in text
    assert 'courtside_http_requests_total{route="/games/{game_id}",status="200"} 1.0' in text


@pytest.mark.parametrize(
    ("path", "body", "field", "reason"),
    [
        ("/games", {**NEW_GAME, "game_id": "a b"}, "game_id", "regex"),
        ("/games", {**NEW_GAME, "game_id": "abc\n"}, "game_id", "regex"),
        ("/games", {**NEW_GAME, "game_id": "x" * 65}, "game_id", "regex"),
        ("/games", {**NEW_GAME, "home_team": ""}, "home_team", "length"),
        ("/games", {**NEW_GAME, "home_team": "A\u0007"}, "home_team", "regex"),
        ("/games", {**NEW_GAME, "away_team": "BOS"}, "away_team", "two teams"),
        ("/games", {**NEW_GAME, "start_time": "tomorrow"}, "start_time", "ISO 8601"),
        ("/games", {**NEW_GAME, "start_time": "0001-01-01T00:00:00+23:59"}, "start_time", "'0001"),
        ("/games", {**NEW_GAME, "start": "now"}, "start", "not a field"),
        ("/games", {"game_id": GAME}, "home_team", "missing"),
        ("/games", [], None, "Expected `object`"),
        (f"/games/{GAME}/scores", {**SCORE, "quarter": 0}, "quarter", ">= 1"),
        (f"/games/{GAME}/scores", {**SCORE, "quarter": "2"}, "quarter", "Expected `int`"),
        (f"/games/{GAME}/scores", {**SCORE, "score_home": -1}, "score_home", ">= 0"),
        (f"/games/{GAME}/scores", {**SCORE, "score_home": 10**30}, "score_home", ""),
        (f"/games/{GAME}/scores", {**SCORE, "score_away": 1.5}, "score_away", "Expected `int`"),
        (f"/games/{GAME}/scores", {**SCORE, "time_remaining": "12:01"}, "time_remaining", "longer than"),
        (f"/games/{GAME}/scores", {**SCORE, "time_remaining": "noon"}, "time_remaining", "'noon'"),
        (
            f"/games/{GAME}/scores",
            {**SCORE, "quarter": 5, "time_remaining": "5:01"},
            "time_remaining",
            "5:00",
        ),
        (f"/games/{GAME}/scores", {**SCORE, "timestamp": "12/02/2026"}, "timestamp", "ISO 8601"),
        (f"/games/{GAME}/end", {"score_home": 100}, "score_away", "both scores"),
        (f"/games/{GAME}/end", {"score_home": 100, "score_away": 100}, "score_away", "level"),
        ("/predict", {"pattern": PATTERN[:17]}, "pattern", ">= 18"),
        ("/predict", {"pattern": [*PATTERN, 1.0]}, "pattern", "<= 18"),
        ("/predict", {"pattern": [*PATTERN[:17], None]}, "pattern[17]", "Expected `float`"),
        ("/predict", {"pattern": [*PATTERN[:17], 200]}, "pattern[17]", "< 200"),
        ("/predict", {"pattern": [*PATTERN[:17], -1e6]}, "pattern[17]", "> -200"),
        ("/predict", {"pattern": PATTERN, "alpha": 0}, "alpha", "> 0"),
        ("/predict", {"pattern": PATTERN, "alpha": 1}, "alpha", "< 1"),
        ("/predict", {"pattern": PATTERN, "market_spread": 60.5}, "market_spread", "<= 60"),
        ("/predict/state", {}, "score_home", "missing"),
        ("/predict/state", {**STATE, "period": 0}, "period", ">= 1"),
        ("/predict/state", {**STATE, "score_away": -1}, "score_away", ">= 0"),
        ("/predict/state", {**STATE, "possession": "us"}, "possession", "'us'"),
        ("/predict/state", {**STATE, "on_court_home": [1, 2, 3, 4]}, "on_court_home", ">= 5"),
        ("/predict/state", {**STATE, "pattern": [0.5]}, "pattern[0]", "Expected `int`"),
        ("/predict/state", {**STATE, "clock": "1:00"}, "clock", "not a field"),
        (f"/games/{GAME}/market", {"home_spread": -61}, "home_spread", ">= -60"),
        (f"/games/{GAME}/market", {}, "home_spread", "missing"),
        ("/update_prediction", {**UPDATE, "horizon": "third"}, "horizon", "'third'"),
        ("/update_prediction", {**UPDATE, "interval_lower": 1}, "interval_upper", "missing"),
        (
            "/update_prediction",
            {**UPDATE, "interval_lower": 2, "interval_upper": 1},
            "interval_upper",
            "below",
        ),
        ("/update_prediction", {**UPDATE, "coverage": 0.9}, "coverage", "interval too"),
    ],
)
async def test_wrong_input_is_refused_with_the_field_and_the_reason_and_nothing_is_kept(
    game: Running, path: str, body: object, field: str | None, reason: str
) -> None:
    before = (await game.get(f"/games/{GAME}")).content
    response = await game.post(path, body)
    assert response.status_code == 422
    assert response.json().get("field") == field
    assert reason in response.json()["error"]
    assert "\n" not in response.json()["error"]
    assert (await game.get(f"/games/{GAME}")).content == before


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"pattern": [NaN]}', "not JSON"),
        (b'{"pattern": [1e999]}', "out of range"),
        (b'{"pattern": ' + b"[" * 60_000, "pattern[0]"),
        (b'{"home_team": "\xff"}', "not UTF-8"),
        (b"\xff\xfe", "not JSON"),
    ],
)
async def test_a_body_that_is_not_json_is_refused(running: Running, body: bytes, reason: str) -> None:
    response = await running.client.post("/predict", content=body)
    assert response.status_code == 422
    assert reason in response.json()["error"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after_seq=x", "after_seq"),
        ("after_seq=-1", "after_seq"),
        ("limit=0", "limit"),
        ("limit=1e9", "limit"),
    ],
)
async def test_a_wrong_query_is_refused_by_its_name(game: Running, query: str, field: str) -> None:
    response = await game.get(f"/games/{GAME}/messages?{query}")
    assert response.status_code == 422
    assert response.json()["field"] == field


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
async def test_an_idempotency_key_that_cannot_be_one_is_refused(running: Running, key: str) -> None:
    response = await running.post("/games", NEW_GAME, headers={"Idempotency-Key": key})
    assert response.status_code == 422
    assert response.json()["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/games/nobody", None),
        ("GET", "/games/nobody/plays", None),
        ("GET", "/games/nobody/timeline", None),
        ("GET", "/games/nobody/messages", None),
        ("GET", "/predictions/nobody", None),
        ("POST", "/games/nobody/scores", SCORE),
        ("POST", "/games/nobody/end", {}),
        ("POST", "/update_prediction", {**UPDATE, "game_id": "nobody"}),
        ("GET", "/nowhere", None),
    ],
)
async def test_what_is_not_known_is_not_found(running: Running, method: str, path: str, body: object) -> None:
    response = await running.client.request(method, path, json=body)
    assert response.status_code == 404
    assert list(response.json()) == ["error"]


async def test_a_method_that_a_path_does_not_take_is_said_in_json(running: Running) -> None:
    response = await running.client.delete("/games")
    assert response.status_code == 405
    assert "DELETE is not what /games takes" in response.json()["error"]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_long_is_refused_before_it_is_read(game: Running, announced: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    content: Any = b" " * 100_000 if announced else chunks()
    for path in ("/games", f"/games/{GAME}/scores", f"/games/{GAME}/end", "/predict", "/update_prediction"):
        response = await game.client.post(path, content=content if announced else chunks())
        assert response.status_code == 413
        assert "longer than 65536 bytes" in response.json()["error"]


async def test_a_full_journal_refuses_new_data_in_one_line(game: Running) -> None:
    game.service.full = True
    response = await game.post(f"/games/{GAME}/scores", {**SCORE, "score_home": 60})
    assert response.status_code == 503
    assert response.json() == {"error": "the journal's disk is full: free some space, then send again"}
    assert response.headers["retry-after"] == "5"


WRITES: list[tuple[str, Json]] = [
    ("/games", NEW_GAME),
    (f"/games/{GAME}/scores", SCORE),
    (f"/games/{GAME}/end", {}),
    ("/update_prediction", UPDATE),
]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic first-key"},
        {"Authorization": "first-key"},
        {"Authorization": "Bearer first-key second-key"},
        {"Authorization": b"Bearer \xff"},
    ],
)
async def test_calls_that_write_need_a_right_key_when_keys_are_configured(
    keyed: Running, headers: dict[str, Any]
) -> None:
    for path, body in WRITES:
        response = await keyed.post(path, body, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert "Authorization: Bearer" in response.json()["error"]


@pytest.mark.parametrize("key", ["first-key", "second-key"])
async def test_any_of_the_keys_opens_the_calls_that_write(keyed: Running, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for path, body in WRITES:
        assert (await keyed.post(path, body, headers=headers)).status_code == 200
    assert (await keyed.get("/games")).status_code == 200
    assert (await keyed.post("/predict", {"pattern": PATTERN})).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_without_keys_a_call_that_came_through_a_proxy_may_not_write(
    running: Running, header: str
) -> None:
    response = await running.post("/games", NEW_GAME, headers={header: "127.0.0.1"})
    assert response.status_code == 403
    assert "set api_keys" in response.json()["error"]


async def test_without_keys_another_machine_may_not_write() -> None:
    service = MemoryService()
    servers = Servers(service, ServeSettings(http_port=0, ws_port=0))
    app: Any = servers.http._server.config.app
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://courtside") as client:
        response = await client.post("/games", json=NEW_GAME)
        assert response.status_code == 403
        assert (await client.get("/games")).json() == {"games": []}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://evil.example:8080"])
async def test_a_page_of_a_foreign_origin_may_not_write(keyed: Running, origin: str) -> None:
    headers = {"Origin": origin, "Authorization": "Bearer first-key", "Host": "evil.example:8080"}
    response = await keyed.post("/games", NEW_GAME, headers=headers)
    assert response.status_code == 403
    assert "allowed_origins" in response.json()["error"]
    assert "access-control-allow-origin" not in response.headers


async def test_a_page_of_an_origin_in_the_settings_may_call() -> None:
    origin = "https://board.example"
    async with run(allowed_origins=(origin,)) as running:
        response = await running.post("/games", NEW_GAME, headers={"Origin": origin})
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize("path", ["/", "/docs", "/games", "/nowhere", "/static/reference.js"])
async def test_every_answer_forbids_what_comes_from_elsewhere(running: Running, path: str) -> None:
    headers = (await running.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", ["/", "/docs"])
async def test_the_pages_load_nothing_from_elsewhere(running: Running, page: str) -> None:
    text = (await running.get(page)).text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert "style=" not in text
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    assert len(parts) >= 3
    for part in parts:
        assert (await running.get(part)).status_code == 200


async def test_openapi_describes_every_call_with_examples_that_work(game: Running) -> None:
    spec = (await game.get("/openapi.json")).json()
    sent = 0
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            content = call.get("requestBody", {}).get("content", {}).get("application/json")
            where = path.replace("{game_id}", GAME)
            response = await game.client.request(method, where, json=content and content["example"])
            assert response.status_code == 200, (method, path, response.text)
            sent += 1
            if "requestBody" not in call and path not in ("/metrics", "/asyncapi.json"):
                assert call["responses"]["200"]["content"]["application/json"]["example"]
    assert sent == 20
    references = json.dumps(spec).split('"$ref": "#/components/schemas/')[1:]
    for reference in references:
        assert reference.split('"')[0] in spec["components"]["schemas"]


async def test_a_mistake_of_the_server_is_one_line_without_a_traceback(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(running.service, "models", broken)
    response = await running.get("/models")
    assert response.status_code == 500
    assert response.json() == {"error": "the server failed on this call; its log says more"}


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_running(running: Running) -> None:
    taken = running.servers.http.port
    second = Servers(MemoryService(), ServeSettings(http_port=taken, ws_port=0))
    with pytest.raises(CannotListen, match=r"[Aa]ddress already in use"):
        await second.start()
    assert second.stream.port == 0


async def test_stopping_twice_is_the_same_as_once() -> None:
    servers = Servers(MemoryService(), ServeSettings(http_port=0, ws_port=0))
    await servers.start()
    await servers.stop()
    await servers.stop()
