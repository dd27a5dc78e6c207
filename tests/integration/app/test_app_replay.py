"""Recorded games through the whole program to a client of the stream."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from courtside.app.run import started
from courtside.errors import BadConfig
from courtside.settings import Settings
from courtside.sources.simulator_box import box_score
from courtside.sources.simulator_game import SimulatedGame

MakeSettings = Callable[..., Settings]
Json = dict[str, Any]


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


def without_latency(message: Json) -> Json:
    return message | {
        "data": {name: value for name, value in message["data"].items() if name != "latency_ms"}
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


async def test_a_second_replay_says_the_same_to_the_byte(replaying: Settings) -> None:
    told = []
    for _ in range(2):
        async with started(replaying) as app:
            await app.finished.wait()
            frames = [
                [without_latency(json.loads(each.frame)) for each in await app.journal.messages(game_id)]
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
    assert positions[0] == positions[1]


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
