"""OpenAPI for calls whose bodies are msgspec structs and whose answers are bytes."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from courtside.serve.answers import ErrorReply

REF = "#/components/schemas/{name}"

Spec = dict[str, Any]
"""A piece of an OpenAPI or AsyncAPI document, which is JSON of any shape."""

_ERRORS = {
    401: "No key, or not a right one",
    403: "Not allowed from there",
    404: "No such game",
    409: "The game comes from another source, and takes no pushed scores",
    413: "The body is too long",
    422: "Wrong input: the line names the field and the reason",
    503: "Not now; the line says why",
}


class Described:
    """The structs that the calls of one application use, collected as the calls are declared."""

    def __init__(self) -> None:
        self._kinds: dict[str, type] = {"ErrorReply": ErrorReply}

    def answers(self, kind: type, what: str, example: object, *errors: int) -> dict[int | str, Spec]:
        """FastAPI's `responses` of a call."""
        described: dict[int | str, Spec] = {200: {"description": what, "content": self._json(kind, example)}}
        for status in errors:
            described[status] = {
                "description": _ERRORS[status],
                "content": self._json(ErrorReply, {"error": _ERRORS[status]}),
            }
        return described

    def takes(self, kind: type, example: object, *, required: bool = True) -> Spec:
        """FastAPI's `openapi_extra` of a call with a body."""
        return {"requestBody": {"required": required, "content": self._json(kind, example)}}

    def publish(self, app: FastAPI, description: str) -> None:
        """Make `app` answer `/openapi.json` with these schemas in it."""

        def openapi() -> Spec:
            if app.openapi_schema is None:
                spec: Spec = get_openapi(
                    title=app.title, version=app.version, description=description, routes=app.routes
                )
                _, components = msgspec.json.schema_components(self._kinds.values(), ref_template=REF)
                spec.setdefault("components", {}).setdefault("schemas", {}).update(components)
                spec["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
                app.openapi_schema = spec
            return app.openapi_schema

        app.openapi = openapi  # type: ignore[method-assign]

    def _json(self, kind: type, example: object) -> Mapping[str, Spec]:
        self._kinds[kind.__name__] = kind
        shown = msgspec.json.decode(msgspec.json.encode(example))
        return {"application/json": {"schema": {"$ref": REF.format(name=kind.__name__)}, "example": shown}}


SECURED: Spec = {"security": [{"key": []}]}
"""`openapi_extra` of a call that writes."""
IDEMPOTENCY: Spec = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Your name for this call: sent again, it is answered but not done again",
            "schema": {"type": "string", "maxLength": 200},
        }
    ]
}
