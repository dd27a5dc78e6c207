"""With a bus: the image brings what it needs, and there is work for every engine."""

import re
import tomllib
from pathlib import Path

from courtside.config import load_settings
from courtside.settings import Settings
from tests.support.deployment import (
    DEPLOY,
    ROOT,
    compose,
    dockerfile,
    manifests,
)

EXAMPLES = DEPLOY / "secrets.example"


def test_the_other_line_of_the_bus_is_kafka(tmp_path: Path) -> None:
    example = (EXAMPLES / "bus.toml").read_text(encoding="utf-8")
    kafka = re.sub(r'^bus = .*\n# (bus = "kafka)', r"\1", example, flags=re.M)
    file = tmp_path / "bus.toml"
    file.write_text(kafka, encoding="utf-8")
    assert load_settings({}, {}, file).bus == "kafka://kafka:9092"
    assert "kafka" in compose().services


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
