"""The URL of a broker, taken apart."""

import pytest

from courtside.bus.address import Address, parse_address
from courtside.errors import BadConfig

OPTIONS = ("ssl_ca_certs", "ssl_keyfile")


@pytest.mark.parametrize(
    ("url", "hosts", "login", "path"),
    [
        ("redis://broker", (("broker", 6379),), (None, None), ""),
        ("redis://broker:7000/2", (("broker", 7000),), (None, None), "2"),
        ("redis://:p%2Fw@broker", (("broker", 6379),), (None, "p/w"), ""),
        ("redis://ann:a@b@broker", (("broker", 6379),), ("ann", "a@b"), ""),
        ("redis://ann@broker", (("broker", 6379),), ("ann", None), ""),
        ("redis://one,two:7000", (("one", 6379), ("two", 7000)), (None, None), ""),
        ("redis://[::1]:7000,[::2]", (("::1", 7000), ("::2", 6379)), (None, None), ""),
    ],
)
def test_a_url_is_hosts_login_and_path(
    url: str, hosts: tuple[tuple[str, int], ...], login: tuple[str | None, str | None], path: str
) -> None:
    address = parse_address(url, 6379, OPTIONS)
    assert (address.hosts, (address.user, address.password), address.path) == (hosts, login, path)


def test_options_are_those_that_the_bus_takes() -> None:
    address = parse_address("rediss://broker?ssl_ca_certs=/etc/ca.pem", 6379, OPTIONS)
    assert address.options == {"ssl_ca_certs": "/etc/ca.pem"}
    with pytest.raises(
        BadConfig, match="'ssl_keyfiles' that rediss:// does not take; did you mean ssl_keyfile"
    ):
        parse_address("rediss://broker?ssl_keyfiles=x", 6379, OPTIONS)


@pytest.mark.parametrize(
    "url", ["redis://", "redis:///0", "redis://broker:port", "redis://broker:0", "redis://b:70000"]
)
def test_what_is_no_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(BadConfig, match=r"write redis://host:6379"):
        parse_address(url, 6379, OPTIONS)


def test_an_address_shows_no_password_when_it_is_printed() -> None:
    address: Address = parse_address("redis://ann:sesame@one,[::1]:2", 6379, OPTIONS)
    assert repr(address) == "Address(redis://one:6379,[::1]:2)"
