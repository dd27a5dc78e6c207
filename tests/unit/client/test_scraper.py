"""Both adapters against a real HTTP server that goes away, breaks and refuses."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from courtside.client import AsyncScraperAdapter, Rejection, ScraperAdapter
from courtside.errors import BadInput, CallsRejected, CourtsideError, ServerUnavailable


class Received(Protocol):
    method: str
    path: str
    key: str | None
    authorization: str | None
    body: bytes


class Server(Protocol):
    url: str
    received: list[Received]
    script: list[object]

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def hold(self) -> None: ...
    def release(self) -> None: ...
    def wait_for(self, done: Callable[[], bool]) -> None: ...


AnswerType = Callable[..., object]

GAME = {"game_id": "g 1", "home_team": "BOS", "away_team": "NYK"}


def score(home: int, away: int = 0) -> dict[str, object]:
    return {
        "game_id": "g 1",
        "quarter": 1,
        "time_remaining": "10:45",
        "score_home": home,
        "score_away": away,
    }


def adapter_to(
    url: str,
    *,
    api_key: str | None = None,
    spool: Path | None = None,
    on_rejected: Callable[[Rejection], None] | None = None,
    max_queued: int = 1000,
) -> ScraperAdapter:
    return ScraperAdapter(
        url,
        api_key,
        spool=spool,
        on_rejected=on_rejected,
        max_queued=max_queued,
        retry_seconds=0.01,
        longest_retry_seconds=0.02,
    )


def scores_home(server: Server) -> list[int]:
    bodies = [msgspec.json.decode(each.body) for each in server.received if each.path.endswith("scores")]
    return [body["score_home"] for body in bodies]


def test_a_game_goes_in_as_the_three_calls_of_the_contract(server: Server) -> None:
    with adapter_to(server.url, api_key="secret") as adapter:
        adapter.on_game_start(GAME)
        adapter.on_score_update(score(2))
        adapter.on_game_end("g 1")
    assert [each.path for each in server.received] == ["/games", "/games/g%201/scores", "/games/g%201/end"]
    assert msgspec.json.decode(server.received[0].body) == GAME
    assert msgspec.json.decode(server.received[1].body) == {
        "quarter": 1,
        "time_remaining": "10:45",
        "score_home": 2,
        "score_away": 0,
    }
    assert {each.authorization for each in server.received} == {"Bearer secret"}
    assert len({each.key for each in server.received}) == 3


def test_calls_queue_while_the_server_is_away_and_arrive_in_order_when_it_is_back(server: Server) -> None:
    server.stop()
    adapter = adapter_to(server.url)
    for home in range(20):
        adapter.on_score_update(score(home))
    with pytest.raises(ServerUnavailable, match=r"20 calls still wait for .*start the server"):
        adapter.flush(0.05)
    assert adapter.queued == 20
    server.start()
    adapter.close(10)
    assert scores_home(server) == list(range(20))
    assert adapter.problem is None


def test_a_call_without_an_answer_is_sent_again_under_the_same_key(
    server: Server, answer: AnswerType
) -> None:
    server.script = [answer(drop=True), answer(500), answer(429, headers={"Retry-After": "0"}), answer()]
    with adapter_to(server.url) as adapter:
        adapter.on_score_update(score(1))
        adapter.on_score_update(score(2))
    assert scores_home(server) == [1, 1, 1, 1, 2]
    assert len({each.key for each in server.received}) == 2


def test_a_call_returns_while_the_server_is_still_thinking(server: Server) -> None:
    server.hold()
    adapter = adapter_to(server.url)
    for home in range(50):
        adapter.on_score_update(score(home))
    server.wait_for(lambda: len(server.received) == 1)
    assert adapter.queued == 50
    server.release()
    adapter.close()
    assert adapter.queued == 0


def test_wrong_data_is_told_on_flush_and_the_rest_goes_on(server: Server, answer: AnswerType) -> None:
    problem = {"error": "score_home is not a number", "field": "score_home"}
    server.script = [
        answer(),
        answer(422, msgspec.json.encode(problem)),
        answer(404, b'{"error":"no game"}'),
    ]
    adapter = adapter_to(server.url)
    for home in range(4):
        adapter.on_score_update(score(home))
    with pytest.raises(CallsRejected, match=r"422 score_home is not a number \(and 1 more\)") as caught:
        adapter.flush()
    assert len(caught.value.rejected) == 2
    assert caught.value.rejected[1].endswith("404 no game")
    adapter.close()
    assert scores_home(server) == [0, 1, 2, 3]


def test_the_callback_is_told_of_wrong_data_and_flush_then_is_not(server: Server, answer: AnswerType) -> None:
    told: list[Rejection] = []
    server.script = [answer(400, b"<html>no</html>")]
    with adapter_to(server.url, on_rejected=told.append) as adapter:
        adapter.on_score_update(score(7))
        adapter.flush()
        assert [(each.status, each.reason) for each in told] == [(400, "<html>no</html>")]


def test_a_callback_that_fails_does_not_stop_the_queue(
    server: Server, answer: AnswerType, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(rejection: Rejection) -> None:
        raise RuntimeError("the caller's own mistake")

    server.script = [answer(422)]
    with adapter_to(server.url, on_rejected=fail) as adapter:
        adapter.on_score_update(score(1))
        adapter.on_score_update(score(2))
    assert scores_home(server) == [1, 2]
    assert "on_rejected failed" in caplog.text


def test_a_refused_key_holds_the_queue_and_says_so(server: Server, answer: AnswerType) -> None:
    server.script = [answer(401, b'{"error":"unknown key"}')] * 10_000
    adapter = adapter_to(server.url, api_key="wrong")
    adapter.on_score_update(score(1))
    with pytest.raises(ServerUnavailable, match="answered 401 unknown key"):
        adapter.flush(0.1)
    assert adapter.queued == 1
    server.script = []
    adapter.close()


@pytest.mark.parametrize("game_id", [None, "", 22500776])
def test_a_call_without_a_game_id_is_refused_at_once(server: Server, game_id: object) -> None:
    with adapter_to(server.url) as adapter:
        for method in (adapter.on_game_start, adapter.on_score_update):
            with pytest.raises(BadInput, match="game_id"):
                method({"game_id": game_id})
    assert server.received == []


def test_what_is_not_json_is_refused_at_once_and_named(server: Server) -> None:
    with adapter_to(server.url) as adapter, pytest.raises(BadInput, match="neither a number nor a text"):
        adapter.on_game_start({"game_id": "g", "start_time": object()})


def test_integers_of_other_libraries_are_numbers(server: Server) -> None:
    class Int64:
        def __index__(self) -> int:
            return 31

    with adapter_to(server.url) as adapter:
        adapter.on_score_update(score(0) | {"score_home": Int64()})
    assert scores_home(server) == [31]


@pytest.mark.parametrize("url", ["localhost:8080", "ws://localhost:8080", "http://", ""])
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="http://localhost:8080"):
        ScraperAdapter(url)


def test_a_closed_adapter_takes_no_calls_and_closes_twice(server: Server) -> None:
    adapter = adapter_to(server.url)
    adapter.close()
    adapter.close()
    with pytest.raises(CourtsideError, match="is closed"):
        adapter.on_game_end("g")


def test_closing_with_calls_left_and_no_spool_is_an_error_that_says_so(server: Server) -> None:
    server.stop()
    adapter = adapter_to(server.url)
    adapter.on_game_end("g")
    with pytest.raises(ServerUnavailable, match=r"1 call still waits .*spool file"):
        adapter.close(0.05)


def test_the_error_of_the_with_block_is_not_hidden_by_the_one_of_closing(server: Server) -> None:
    server.stop()
    with pytest.raises(ValueError, match="mine"), adapter_to(server.url) as adapter:
        adapter.close = lambda timeout=5.0: ScraperAdapter.close(adapter, 0.05)  # type: ignore[method-assign]
        adapter.on_game_end("g")
        raise ValueError("mine")


def test_a_bound_on_the_queue_refuses_the_call_beyond_it(server: Server) -> None:
    server.stop()
    adapter = adapter_to(server.url, max_queued=2)
    adapter.on_game_end("a")
    adapter.on_game_end("b")
    with pytest.raises(CourtsideError, match="2 calls already wait"):
        adapter.on_game_end("c")
    server.start()
    adapter.close()
    assert [each.path for each in server.received] == ["/games/a/end", "/games/b/end"]


def test_the_spool_carries_unsent_calls_into_the_next_process(server: Server, tmp_path: Path) -> None:
    server.stop()
    spool = tmp_path / "calls.spool"
    first = adapter_to(server.url, spool=spool)
    first.on_game_start(GAME)
    first.on_score_update(score(1))
    with pytest.raises(ServerUnavailable, match="they stay in the spool"):
        first.close(0.05)
    server.start()
    with adapter_to(server.url, spool=spool) as second:
        second.on_score_update(score(2))
    assert [each.path for each in server.received] == ["/games"] + ["/games/g%201/scores"] * 2
    assert scores_home(server) == [1, 2]
    assert spool.read_bytes().count(b"\n") == 6


def test_an_unclosed_adapter_still_sends_what_it_has_when_the_program_ends(server: Server) -> None:
    adapter = adapter_to(server.url)
    adapter.on_score_update(score(5))
    adapter._at_exit()
    assert scores_home(server) == [5]


def test_an_unclosed_adapter_says_at_the_end_what_it_could_not_send(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courtside.client.scraper.EXIT_SECONDS", 0.05)
    server.stop()
    adapter = adapter_to(server.url)
    adapter.on_score_update(score(5))
    adapter._at_exit()
    assert "1 call still waits" in caplog.text


async def test_the_async_adapter_sends_the_same_calls(server: Server) -> None:
    async with AsyncScraperAdapter(server.url, "secret") as adapter:
        await adapter.on_game_start(GAME)
        await adapter.on_score_update(score(2))
        await adapter.on_game_end("g 1")
    assert [each.path for each in server.received] == ["/games", "/games/g%201/scores", "/games/g%201/end"]


async def test_the_async_adapter_queues_retries_and_keeps_order(server: Server, answer: AnswerType) -> None:
    server.stop()
    adapter = AsyncScraperAdapter(server.url, retry_seconds=0.01, longest_retry_seconds=0.02)
    for home in range(10):
        await adapter.on_score_update(score(home))
    with pytest.raises(ServerUnavailable, match="10 calls still wait"):
        await adapter.flush(0.05)
    while adapter.problem is None:
        await asyncio.sleep(0.01)
    server.script = [answer(drop=True), answer(503), answer(422, b'{"error":"no"}')]
    server.start()
    with pytest.raises(CallsRejected, match="422 no"):
        await adapter.flush()
    assert adapter.queued == 0
    await adapter.close()
    assert scores_home(server) == [0, 0, 0, *range(1, 10)]
    with pytest.raises(CourtsideError, match="is closed"):
        await adapter.on_game_end("g")


async def test_the_async_adapter_does_not_block_the_loop_while_the_server_thinks(server: Server) -> None:
    server.hold()
    adapter = AsyncScraperAdapter(server.url)
    await adapter.on_game_end("g")
    await asyncio.to_thread(server.wait_for, lambda: len(server.received) == 1)
    server.release()
    await adapter.close()
    assert adapter.queued == 0


async def test_the_async_adapter_tells_the_callback_and_uses_the_spool(
    server: Server, answer: AnswerType, tmp_path: Path
) -> None:
    told: list[Rejection] = []
    server.script = [answer(422, b'{"error":"no"}')]
    spool = tmp_path / "calls.spool"
    async with AsyncScraperAdapter(server.url, spool=spool, on_rejected=told.append) as adapter:
        await adapter.on_game_end("g")
    assert [each.reason for each in told] == ["no"]
    assert spool.read_bytes().count(b"\n") == 2


async def test_the_async_adapter_does_not_hide_the_error_of_the_block(server: Server) -> None:
    server.script = []
    server.stop()
    with pytest.raises(ValueError, match="mine"):
        async with AsyncScraperAdapter(server.url) as adapter:
            adapter.flush = lambda timeout=5.0: AsyncScraperAdapter.flush(adapter, 0.05)  # type: ignore[method-assign]
            await adapter.on_game_end("g")
            raise ValueError("mine")
