"""Which web pages may talk to the server, and which peers are this very machine.

A browser lets any page open WebSockets and post forms anywhere, and names the page in `Origin`.
What sends no Origin is not a page. A page of this server itself is recognised by its address only
when that is a number: a name in `Host` could be an attacker's that was made to resolve here.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

_LOOPBACK_NAMES = frozenset({"localhost", "localhost."})


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("10.0.0.1")
    (True, True, True, False)
    """
    if host is None:
        return False
    if host.lower() in _LOOPBACK_NAMES:
        return True
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address is not None and address.is_loopback


def origin_allowed(origin: str | None, host_header: str | None, allowed: Sequence[str]) -> bool:
    """Whether a page of this origin may use the server that was called as `host_header`.

    >>> origin_allowed("http://localhost:5173", "127.0.0.1:8080", ())
    True
    >>> origin_allowed("https://evil.example", "evil.example:8080", ())
    False
    """
    if origin is None or origin in allowed:
        return True
    host = _hostname(origin)
    if host is None:
        return False
    if is_loopback(host):
        return True
    return _address(host) is not None and host == _hostname(f"//{host_header}")


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
