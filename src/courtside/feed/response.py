"""What the site answers, and how it is to be sent."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

Delivery = Literal["whole", "hang", "drip", "reset"]
"""As one piece; never; a few bytes at a time; half of it and then a reset."""

REASONS = {
    200: b"OK",
    304: b"Not Modified",
    403: b"Forbidden",
    404: b"Not Found",
    405: b"Method Not Allowed",
    429: b"Too Many Requests",
    500: b"Internal Server Error",
    503: b"Service Unavailable",
}


class Request(msgspec.Struct, frozen=True):
    """`path` without the query; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = {}

    @property
    def takes_gzip(self) -> bool:
        accepted = self.headers.get("accept-encoding", "")
        match = re.search(r"(?:^|[\s,])(?:gzip|\*)\s*(?:;\s*q=([\d.]+))?", accepted)
        return match is not None and (match[1] is None or float(match[1]) > 0)

    @property
    def from_a_browser(self) -> bool:
        """It says so, with the two headers that the real site looks at."""
        return "mozilla" in self.headers.get("user-agent", "").lower() and "referer" in self.headers


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """`fault` names the fault that is played, if any."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    delivery: Delivery = "whole"
    fault: str | None = None


def page(status: int, title: str, text: str) -> Response:
    """A small HTML page."""
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    return Response(status=status, headers=(("Content-Type", "text/html"),), body=body.encode())
