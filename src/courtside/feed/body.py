"""Response bodies put together from parts that are encoded and compressed once.

A part is compressed as a run of deflate blocks that ends on a byte and looks at nothing before it
(Z_FULL_FLUSH), so parts can be joined into one gzip stream; only the checksum is of the whole.
"""

import struct
import zlib
from collections.abc import Sequence
from functools import cached_property

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
_LEVEL = 1
_SMALL = 4096
# Setting up the compressor's tables costs more than a small part does: small ones get small tables.
_SMALL_TABLES = (-12, 5)
_LARGE_TABLES = (-15, 7)


class Part:
    """Some bytes of a body, compressed when first asked for."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def deflated(self) -> bytes:
        window, memory = _SMALL_TABLES if len(self.raw) < _SMALL else _LARGE_TABLES
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, window, memory)
        return packer.compress(self.raw) + packer.flush(zlib.Z_FULL_FLUSH)


class Body:
    """A whole body, plain and as gzip."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    @cached_property
    def plain(self) -> bytes:
        return b"".join([part.raw for part in self._parts])

    @cached_property
    def gzip(self) -> bytes:
        checksum = size = 0
        for part in self._parts:
            checksum = zlib.crc32(part.raw, checksum)
            size += len(part.raw)
        packed = [part.deflated for part in self._parts]
        return b"".join([_GZIP_HEADER, *packed, _LAST_BLOCK, struct.pack("<II", checksum, size & 0xFFFFFFFF)])
