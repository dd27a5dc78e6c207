"""What a network and a server can do wrong, and that the source neither stops, nor hurries, nor leaks."""

import asyncio
import gzip
import json
import socket
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import pytest

from courtside.clock import parse_utc
from courtside.errors import CourtsideError
from courtside.formats.captures import RecordingWriter
from courtside.formats.recordings import Recordings
from courtside.sources.nba_auto import nba_is_on
from courtside.sources.nba_live import NbaSource
from courtside.sources.nba_settings import NbaSettings
from tests.integration.nba.conftest import (
    GAME,
    START_MS,
    Lab,
    Reply,
    Send,
    action,
    answer,
    board,
    box,
    game_row,
    plain,
    plays,
    start,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"


async def hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    for _ in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def reset_before_the_answer(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def cut_in_the_body(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b'{"meta":')
    await writer.drain()
    writer.transport.abort()


async def speak_nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize(
    ("trouble", "fault", "cases"),
    [
        (hang, "timeout", 1),
        (drip, "timeout", 1),
        (reset_before_the_answer, "connection_lost", 2),
        (cut_in_the_body, "connection_lost", 2),
        (speak_nonsense, "connection_lost", 2),
    ],
)
async def test_a_connection_in_trouble_is_counted_and_the_others_go_on(
    lab: Lab, trouble: Send, fault: str, cases: int
) -> None:
    lab.site.scoreboard(*[answer(board(game_row(score=(n, 0)), at=f"07:30:{10 * n:02d}")) for n in range(3)])
    lab.site.box_score(answer(box()))
    # A connection that died without an answer is tried again at once, so it takes two.
    lab.site.play_by_play(*[Reply(send=trouble)] * cases, answer(plays(start())))
    async with lab.watch(answer_seconds=0.15) as watch:
        await watch.run(25)
    assert watch.stats.faults == {fault: cases}
    assert len(watch.plays) == 1
    assert [line.score_home for line in watch.lines] == [0, 1, 2]


async def test_a_connection_that_dies_once_is_tried_again_at_once(lab: Lab) -> None:
    lab.site.scoreboard(Reply(send=reset_before_the_answer), answer(board(game_row())))
    async with lab.watch() as watch:
        await watch.run(1)
    assert len(watch.lines) == 1
    assert lab.site.times("scoreboard") == [0.0, 0.0]
    assert watch.stats.files["scoreboard"].rejected == 0


async def test_a_body_beyond_the_limit_is_refused_compressed_or_not(lab: Lab) -> None:
    bomb = gzip.compress(b" " * 3_000_000, mtime=0)
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(bomb, Content_Encoding="gzip"), plain(b" " * 200_000), answer(plays(start())))
    async with lab.watch(max_response_bytes=100_000) as watch:
        await watch.run(15)
    assert watch.stats.faults == {"too_large": 2}
    assert len(watch.plays) == 1


@pytest.mark.parametrize("wait", ["45", "Thu, 12 Feb 2026 00:30:45 GMT"])
async def test_retry_after_is_honoured_in_both_its_forms(lab: Lab, wait: str) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(b"", 429, Retry_After=wait), answer(plays(start())))
    async with lab.watch() as watch:
        await watch.run(50)
    assert lab.site.times("playbyplay") == [0.0, 45.0]


async def test_retry_after_has_a_cap_and_nonsense_in_it_is_ignored(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(b"", 503, Retry_After="soon"), plain(b"", 503, Retry_After="999999999999"))
    async with lab.watch(retry_after_cap_seconds=60) as watch:
        await watch.run(70)
    assert lab.site.times("playbyplay") == [0.0, 2.5, 62.5]


async def test_a_circuit_opens_after_failures_in_a_row_probes_and_closes(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "courtside.nba")
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(plain(b"", 500))
    async with lab.watch(circuit_failures=3, circuit_open_polls=6) as watch:
        await watch.run(140)
        assert watch.stats.circuits_open == 1
        assert lab.site.times("playbyplay") == [0.0, 2.5, 7.5, 67.5, 127.5]
        lab.site.play_by_play(answer(plays(start())))
        await watch.run(70)
        assert watch.stats.circuits_open == 0
    assert lab.site.times("playbyplay")[5:] == [187.5, 197.5, 207.5]
    said = [record.getMessage() for record in caplog.records]
    assert sum("failed 3 times in a row" in text for text in said) == 1
    assert sum("answers again" in text for text in said) == 1
    assert sum("server_error; said once" in text for text in said) == 1


