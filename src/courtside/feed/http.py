"""HTTP/1.1 over asyncio streams: h11 does the protocol, a handler decides, and faults get their bytes."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator

import h11

from courtside.clock import Clock
from courtside.feed.response import REASONS, Request, Response

Handler = Callable[[Request], Response]

_CHUNK = 65_536
_DRIPS = 20
_MAX_REQUEST = 65_536
_IDLE_SECONDS = 75.0


class HttpConnection:
    """One client's connection: requests one after the other until either side closes it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        handler: Handler,
        clock: Clock,
        patience_seconds: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_REQUEST)

    async def run(self) -> None:
        """Until the connection is closed; a client that goes away is no error."""
        with contextlib.suppress(OSError):
            await self._talk()

    async def _talk(self) -> None:
        while True:
            try:
                request = await self._next_request()
            except h11.RemoteProtocolError as error:
                await self._refuse(error)
                return
            if request is None:
                return
            response = self._handler(request)
            if not await self._send(request, response) or self._http.our_state is not h11.DONE:
                return
            if self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _next_request(self) -> Request | None:
        """None where the client has closed, or has been silent for long."""
        found: Request | None = None
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                try:
                    async with asyncio.timeout(_IDLE_SECONDS):
                        data = await self._reader.read(_CHUNK)
                except TimeoutError:
                    return None
                self._http.receive_data(data)
            elif isinstance(event, h11.Request):
                found = _request(event)
            elif isinstance(event, h11.EndOfMessage):
                return found
            elif isinstance(event, h11.ConnectionClosed):
                return None

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            head = h11.Response(
                status_code=error.error_status_hint,
                headers=[("Content-Length", "0"), ("Connection", "close")],
            )
            self._writer.write(self._http.send(head) or b"")
            await self._writer.drain()

    async def _send(self, request: Request, response: Response) -> bool:
        """False where the connection cannot be used any more."""
        if response.delivery == "hang":
            await self._wait_for_the_client_to_leave()
            return False
        head = self._http.send(_head(response)) or b""
        body = b"" if request.method == "HEAD" or response.status == 304 else response.body
        if response.delivery == "reset":
            self._writer.write(head + body[: len(body) // 2])
            self._reset()
            return False
        packed = (self._http.send(h11.Data(data=body)) or b"") if body else b""
        tail = self._http.send(h11.EndOfMessage()) or b""
        if response.delivery == "drip":
            await self._drip(head, packed + tail)
        else:
            self._writer.write(head + packed + tail)
            await self._writer.drain()
        return True

    def _reset(self) -> None:
        # Closing a socket that must not linger sends a reset instead of an end.
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _drip(self, head: bytes, rest: bytes) -> None:
        self._writer.write(head)
        for piece in _pieces(rest, _DRIPS):
            await self._writer.drain()
            await self._clock.sleep(self._patience_seconds / _DRIPS)
            if self._writer.is_closing():
                # The client has left: uvloop raises where asyncio ignores a write to nobody.
                return
            self._writer.write(piece)
        await self._writer.drain()

    async def _wait_for_the_client_to_leave(self) -> None:
        """Says nothing until the client closes, or patience ends."""
        sleeping = asyncio.ensure_future(self._clock.sleep(self._patience_seconds))
        reading = asyncio.ensure_future(self._reader.read(1))
        try:
            await asyncio.wait((sleeping, reading), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleeping, reading):
                task.cancel()
            await asyncio.gather(sleeping, reading, return_exceptions=True)

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def _request(event: h11.Request) -> Request:
    path = event.target.decode("ascii").partition("?")[0]
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
    return Request(event.method.decode("ascii"), path, headers)


def _head(response: Response) -> h11.Response:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.headers]
    if response.status != 304:
        headers.append((b"Content-Length", str(len(response.body)).encode("ascii")))
    return h11.Response(status_code=response.status, headers=headers, reason=REASONS[response.status])


def _pieces(data: bytes, count: int) -> Iterator[bytes]:
    size = max(1, -(-len(data) // count))
    for start in range(0, len(data), size):
        yield data[start : start + size]
