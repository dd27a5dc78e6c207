"""With a bus: each role starts with what its deployment gives it, and the image brings what it needs."""

import re
import tomllib
from pathlib import Path

import pytest

from courtside.config import load_settings
from courtside.settings import Settings
from tests.support.deployment import (
    DEPLOY,
    ROOT,
    compose,
    dockerfile,
    image_environment,
    loaded,
    manifests,
    workloads,
)

EXAMPLES = DEPLOY / "secrets.example"


@pytest.mark.parametrize("role", ["ingest", "engine", "gateway"])
def test_a_role_of_compose_starts_with_the_example(role: str) -> None:
    settings = loaded(image_environment() | compose().services[role].environment, EXAMPLES / "bus.toml")
    assert settings.role == role and settings.bus.startswith("redis://")
    assert settings.api_keys and settings.host == "0.0.0.0" and settings.database is None


def test_the_other_line_of_the_bus_is_kafka(tmp_path: Path) -> None:
    example = (EXAMPLES / "bus.toml").read_text(encoding="utf-8")
    kafka = re.sub(r'^bus = .*\n# (bus = "kafka)', r"\1", example, flags=re.M)
    file = tmp_path / "bus.toml"
    file.write_text(kafka, encoding="utf-8")
    assert load_settings({}, {}, file).bus == "kafka://kafka:9092"
    assert "kafka" in compose().services


@pytest.mark.parametrize("role", ["ingest", "engine", "gateway"])
def test_a_pod_starts_with_the_map_and_the_example_of_secrets(role: str, tmp_path: Path) -> None:
    [shared] = [each.data for each in manifests() if each.name == "ConfigMap/courtside"]
    [secret] = [each.string_data for each in manifests() if each.name == "Secret/courtside"]
    file = tmp_path / "courtside.toml"
    file.write_text(secret["courtside.toml"], encoding="utf-8")
    [container] = workloads()[role].template.spec.containers
    own = {each.name: each.value for each in container.env}
    settings = loaded(image_environment() | shared | own, file)
    assert settings.role == role
    assert settings.bus.startswith("redis://") and settings.api_keys
    ports = {each.name: each.container_port for each in container.ports}
    assert ports["http"] == settings.http_port
    assert ports.get("stream") == (settings.ws_port if role == "gateway" else None)


def test_the_image_brings_the_extras_of_every_bus_and_of_the_journal() -> None:
    [argument] = [rest for word, rest in dockerfile() if word == "ARG"]
    extras = set(argument.removeprefix("EXTRAS=").split(","))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras <= project["optional-dependencies"].keys()
    assert extras == {"postgres", "redis", "kafka"}


def test_there_are_never_more_engines_than_partitions() -> None:
    [most] = [
        each.spec["maxReplicas"] for each in manifests() if each.name == "HorizontalPodAutoscaler/engine"
    ]
    assert most == Settings().bus_partitions
