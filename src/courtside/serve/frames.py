"""WebSocket frames as a server sends them: unmasked text, so the same bytes suit every client.

See RFC 6455, section 5.2.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from courtside.messages import EncodedMessage

_FINAL_TEXT = 0x81


def frame_text(payload: bytes) -> bytes:
    """One text frame.

    >>> frame_text(b"{}"), frame_text(b"x" * 300)[:4].hex()
    (b'\\x81\\x02{}', '817e012c')
    """
    length = len(payload)
    if length < 126:
        header = bytes((_FINAL_TEXT, length))
    elif length < 65_536:
        header = bytes((_FINAL_TEXT, 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((_FINAL_TEXT, 127)) + length.to_bytes(8, "big")
    return header + payload


def frame_texts(payloads: Iterable[bytes]) -> bytes:
    """Many text frames, one after another: one write for all of them."""
    return b"".join([frame_text(payload) for payload in payloads])


class Batch:
    """Messages that were committed together, framed at most once for all clients."""

    def __init__(self, messages: Sequence[EncodedMessage]) -> None:
        self.messages = messages

    @cached_property
    def framed(self) -> bytes:
        return frame_texts([message.frame for message in self.messages])
