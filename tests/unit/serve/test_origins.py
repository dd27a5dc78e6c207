import pytest

from courtside.serve.origins import is_loopback, origin_allowed


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
)
def test_these_hosts_are_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", [None, "", "0.0.0.0", "10.0.0.1", "localhost.evil.example", "::", "127.1.x"])
def test_these_hosts_are_not(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "anything"),
        ("http://localhost:3000", "10.0.0.1:8080"),
        ("http://[::1]:3000", None),
        ("http://192.168.1.5:8080", "192.168.1.5:8765"),
        ("http://[2001:db8::5]:8080", "[2001:db8::5]:8765"),
        ("https://listed.example", "10.0.0.1"),
    ],
)
def test_these_origins_may_use_the_server(origin: str | None, host: str | None) -> None:
    assert origin_allowed(origin, host, ("https://listed.example",))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "127.0.0.1:8080"),
        ("https://evil.example", "evil.example"),
        ("http://192.168.1.6", "192.168.1.5"),
        ("null", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("http://[broken", "127.0.0.1"),
        ("https://listed.example.evil.example", "x"),
        ("http://localhost.evil.example", "x"),
        ("http://127.0.0.1@evil.example", "x"),
    ],
)
def test_these_may_not(origin: str, host: str) -> None:
    assert not origin_allowed(origin, host, ("https://listed.example",))
