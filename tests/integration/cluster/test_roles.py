"""The roles of the program over one bus within the process: what they tell is what one program would."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from courtside.app.cluster.roles import Roles, make_bus, started_roles
from courtside.bus.bus import Record, Stream
from courtside.bus.memory import MemoryBus
from courtside.client.reducer import apply, begin
from courtside.engine import EngineSettings
from courtside.engine.logged import LoggedGame, decode_logged, take
from courtside.errors import BadConfig
from courtside.game.view import snapshot
from courtside.messages import GameSnapshot, Message, decode_message, decode_snapshot, encode_snapshot
from courtside.settings import Settings
from tests.support.forecasting import plain_forecasting, rated_book
from tests.support.plain import Plain

pytestmark = pytest.mark.timeout(60)

Start = Callable[..., Any]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:
        count = 0

        async def start(bus: MemoryBus, role: str, **changes: object) -> tuple[Roles, AsyncExitStack]:
            nonlocal count
            count += 1
            base: dict[str, Any] = {
                "http_port": 0,
                "ws_port": 0,
                "role": role,
                "source": "push",
                "data_dir": tmp_path / str(count),
                "log_dir": None,
            }
            settings = Settings(**(base | changes))
            mine = await stack.enter_async_context(AsyncExitStack())
            roles = await mine.enter_async_context(
                started_roles(settings, bus, forecasting=plain_forecasting(rated_book))
            )
            return roles, mine

        yield start


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.02)


async def games_of(roles: Roles) -> dict[str, GameSnapshot]:
    async with httpx.AsyncClient(base_url=roles.http_url) as http:
        answer = (await http.get("/games")).json()
        found = {}
        for game in answer["games"]:
            reply = await http.get(f"/games/{game['game_id']}")
            found[game["game_id"]] = decode_snapshot(reply.content)
        return found


async def messages_of(roles: Roles, game: GameSnapshot) -> list[Message]:
    found: list[Message] = []
    async with httpx.AsyncClient(base_url=roles.http_url) as http:
        while len(found) < game.seq:
            parameters = {"after_seq": len(found)}
            reply = (await http.get(f"/games/{game.game_id}/messages", params=parameters)).json()
            found += [decode_message(msgspec.json.encode(message)) for message in reply["messages"]]
    return found


def folded(bus: MemoryBus) -> dict[str, bytes]:
    """What the log says of every game to somebody who folds it alone."""
    games: dict[str, LoggedGame] = {}
    for partition in range(bus.partitions(Stream.OBSERVATIONS)):
        for delivery in bus.kept(Stream.OBSERVATIONS, partition):
            logged = decode_logged(delivery.value)
            before = games.get(logged.game_id, LoggedGame())
            games[logged.game_id] = take(before, logged, Plain(), EngineSettings()).game
    return {
        game_id: encode_snapshot(snapshot(game.live))
        for game_id, game in games.items()
        if game.live is not None
    }


async def test_simulated_games_go_through_all_roles_and_gateways_agree(start: Start) -> None:
    bus = MemoryBus()
    one, _ = await start(bus, "gateway")
    await start(bus, "engine")
    await start(bus, "engine")
    await start(bus, "ingest", source="simulate", games=4, speed=2000.0, seed=3)

    async def some_are_over() -> bool:
        games = await games_of(one)
        return sum(game.status == "final" for game in games.values()) >= 3

    await until(some_are_over)
    two, _ = await start(bus, "gateway")
    finals = {game_id: game for game_id, game in (await games_of(one)).items() if game.status == "final"}
    late = await games_of(two)
    alone = folded(bus)
    for game_id, game in finals.items():
        assert encode_snapshot(game) == encode_snapshot(late[game_id]) == alone[game_id]
        messages = await messages_of(two, game)
        assert [message.seq for message in messages] == list(range(1, game.seq + 1))
        state = begin(messages[0])
        for message in messages[1:]:
            state = apply(state, message)
        assert (state.score_home, state.score_away) == (game.score_home, game.score_away)


async def test_an_engine_that_dies_is_followed_by_one_that_tells_nothing_twice(start: Start) -> None:
    bus = MemoryBus()
    gateway, _ = await start(bus, "gateway")
    _, first = await start(bus, "engine")
    await start(bus, "ingest", source="simulate", games=3, speed=1500.0, seed=5)

    async def under_way() -> bool:
        return any((game.seq or 0) > 200 for game in (await games_of(gateway)).values())

    await until(under_way)
    await first.aclose()
    await start(bus, "engine")

    async def over() -> bool:
        return any(game.status == "final" for game in (await games_of(gateway)).values())

    await until(over)
    alone = folded(bus)
    for game_id, game in (await games_of(gateway)).items():
        messages = await messages_of(gateway, game)
        assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
        if game.status == "final":
            assert encode_snapshot(game) == alone[game_id]


async def test_a_pushed_score_is_answered_once_an_engine_has_it(start: Start) -> None:
    bus = MemoryBus()
    gateway, _ = await start(bus, "gateway")
    await start(bus, "engine")
    async with httpx.AsyncClient(base_url=gateway.http_url) as http:
        answer = await http.post("/games", json={"game_id": "g1", "home_team": "BOS", "away_team": "NYK"})
        assert answer.status_code == 200, answer.text
        body = {"quarter": 1, "time_remaining": "11:00", "score_home": 2, "score_away": 0}
        headers = {"Idempotency-Key": "one"}
        first = (await http.post("/games/g1/scores", json=body, headers=headers)).json()
        again = (await http.post("/games/g1/scores", json=body, headers=headers)).json()
        assert (first["accepted"], again["accepted"]) == (True, False)
        other = await http.post("/games/g1/scores", json=body | {"score_home": 3}, headers=headers)
        assert other.status_code == 422
        game = (await http.get("/games/g1")).json()
        assert (game["score_home"], game["seq"]) == (2, first["seq"])
        assert (await http.get("/games/g1/timeline")).json()["points"][-1]["score_home"] == 2


async def test_without_an_engine_a_push_says_so(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courtside.app.cluster.gateway.ANSWER_SECONDS", 0.1)
    gateway, _ = await start(MemoryBus(), "gateway")
    async with httpx.AsyncClient(base_url=gateway.http_url) as http:
        answer = await http.post("/games", json={"game_id": "g1", "home_team": "BOS", "away_team": "NYK"})
    assert answer.status_code == 503
    assert "engine" in answer.json()["error"]


async def test_a_record_that_nobody_can_fold_is_set_aside(start: Start) -> None:
    bus = MemoryBus()
    engine, _ = await start(bus, "engine")
    gateway, _ = await start(bus, "gateway")
    await bus.publish(Stream.OBSERVATIONS, [Record("g1", b"nonsense")])
    async with httpx.AsyncClient(base_url=gateway.http_url) as http:
        answer = await http.post("/games", json={"game_id": "g1", "home_team": "BOS", "away_team": "NYK"})
        assert answer.status_code == 200, answer.text
    (letter,) = bus.kept(Stream.DEAD_LETTERS, 0)
    assert letter.value == b"nonsense"
    assert b"DecodeError" in letter.headers["reason"] or b"Error" in letter.headers["reason"]
    async with httpx.AsyncClient(base_url=engine.http_url) as http:
        health = (await http.get("/health")).json()
        assert health["feed"]["records_set_aside"] == 1
        assert (await http.get("/ready")).status_code == 200
        assert "courtside_bus_lag" in (await http.get("/metrics")).text
        assert (await http.get("/games")).status_code == 404


async def test_two_ingests_one_leads_and_the_other_takes_over(start: Start) -> None:
    bus = MemoryBus()
    gateway, _ = await start(bus, "gateway")
    await start(bus, "engine")
    one, first = await start(bus, "ingest", source="simulate", games=2, speed=200.0, seed=5)
    two, _ = await start(bus, "ingest", source="simulate", games=2, speed=200.0, seed=5)

    async def known() -> bool:
        return len(await games_of(gateway)) >= 2

    await until(known)
    assert one.ingest.leads and not two.ingest.leads
    epochs = {game_id: game.epoch for game_id, game in (await games_of(gateway)).items()}
    await first.aclose()

    async def anew() -> bool:
        games = await games_of(gateway)
        return two.ingest.leads and any(games[game_id].epoch != epoch for game_id, epoch in epochs.items())

    await until(anew)


def test_a_role_alone_wants_a_broker() -> None:
    with pytest.raises(BadConfig, match="--bus"):
        make_bus(Settings(role="engine"))
