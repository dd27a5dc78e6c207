"""What `courtside doctor` finds, on real ports, folders and databases."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from courtside.app.run import started
from courtside.cli import checks, execute
from courtside.cli.checks import Check, check_all
from courtside.feed import FeedServer, FeedSettings
from courtside.settings import Settings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from courtside.store.open import open_journal

Changed = Callable[..., Settings]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Settings that use nothing but the test's own folder and free ports."""

    def make(**changes: object) -> Settings:
        base = Settings(
            source="push",
            http_port=0,
            ws_port=0,
            data_dir=tmp_path / "data",
            log_dir=None,
        )
        return msgspec.structs.replace(base, **changes)

    return make


async def found(settings: Settings, name: str) -> Check:
    return next(check for check in await check_all(settings) if check.name == name)


@asynccontextmanager
async def answering(status: str, body: bytes) -> AsyncIterator[str]:
    """A server that gives every request the same answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_fresh_machine_has_nothing_to_do(changed: Changed) -> None:
    assert {check.state for check in await check_all(changed())} == {"ok"}


async def test_a_free_port_is_free(changed: Changed) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert (await found(changed(ws_port=port), "ws port")).found == f"127.0.0.1:{port} is free"


async def test_a_port_that_another_program_uses_is_a_failure_with_the_flag_to_change(
    changed: Changed,
) -> None:
    async with answering("200 OK", b"hello") as url:
        check = await found(changed(http_port=int(url.rpartition(":")[2])), "http port")
    assert check.state == "failed"
    assert check.todo == "stop what uses it, or choose another with --http-port"


async def test_ports_that_courtside_itself_uses_are_fine(changed: Changed) -> None:
    async with started(changed(database="sqlite:///:memory:")) as app:
        ports = [int(url.rstrip("/").rpartition(":")[2]) for url in (app.http_url, app.ws_url)]
        for name, port in zip(("http port", "ws port"), ports, strict=True):
            check = await checks.check_port(name, "127.0.0.1", port, "--port")
            assert (check.state, check.found) == (
                "ok",
                f"127.0.0.1:{port} is in use by Courtside, which is running",
            )


@pytest.mark.parametrize(
    ("host", "keys", "state"),
    [
        ("127.0.0.1", (), "ok"),
        ("localhost", (), "ok"),
        ("0.0.0.0", (), "warning"),
        ("board.example", (), "warning"),
        ("0.0.0.0", ("k",), "ok"),
    ],
)
def test_an_open_address_without_keys_is_a_warning(
    changed: Changed, host: str, keys: tuple[str, ...], state: str
) -> None:
    assert checks.check_access(changed(host=host, api_keys=keys)).state == state


@pytest.mark.parametrize(
    ("status", "body"),
    [("403 Forbidden", b"<html>"), ("200 OK", b""), ("200 OK", b"<html>"), ("200 OK", b"{}")],
)
async def test_a_feed_that_answers_with_something_else_is_said(
    changed: Changed, status: str, body: bytes
) -> None:
    async with answering(status, body) as url:
        assert (await found(changed(source="nba", nba_url=url), "feed")).state == "failed"
        auto = await found(changed(source="auto", nba_url=url), "feed")
    assert auto.state == "warning"
    assert auto.todo is not None
    assert "simulated" in auto.todo


async def test_a_feed_that_is_not_there_is_said(changed: Changed) -> None:
    async with answering("200 OK", b"") as url:
        pass
    check = await found(changed(source="nba", nba_url=url), "feed")
    assert check.state == "failed"
    assert check.todo == "check the network and --nba-url; or --source simulate"


async def test_a_feed_with_a_scoreboard_is_counted(changed: Changed, tmp_path: Path) -> None:
    write_recording(tmp_path / "games", simulate_game(1))
    settings = FeedSettings(recordings=tmp_path / "games", port=0)
    async with FeedServer(settings) as feed:
        check = await found(changed(source="nba", nba_url=feed.url), "feed")
        assert (check.state, check.found) == ("ok", f"{feed.url} answers; games: 1, under way: 0")


async def test_recordings_are_counted_or_missed(changed: Changed, tmp_path: Path) -> None:
    write_recording(tmp_path / "games", simulate_game(1))
    assert "games: 1" in (await found(changed(recordings=tmp_path / "games"), "recordings")).found
    assert (await found(changed(recordings=tmp_path / "none"), "recordings")).state == "failed"


async def test_a_folder_that_cannot_be_made_is_said(changed: Changed, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = await found(changed(log_dir=tmp_path / "file" / "logs"), "log folder")
    assert check.state == "failed"
    assert "--log-dir" in (check.todo or "")


async def test_a_disk_with_little_room_is_a_warning(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LOW_SPACE_BYTES", 1 << 62)
    assert (await found(changed(), "data folder")).state == "warning"


async def test_a_journal_is_asked_for_its_health(changed: Changed, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/games.db"
    await open_journal(url).aclose()
    check = await found(changed(database=url), "database")
    assert check.state == "ok"
    assert check.found.startswith(url)


async def test_a_journal_that_is_something_else_is_a_failure(changed: Changed, tmp_path: Path) -> None:
    (tmp_path / "games.db").write_bytes(b"no database at all" * 100)
    check = await found(changed(database=f"sqlite:///{tmp_path}/games.db"), "database")
    assert (check.state, check.todo) == ("failed", "start the database, or choose another with --database")


async def test_a_journal_to_be_made_where_nobody_can_write_is_a_failure(
    changed: Changed, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    assert (await found(changed(database=f"sqlite:///{tmp_path}/file/x.db"), "database")).state == "failed"


def test_the_command_prints_what_it_found_and_fails_where_something_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["doctor", "--source", "push", "--http-port", "0", "--ws-port", "0", "--log-dir", "none"]
    line += ["--data-dir", str(tmp_path / "data")]
    assert execute(line) == 0
    assert "ok    model" in capsys.readouterr().out
    assert execute([*line, "--recordings", str(tmp_path / "none")]) == 1
    told = capsys.readouterr().out
    assert "FAIL  recordings" in told
    assert "-> give --recordings" in told
    assert execute([*line, "--json"]) == 0
    found = msgspec.json.decode(capsys.readouterr().out, type=list[Check])
    assert found[0].name == "courtside"
