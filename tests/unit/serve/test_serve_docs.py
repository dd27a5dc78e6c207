"""The pages about the stream and the calls say everything that there is."""

import re
from pathlib import Path

import msgspec
import pytest
from fastapi import FastAPI

from benchmarks.memory_service import MemoryService
from courtside.messages import COALESCED_TYPES, MESSAGE_TYPES
from courtside.monitor.metrics import METRICS, MetricDoc
from courtside.serve.asyncapi import CONTROL_TYPES, OPS
from courtside.serve.http import create_app
from courtside.serve.hub import Hub
from courtside.serve.settings import ServeSettings, StreamSettings

DOCS = Path(__file__).parents[3] / "docs"
STREAM = (DOCS / "stream.md").read_text()
HTTP = (DOCS / "http.md").read_text()


def row(page: str, name: str) -> str:
    [line] = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
    return line


@pytest.mark.parametrize("name", [*MESSAGE_TYPES, *CONTROL_TYPES])
def test_every_message_type_is_documented_with_its_fields(name: str) -> None:
    kind = (MESSAGE_TYPES | CONTROL_TYPES)[name]
    documented = set(re.findall(r"\w+", row(STREAM, name)))
    assert {field.name for field in msgspec.structs.fields(kind)} <= documented


@pytest.mark.parametrize("name", OPS)
def test_every_op_is_documented_with_its_fields(name: str) -> None:
    documented = set(re.findall(r"\w+", row(STREAM, name)))
    assert {field.name for field in msgspec.structs.fields(OPS[name])} <= documented


def test_what_is_coalesced_is_said() -> None:
    [line] = [line for line in STREAM.splitlines() if "say how things stand. While they wait" in line]
    assert set(re.findall(r"`(\w+)`", line)) == COALESCED_TYPES


def test_the_bounds_are_those_of_the_settings() -> None:
    stream = StreamSettings()
    text = " ".join(STREAM.split())
    assert f"Past {stream.backlog_messages:,} messages or {stream.backlog_bytes >> 20} MiB" in text
    assert f"every {stream.heartbeat_seconds:g} seconds" in text
    assert f"a frame longer than {stream.max_op_bytes >> 10} KiB" in text
    assert f"a message longer than {stream.max_frame_bytes >> 10} KiB" in text
    assert f"silent for {stream.ping_seconds:g} seconds" in text
    assert f"more than {stream.max_clients:,} clients" in text
    assert stream.settle_seconds == 0.25
    assert f"longer than {ServeSettings().max_body_bytes >> 10} KiB" in HTTP
    assert f"up to {ServeSettings().max_messages_page:,}" in HTTP


def test_every_call_is_documented_with_a_line_for_curl() -> None:
    service = MemoryService()
    settings = ServeSettings()
    hub = Hub(service)
    app: FastAPI = create_app(service, hub, settings, hub.metrics)
    sections = HTTP.split("\n### ")
    for path, methods in app.openapi()["paths"].items():
        for method, call in methods.items():
            [section] = [text for text in sections if text.startswith(f"`{method.upper()} {path}`\n")]
            assert "\n    curl " in section
            for parameter in call.get("parameters", ()):
                if parameter["in"] == "query":
                    assert f"`{parameter['name']}`" in section


@pytest.mark.parametrize("doc", METRICS, ids=lambda doc: doc.name)
def test_every_metric_is_documented(doc: MetricDoc) -> None:
    labels = ", ".join(f"`{label}`" for label in doc.labels) or "-"
    assert f"| `{doc.name}` | {doc.kind} | {labels} | {doc.help} |" in HTTP
