"""WebSocket frames as a server sends them: unmasked text, so the same bytes suit every client.

See RFC 6455, section 5.2.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from courtside.messages import EncodedMessage

_FINAL = 0x80
_TEXT = 0x01
_CONTINUATION = 0x00

LONG_BYTES = 64 * 1024
FRAGMENT_BYTES = 32 * 1024


def frame_text(payload: bytes) -> bytes:
    """One text frame.

    >>> frame_text(b"{}"), frame_text(b"x" * 300)[:4].hex()
    (b'\\x81\\x02{}', '817e012c')
    """
    return _frame(_FINAL | _TEXT, payload)


def _frame(first_byte: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        header = bytes((first_byte, length))
    elif length < 65_536:
        header = bytes((first_byte, 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((first_byte, 127)) + length.to_bytes(8, "big")
    return header + payload


def frame_texts(payloads: Iterable[bytes]) -> bytes:
    """Many text frames, one after another: one write for all of them."""
    return b"".join([frame_text(payload) for payload in payloads])


class LongText:
    """A payload of more than `LONG_BYTES` for many clients, framed once for all of them.

    It goes in fragments, as RFC 6455, section 5.4, has them: a client that reads slowly holds one of
    them back and not the whole, and a ping or a close may come between two.
    """

    def __init__(self, payload: bytes) -> None:
        self._length = len(payload)
        starts = range(0, len(payload), FRAGMENT_BYTES)
        self.fragments = tuple(
            _frame(
                (_CONTINUATION if start else _TEXT) | (_FINAL if start == starts[-1] else 0),
                payload[start : start + FRAGMENT_BYTES],
            )
            for start in starts
        )

    def __len__(self) -> int:
        return self._length

    @property
    def payload(self) -> bytes:
        """Put together again: kept is only what is sent."""
        return b"".join([fragment[4 if fragment[1] == 126 else 2 :] for fragment in self.fragments])


Payload = bytes | LongText


def text_of(payload: bytes) -> Payload:
    """The payload as it is best sent."""
    return LongText(payload) if len(payload) > LONG_BYTES else payload


class Batch:
    """Messages that were committed together, framed at most once for all clients."""

    def __init__(self, messages: Sequence[EncodedMessage]) -> None:
        self.messages = messages

    @cached_property
    def framed(self) -> bytes:
        return frame_texts([message.frame for message in self.messages])
