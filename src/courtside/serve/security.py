"""Who may call what writes: bearer keys, or loopback where none is configured; and no foreign page."""

import hashlib
import hmac
import re

from starlette.requests import Request

from courtside.serve.answers import Refused
from courtside.serve.decode import BadField
from courtside.serve.origins import is_loopback, origin_allowed
from courtside.serve.settings import ServeSettings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def check_may_write(request: Request, settings: ServeSettings) -> None:
    """Raises `Refused`: 401 without a right key, 403 from elsewhere than loopback or from a foreign page."""
    headers = request.headers
    if not origin_allowed(headers.get("origin"), headers.get("host"), settings.allowed_origins):
        raise Refused(403, "pages of this origin may not write here; add it to allowed_origins")
    if settings.api_keys:
        _check_key(headers.get("authorization"), settings.api_keys)
        return
    peer = request.client.host if request.client is not None else None
    if not is_loopback(peer) or any(name in headers for name in _FORWARDED):
        raise Refused(
            403, "no key is configured, so only loopback may write; set api_keys to write from elsewhere"
        )


def call_name(request: Request, body: bytes) -> tuple[str | None, str]:
    """The caller's name for this call, and a digest of what it says.

    The same name is never accepted twice for the same method and path; None where the call has none.
    """
    key = _idempotency_key(request)
    if key is None:
        return None, ""
    return f"{request.method} {request.url.path} {key}", hashlib.sha256(body).hexdigest()


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise BadField("Idempotency-Key", "must be 1 to 200 visible ASCII characters")
    return key


def _check_key(header: str | None, keys: tuple[str, ...]) -> None:
    scheme, _, given = (header or "").partition(" ")
    presented = _digest(given.strip())
    # Digests are of one length, and every key is compared: the time tells nothing.
    matches = [hmac.compare_digest(presented, _digest(key)) for key in keys]
    if scheme.lower() != "bearer" or not any(matches):
        raise Refused(
            401,
            "this call needs a key: send the header `Authorization: Bearer <key>`",
            {"WWW-Authenticate": "Bearer"},
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
