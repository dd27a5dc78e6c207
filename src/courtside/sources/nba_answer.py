"""What came over the wire for one request, told apart by its HTTP side only. No I/O."""

import zlib
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

from courtside.errors import BadFeed

HOST_FAULTS = frozenset(
    {"timeout", "unreachable", "connection_lost", "rate_limited", "server_error", "blocked"}
)
"""Faults that speak of the whole site rather than of one file."""


class Wire(msgspec.Struct, frozen=True):
    """A body with status 200 as it came, compressed where it was; equal bodies are equal in `data`."""

    data: bytes
    encoding: str = ""
    etag: str | None = None
    last_modified: str | None = None
    date_ms: int | None = None

    @property
    def modified_ms(self) -> int | None:
        return http_time_ms(self.last_modified)

    @property
    def modified_age_ms(self) -> int | None:
        """How old the file was when it was sent, by the server's own clock."""
        modified_ms = self.modified_ms
        return None if modified_ms is None or self.date_ms is None else self.date_ms - modified_ms

    def same_body(self, other: "Wire | None") -> bool:
        return other is not None and self.data == other.data and self.encoding == other.encoding


class NotModified(msgspec.Struct, frozen=True):
    """304: the file is the accepted one."""


class NotYet(msgspec.Struct, frozen=True):
    """The file does not exist: the game has not started, or is too old."""


class Refusal(msgspec.Struct, frozen=True):
    """No usable answer; `fault` is its name in the statistics."""

    fault: str
    message: str
    retry_after_ms: int | None = None


Outcome = Wire | NotModified | NotYet | Refusal


def classify(status: int, data: bytes, headers: dict[str, str], now_ms: int) -> Outcome:
    """What an HTTP answer means; header names in lower case.

    403 is 'not yet' where the store behind the site says AccessDenied in XML, and a block otherwise.
    """
    if status == 200:
        return Wire(
            data=data,
            encoding=headers.get("content-encoding", "").strip().lower(),
            etag=_echoable(headers.get("etag")),
            last_modified=_echoable(headers.get("last-modified")),
            date_ms=http_time_ms(headers.get("date")),
        )
    if status == 304:
        return NotModified()
    if status == 404 or (status == 403 and b"AccessDenied" in data[:1000]):
        return NotYet()
    if status == 403:
        fault, message = "blocked", "403, and not the 'AccessDenied' of a file that does not exist: refused"
    elif status == 429:
        fault, message = "rate_limited", "429: too many requests"
    elif status >= 500:
        fault, message = "server_error", f"{status}: the server failed"
    else:
        fault, message = "http_status", f"unexpected HTTP status {status}"
    return Refusal(fault, message, _retry_after_ms(headers.get("retry-after"), now_ms))


def unpack(wire: Wire, limit: int) -> bytes:
    """The body as the server had it; raises `BadFeed` where it is broken or larger than `limit` bytes."""
    if wire.encoding in ("", "identity"):
        return wire.data
    if not wire.data:
        return b""
    if wire.encoding in ("gzip", "x-gzip"):
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    elif wire.encoding == "deflate":
        unpacker = zlib.decompressobj()
    else:
        raise BadFeed("bad_encoding", f"content encoding {wire.encoding!r}, which was not asked for")
    try:
        body = unpacker.decompress(wire.data, limit)
    except zlib.error as error:
        raise BadFeed("bad_encoding", f"a body that does not decompress ({error})") from error
    if unpacker.unconsumed_tail:
        raise BadFeed("too_large", f"a body of more than {limit} bytes")
    if not unpacker.eof:
        raise BadFeed("truncated", f"a compressed body that ends after {len(wire.data)} bytes")
    return body


def http_time_ms(text: str | None) -> int | None:
    """Milliseconds since the epoch of an HTTP date; None where there is none that can be read."""
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _retry_after_ms(text: str | None, now_ms: int) -> int | None:
    if text is None:
        return None
    if text.strip().isdecimal():
        return min(int(text[:9]), 10**6) * 1000
    until_ms = http_time_ms(text)
    return None if until_ms is None else max(until_ms - now_ms, 0)


def _echoable(value: str | None) -> str | None:
    """A validator goes back as it came, so it has to be one that can be sent."""
    return value if value and value.isascii() and value.isprintable() else None
