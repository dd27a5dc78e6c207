"""`courtside predict --game`: what was forecast live, forecast once more from the journal."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app import forecasting
from courtside.app.again import situation_at_18
from courtside.app.run import started
from courtside.cli import execute
from courtside.engine import EngineSettings
from courtside.errors import BadInput, UnknownGame
from courtside.settings import Settings
from courtside.store.open import open_journal
from tests.support.forecasting import plain_forecasting
from tests.support.plain import Plain

MakeSettings = Callable[..., Settings]


async def push(http: httpx.AsyncClient, game_id: str, minutes: int) -> None:
    await http.post("/games", json={"game_id": game_id, "home_team": "BOS", "away_team": "NYK"})
    for minute in range(1, minutes + 1):
        quarter, into = divmod(minute - 1, 12)
        score = {"score_home": 3 * minute, "score_away": 2 * minute}
        when = {"quarter": quarter + 1, "time_remaining": f"{11 - into}:00"}
        answer = await http.post(f"/games/{game_id}/scores", json=score | when)
        answer.raise_for_status()


@pytest.fixture
async def told(settings: MakeSettings, tmp_path: Path) -> tuple[Settings, dict[str, Any]]:
    """Settings of a run that is over, and what it forecast of one of its two games."""
    chosen = settings(source="push", data_dir=tmp_path, database=None)
    async with (
        started(chosen, forecasting=plain_forecasting()) as app,
        httpx.AsyncClient(base_url=app.http_url) as http,
    ):
        await push(http, "far", 20)
        await push(http, "early", 9)
        prediction = (await http.get("/games/far")).json()["prediction"]
    return chosen, prediction


async def test_the_journal_gives_the_forecast_again(
    told: tuple[Settings, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings, prediction = told
    monkeypatch.setattr(forecasting, "open_forecasting", lambda settings: plain_forecasting())
    line = ["predict", "--game", "far", "--data-dir", str(settings.data_dir), "--json"]
    assert await asyncio.to_thread(execute, line) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["point_forecast"] == prediction["point_forecast"] == 18.0
    ends = ("interval_lower", "interval_upper", "model_version")
    assert [again[end] for end in ends] == [prediction[end] for end in ends]


async def test_a_game_without_a_forecast_has_none_again(told: tuple[Settings, dict[str, Any]]) -> None:
    journal = open_journal(told[0].database_url, read_only=True)
    try:
        with pytest.raises(BadInput, match="no forecast at 18:00 yet: 9 of 18 minutes are known"):
            await situation_at_18(journal, "early", Plain(), EngineSettings())
        with pytest.raises(UnknownGame, match="'other' is not in the journal"):
            await situation_at_18(journal, "other", Plain(), EngineSettings())
    finally:
        await journal.aclose()


def test_where_there_is_no_journal_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["predict", "--game", "x", "--data-dir", str(tmp_path)]) == 1
    assert "there is no journal at" in capsys.readouterr().err


def test_the_journal_knows_the_teams_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["predict", "--game", "x", "--home", "BOS", "--away", "NYK"]) == 2
    assert "the journal knows the teams" in capsys.readouterr().err
