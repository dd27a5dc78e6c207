import msgspec
import pytest

from courtside.cli import execute
from courtside.replies import PredictReply

PATTERN = "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10"


def printed(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert execute(line) == 0
    return capsys.readouterr().out


def test_a_forecast_is_printed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "predict", "--pattern", PATTERN)
    assert "halftime, home minus away: +10" in text
    assert "95% interval:" in text


def test_a_forecast_is_printed_for_programs_as_the_server_has_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "predict", "--pattern", PATTERN, "--alpha", "0.2", "--json")
    reply = msgspec.json.decode(text, type=PredictReply)
    assert reply.interval_lower < reply.point_forecast < reply.interval_upper
    assert reply.coverage_probability == 0.8
    assert reply.explanation is not None


def test_faults_are_listed_without_a_recording(capsys: pytest.CaptureFixture[str]) -> None:
    assert "stale" in printed(capsys, "feed", "--list-faults")
