"""Ports that are taken."""

import socket

import pytest

from benchmarks.memory_service import MemoryService
from courtside.errors import CannotListen
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings


@pytest.mark.parametrize(("taken", "option"), [("ws_port", "--ws-port"), ("http_port", "--http-port")])
async def test_the_port_that_is_taken_is_named_and_neither_server_runs(taken: str, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = ServeSettings(**({"http_port": 0, "ws_port": 0} | {taken: port}))
        servers = Servers(MemoryService(), settings)
        with pytest.raises(
            CannotListen, match=rf"127\.0\.0\.1 port {port} \(Address already in use\).*{option}$"
        ):
            await servers.start()
        assert servers.stream.port == settings.ws_port
