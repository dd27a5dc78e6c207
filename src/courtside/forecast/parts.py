"""How the parts of a bundle become bytes and back: arrays as `.npz` without pickle, structs as JSON.

Equal values give equal bytes, on every machine and at all times.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError

LARGEST_ARRAYS_BYTES = 1 << 30
"""A part that would unpack to more than this is none of ours."""

Arrays = dict[str, npt.NDArray[np.generic]]

_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, KeyError, RuntimeError),
    MemoryError,  # a header that claims more than a machine has
)


def json_to_bytes(value: object) -> bytes:
    """JSON with sorted keys, for people to read and compare."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"


def arrays_to_bytes(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Arrays as an uncompressed `.npz`: sorted names, no times, so that equal arrays are equal bytes.

    Not compressed, because compressors differ between machines; git and wheels compress it anyway.

    >>> bytes_to_arrays(arrays_to_bytes({"weights": np.array([0.4, 0.6])}), "weights.npz")
    {'weights': array([0.4, 0.6])}
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            array = np.asarray(arrays[name], order="C")
            portable = array.astype(array.dtype.newbyteorder("<"), copy=False)
            try:
                np.lib.format.write_array(member, portable, version=(1, 0), allow_pickle=False)
            except ValueError as error:
                raise ModelError(f"array {name} cannot be part of a model ({error}); use numbers") from error
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, member.getvalue())
    return packed.getvalue()


def bytes_to_arrays(data: bytes, where: str) -> Arrays:
    """The arrays of a `.npz`, never by pickle; `where` says in a `ModelError` what could not be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_ARRAYS_BYTES:
                raise ModelError(
                    f"{where} unpacks to more than {LARGEST_ARRAYS_BYTES} bytes; it is no model of ours"
                )
        with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
    except _UNREADABLE as error:
        raise ModelError(
            f"{where} holds no arrays that can be read ({error}); train the model again"
        ) from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise ModelError(f"{where} holds more than arrays; train the model again")
    return arrays
