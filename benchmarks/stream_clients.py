"""Many WebSocket clients in a process of their own: raw sockets, so that they cost little.

Times are of the monotonic clock, which all processes of a machine share.
"""

import contextlib
import multiprocessing
import resource
import select
import socket
import time
from multiprocessing.connection import Connection
from typing import Literal

import msgspec

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
STAMP_OFFSET = 28
"""Where the 24 characters of `timestamp` begin in `{"type":"play","timestamp":"...`."""
STAMP_LENGTH = 24
BEHIND_BUFFER_BYTES = 8 * 1024


class Plan(msgspec.Struct, frozen=True):
    """Which clients to be; a slow one reads 2 kB a second, a stuck one nothing."""

    port: int
    clients: int
    slow: int = 0
    stuck: int = 0
    stamps: bool = False
    """Whether to note when each message came."""


class Seen(msgspec.Struct, frozen=True):
    """What the clients that keep up have received."""

    received_bytes: int
    stamps: list[bytes]
    """The timestamp of each message, as often as it came."""
    times: list[float]
    """When each of them came."""


Order = tuple[Literal["until", "report", "stop"], int]


class Clients:
    """The clients' process as seen from the servers' process."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, child = context.Pipe()
        self._process = context.Process(target=_live, args=(plan, child), daemon=True)
        self._process.start()
        child.close()

    @property
    def ready(self) -> bool:
        return self._pipe.poll(0)

    def connected(self) -> None:
        """Take the word that all clients are connected; only after `ready`."""
        assert self._pipe.recv() == "connected"

    def expect(self, received_bytes: int) -> None:
        """Ask to be told (`ready`) when that many bytes have come since the last report."""
        self._pipe.send(("until", received_bytes))

    def taken(self) -> float:
        """When the expected bytes were there; only after `ready`."""
        at: float = self._pipe.recv()
        return at

    def report(self) -> None:
        """Ask for what was seen since the last report."""
        self._pipe.send(("report", 0))

    def seen(self) -> Seen:
        """The report; only after `ready`."""
        seen: Seen = self._pipe.recv()
        return seen

    def stop(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._pipe.send(("stop", 0))
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        self._pipe.close()


def _live(plan: Plan, pipe: Connection) -> None:
    files, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, hard), hard))
    behind = [_connect(plan.port, BEHIND_BUFFER_BYTES) for _ in range(plan.slow + plan.stuck)]
    slow = behind[: plan.slow]
    sockets = [_connect(plan.port) for _ in range(plan.clients - len(behind))]
    poll = select.epoll()
    by_file = {sock.fileno(): sock for sock in sockets}
    for number in by_file:
        poll.register(number, select.EPOLLIN)
    poll.register(pipe.fileno(), select.EPOLLIN)
    buffer = bytearray(256 * 1024)
    total, due = 0, 0
    stamps: list[bytes] = []
    times: list[float] = []
    pipe.send("connected")
    next_slow = time.monotonic()
    while True:
        for number, _ in poll.poll(0.1):
            sock = by_file.get(number)
            if sock is None:
                order, amount = pipe.recv()
                if order == "stop":
                    for each in [*sockets, *behind]:
                        each.close()
                    return
                if order == "until":
                    total, due = 0, amount
                else:
                    pipe.send(Seen(total, stamps, times))
                    stamps, times = [], []
                continue
            try:
                size = sock.recv_into(buffer)
            except BlockingIOError:
                continue
            if not size:
                poll.unregister(number)
                continue
            now = time.monotonic()
            total += size
            if plan.stamps:
                _note(buffer, size, now, stamps, times)
            if 0 < due <= total:
                due = 0
                pipe.send(now)
        if slow and time.monotonic() >= next_slow:
            next_slow = time.monotonic() + 0.25
            for each in slow:
                with contextlib.suppress(BlockingIOError):
                    each.recv_into(buffer, 512)


def _connect(port: int, receive_buffer: int | None = None) -> socket.socket:
    sock = socket.socket()
    if receive_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.connect(("127.0.0.1", port))
    sock.sendall(HANDSHAKE)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(1)
    sock.setblocking(False)
    return sock


def _note(buffer: bytearray, size: int, now: float, stamps: list[bytes], times: list[float]) -> None:
    """The stamps of the frames in the buffer; they are 126 to 65,535 bytes long, and hello is older."""
    at = 0
    while at + 4 <= size:
        length = buffer[at + 1]
        head = 2
        if length == 126:
            length = int.from_bytes(buffer[at + 2 : at + 4], "big")
            head = 4
        elif length == 127:
            length = int.from_bytes(buffer[at + 2 : at + 10], "big")
            head = 10
        start = at + head + STAMP_OFFSET
        if buffer[at + head : at + head + 14] == b'{"type":"play"':
            stamps.append(bytes(buffer[start : start + STAMP_LENGTH]))
            times.append(now)
        at += head + length
