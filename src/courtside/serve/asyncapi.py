"""The stream's description, made from the structs that it sends."""

from typing import Any

import msgspec

from courtside.messages import COALESCED_TYPES, MESSAGE_TYPES, GameSnapshot
from courtside.serve.describe import REF, Spec
from courtside.serve.ops import Error, Heartbeat, Hello, Ping, Pong, SnapshotData, Subscribe, Subscribed
from courtside.serve.settings import ServeSettings

CONTROL_TYPES: dict[str, type] = {
    "hello": Hello,
    "snapshot": SnapshotData,
    "heartbeat": Heartbeat,
    "subscribed": Subscribed,
    "pong": Pong,
    "error": Error,
}
"""What the server says about the connection itself; these carry no `seq`."""

OPS: dict[str, type] = {"subscribe": Subscribe, "ping": Ping}


def asyncapi(version: str, settings: ServeSettings) -> Spec:
    """An AsyncAPI 3.0 document."""
    kinds = [*MESSAGE_TYPES.values(), *CONTROL_TYPES.values(), *OPS.values(), GameSnapshot]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=REF)
    schemas["SnapshotData"]["properties"]["games"]["items"] = {"$ref": REF.format(name="GameSnapshot")}
    messages = (
        {name: _game_message(name, kind) for name, kind in MESSAGE_TYPES.items()}
        | {name: _control_message(name, kind) for name, kind in CONTROL_TYPES.items()}
        | {name: _op(name, kind) for name, kind in OPS.items()}
    )
    sent = [*MESSAGE_TYPES, *CONTROL_TYPES]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Courtside stream",
            "version": version,
            "description": "Live NBA game state and forecasts, JSON, one message a text frame.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "stream": {"host": f"{settings.host}:{settings.ws_port}", "protocol": "ws"},
            "http": {"host": f"{settings.host}:{settings.http_port}", "protocol": "ws"},
        },
        "channels": {
            "stream": _channel("/", "stream", messages),
            "live": _channel("/ws/live", "http", messages),
        },
        "operations": {
            f"{action}{channel.title()}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
            }
            for channel in ("stream", "live")
            for action, names in (("send", sent), ("receive", list(OPS)))
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _channel(address: str, server: str, messages: dict[str, Spec]) -> Spec:
    return {
        "address": address,
        "servers": [{"$ref": f"#/servers/{server}"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _game_message(name: str, kind: type) -> Spec:
    envelope = {
        "game_id": {"type": "string"},
        "epoch": {"type": "string"},
        "seq": {"type": "integer", "minimum": 1},
        "source": {"enum": ["nba", "replay", "simulated", "push"]},
    }
    described = _message(name, kind, envelope)
    if name in COALESCED_TYPES:
        described["description"] = "State: a client that lags is sent only the newest of a game."
    return described


def _control_message(name: str, kind: type) -> Spec:
    return _message(name, kind, {})


def _message(name: str, kind: type, envelope: dict[str, Any]) -> Spec:
    properties = {
        "type": {"const": name},
        "timestamp": {"type": "string", "format": "date-time"},
        **envelope,
        "data": {"$ref": REF.format(name=kind.__name__)},
    }
    return {
        "name": name,
        "summary": (kind.__doc__ or name).split("\n")[0],
        "payload": {"type": "object", "properties": properties, "required": list(properties)},
    }


def _op(name: str, kind: type) -> Spec:
    return {
        "name": name,
        "summary": (kind.__doc__ or name).split("\n")[0],
        "payload": {"$ref": REF.format(name=kind.__name__)},
    }
