"""Recorded games through the whole program to a client of the stream."""

import asyncio
import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from courtside.app.run import App, started
from courtside.clock import ManualClock
from courtside.errors import BadConfig
from courtside.settings import Settings
from courtside.sources.simulator_box import box_score
from courtside.sources.simulator_game import SimulatedGame

START_MS = 1_770_850_800_000
DAY_SECONDS = 86_400
MakeSettings = Callable[..., Settings]
Json = dict[str, Any]


class SleepersClock(ManualClock):
    """Nobody who sleeps on it wakes before `wake`."""

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self._waking = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await self._waking.wait()

    async def wake(self) -> None:
        waking, self._waking = self._waking, asyncio.Event()
        waking.set()
        for _ in range(200):
            await asyncio.sleep(0)


async def heard(url: str, wanted: dict[str, int]) -> dict[str, list[Json]]:
    """Every message of the games from the first on, up to the wanted numbers."""
    told: dict[str, list[Json]] = defaultdict(list)
    async with connect(url, max_size=None) as socket:
        assert json.loads(await socket.recv())["type"] == "hello"
        snapshot = json.loads(await socket.recv())
        resume = {game["game_id"]: {"epoch": game["epoch"], "seq": 0} for game in snapshot["data"]["games"]}
        await socket.send(json.dumps({"op": "subscribe", "resume": resume}))
        while {game_id: len(messages) for game_id, messages in told.items()} != wanted:
            message = json.loads(await socket.recv())
            if message.get("game_id"):
                told[message["game_id"]].append(message)
    return told


def what_is_repeated(message: Json) -> Json:
    """A message without what differs from run to run: the epoch, and how long a forecast took."""
    return message | {
        "epoch": None,
        "data": {name: value for name, value in message["data"].items() if name != "latency_ms"},
    }


@pytest.fixture
def replaying(settings: MakeSettings, recordings: Path) -> Settings:
    return settings(source="replay", recordings=recordings, speed=None)


async def test_a_client_hears_whole_games_once_and_in_order(
    replaying: Settings, games: list[SimulatedGame]
) -> None:
    async with started(replaying) as app:
        await app.finished.wait()
        ends = {game.game_id: app.program.position(game.game_id) for game in games}
        told = await heard(app.ws_url, {game_id: end[1] for game_id, end in ends.items() if end})
        async with httpx.AsyncClient(base_url=app.http_url) as http:
            shown = {game["game_id"]: game for game in (await http.get("/games")).json()["games"]}
    for game in games:
        messages = told[game.game_id]
        assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
        # What was simulated says so wherever it is played: nobody may take it for a game.
        assert {message["source"] for message in messages} == {"simulated"}
        scores = [message["data"] for message in messages if message["type"] == "score_update"]
        assert (scores[-1]["score_home"], scores[-1]["score_away"]) == game.score
        kinds = [message["type"] for message in messages]
        assert (kinds.count("ml_prediction"), kinds.count("result")) == (1, 2)
        assert shown[game.game_id]["status"] == "final"


async def test_every_count_agrees_with_the_recorded_box_scores(
    replaying: Settings, games: list[SimulatedGame]
) -> None:
    async with started(replaying) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await app.finished.wait()
        for game in games:
            shown = (await http.get(f"/games/{game.game_id}")).json()
            box: Any = box_score(game)
            truth = box["homeTeam"]["statistics"]
            assert (shown["lead_changes"], shown["ties"]) == (truth["leadChanges"], truth["timesTied"])
            assert shown["biggest_lead_home"] == truth["biggestLead"]
            lines = {line["player_id"]: line for line in shown["players"]}
            for player in box["homeTeam"]["players"] + box["awayTeam"]["players"]:
                if player["played"] == "1":
                    line = lines[player["personId"]]
                    counts = player["statistics"]
                    assert (line["points"], line["rebounds"], line["assists"], line["fouls"]) == (
                        counts["points"],
                        counts["reboundsTotal"],
                        counts["assists"],
                        counts["foulsPersonal"],
                    )


async def test_a_second_replay_says_the_same_to_the_byte_but_for_its_epoch(replaying: Settings) -> None:
    told = []
    for _ in range(2):
        async with started(replaying) as app:
            await app.finished.wait()
            frames = [
                [what_is_repeated(json.loads(each.frame)) for each in await app.journal.messages(game_id)]
                for game_id in sorted(live for live in app.pipeline.committed)
            ]
            told.append(json.dumps(frames))
    assert told[0] == told[1]


