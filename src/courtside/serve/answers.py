"""How HTTP calls are answered: JSON made by msgspec or by the service, errors in one line."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from courtside.errors import CourtsideError
from courtside.serve.decode import BadField, bad_field

T = TypeVar("T")


class Refused(CourtsideError):
    """A call that is answered with an error status."""

    def __init__(self, status: int, line: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(line)
        self.status = status
        self.headers = headers


class ErrorReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every error says: one line, and the field where one is wrong."""

    error: str
    field: str | None = None


def json_bytes(body: bytes, status: int = 200) -> Response:
    """JSON that is encoded already."""
    return Response(body, status, media_type="application/json")


def json_reply(value: object, status: int = 200) -> Response:
    return json_bytes(msgspec.json.encode(value), status)


def error_reply(
    status: int, line: str, field: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    body = msgspec.json.encode(ErrorReply(" ".join(line.split()), field))
    return Response(body, status, dict(headers or {}), media_type="application/json")


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body; raises `Refused` (413) as soon as it is longer than allowed."""
    too_long = Refused(413, f"the body is longer than {max_bytes} bytes; send less at a time")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise too_long
    return bytes(body)


def decode_body(body: bytes, kind: type[T]) -> T:
    """Raises `BadField`, which is answered with 422."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise bad_field(error) from error
    except RecursionError as error:
        raise BadField(None, "too deeply nested") from error
    except UnicodeDecodeError as error:
        raise BadField(None, "not UTF-8") from error
