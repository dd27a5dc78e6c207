"""The URL of a broker, taken apart."""

import difflib
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from courtside.errors import BadConfig


class Address(msgspec.Struct, frozen=True):
    """`scheme://user:password@host:port,host:port/path?option=value`. Printed, it shows no secrets."""

    scheme: str
    hosts: tuple[tuple[str, int], ...]
    user: str | None
    password: str | None
    path: str
    options: Mapping[str, str]

    @property
    def where(self) -> str:
        """The hosts as people read them."""
        return ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)

    def __repr__(self) -> str:
        return f"Address({self.scheme}://{self.where})"


def parse_address(url: str, port: int, options: tuple[str, ...]) -> Address:
    """Hosts without a port get `port`; `options` are those that may be in the query.

    Raises `BadConfig`, which repeats no part of the URL that may hold a secret.

    >>> parse_address("kafka://ann:p%40ss@one,two:19092?acks=all", 9092, ("acks",)).hosts
    (('one', 9092), ('two', 19092))
    """
    parts = urlsplit(url)
    login, at, places = parts.netloc.rpartition("@")
    user, colon, password = login.partition(":")
    hosts = tuple(_host(place, port, parts.scheme) for place in places.split(",") if place)
    if not hosts:
        raise BadConfig(f"bus names no host; write {parts.scheme}://host:{port}")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in given:
        if name not in options:
            _unknown(name, options, parts.scheme)
    return Address(
        scheme=parts.scheme,
        hosts=hosts,
        user=unquote(user) if at and user else None,
        password=unquote(password) if colon else None,
        path=parts.path.strip("/"),
        options=given,
    )


def _host(place: str, port: int, scheme: str) -> tuple[str, int]:
    host, _, number = place.rpartition(":") if not place.endswith("]") else (place, "", "")
    if not host:
        host, number = number, ""
    if number and not (number.isascii() and number.isdigit() and 0 < int(number) < 65_536):
        raise BadConfig(f"bus has a port that is none; write {scheme}://host:{port}")
    return host.removeprefix("[").removesuffix("]"), int(number) if number else port


def _unknown(name: str, known: tuple[str, ...], scheme: str) -> NoReturn:
    [near] = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    raise BadConfig(f"bus has an option {name!r} that {scheme}:// does not take; did you mean {near}?")
