"""One GET of one file: headers, time-outs, a bound on size; everything that goes wrong is an outcome."""

import asyncio
import ssl
from urllib.parse import urlsplit

import httpx

from courtside.clock import Clock
from courtside.sources.nba_answer import Outcome, Refusal, classify
from courtside.sources.nba_settings import NbaSettings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Fetcher:
    """Kept-alive connections to the feed. `transport` replaces the network in tests.

    One client a connection, the one used last taken first: httpx's own pool looks at every
    connection for every other one with each request, which doubles what a poll costs at sixteen.
    """

    def __init__(
        self, settings: NbaSettings, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport
        self._base = settings.url.rstrip("/")
        self._trust = _trust(settings.url)
        self._clients: list[httpx.AsyncClient] = []
        self._idle: list[httpx.AsyncClient] = []

    async def get(self, path: str, conditions: dict[str, str]) -> Outcome:
        """The outcome of one request; raises nothing that the outside can cause."""
        client = self._idle.pop() if self._idle else self._new_client()
        try:
            return await self._get(client, path, conditions)
        finally:
            self._idle.append(client)

    async def aclose(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def _get(self, client: httpx.AsyncClient, path: str, conditions: dict[str, str]) -> Outcome:
        limit_seconds = self._settings.answer_limit_seconds
        try:
            async with (
                # httpx limits each read; a body that drips needs a limit on the whole.
                asyncio.timeout(limit_seconds),
                client.stream("GET", self._base + path, headers=conditions) as response,
            ):
                data = bytearray()
                async for chunk in response.aiter_raw():
                    data += chunk
                    if len(data) > self._settings.max_response_bytes:
                        return Refusal(
                            "too_large", f"a body of more than {self._settings.max_response_bytes} bytes"
                        )
                headers = {name.lower(): value for name, value in response.headers.items()}
                return classify(response.status_code, bytes(data), headers, self._clock.now_ms())
        except (TimeoutError, httpx.TimeoutException):
            return Refusal("timeout", f"no whole answer within {limit_seconds:g} s")
        except (httpx.ConnectError, httpx.ProxyError) as error:
            return Refusal("unreachable", f"no connection ({error})")
        except (httpx.HTTPError, OSError) as error:
            return Refusal("connection_lost", f"the connection died ({str(error) or type(error).__name__})")

    def _new_client(self) -> httpx.AsyncClient:
        settings = self._settings
        client = httpx.AsyncClient(
            transport=self._transport,
            headers={
                "User-Agent": settings.user_agent,
                "Referer": settings.referer,
                "Accept": "application/json, text/plain, */*",
                "Accept-Language": "en-US,en;q=0.9",
                "Accept-Encoding": "gzip",
                "Connection": "keep-alive",
            },
            timeout=httpx.Timeout(settings.answer_limit_seconds, connect=settings.connect_seconds),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=60),
            verify=self._trust,
            # A proxy of the environment is for the world, not for a feed on this machine.
            trust_env=urlsplit(settings.url).hostname not in _LOOPBACK,
        )
        self._clients.append(client)
        return client


def _trust(url: str) -> ssl.SSLContext:
    """The usual authorities; nobody for a plain site, for which reading them all would be wasted."""
    if urlsplit(url).scheme == "https":
        return httpx.create_ssl_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
