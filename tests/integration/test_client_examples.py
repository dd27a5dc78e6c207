"""Every file in examples/, run as its first lines say."""

import asyncio
import functools
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from courtside.app.run import started
from courtside.client import AsyncForecastClient
from courtside.settings import Settings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGES = ("nothing yet", "Q1 10:45 NYK 2 BOS 4", "Q1 10:45 NYK 2 BOS 4", "Q4 0:00 NYK 99 BOS 101 FINAL")
SECONDS = 30.0


def settings(**changes: object) -> Settings:
    base = {"http_port": 0, "ws_port": 0, "database": "sqlite:///:memory:", "log_dir": None}
    return Settings(**(base | changes))  # type: ignore[arg-type]


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_example_is_run_here() -> None:
    """All but `momentum_chart.py`, which needs a broker: tests/integration/momentum has that."""
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == {
        "browser.html",
        "momentum_chart.py",
        "own_scraper.py",
        "scoreboard.mjs",
        "stream_client.py",
    }


async def test_an_own_scraper_brings_its_game_in(tmp_path: Path) -> None:
    looks = iter(PAGES)

    class Scoreboard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = next(looks, PAGES[-1]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """A test needs no access log."""

    script = (EXAMPLES / "own_scraper.py").read_text().replace("LOOK_SECONDS = 1.0", "LOOK_SECONDS = 0.01")
    (tmp_path / "own_scraper.py").write_text(script)
    async with started(settings(source="push")) as app:
        with serving(Scoreboard) as page:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "own_scraper.py", page, app.http_url, cwd=tmp_path, stderr=subprocess.PIPE
            )
            _, errors = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode == 0, errors.decode()
        async with AsyncForecastClient(app.http_url) as http:
            game = await http.game("tonight-1")
    assert (game.status, game.score_home, game.score_away) == ("final", 101, 99)


