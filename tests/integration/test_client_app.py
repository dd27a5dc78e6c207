"""The client library against the whole program, through a network that breaks."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from courtside.app.run import App, started
from courtside.client import (
    AsyncForecastClient,
    AsyncScraperAdapter,
    ForecastClient,
    ScraperAdapter,
    StreamClient,
)
from courtside.client.reducer import KEPT
from courtside.errors import BadInput, CallsRejected, UnknownGame
from courtside.feed import FeedServer, FeedSettings, fault_names
from courtside.messages import GameSnapshot, PlayerLine
from courtside.settings import Settings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording

DAY_MS = 1_770_850_800_000
MATCHES = (("9000000001", "BOS", "LAL"), ("9000000002", "DEN", "MIA"))
AS_OF_ITS_MESSAGE = ("seconds_played", "stint_seconds", "rest_seconds", "fatigue", "plus_minus")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    for game_id, home, away in MATCHES:
        write_recording(folder, simulate_game(7, home, away, game_id=game_id, start_ms=DAY_MS))
    return folder


def settings(**changes: object) -> Settings:
    base = {"http_port": 0, "ws_port": 0, "database": "sqlite:///:memory:", "log_dir": None}
    return Settings(**(base | changes))  # type: ignore[arg-type]


class BreakingProxy:
    """Passes TCP on, and cuts each connection after a random number of the server's bytes."""

    def __init__(self, target_url: str, *, seed: int, most_bytes: int) -> None:
        parts = urlsplit(target_url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._scheme = parts.scheme
        self._random = random.Random(seed)
        self._most_bytes = most_bytes
        self._passing: set[asyncio.Task[None]] = set()
        self.whole = False
        """Set to cut no more."""
        self.cut = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["BreakingProxy"]:
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._passing.add(asyncio.create_task(self._pass_on(client, to_client)))

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        writers = [to_client]
        tasks: list[asyncio.Task[None]] = []
        try:
            server, to_server = await asyncio.open_connection(*self._target)
            writers.append(to_server)
            tasks.append(asyncio.create_task(self._up(client, to_server)))
            tasks.append(asyncio.create_task(self._down(server, to_client)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for writer in writers:
                # What is under way still goes out; a cut is an end in the middle, not a reset.
                writer.close()
            await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    async def _down(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        left = self._random.randint(1, self._most_bytes)
        while data := await server.read(8192):
            if not self.whole and len(data) >= left:
                self.cut += 1
                to_client.write(data[: max(0, left - 1)])
                return
            left -= len(data)
            to_client.write(data)

    @staticmethod
    async def _up(client: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        while data := await client.read(8192):
            to_server.write(data)


def disagreements(mine: GameSnapshot, theirs: GameSnapshot) -> list[str]:
    """Fields that messages keep current and that differ; see `reducer.KEPT` for what is left out."""
    return [name for name in sorted(KEPT) if _plain(mine, name) != _plain(theirs, name)]


def _plain(game: GameSnapshot, name: str) -> object:
    if name == "players":
        return {line.player_id: _counts(line) for line in game.players}
    if name == "prediction" and game.prediction is not None:
        # The time that the step took is stamped on the message alone.
        return msgspec.structs.replace(game.prediction, latency_ms=None)
    if name == "last_plays":
        # A snapshot knows what a play left of possession for the newest only.
        return [msgspec.structs.replace(play, possession=None) for play in game.last_plays]
    return getattr(game, name)


def _counts(line: PlayerLine) -> dict[str, object]:
    return {
        name: value for name, value in msgspec.structs.asdict(line).items() if name not in AS_OF_ITS_MESSAGE
    }


async def test_every_message_comes_once_through_a_network_that_breaks(recordings: Path) -> None:
    async with started(settings(source="replay", recordings=recordings, speed=None)) as app:
        given: dict[str, list[int]] = {game_id: [] for game_id, _, _ in MATCHES}
        proxy = BreakingProxy(app.ws_url, seed=3, most_bytes=150_000)
        async with proxy.running():
            client = StreamClient(proxy.url, from_start=True, retry_seconds=0.001, longest_retry_seconds=0.01)

            async def read() -> None:
                async for message in client:
                    given[message.game_id].append(message.seq)

            reading = asyncio.create_task(read())
            await app.finished.wait()
            last = {game_id: app.program.position(game_id) for game_id in given}
            async with asyncio.timeout(20):
                while any(
                    not seqs or (client.games[g].epoch, seqs[-1]) != last[g] for g, seqs in given.items()
                ):
                    proxy.whole = proxy.cut >= 5
                    await asyncio.sleep(0.02)
            await client.aclose()
            await reading
        assert proxy.cut >= 5
        for game_id, seqs in given.items():
            position = app.program.position(game_id)
            assert position is not None
            assert seqs == list(range(1, position[1] + 1))
        async with AsyncForecastClient(app.http_url) as http:
            for game in await http.games():
                assert disagreements(client.games[game.game_id], game) == []


def _position(client: StreamClient, game_id: str) -> tuple[str, int] | None:
    game = client.games.get(game_id)
    return None if game is None else (game.epoch, game.seq)


async def test_a_client_that_applied_every_correction_agrees_with_the_server(recordings: Path) -> None:
    feed_settings = FeedSettings(
        recordings=recordings,
        speed=1500,
        stagger_seconds=10,
        port=0,
        seed=5,
        faults=fault_names(),
        fault_rate=0.2,
        hang_seconds=0.2,
    )
    async with (
        FeedServer(feed_settings) as feed,
        started(settings(source="nba", nba_url=feed.url, poll_seconds=0.05)) as app,
        StreamClient(app.ws_url, from_start=True) as client,
        AsyncForecastClient(app.http_url) as http,
    ):
        corrections = 0

        async def read() -> None:
            nonlocal corrections
            async for message in client:
                corrections += message.type == "correction"

        reading = asyncio.create_task(read())
        async with asyncio.timeout(40):
            while not (feed.report().settled and _all_final(client)):
                await asyncio.sleep(0.1)
            # The poller still looks for late edits: agreement is asked for at one and the same message.
            agreed: set[str] = set()
            while len(agreed) < len(MATCHES):
                for game in await http.games():
                    mine = client.games[game.game_id]
                    if mine.seq == game.seq:
                        assert disagreements(mine, game) == []
                        agreed.add(game.game_id)
        await client.aclose()
        await reading
    assert corrections > 5


def _all_final(client: StreamClient) -> bool:
    return len(client.games) == len(MATCHES) and all(game.status == "final" for game in client.games.values())


def scores(count: int) -> list[dict[str, object]]:
    return [
        {
            "game_id": "pushed-1",
            "quarter": 1,
            "time_remaining": f"{11 - number // 6}:{59 - number % 6 * 10:02d}",
            "score_home": 2 * number,
            "score_away": number,
        }
        for number in range(1, count + 1)
    ]


GAME = {"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"}


async def test_a_scraper_behind_a_network_that_breaks_counts_every_score_once(tmp_path: Path) -> None:
    async with started(settings(source="push")) as app:
        proxy = BreakingProxy(app.http_url, seed=1, most_bytes=1500)
        async with proxy.running():
            await asyncio.to_thread(_scrape, proxy, tmp_path / "calls.spool")
        await app.pipeline.drained()
        async with AsyncForecastClient(app.http_url) as http:
            game = await http.game("pushed-1")
            told = [m for m in await http.messages("pushed-1") if m.type == "score_update"]
    assert proxy.cut > 3
    assert (game.score_home, game.score_away, game.status, game.source) == (80, 40, "final", "push")
    path = [data.score_home for data in (message.data for message in told) if hasattr(data, "score_home")]
    assert path[:40] == [2 * number for number in range(1, 41)]


def _scrape(proxy: BreakingProxy, spool: Path) -> None:
    with ScraperAdapter(proxy.url, spool=spool, retry_seconds=0.001, longest_retry_seconds=0.01) as adapter:
        adapter.on_game_start(GAME)
        for score in scores(40):
            adapter.on_score_update(score)
        adapter.on_game_end("pushed-1")
        adapter.flush(20)


SCRAPER = """
import sys, time
from courtside.client import ScraperAdapter
adapter = ScraperAdapter(sys.argv[1], spool="calls.spool")
adapter.on_game_start({"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"})
for home in range(1, 11):
    adapter.on_score_update({"game_id": "pushed-1", "quarter": 1, "time_remaining": "10:00",
                             "score_home": home, "score_away": 0})
print("queued", flush=True)
time.sleep(60)
"""


async def test_a_scraper_that_is_killed_while_the_server_is_away_loses_nothing(tmp_path: Path) -> None:
    async with started(settings(source="push")) as app:
        url = app.http_url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRAPER, url, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 20) == b"queued\n"
    process.kill()
    await process.communicate()
    port = int(url.rpartition(":")[2])
    async with started(settings(source="push", http_port=port)) as app:
        async with AsyncScraperAdapter(app.http_url, spool=tmp_path / "calls.spool") as adapter:
            assert adapter.queued == 11
            await adapter.flush()
        async with AsyncForecastClient(app.http_url) as http:
            assert (await http.game("pushed-1")).score_home == 10


async def test_the_server_names_what_is_wrong_with_a_score_and_takes_the_next() -> None:
    async with started(settings(source="push")) as app:
        adapter = AsyncScraperAdapter(app.http_url)
        await adapter.on_game_start(GAME)
        await adapter.on_score_update(scores(1)[0] | {"time_remaining": "12:75"})
        await adapter.on_score_update(scores(1)[0])
        with pytest.raises(CallsRejected, match=r"/games/pushed-1/scores .*12:75"):
            await adapter.flush()
        await adapter.close()
        async with AsyncForecastClient(app.http_url) as http:
            assert (await http.game("pushed-1")).score_home == 2


async def test_every_question_of_the_forecast_client_is_answered_by_the_server(recordings: Path) -> None:
    async with started(settings(source="replay", recordings=recordings, speed=None)) as app:
        await app.finished.wait()
        await asyncio.to_thread(_ask_everything, app)


def _ask_everything(app: App) -> None:
    game_id = MATCHES[0][0]
    with ForecastClient(app.http_url) as client:
        reply = client.predict([0.0] * 17 + [6.0], alpha=0.2)
        assert reply.interval_lower < reply.point_forecast < reply.interval_upper
        assert reply.coverage_probability == pytest.approx(0.8)
        assert {game.game_id for game in client.games()} == {game_id for game_id, _, _ in MATCHES}
        game = client.game(game_id)
        assert (game.home_team, game.away_team, game.status) == ("BOS", "LAL", "final")
        assert client.plays(game_id)[-1].score_home == game.score_home
        timeline = client.timeline(game_id)
        assert timeline.points[-1].score_home == game.score_home
        assert client.messages(game_id)[-1].seq == game.seq
        state = {"score_home": 50, "score_away": 40, "period": 3, "game_clock": "10:00"}
        assert client.predict_state(state).win_probability_home > 0.7
        with pytest.raises(BadInput, match="game_clock"):
            client.predict_state(state | {"game_clock": "13:00"})
        assert [record.horizon for record in client.predictions(game_id)] == ["halftime", "final"]
        assert len(client.predictions()) == 2 * len(MATCHES)
        assert client.accuracy()[0].settled == len(MATCHES)
        assert client.models()[0].version == reply.model_version
        assert client.health().games == len(MATCHES)
        with pytest.raises(UnknownGame, match="nothing"):
            client.game("nothing")
