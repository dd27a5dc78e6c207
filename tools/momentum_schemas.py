"""Writes the JSON Schemas of the Kafka topics to docs/schemas/, from the structs themselves.

python -m tools.momentum_schemas            writes them
python -m tools.momentum_schemas --check    exit status 1 where they are not up to date
"""

import json
import sys
from pathlib import Path

import msgspec

from courtside.momentum.event import SCHEMA_VERSION as EVENT_VERSION
from courtside.momentum.event import TOPIC, ScoringEvent
from courtside.momentum.team_stats import SCHEMA_VERSION as TEAM_VERSION
from courtside.momentum.team_stats import TEAM_TOPIC, TeamPerformance

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"


def schemas() -> dict[Path, str]:
    """Every schema by its file."""
    return {
        FOLDER / f"{TOPIC}.v{EVENT_VERSION}.json": _schema(ScoringEvent, TOPIC, EVENT_VERSION),
        FOLDER / f"{TEAM_TOPIC}.v{TEAM_VERSION}.json": _schema(TeamPerformance, TEAM_TOPIC, TEAM_VERSION),
    }


def _schema(kind: type[msgspec.Struct], topic: str, version: int) -> str:
    found = msgspec.json.schema(kind)
    root = found["$defs"][kind.__name__]
    root["properties"]["schema_version"]["const"] = version
    # Fields may be added under the same version: whoever reads must let unknown ones pass.
    root["required"] = ["schema_version", *root["required"]]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{topic}, version {version}",
    }
    return json.dumps(head | found, indent=2) + "\n"


def main() -> None:
    fresh = schemas()
    if "--check" in sys.argv:
        sys.exit(
            any(not path.exists() or path.read_text(encoding="utf-8") != text for path, text in fresh.items())
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in fresh.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