async def test_a_replay_into_the_same_file_starts_afresh(
    replaying: Settings, tmp_path: Path, games: list[SimulatedGame], settings: MakeSettings
) -> None:
    kept = settings(
        source="replay",
        recordings=replaying.recordings,
        speed=None,
        database=f"sqlite:///{tmp_path / 'journal.db'}",
    )
    positions = []
    for _ in range(2):
        async with started(kept) as app:
            await app.finished.wait()
            positions.append([app.program.position(game.game_id) for game in games])
            assert {each.game_id for each in await app.journal.positions()} == set(app.pipeline.committed)
    for first, second in zip(*positions, strict=True):
        assert first is not None and second is not None
        assert first[1] == second[1]
        assert first[0] != second[0], "a client of the first run must not go on in the middle of the second"


async def test_a_replay_over_games_that_were_seen_live_is_refused_in_one_line(
    settings: MakeSettings, recordings: Path, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'journal.db'}"
    async with (
        started(settings(source="push", database=database)) as app,
        httpx.AsyncClient(base_url=app.http_url) as http,
    ):
        game = {"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"}
        assert (await http.post("/games", json=game)).status_code == 200
    replaying = settings(source="replay", recordings=recordings, speed=None, database=database)
    with pytest.raises(BadConfig, match=r"pushed-1 .* --data-dir") as refused:
        async with started(replaying):
            pass
    assert "\n" not in str(refused.value)
    async with started(settings(source="push", database=database)) as app:
        assert app.program.position("pushed-1") is not None, "what was there is there"


async def pass_day(app: App, clock: SleepersClock, seconds: float) -> None:
    """Time goes by, and everybody who sleeps wakes twice."""
    clock.advance(seconds)
    for _ in range(2):
        await clock.wake()
        await app.pipeline.drained()


@pytest.fixture
def kept(settings: MakeSettings, recordings: Path, tmp_path: Path) -> Settings:
    return settings(
        source="replay",
        recordings=recordings,
        speed=None,
        database=f"sqlite:///{tmp_path / 'journal.db'}",
        retention_days=1.0,
    )


async def test_what_a_replay_shows_stays_however_old_its_recording_is(
    kept: Settings, games: list[SimulatedGame]
) -> None:
    clock = SleepersClock(START_MS + 400 * DAY_SECONDS * 1000)
    async with started(kept, clock) as app:
        await app.finished.wait()
        for seconds in (65, 2 * DAY_SECONDS, 40 * DAY_SECONDS):
            await pass_day(app, clock, seconds)
            assert set(app.pipeline.committed) == {game.game_id for game in games}
            assert len(await app.journal.positions()) == len(games)


async def test_a_replay_started_again_days_later_shows_its_games_from_the_start(
    kept: Settings, games: list[SimulatedGame]
) -> None:
    clock = SleepersClock(START_MS + 400 * DAY_SECONDS * 1000)
    seqs = []
    for _ in range(2):
        async with started(kept, clock) as app:
            await app.finished.wait()
            await pass_day(app, clock, 61)
            assert all(position.final for position in await app.journal.positions())
            ends = [app.program.position(game.game_id) for game in games]
            seqs.append([end[1] for end in ends if end is not None])
        clock.advance(3 * DAY_SECONDS)
    assert seqs[0] == seqs[1]


@pytest.mark.parametrize("source", ["push", "simulate"])
async def test_games_that_were_replayed_or_simulated_are_not_gone_on_with_by_any_source(
    kept: Settings, settings: MakeSettings, source: str
) -> None:
    async with started(kept) as app:
        await app.finished.wait()
    # One game, which the simulator does not name as the recordings do.
    other = settings(source=source, games=1, database=kept.database)
    async with started(other) as app:
        there = {position.game_id for position in await app.journal.positions()}
        assert not there & {"9000000001", "9000000002"}
        assert not app.pipeline.asleep


async def test_what_a_replay_leaves_out_is_in_the_log_and_in_the_health(
    settings: MakeSettings, recordings: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path in recordings.iterdir():
        content = path.read_bytes()
        if path.name.startswith("playbyplay_9000000002"):
            content = gzip.compress(gzip.decompress(content)[:5_000])
        (tmp_path / path.name).write_bytes(content)
    (tmp_path / "playbyplay_9000000003.json").write_text("{}")
    async with started(settings(source="replay", recordings=tmp_path, speed=None)) as app:
        await app.finished.wait()
        feed = app.program.health().feed
    assert feed == {"games_skipped": 1, "faults": 1}
    assert "9000000003 is not replayed" in caplog.text
    assert "truncated" in caplog.text
