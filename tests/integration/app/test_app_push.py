"""A scraper's games through the whole program: every score once, corrections told apart, forecasts judged."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from courtside.app.run import App, started
from courtside.client import AsyncForecastClient, ScraperAdapter
from courtside.messages import Correction, GameSnapshot, Message, MlPrediction, Result, RunningForecast
from courtside.settings import Settings
from tests.support.forecasting import plain_forecasting

Json = dict[str, Any]
MakeSettings = Callable[..., Settings]
GAME = {"game_id": "pushed-1", "home_team": "BOS", "away_team": "NYK"}


def minute_by_minute() -> Iterator[Json]:
    """A score at the end of every minute of a game that BOS leads by one more each time."""
    for minute in range(1, 49):
        quarter, into = divmod(minute - 1, 12)
        yield {
            "game_id": "pushed-1",
            "quarter": quarter + 1,
            "time_remaining": f"{11 - into}:00",
            "score_home": 3 * minute,
            "score_away": 2 * minute,
        }


@pytest.fixture
async def app(settings: MakeSettings) -> AsyncIterator[App]:
    async with started(settings(source="push"), forecasting=plain_forecasting()) as app:
        yield app


@pytest.fixture
async def http(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        yield http


def push_all(url: str) -> None:
    with ScraperAdapter(url) as adapter:
        adapter.on_game_start(GAME)
        for score in minute_by_minute():
            adapter.on_score_update(score)
        adapter.on_game_end("pushed-1")
        adapter.flush()


async def told(app: App, game_id: str = "pushed-1") -> list[Message]:
    async with AsyncForecastClient(app.http_url) as client:
        return await client.messages(game_id)


async def shown(app: App, game_id: str = "pushed-1") -> GameSnapshot:
    async with AsyncForecastClient(app.http_url) as client:
        return await client.game(game_id)


async def test_a_whole_game_is_forecast_at_18_minutes_and_judged_at_halftime(app: App) -> None:
    await asyncio.to_thread(push_all, app.http_url)
    game, messages = await shown(app), await told(app)
    assert (game.status, game.score_home, game.score_away, game.play_by_play) == ("final", 144, 96, False)
    assert game.pattern == list(range(1, 19))
    [forecast] = [message.data for message in messages if isinstance(message.data, MlPrediction)]
    assert (forecast.point_forecast, forecast.pattern) == (18, game.pattern)
    half, final = (message.data for message in messages if isinstance(message.data, Result))
    assert (half.horizon, half.actual, half.absolute_error, half.inside_interval) == ("halftime", 24, 6, True)
    assert (final.horizon, final.actual, final.point_forecast) == ("final", 48, 18)
    assert final.win_probability_home == forecast.win_probability_home
    changes = [message.data for message in messages if isinstance(message.data, RunningForecast)]
    assert [(data.score_home, data.final.median) for data in changes] == [
        *((3 * minute, minute) for minute in range(1, 49)),
        (144, 48),
    ]
    assert game.win_probability_home == 1.0
    assert game.prediction == msgspec.structs.replace(forecast, latency_ms=None)
    async with AsyncForecastClient(app.http_url) as client:
        accuracy = {entry.horizon: entry for entry in await client.accuracy()}
    at_half, at_the_end = accuracy["halftime"], accuracy["final"]
    assert (at_half.forecasts, at_half.settled, at_half.mae, at_half.coverage) == (1, 1, 6, 1)
    assert (at_the_end.settled, at_the_end.mae) == (1, 30)
    assert at_the_end.brier == pytest.approx((1 - (forecast.win_probability_home or 0)) ** 2, abs=1e-6)


async def test_a_call_that_comes_twice_counts_once(app: App, http: httpx.AsyncClient) -> None:
    assert (await http.post("/games", json=GAME)).json()["accepted"]
    score = {"quarter": 1, "time_remaining": "10:45", "score_home": 4, "score_away": 2}
    key = {"Idempotency-Key": "the-first-score"}
    first = (await http.post("/games/pushed-1/scores", json=score, headers=key)).json()
    again = (await http.post("/games/pushed-1/scores", json=score, headers=key)).json()
    assert (first["accepted"], again["accepted"], again["seq"]) == (True, False, first["seq"])
    same = (await http.post("/games/pushed-1/scores", json=score)).json()
    assert (same["accepted"], same["seq"]) == (False, first["seq"]), "it says nothing new"
    assert (await shown(app)).score_home == 4


async def test_a_key_that_comes_with_another_body_is_refused_and_one_of_another_call_is_not_meant(
    app: App, http: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": "1"}
    assert (await http.post("/games", json=GAME, headers=key)).json()["accepted"]
    score = {"quarter": 1, "time_remaining": "10:45", "score_home": 4, "score_away": 2}
    assert (await http.post("/games/pushed-1/scores", json=score, headers=key)).json()["accepted"]
    other = await http.post("/games/pushed-1/scores", json=score | {"score_home": 9}, headers=key)
    assert (other.status_code, "Idempotency-Key" in other.json()["error"]) == (422, True)
    assert (await shown(app)).score_home == 4
    end = await http.post("/games/pushed-1/end", headers=key)
    assert end.json()["accepted"]


async def test_nobody_pushes_into_a_game_of_another_source(settings: MakeSettings, recordings: Path) -> None:
    replaying = settings(source="replay", recordings=recordings, speed=None)
    async with started(replaying) as app, httpx.AsyncClient(base_url=app.http_url) as http:
        await app.finished.wait()
        game_id = next(iter(app.pipeline.committed))
        before = app.program.snapshot(game_id)
        score = {"quarter": 1, "time_remaining": "10:45", "score_home": 4, "score_away": 2}
        answers = [
            await http.post("/games", json=GAME | {"game_id": game_id}),
            await http.post(f"/games/{game_id}/scores", json=score),
            await http.post(f"/games/{game_id}/end"),
        ]
        assert [answer.status_code for answer in answers] == [409, 409, 409]
        assert "comes from simulated" in answers[0].json()["error"]
        assert app.program.snapshot(game_id) == before
        theirs = {"game_id": game_id, "model": "mine", "horizon": "final", "point_forecast": 2.0}
        assert (await http.post("/update_prediction", json=theirs)).status_code == 200


async def test_a_score_that_goes_down_corrects_and_an_old_one_only_fills_the_path(
    app: App, http: httpx.AsyncClient
) -> None:
    await http.post("/games", json=GAME)
    for clock, home, away in (("11:00", 2, 0), ("09:00", 7, 2), ("08:30", 5, 2), ("10:00", 4, 2)):
        answer = await http.post(
            "/games/pushed-1/scores",
            json={"quarter": 1, "time_remaining": clock, "score_home": home, "score_away": away},
        )
        assert answer.status_code == 200
    game = await shown(app)
    assert (game.score_home, game.score_away, game.game_clock) == (5, 2, "08:30")
    reasons = [message.data.reason for message in await told(app) if isinstance(message.data, Correction)]
    assert reasons == ["score_corrected", "late_score"]
    assert game.score_path[:2] == [2, 2]


async def test_a_game_that_is_joined_late_has_no_forecast_made_of_zeros(
    app: App, http: httpx.AsyncClient
) -> None:
    await http.post("/games", json=GAME)
    for score in list(minute_by_minute())[15:24]:
        del score["game_id"]
        assert (await http.post("/games/pushed-1/scores", json=score)).status_code == 200
    game = await shown(app)
    assert game.pattern[:15] == [None] * 15
    assert game.pattern[15:] == [16, 17, 18]
    assert game.prediction is None
    assert not [message for message in await told(app) if message.type == "ml_prediction"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/games/pushed-1/scores", {"quarter": 1, "time_remaining": "12:75"}, 422),
        ("/games/nobody/scores", {"quarter": 1, "time_remaining": "10:00"}, 404),
        ("/games", {"game_id": "x", "home_team": "BOS", "away_team": "BOS"}, 422),
    ],
)
async def test_what_is_wrong_is_refused_and_changes_nothing(
    app: App, http: httpx.AsyncClient, path: str, body: Json, status: int
) -> None:
    await http.post("/games", json=GAME)
    before = app.program.snapshot("pushed-1")
    answer = await http.post(path, json={"score_home": 1, "score_away": 0} | body)
    assert answer.status_code == status, answer.text
    assert app.program.snapshot("pushed-1") == before
    assert len(app.program.snapshots()) == 1


async def test_somebody_elses_forecast_is_broadcast_and_judged_beside_ours(
    app: App, http: httpx.AsyncClient
) -> None:
    await http.post("/games", json=GAME)
    theirs = {"game_id": "pushed-1", "model": "mine", "horizon": "halftime", "point_forecast": 20.0}
    answer = await http.post("/update_prediction", json=theirs)
    assert answer.status_code == 200, answer.text
    await asyncio.to_thread(push_all, app.http_url)
    async with AsyncForecastClient(app.http_url) as client:
        accuracy = {entry.model_version: entry for entry in await client.accuracy()}
        records = await client.predictions("pushed-1")
    assert accuracy["mine"].mae == 4
    assert [record.ours for record in records].count(False) == 1