async def test_the_stream_client_prints_what_happens() -> None:
    async with started(settings(source="simulate", games=2, speed=400.0)) as app:
        process = await asyncio.create_subprocess_exec(
            sys.executable, EXAMPLES / "stream_client.py", app.ws_url, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode()
        finally:
            process.kill()
            await process.communicate()
    assert "takes the lead" in line or "at halftime" in line


@pytest.fixture
def scoreboard(tmp_path: Path) -> list[str]:
    """The command that runs the JavaScript example, beside a client that was built for it."""
    node, web = shutil.which("node"), EXAMPLES.parent / "web"
    if node is None or not (web / "node_modules").is_dir():
        pytest.skip("no node on this machine, or no npm ci in web/")
    vite = [
        "node_modules/vite/bin/vite.js",
        "build",
        "--config",
        "vite.stream.config.ts",
        "--logLevel",
        "error",
    ]
    built = subprocess.run(
        [node, *vite, "--outDir", tmp_path / "web" / "dist", "--emptyOutDir"],
        cwd=web,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (tmp_path / "examples").mkdir()
    example = shutil.copy(EXAMPLES / "scoreboard.mjs", tmp_path / "examples")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    flags = ["--experimental-websocket"] if version.startswith(("v20.", "v21.")) else []
    return [node, *flags, str(example)]


async def test_the_javascript_example_shows_scores_and_comes_back_after_a_restart(
    scoreboard: list[str], tmp_path: Path
) -> None:
    write_recording(tmp_path / "games", simulate_game(7, "BOS", "LAL", game_id="9000000001"))
    replay = settings(source="replay", recordings=tmp_path / "games", speed=None)
    async with AsyncExitStack() as stack:
        async with started(replay) as app:
            await app.finished.wait()
            port = int(app.ws_url.rstrip("/").rpartition(":")[2])
            async with AsyncForecastClient(app.http_url) as http:
                [game] = await http.games()
            process = await asyncio.create_subprocess_exec(
                *scoreboard, app.ws_url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
            stack.push_async_callback(process.communicate)
            stack.callback(process.kill)
            lines = _Lines(process)
            await lines.until("connected")
            await lines.until(f"LAL at BOS {game.score_away}-{game.score_home} final (simulated)")
        await lines.until("lost: ")
        async with started(msgspec.structs.replace(replay, ws_port=port)):
            await lines.until("connected")


class _Lines:
    """What a program prints, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def until(self, begins: str) -> None:
        assert self._process.stdout is not None and self._process.stderr is not None
        async with asyncio.timeout(SECONDS):
            while line := (await self._process.stdout.readline()).decode():
                if line.startswith(begins):
                    return
        raise AssertionError((await self._process.stderr.read()).decode())


@asynccontextmanager
async def browsing(chromium: str, url: str, profile: Path) -> AsyncIterator["Page"]:
    """A page in a real browser, over its debugging port."""
    process = await asyncio.create_subprocess_exec(
        chromium,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(SECONDS):
            line = ""
            while "DevTools listening on " not in line:
                line = (await process.stderr.readline()).decode()
                assert line, "the browser has ended"
        draining = asyncio.create_task(process.stderr.read())
        async with connect(line.split()[-1], max_size=None) as browser:
            page = Page(browser)
            await page.open(url)
            yield page
            await page.send("Browser.close")
        await asyncio.wait_for(process.wait(), SECONDS)
        await draining
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Page:
    """As much of a browser's debugging protocol as it takes to read a page."""

    def __init__(self, browser: ClientConnection) -> None:
        self._browser = browser
        self._session: str | None = None
        self._count = 0

    async def send(self, method: str, **params: object) -> dict[str, object]:
        self._count += 1
        call: dict[str, object] = {"id": self._count, "method": method, "params": params}
        if self._session is not None and not method.startswith("Browser"):
            call["sessionId"] = self._session
        await self._browser.send(msgspec.json.encode(call).decode())
        while True:
            answer = msgspec.json.decode(await self._browser.recv(), type=dict[str, object])
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                return msgspec.convert(answer["result"], dict[str, object])

    async def open(self, url: str) -> None:
        target = await self.send("Target.createTarget", url=url)
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = str(attached["sessionId"])

    async def text(self) -> str:
        answer = await self.send("Runtime.evaluate", expression="document.body?.innerText ?? ''")
        return str(msgspec.convert(answer["result"], dict[str, object]).get("value", ""))

    async def shows(self, *parts: str) -> str:
        async with asyncio.timeout(SECONDS):
            while True:
                text = await self.text()
                if all(part in text for part in parts):
                    return text
                await asyncio.sleep(0.05)


async def test_the_browser_client_shows_games_and_comes_back_after_a_restart(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    write_recording(tmp_path / "games", simulate_game(7, "BOS", "LAL", game_id="9000000001"))
    replay = settings(source="replay", recordings=tmp_path / "games", speed=None)
    folder = functools.partial(_QuietFiles, directory=str(EXAMPLES))
    async with AsyncExitStack() as stack:
        files = stack.enter_context(serving(folder))
        async with started(replay) as app:
            await app.finished.wait()
            port = int(app.ws_url.rstrip("/").rpartition(":")[2])
            async with AsyncForecastClient(app.http_url) as http:
                [game] = await http.games()
            address = f"{files}/browser.html?{quote(app.ws_url, safe='')}"
            page = await stack.enter_async_context(browsing(chromium, address, tmp_path / "profile"))
            score = f"{game.score_away}-{game.score_home}"
            text = await page.shows("LAL at BOS", score, "final")
            assert "Simulated games: no real results" in text
            assert f"connected to {app.ws_url}" in text
        await page.shows("connection lost", score)
        async with started(msgspec.structs.replace(replay, ws_port=port)) as app:
            await page.shows(f"connected to {app.ws_url}", "LAL at BOS", score)


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A test needs no access log."""
