import io
import json
from pathlib import Path

import msgspec
import pytest

from courtside.app import forecasting
from courtside.cli import execute
from courtside.cli.checks import check_model
from courtside.errors import ModelError
from courtside.replies import PredictReply, StateReply
from courtside.settings import Settings
from tests.support.forecasting import plain_forecasting, rated_book

PATTERN = "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10"
STATE = {"score_home": 50, "score_away": 44, "period": 2, "game_clock": "3:00"}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The plain forecaster in place of the trained model, and a data folder of our own."""
    monkeypatch.setattr(forecasting, "open_forecasting", lambda settings: plain_forecasting(rated_book))
    monkeypatch.setenv("COURTSIDE_DATA_DIR", str(tmp_path))


def printed(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert execute(line) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert execute(line) == 2
    return capsys.readouterr().err


def test_a_forecast_is_printed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "predict", "--pattern", PATTERN)
    for said in (
        "halftime, home minus away: +10",
        "95% interval:",
        "home leads at halftime:",
        "still +10 (100%)",
        "2013-10-29 ORL at IND, +7 at halftime",
        "known:                     score",
        "model:                     plain-1",
    ):
        assert said in text


def test_a_forecast_is_printed_for_programs_as_the_server_has_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "predict", "--pattern", PATTERN, "--alpha", "0.2", "--json")
    reply = msgspec.json.decode(text, type=PredictReply)
    assert reply.interval_lower < reply.point_forecast < reply.interval_upper
    assert reply.coverage_probability == 0.8
    assert reply.explanation is not None


def test_teams_and_market_count(capsys: pytest.CaptureFixture[str]) -> None:
    teams = ("--home", "BOS", "--away", "LAL", "--date", "2026-02-11")
    assert "known:                     players" in printed(capsys, "predict", "--pattern", PATTERN, *teams)
    market = ("--market-spread", "-4.5")
    assert "known:                     market" in printed(capsys, "predict", "--pattern", PATTERN, *market)


def test_a_state_is_read_from_a_file_or_from_standard_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(STATE | {"home_team": "BOS", "away_team": "LAL"}))
    text = printed(capsys, "predict", "--state", str(file), "--date", "2026-02-11")
    for said in ("home wins:", "now, home minus away:      +6", "at halftime:", "at the end:", "players"):
        assert said in text
    body = json.dumps(STATE | {"period": 4}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body)))
    reply = msgspec.json.decode(printed(capsys, "predict", "--state", "-", "--json"), type=StateReply)
    assert (reply.halftime, reply.winner, reply.known) == (None, "home", "score")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((), "give one of --pattern, --state and --game"),
        (("--pattern", PATTERN, "--state", "-"), "give one of --pattern, --state and --game"),
        (("--state", "-", "--home", "BOS"), "leave out --home"),
        (("--pattern", "1,2,x"), "minute 3 is 'x'"),
        (("--pattern", "1,2,3"), "send 18"),
        (("--pattern", PATTERN, "--home", "BSO", "--away", "LAL", "--date", "2026-02-11"), "nearest are BOS"),
        (("--pattern", PATTERN, "--home", "BOS", "--date", "2026-02-11"), "away_team"),
        (("--pattern", PATTERN, "--date", "2020-01-01"), "2026-02-08"),
        (("--pattern", PATTERN, "--date", "yesterday"), "give one as 2024-06-17"),
        (("--pattern", PATTERN, "--market-spread", "61"), "61"),
        (("--pattern", PATTERN, "--alpha", "1"), "alpha"),
        (("--pattern", PATTERN, "--ensemble", "both"), "default or classic"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], line: tuple[str, ...], said: str
) -> None:
    assert said in refused(capsys, "predict", *line)


def test_a_state_that_makes_no_sense_is_refused_with_its_field(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(STATE | {"game_clock": "13:00"}))
    assert "game_clock" in refused(capsys, "predict", "--state", str(file))
    file.write_text("{}")
    assert "score_home: is missing" in refused(capsys, "predict", "--state", str(file))


def test_doctor_says_what_forecasts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_model(Settings()).state == "ok"
    assert "plain-1" in check_model(Settings()).found

    def broken(settings: Settings) -> None:
        raise ModelError("lstm.onnx is not what the manifest says")

    monkeypatch.setattr(forecasting, "open_forecasting", broken)
    failed = check_model(Settings())
    assert (failed.state, failed.found) == ("failed", "lstm.onnx is not what the manifest says")


def test_faults_are_listed_without_a_recording(capsys: pytest.CaptureFixture[str]) -> None:
    assert "stale" in printed(capsys, "feed", "--list-faults")
