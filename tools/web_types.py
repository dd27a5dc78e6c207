"""Writes the TypeScript types of the dashboard from the descriptions that the server publishes.

python -m tools.web_types            writes web/src/stream/contract.ts
python -m tools.web_types --check    exit status 1 where the file is not up to date

What `/asyncapi.json` and `/openapi.json` describe becomes one interface each, and the messages of the
stream one union, told apart by `type`.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from benchmarks.memory_service import MemoryService
from courtside.events import SourceName
from courtside.messages import MESSAGE_TYPES
from courtside.serve.asyncapi import CONTROL_TYPES, asyncapi
from courtside.serve.http import create_app
from courtside.serve.hub import Hub
from courtside.serve.settings import ServeSettings

FILE = Path(__file__).parents[1] / "web" / "src" / "stream" / "contract.ts"
Schema = Mapping[str, Any]

HEAD = """// What the server says and takes: made from its own descriptions by `python -m tools.web_types`.
"""
ENVELOPE = """
/** A message about a game; `seq` rises by one per game within an `epoch`. */
export interface Envelope<Type extends keyof GameData> {{
  type: Type;
  timestamp: string;
  game_id: string;
  epoch: string;
  seq: number;
  source: Source;
  data: GameData[Type];
}}

export type Source = {source};

export type GameMessage = {{ [Type in keyof GameData]: Envelope<Type> }}[keyof GameData];

/** A message about the connection. */
export type ControlMessage = {{
  [Type in keyof ControlData]: {{ type: Type; timestamp: string; data: ControlData[Type] }};
}}[keyof ControlData];
"""


def typescript() -> str:
    settings = ServeSettings()
    stream = asyncapi("", settings)["components"]["schemas"]
    service = MemoryService()
    hub = Hub(service)
    calls = create_app(service, hub, settings, hub.metrics).openapi()["components"]["schemas"]
    # FastAPI describes its own errors, which this server never gives.
    schemas = {name: schema for name, schema in {**calls, **stream}.items() if name not in _NOT_OURS}
    parts = [HEAD]
    parts += [declaration(name, schemas[name]) for name in sorted(schemas)]
    parts.append(table("GameData", "What `data` is, by the type of a message about a game.", MESSAGE_TYPES))
    parts.append(
        table("ControlData", "What `data` is, by the type of a message about the connection.", CONTROL_TYPES)
    )
    parts.append(ENVELOPE.format(source=" | ".join(f'"{name}"' for name in sorted(get_args(SourceName)))))
    return "".join(parts)


_NOT_OURS = frozenset({"HTTPValidationError", "ValidationError"})


def table(name: str, comment: str, kinds: Mapping[str, type]) -> str:
    lines = "".join(f"  {key}: {kind.__name__};\n" for key, kind in kinds.items())
    return f"\n/** {comment} */\nexport interface {name} {{\n{lines}}}\n"


def declaration(name: str, schema: Schema) -> str:
    """An interface; raises `ValueError` for a schema that TypeScript could not say."""
    properties: Schema = schema.get("properties", {})
    required = set(schema.get("required", ()))
    lines = []
    for field, kind in properties.items():
        lines.append(_comment(kind.get("description"), "  "))
        lines.append(f"  {_key(field)}{'' if field in required else '?'}: {type_of(kind)};\n")
    body = "".join(lines)
    return f"\n{_comment(schema.get('description'), '')}export interface {name} {{\n{body}}}\n"


def type_of(schema: Schema) -> str:
    """A schema as a type expression.

    >>> type_of({"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]})
    'number[] | null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(type_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return _literals(schema["enum"])
    if "const" in schema:
        return _literals([schema["const"]])
    match schema.get("type"):
        case "string":
            return "string"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case "null":
            return "null"
        case "array":
            inner = type_of(schema.get("items", {}))
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {type_of(schema.get('additionalProperties', {}))}>"
        case None if not schema or set(schema) <= {"title", "description", "default"}:
            return "unknown"
    raise ValueError(f"no TypeScript for the schema {schema}; teach tools/web_types.py to say it")


def _literals(values: Sequence[object]) -> str:
    return " | ".join(f'"{value}"' if isinstance(value, str) else str(value).lower() for value in values)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{name}"'


def _comment(text: str | None, indent: str) -> str:
    if not text:
        return ""
    words = " ".join(text.replace("*/", "* /").split())
    return f"{indent}/** {words} */\n"


def main() -> None:
    fresh = typescript()
    if "--check" not in sys.argv[1:]:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(fresh, encoding="utf-8")
        print(f"{FILE.name}: {len(fresh.splitlines())} lines")
    elif FILE.read_text(encoding="utf-8") != fresh:
        sys.exit(f"{FILE.name} is not what the server says; run python -m tools.web_types")


if __name__ == "__main__":
    main()
