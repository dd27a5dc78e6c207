"""The HTTP server: calls, the stream at `/ws/live`, and the page at `/`."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from courtside import __version__
from courtside.errors import BadInput, JournalError, OtherSource, UnknownGame
from courtside.monitor.metrics import Metrics
from courtside.serve import routes_forecast, routes_games, routes_push, routes_status
from courtside.serve.answers import Refused, error_reply
from courtside.serve.decode import BadField
from courtside.serve.describe import Described
from courtside.serve.fragments import FragmentsProtocol
from courtside.serve.hub import Hub
from courtside.serve.pages import PageFiles
from courtside.serve.security import HEADERS
from courtside.serve.service import Service
from courtside.serve.settings import ServeSettings
from courtside.serve.stream_http import serve_live
from courtside.sources.push import BadPush

_log = logging.getLogger(__name__)

_LOOPBACK_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_DESCRIPTION = (
    "NBA games as they are played: state, forecasts, and how good these are. "
    "The stream is at `/ws/live` and described in `/asyncapi.json`."
)


def create_app(service: Service, hub: Hub, settings: ServeSettings, metrics: Metrics) -> FastAPI:
    """The application; `service` is what it is about."""
    app = FastAPI(title="Courtside", version=__version__, docs_url=None, redoc_url=None)
    described = Described()
    app.include_router(routes_games.routes(service, settings, described))
    app.include_router(routes_push.routes(service, settings, described))
    app.include_router(routes_forecast.routes(service, settings, described))
    app.include_router(routes_status.routes(service, settings, described, metrics, __version__))

    @app.websocket("/ws/live")
    async def live(websocket: WebSocket) -> None:
        await serve_live(websocket, hub, settings)

    app.mount("/static", PageFiles(), name="static")
    described.publish(app, _DESCRIPTION)
    _handle_errors(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_origin_regex=_LOOPBACK_ORIGIN,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
    )
    app.add_middleware(_Outermost, metrics=metrics)
    return app


def create_vital_app(service: routes_status.Vital, metrics: Metrics) -> FastAPI:
    """Of a part of the program that serves no games: health, readiness and metrics only."""
    app = FastAPI(title="Courtside", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes_status.vital_routes(service, Described(), metrics))
    _handle_errors(app)
    app.add_middleware(_Outermost, metrics=metrics)
    return app


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return error_reply(error.status, str(error), headers=error.headers)

    @app.exception_handler(UnknownGame)
    async def unknown_game(request: Request, error: UnknownGame) -> Response:
        return error_reply(404, str(error))

    @app.exception_handler(OtherSource)
    async def other_source(request: Request, error: OtherSource) -> Response:
        return error_reply(409, str(error))

    @app.exception_handler(BadInput)
    async def bad_input(request: Request, error: BadInput) -> Response:
        field = error.field if isinstance(error, BadField | BadPush) else None
        return error_reply(422, str(error), field)

    @app.exception_handler(RequestValidationError)
    async def bad_parameter(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = str(first["loc"][-1])
        return error_reply(422, f"{field}: {first['msg']}", field)

    @app.exception_handler(JournalError)
    async def not_now(request: Request, error: JournalError) -> Response:
        return error_reply(503, str(error), headers={"Retry-After": "5"})

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        line = {
            404: f"there is nothing at {request.url.path}; /docs lists the calls",
            405: f"{request.method} is not what {request.url.path} takes; /docs lists the calls",
        }.get(error.status_code, str(error.detail))
        return error_reply(error.status_code, line, headers=error.headers)

    @app.exception_handler(Exception)
    async def our_fault(request: Request, error: Exception) -> Response:
        return error_reply(500, "the server failed on this call; its log says more")


class _Outermost:
    """Security headers on every answer, and a count and a duration of every call."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.http_requests.labels(route, str(status)).inc()
            self._metrics.http_seconds.labels(route).observe(time.perf_counter() - started)


class _Uvicorn(uvicorn.Server):
    """uvicorn that says when it listens, and leaves signals to the program around it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        """As uvicorn's, but it stops at once instead of at the next tick."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), 0.1)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class HttpServer:
    """The application on its port; `http_port` 0 takes a free one."""

    def __init__(self, app: FastAPI, settings: ServeSettings) -> None:
        self._settings = settings
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                lifespan="off",
                loop="none",
                log_config=None,
                access_log=False,
                server_header=False,
                # A proxy is told from loopback by its headers; see security.check_may_write.
                proxy_headers=False,
                ws=FragmentsProtocol,
                ws_max_size=settings.stream.max_frame_bytes,
                ws_ping_interval=settings.stream.ping_seconds,
                ws_ping_timeout=settings.stream.ping_seconds,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=max(1, round(settings.stream.close_grace_seconds)),
            )
        )
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._socket is None:
            return self._settings.http_port
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        host = self._settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self) -> None:
        """Raises `OSError` where the port cannot be had."""
        listener = _listen(self._settings.host, self._settings.http_port)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections inherit it: one whose peer reads nothing ends, whatever waits to be sent.
            limit_ms = round(2 * self._settings.stream.ping_seconds * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit_ms)
        self._socket = listener
        self._serving = asyncio.create_task(self._server.serve([listener]))
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait((self._serving, listening), return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            listening.cancel()
            self._serving.result()

    async def stop(self) -> None:
        """Finish the calls under way and stop; close the hub's clients before."""
        if self._serving is None:
            return
        self._server.should_exit = True
        self._server.stopping.set()
        await self._serving
        self._serving = None
        self._socket = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio turns Nagle's algorithm off: else every answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
