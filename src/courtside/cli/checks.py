"""What `courtside doctor` looks at: each check says what it found and what to do about it."""

import asyncio
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from courtside import __version__
from courtside.errors import BadFeed, CourtsideError
from courtside.settings import Settings

State = Literal["ok", "warning", "failed"]

FEED_SECONDS = 5.0
LOW_SPACE_BYTES = 500_000_000
SCOREBOARD = "/static/json/liveData/scoreboard/todaysScoreboard_00.json"


class Check(msgspec.Struct, frozen=True):
    """`todo` is null where there is nothing to do."""

    name: str
    state: State
    found: str
    todo: str | None = None


async def check_all(settings: Settings) -> list[Check]:
    """Every check, in the order in which a person would look."""
    checks = [
        Check("courtside", "ok", f"version {__version__}"),
        await check_port("http port", settings.host, settings.http_port, "--http-port"),
        await check_port("ws port", settings.host, settings.ws_port, "--ws-port"),
        check_access(settings),
        await check_feed(settings),
        await check_bus(settings),
        check_folder("data folder", settings.data_dir, "--data-dir"),
        await check_database(settings),
        check_model(settings),
    ]
    if settings.recordings is not None:
        checks.insert(5, await asyncio.to_thread(check_recordings, settings.recordings))
    if settings.log_dir is not None:
        checks.append(check_folder("log folder", settings.log_dir, "--log-dir"))
    return checks


async def check_port(name: str, host: str, port: int, flag: str) -> Check:
    if port == 0:
        return Check(name, "ok", "any free one")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # As the servers do: a port that was just given up is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if await _is_courtside(host, port):
                return Check(name, "ok", f"{host}:{port} is in use by Courtside, which is running")
            return Check(
                name,
                "failed",
                f"{host}:{port}: {error.strerror}",
                f"stop what uses it, or choose another with {flag}",
            )
    return Check(name, "ok", f"{host}:{port} is free")


async def _is_courtside(host: str, port: int) -> bool:
    """Whether what listens there is ours: the HTTP server says so, the stream says hello."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        async with httpx.AsyncClient(timeout=2.0) as http:
            answer = await http.get(f"http://{where}/health")
        if "model_version" in answer.text:
            return True
    except httpx.HTTPError:
        return False
    try:
        async with asyncio.timeout(2.0), connect(f"ws://{where}/") as connection:
            hello = await connection.recv()
            return b'"hello"' in (hello.encode() if isinstance(hello, str) else hello)
    except (OSError, WebSocketException):
        return False


def check_access(settings: Settings) -> Check:
    if settings.api_keys:
        return Check("access", "ok", f"{len(settings.api_keys)} keys open the calls that write")
    try:
        loopback = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        loopback = settings.host == "localhost"
    if loopback:
        return Check("access", "ok", "this machine only")
    return Check(
        "access",
        "warning",
        f"{settings.host} can be reached from outside, and without keys only this machine may write",
        "set COURTSIDE_API_KEYS if scrapers on other machines push games",
    )


async def check_feed(settings: Settings) -> Check:
    from courtside.formats.nba_live import parse_scoreboard

    if settings.source not in ("auto", "nba"):
        return Check("feed", "ok", f"not used by source {settings.source}")
    state: State = "failed" if settings.source == "nba" else "warning"
    todo = (
        "check the network and --nba-url; or --source simulate"
        if settings.source == "nba"
        else "games are simulated until it answers; --nba-url chooses another address"
    )
    headers = {"User-Agent": settings.nba_user_agent, "Referer": settings.nba_referer}
    try:
        async with httpx.AsyncClient(timeout=FEED_SECONDS, headers=headers) as http:
            answer = await http.get(settings.nba_url.rstrip("/") + SCOREBOARD)
    except httpx.HTTPError as error:
        return Check("feed", state, f"{settings.nba_url}: {str(error) or type(error).__name__}", todo)
    if answer.status_code != 200:
        return Check("feed", state, f"{settings.nba_url} answers {answer.status_code}", todo)
    try:
        scoreboard = parse_scoreboard(answer.content, received_ms=0, source="nba")
    except BadFeed as error:
        return Check("feed", state, f"{settings.nba_url}: {error}", todo)
    live = sum(game.game_status == 2 for game in scoreboard.games)
    return Check(
        "feed", "ok", f"{settings.nba_url} answers; games: {len(scoreboard.games)}, under way: {live}"
    )


def check_recordings(folder: Path) -> Check:
    from courtside.formats.recordings import Recordings

    try:
        count = len(Recordings.open(folder).game_ids)
    except CourtsideError as error:
        return Check("recordings", "failed", str(error), "give --recordings a folder of recorded games")
    return Check("recordings", "ok", f"games: {count}, in {folder}")


async def check_bus(settings: Settings) -> Check:
    from courtside.bus.open import open_bus
    from courtside.bus.settings import BusSettings

    try:
        bus = open_bus(settings.part(BusSettings, "bus_"))
        try:
            return Check("bus", "ok", await bus.check())
        finally:
            await bus.aclose()
    except CourtsideError as error:
        return Check("bus", "failed", str(error), "start the broker, or choose another with --bus")


def check_folder(name: str, folder: Path, flag: str) -> Check:
    """That files can be made there (the folder itself is made by `run`), and room."""
    existing = folder.absolute()
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    try:
        with tempfile.TemporaryFile(dir=existing):
            free = shutil.disk_usage(existing).free
    except OSError as error:
        return Check(
            name, "failed", f"{folder} cannot be written: {error.strerror}", f"choose another with {flag}"
        )
    if free < LOW_SPACE_BYTES:
        return Check(name, "warning", f"{folder} has {free / 1e6:.0f} MB left", "free some space")
    made = "" if folder.exists() else ", to be made"
    return Check(name, "ok", f"{folder}{made}, {free / 1e9:.0f} GB free")


async def check_database(settings: Settings) -> Check:
    from courtside.redact import hide_secrets
    from courtside.store.open import open_journal

    url = hide_secrets(settings.database_url)
    path = settings.database_url.removeprefix("sqlite:///")
    if path != settings.database_url and path != ":memory:" and not Path(path).exists():
        parent = check_folder("database", Path(path).parent, "--database")
        return parent if parent.state == "failed" else Check("database", "ok", f"{url}, to be made")
    try:
        journal = open_journal(settings.database_url, read_only=path != ":memory:")
        try:
            return Check("database", "ok", f"{url}: {await journal.check()}")
        finally:
            await journal.aclose()
    except CourtsideError as error:
        return Check(
            "database", "failed", f"{url}: {error}", "start the database, or choose another with --database"
        )


def check_model(settings: Settings) -> Check:
    from courtside.app.forecasting import open_forecasting
    from courtside.forecast.forecast import Situation

    try:
        forecasting = open_forecasting(settings)
        forecasting.forecaster.forecast(Situation(pattern=(0.0,) * 18))
    except CourtsideError as error:
        return Check("model", "failed", str(error), "choose another with 'courtside models use'")
    info = forecasting.info
    return Check("model", "ok", f"{info.version}, learned from {info.games} games until {info.last_date}")
