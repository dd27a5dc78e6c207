"""Long texts over ASGI, as an extension of it: the frames are made already, for all clients at once.

ASGI knows whole messages only, so that uvicorn would hold a long one for every client that reads slowly.
"""

from typing import Any

from starlette.websockets import WebSocket
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from courtside.serve.frames import LongText

EXTENSION = "courtside.fragments"


class FragmentsProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, with the extension."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application starts at the next turn of the loop and finds this there.
            self.scope["extensions"][EXTENSION] = {}

    async def send(self, message: Any) -> None:
        """Writes `courtside.fragments` of a `websocket.send` one by one, each when there is room."""
        if EXTENSION not in message:
            await super().send(message)
            return
        for fragment in message[EXTENSION]:
            await self.writable.wait()
            if self.disconnected or self.close_sent or self.transport.is_closing():
                raise ClientDisconnected
            self.transport.write(fragment)


async def send_fragments(websocket: WebSocket, text: LongText) -> None:
    """Send a long text; whole where the server does not have the extension."""
    if EXTENSION in websocket.scope.get("extensions", {}):
        await websocket.send({"type": "websocket.send", EXTENSION: text.fragments})
    else:
        await websocket.send_text(text.payload.decode())
