"""Whatever Courtside has that people may use is written down somewhere in docs/."""

import re
from pathlib import Path
from typing import get_args

import click
import msgspec
import pytest

from benchmarks.memory_service import MemoryService
from courtside.cli import cli
from courtside.config import OTHER_VARIABLES, describe_settings
from courtside.engine import EngineSettings
from courtside.engine.lines import AHEAD_TENTHS, SILENT_MS
from courtside.engine.plays import JOINED_LATE_TENTHS
from courtside.events import Status
from courtside.feed import fault_names
from courtside.game import momentum, players, windows
from courtside.game.status import TRANSITIONS
from courtside.messages import (
    MESSAGE_TYPES,
    Correction,
    CorrectionReason,
    GameSnapshot,
    MlPrediction,
    PlayerLine,
    Window,
    WindowSide,
)
from courtside.monitor.metrics import METRICS
from courtside.replies import Accuracy
from courtside.serve.asyncapi import CONTROL_TYPES, OPS
from courtside.serve.http import create_app
from courtside.serve.hub import Hub
from courtside.serve.settings import ServeSettings

ROOT = Path(__file__).parents[3]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
ALL = "\n".join(DOCS.values())
STATE, FORECAST, OPERATIONS = DOCS["game-state.md"], DOCS["forecast.md"], DOCS["operations.md"]


def words(page: str) -> str:
    """A page with its line breaks as spaces, so that a sentence may be broken anywhere."""
    return " ".join(page.split())


def rows(page: str) -> dict[str, str]:
    """The rows of all tables by the names in their first cell."""
    found: dict[str, str] = {}
    for line in page.splitlines():
        if line.startswith("| `"):
            first, _, rest = line[2:].partition(" | ")
            found |= dict.fromkeys(re.findall(r"`([^`]+)`", first), rest)
    return found


def commands(command: click.Command, path: str = "courtside") -> list[tuple[str, click.Command]]:
    inner = command.commands if isinstance(command, click.Group) else {}
    return [(path, command)] + [
        found for name, each in inner.items() for found in commands(each, f"{path} {name}")
    ]


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_a_section_with_all_its_options(path: str) -> None:
    sections = dict(re.findall(r"^#+ (courtside[^\n]*)\n\n```text\n(.*?)^```", DOCS["cli.md"], re.M | re.S))
    section = sections[path]
    if path != "courtside run" and "every setting of courtside run" in section:
        section += sections["courtside run"]
    for param in COMMANDS[path].params:
        for option in param.opts if isinstance(param, click.Option) else ():
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", section), f"{option} of {path}"


def test_every_setting_is_in_the_configuration_page_with_its_flag() -> None:
    table = rows(DOCS["configuration.md"])
    for setting in describe_settings():
        assert setting.name in table
        assert setting.flag is None or f"`{setting.flag}`" in table[setting.name]


@pytest.mark.parametrize("variable", OTHER_VARIABLES)
def test_every_other_variable_of_the_environment_is_documented(variable: str) -> None:
    assert variable in ALL + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_call_is_documented() -> None:
    service, settings = MemoryService(), ServeSettings()
    hub = Hub(service)
    paths = create_app(service, hub, settings, hub.metrics).openapi()["paths"]
    calls = [f"`{method.upper()} {path}`" for path, methods in paths.items() for method in methods]
    assert len(calls) > 15
    assert [call for call in calls if call not in DOCS["http.md"]] == []


@pytest.mark.parametrize("name", [*MESSAGE_TYPES, *CONTROL_TYPES, *OPS])
def test_every_message_type_and_op_has_a_row(name: str) -> None:
    assert name in rows(DOCS["stream.md"])


@pytest.mark.parametrize("name", [doc.name for doc in METRICS])
def test_every_metric_has_a_row_for_whoever_runs_it(name: str) -> None:
    assert name in rows(OPERATIONS)


def test_the_labels_of_metrics_are_those_of_the_code() -> None:
    table = rows(OPERATIONS)
    for doc in METRICS:
        assert re.findall(r"`(\w+)`", table[doc.name].split(" | ")[0]) == list(doc.labels)


def test_every_fault_of_the_feed_has_a_row() -> None:
    assert set(fault_names()) <= rows(DOCS["feed.md"]).keys()


@pytest.mark.parametrize("kind", [GameSnapshot, PlayerLine, Window, WindowSide, Correction])
def test_every_field_of_a_game_is_explained(kind: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`(\w+)`", STATE))
    assert set(kind.__struct_fields__) <= named


@pytest.mark.parametrize("kind", [MlPrediction, Accuracy])
def test_every_field_of_a_forecast_and_its_judgement_is_explained(kind: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`(\w+)`", FORECAST)) | {"horizon", "model_version"}
    assert set(kind.__struct_fields__) <= named


def test_the_table_of_transitions_is_that_of_the_code() -> None:
    table = STATE.split("| from | to |")[1].split("\n\n")[0]
    said = {
        status: set(re.findall(r"`(\w+)`", line.split(" | ")[1]))
        for line in table.splitlines()
        if line.startswith("| `")
        for status in re.findall(r"`(\w+)`", line.split(" | ")[0])
    }
    assert said == {status: set(targets) for status, targets in TRANSITIONS.items()}
    assert set(said) == set(get_args(Status))


def test_every_reason_of_a_correction_is_explained() -> None:
    reasons = rows(STATE)["reason"]
    assert set(re.findall(r"`(\w+)`", reasons)) == set(get_args(CorrectionReason))


def test_the_numbers_in_the_formulas_are_those_of_the_code() -> None:
    text = words(STATE)
    assert f"(t - t_i) / {momentum.HALF_LIFE_TENTHS // 10} s" in text
    load, played = players.LOAD_SCALE_TENTHS // 10, players.PLAYED_SCALE_TENTHS // 10
    assert f"fatigue = 1 - exp(-load / {load} - seconds_played / {played})" in text
    assert f"halves with every {players.REST_HALF_LIFE_TENTHS // 10} seconds" in text
    rest, half = players.QUARTER_BREAK_TENTHS // 10, players.HALFTIME_TENTHS // 10
    assert f"is {rest} seconds of rest for everybody, halftime {half}" in text
    assert windows.WINDOW_MINUTES == (1, 3, 5) and "last 1, 3 and 5 minutes" in text
    assert windows.Shooting(free_throws_attempted=1).possessions == 0.44
    assert "+ 0.44 free throw attempts - offensive rebounds + turnovers" in text


def test_the_thresholds_are_those_of_the_code() -> None:
    text, settings = words(STATE), EngineSettings()
    assert f"`run_threshold` points ({settings.run_threshold})" in text
    assert f"`alert_threshold` ({settings.alert_threshold})" in text
    assert f"`drought_seconds` of game time ({settings.drought_seconds})" in text
    assert JOINED_LATE_TENTHS == 600 and "more than one minute of game time, it is history" in text
    assert AHEAD_TENTHS == 1200 and "more than two minutes of game time ahead" in text
    assert f"not changed for more than {SILENT_MS // 1000} seconds" in text
    assert f"the setting `coverage` ({settings.coverage})" in FORECAST
