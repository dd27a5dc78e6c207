"""Both servers over one hub, started and stopped together."""

import asyncio
import contextlib
import os
from types import TracebackType
from typing import Self

from courtside.clock import Clock
from courtside.errors import CannotListen
from courtside.monitor.metrics import Metrics
from courtside.serve.http import HttpServer, create_app
from courtside.serve.hub import Hub
from courtside.serve.service import Service
from courtside.serve.settings import ServeSettings
from courtside.serve.websocket import StreamServer


class Servers:
    """`hub.deliver` is what the program calls after each commit; `url` and `ws_url` are where people go."""

    def __init__(
        self,
        service: Service,
        settings: ServeSettings | None = None,
        metrics: Metrics | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings if settings is not None else ServeSettings()
        self.metrics = metrics if metrics is not None else Metrics()
        self.hub = Hub(service, self.metrics, self.settings.stream, clock)
        self.stream = StreamServer(self.hub, self.settings)
        self.http = HttpServer(create_app(service, self.hub, self.settings, self.metrics), self.settings)
        self._heartbeats: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return self.http.url

    @property
    def ws_url(self) -> str:
        return self.stream.url

    async def start(self) -> None:
        """Raises `CannotListen` where a port cannot be had; then neither server runs."""
        host = self.settings.host
        try:
            await self.stream.start()
        except OSError as error:
            raise cannot_listen(host, self.settings.ws_port, "--ws-port", error) from error
        try:
            await self.http.start()
        except OSError as error:
            await self.stream.stop()
            raise cannot_listen(host, self.settings.http_port, "--http-port", error) from error
        self._heartbeats = asyncio.create_task(self.hub.run())

    async def stop(self) -> None:
        """Close all clients, finish the calls under way, and stop."""
        if self._heartbeats is not None:
            self._heartbeats.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heartbeats
            self._heartbeats = None
        self.hub.close()
        await asyncio.gather(self.stream.stop(), self.http.stop())

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def cannot_listen(host: str, port: int, option: str, error: OSError) -> CannotListen:
    """The error in one line; `option` is what chooses another port."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return CannotListen(
        f"cannot listen on {host} port {port} ({reason}); stop what uses it, or choose another with {option}"
    )