async def test_jitter_spreads_the_polls_within_its_share(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    async with lab.watch(jitter=0.2) as watch:
        await watch.run(200)
    gaps = [later - earlier for earlier, later in pairwise(lab.site.times("scoreboard"))]
    assert len(set(gaps)) > 10
    assert 8 <= min(gaps) < 9
    assert 11 < max(gaps) <= 12


async def test_a_site_that_fails_for_every_file_is_probed_with_one_and_all_return(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "courtside.nba")
    games = [f"00225007{n:02d}" for n in range(20)]
    lab.site.scoreboard(answer(board(*[game_row(game_id=game) for game in games])), plain(b"", 503))
    for game in games:
        lab.site.play_by_play(plain(b"", 503), game_id=game)
        lab.site.box_score(plain(b"", 503), game_id=game)
    async with lab.watch(host_failures=6, max_in_flight=4) as watch:
        await watch.run(300)
        asked = len(lab.site.asked)
        assert asked < 25
        for game in games:
            lab.site.play_by_play(answer(plays(start(), game_id=game)), game_id=game)
            lab.site.box_score(answer(box(game_id=game)), game_id=game)
        await watch.run(180)
    assert {said.game_id for said in watch.seen} == set(games)
    assert len([said for said in watch.seen if type(said).__name__ == "PlayByPlay"]) == 20
    said = [record.getMessage() for record in caplog.records]
    assert sum("fails for every file" in text for text in said) == 1


async def test_nothing_listening_is_counted_and_nothing_is_said(lab: Lab) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    async with lab.watch(url=url) as watch:
        await watch.run(30)
    assert watch.stats.faults.keys() == {"unreachable"}
    assert watch.seen == []


async def test_connections_are_kept_and_requests_in_flight_are_bounded(lab: Lab) -> None:
    games = [f"00225007{n:02d}" for n in range(12)]
    most = 0

    def file(game: str) -> Reply:
        body = json.dumps(plays(start(), game_id=game)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()

        async def send(writer: asyncio.StreamWriter) -> None:
            nonlocal most
            most = max(most, watch.stats.in_flight)
            await asyncio.sleep(0.02)
            writer.write(head + body)

        return Reply(send=send)

    lab.site.scoreboard(answer(board(*[game_row(game_id=game) for game in games])))
    for game in games:
        lab.site.play_by_play(
            file(game), answer(plays(start(), action(2), at=10, game_id=game)), game_id=game
        )
    watch = lab.watch(max_in_flight=4)
    async with watch:
        await watch.run(1)
        assert most == 4
        before = lab.site.connections
        await watch.run(30)
    assert len([said for said in watch.seen if type(said).__name__ == "PlayByPlay"]) == 24
    assert lab.site.connections - before <= 4


async def test_a_slow_consumer_makes_the_source_wait(lab: Lab) -> None:
    lab.site.scoreboard(
        *[answer(board(game_row(score=(n, 0)), at=f"07:{30 + n // 6}:{n % 6}0")) for n in range(60)]
    )
    source = NbaSource(NbaSettings(url=lab.site.url, jitter=0, backlog=5), clock=lab.clock, random=Random(1))
    lab.clock.in_flight = lambda: source.stats.in_flight
    scores = []
    ran = asyncio.create_task(lab.clock.run(400))
    async for said in source:
        scores.append(said.score_home)  # type: ignore[union-attr]
        if len(scores) == 1:
            while source.stats.observations < 5 or source.stats.in_flight:
                await asyncio.sleep(0)
            for _ in range(100):
                await asyncio.sleep(0)
            assert source.stats.observations <= 7
        if len(scores) == 30:
            break
    assert scores == list(range(30))
    ran.cancel()
    await source.aclose()


async def test_closing_ends_the_iteration_at_once_and_leaves_nothing_behind(lab: Lab) -> None:
    before = asyncio.all_tasks()
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(Reply(send=hang))
    source = NbaSource(NbaSettings(url=lab.site.url))
    seen = []

    async def consume() -> None:
        async for said in source:
            seen.append(said)

    consumer = asyncio.create_task(consume())
    while not lab.site.times("playbyplay"):
        await asyncio.sleep(0.001)
    async with asyncio.timeout(1):
        await source.aclose()
        await consumer
    await source.aclose()
    assert [said async for said in source] == []
    assert len(seen) == 1
    ours = {task for task in asyncio.all_tasks() - before if "Site" not in repr(task.get_coro())}
    assert not ours


async def test_a_cancelled_consumer_stops_the_polling_and_another_may_go_on(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.play_by_play(Reply(send=hang), answer(plays(start())))
    async with lab.watch() as watch:
        source = watch.source
        while not lab.site.times("playbyplay"):
            await asyncio.sleep(0.001)
        watch._task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watch._task
        assert watch.stats.in_flight == 0
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("nba-")]
        watch._task = asyncio.create_task(watch._consume())
        await watch.run(40)
        with pytest.raises(RuntimeError, match="one consumer"):
            await anext(aiter(source))
    assert len(watch.plays) == 1


async def test_the_tap_gets_every_changed_body_byte_for_byte_and_the_recording_plays(
    lab: Lab, tmp_path: Path
) -> None:
    good = json.dumps(plays(start(), at=50)).encode()
    old = json.dumps(plays(at=0)).encode()
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.box_score(answer(box()))
    lab.site.play_by_play(answer(good), plain(b"<html>"), answer(good), plain(old), answer(good))
    writer = RecordingWriter(tmp_path / "kept")
    source = NbaSource(
        NbaSettings(url=lab.site.url, jitter=0), clock=lab.clock, random=Random(1), on_response=writer.write
    )
    lab.clock.in_flight = lambda: source.stats.in_flight
    consumer = asyncio.ensure_future(anext(aiter(source)))
    await lab.clock.run(60)
    await source.aclose()
    await consumer
    kept = Recordings.open(tmp_path / "kept")
    captures = kept.captures(f"playbyplay_{GAME}")
    assert [capture.body() for capture in captures] == [good, b"<html>", good, old, good]
    assert captures[0].received_ms == START_MS
    assert len(kept.captures("scoreboard")) == 1


async def test_a_tap_that_cannot_keep_what_it_gets_ends_the_source_with_its_error(lab: Lab) -> None:
    def refuse(name: str, body: bytes, received_ms: int) -> None:
        raise CourtsideError("cannot record to out: no space; make room")

    lab.site.scoreboard(answer(board(game_row())))
    source = NbaSource(NbaSettings(url=lab.site.url), on_response=refuse)
    with pytest.raises(CourtsideError, match="make room"):
        async for _ in source:
            pass
    await source.aclose()


async def test_latencies_bytes_and_ages_are_counted_for_each_kind_of_file(lab: Lab) -> None:
    lab.site.scoreboard(answer(board(game_row())))
    lab.site.box_score(answer(box()))
    lab.site.play_by_play(answer(plays(start())))
    ended = Counter[tuple[str, str]]()

    def note(kind: str, how: str, seconds: float) -> None:
        assert seconds > 0
        ended[kind, how] += 1

    async with lab.watch() as watch:
        watch.source.on_poll = note
        await watch.run(25)
    assert ended == {
        ("scoreboard", "changed"): 1,
        ("scoreboard", "same_bytes"): 2,
        ("playbyplay", "changed"): 1,
        ("playbyplay", "same_bytes"): 2,
        ("boxscore", "changed"): 1,
    }
    for file in watch.stats.files.values():
        assert file.wire_bytes > 100
        assert sum(file.latency_counts) == file.polls
        assert 0 < file.last_latency_ms <= file.latency_sum_ms
    assert watch.stats.age_ms("scoreboard", lab.clock.now_ms()) == 5000
    assert watch.stats.age_ms("playbyplay_9", lab.clock.now_ms()) is None
    assert watch.stats.polls == len(lab.site.asked) == 7
    assert watch.stats.observations == len(watch.seen)


# What `--source auto` asks


async def test_auto_follows_the_nba_while_a_game_is_on_or_about_to_start(lab: Lab) -> None:
    settings = NbaSettings(url=lab.site.url)
    lab.site.scoreboard(answer(board(game_row(2))))
    assert (await nba_is_on(settings, clock=lab.clock)).reason == "1 game is on"
    lab.site.scoreboard(answer(board(game_row(1, gameTimeUTC="2026-02-12T00:50:00Z"))))
    soon = await nba_is_on(settings, clock=lab.clock)
    assert soon.is_on
    assert soon.next_start_ms == parse_utc("2026-02-12T00:50:00Z")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (
            answer(board(game_row(1, gameTimeUTC="2026-02-12T03:00:00Z"))),
            "the next tips off at 2026-02-12T03:",
        ),
        (answer(board(game_row(1, gameTimeUTC="2026-02-11T18:00:00Z"))), "no game is on or to come"),
        (answer(board(game_row(3))), "no game is on or to come"),
        (answer(board()), "no game is on or to come"),
        (plain(b"<html>", 403), "gives no scoreboard: 403"),
        (plain(b"<Error><Code>AccessDenied</Code></Error>", 403), "has no scoreboard"),
        (plain(b"{}"), "answers with something else"),
    ],
)
async def test_auto_says_why_it_does_not_follow_the_nba(lab: Lab, reply: Reply, reason: str) -> None:
    lab.site.scoreboard(reply)
    verdict = await nba_is_on(NbaSettings(url=lab.site.url), clock=lab.clock)
    assert not verdict.is_on
    assert reason in verdict.reason


async def test_auto_does_not_wait_for_a_feed_that_never_answers() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    verdict = await nba_is_on(transport=httpx.MockTransport(fail))
    assert verdict.reason == "https://cdn.nba.com gives no scoreboard: no connection (no route to host)"
