"""A small real HTTP server that answers as a test tells it to, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest


class Received(msgspec.Struct):
    method: str
    path: str
    key: str | None
    authorization: str | None
    body: bytes


class Answer(msgspec.Struct):
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = {}
    drop: bool = False
    """Take the request and close the connection without an answer."""


class ScriptedServer:
    """Answers with `script`, one answer a request, then with 200; `hold()` keeps answers back."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.script: list[Answer] = []
        self.arrived = threading.Condition()
        self._open = threading.Event()
        self._open.set()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """On the port that it had before, if it had one."""
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with scripted.arrived:
                    scripted.received.append(
                        Received(
                            self.command,
                            self.path,
                            self.headers.get("Idempotency-Key"),
                            self.headers.get("Authorization"),
                            body,
                        )
                    )
                    answer = scripted.script.pop(0) if scripted.script else Answer()
                    scripted.arrived.notify_all()
                scripted._open.wait(10)
                if answer.drop:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = _answer
            do_POST = _answer

            def log_message(self, format: str, *args: object) -> None:
                """A test needs no access log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def wait_for(self, done: Callable[[], bool]) -> None:
        with self.arrived:
            assert self.arrived.wait_for(done, 10), self.received


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    scripted.start()
    yield scripted
    scripted.stop()


@pytest.fixture
def answer() -> type[Answer]:
    return Answer
