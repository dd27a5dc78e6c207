import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtside.errors import BadFeed, BadInput
from courtside.momentum.event import ScoringEvent, Standing, UnansweredRun, Worth, decode, encode
from courtside.momentum.team_stats import COLUMNS, TeamPerformance, team_performances
from courtside.sources.simulator_game import SimulatedGame
from tests.support.team_answers import team_answer
from tests.unit.momentum.conftest import Desk
from tools.momentum_schemas import schemas

PAGE = (Path(__file__).parents[3] / "docs" / "momentum.md").read_text(encoding="utf-8")


def conforms(value: object, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """As much of JSON Schema as these schemas use."""
    if "$ref" in schema:
        return conforms(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return any(conforms(value, each, root) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if "const" in schema and value != schema["const"]:
        return False
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
        "null": (type(None),), "object": (dict,),
    }  # fmt: skip
    if not isinstance(value, kinds[schema["type"]]) or (
        isinstance(value, bool) and schema["type"] in ("integer", "number")
    ):
        return False
    if not isinstance(value, dict):
        return True
    properties = schema["properties"]
    return set(schema["required"]) <= value.keys() <= properties.keys() and all(
        conforms(each, properties[name], root) for name, each in value.items()
    )


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.name)
def test_the_published_schema_is_that_of_the_code(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == schemas()[path], "run python -m tools.momentum_schemas"


def test_every_event_of_a_game_conforms_to_the_published_schema(desk: Desk, game: SimulatedGame) -> None:
    text = next(text for path, text in schemas().items() if "momentum" in path.name)
    schema = json.loads(text)
    desk.line(home_team="DEN", away_team="MIA", status="scheduled")
    for count in range(1, len(game.plays), 4):
        desk.plays(game.plays[:count])
    desk.plays(game.plays[: len(game.plays) - 40])
    assert {event.kind for event in desk.events} >= {"basket", "status", "retracted"}
    for event in desk.events:
        value = json.loads(encode(event))
        assert conforms(value, schema, schema), value
        assert not conforms(value | {"schema_version": 2}, schema, schema)
        assert not conforms(value | {"kind": "dunk"}, schema, schema)


@pytest.mark.parametrize("kind", [ScoringEvent, Standing, UnansweredRun, Worth, TeamPerformance])
def test_every_field_is_explained_on_the_page(kind: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert set(kind.__struct_fields__) <= named


def test_another_version_and_other_records_are_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match="schema version 2, and 1 is read here"):
        decode(b'{"schema_version": 2}')
    with pytest.raises(BadInput, match="is no scoring event"):
        decode(b'{"schema_version": 1}')
    with pytest.raises(BadInput, match="is no scoring event"):
        decode(b"hello")


def test_an_answer_of_the_endpoint_becomes_a_message_for_every_team() -> None:
    teams = team_performances(team_answer(), "2032-01-01T00:00:00.000Z")
    assert len(teams) == 30
    utah = next(team for team in teams if team.team == "UTA")
    assert utah.free_throw_share is None, "nothing was attempted"
    assert utah.event_id == f"{utah.team_id}/2031-32/Regular Season/20"
    schema = json.loads(next(text for path, text in schemas().items() if "team" in path.name))
    assert all(conforms(json.loads(msgspec.json.encode(team)), schema, schema) for team in teams)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "no answer of leaguedashteamstats"),
        (team_answer(mode="Totals"), "ask for PerMode=PerGame"),
        (team_answer().replace(b'"leaguedashteamstats"', b'"leaguegamelog"'), "an answer of leaguegamelog"),
        (team_answer().replace(b'"FG3M"', b'"THREES"'), "has no column FG3M"),
        (team_answer().replace(b"1610612737", b'"ATL"'), "cannot be used"),
    ],
)
def test_an_answer_that_is_not_what_it_must_be_is_refused(answer: bytes, reason: str) -> None:
    with pytest.raises(BadFeed, match=reason):
        team_performances(answer, "2032-01-01T00:00:00.000Z")


def test_all_columns_are_those_of_the_endpoint() -> None:
    endpoint = pytest.importorskip("nba_api.stats.endpoints.leaguedashteamstats")
    [headers] = endpoint.LeagueDashTeamStats.expected_data.values()
    assert set(COLUMNS.values()) <= set(headers)
