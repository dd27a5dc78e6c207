"""A trained model as a folder of data: `manifest.json` and the parts that it names, each with its hash.

Nothing in a bundle is code, and opening one runs none: arrays are read without pickle, JSON goes into
typed structs, ONNX graphs are data. Writing depends on the data alone, never on clock or machine: the
same model is the same bytes.
"""

import hashlib
import math
import re
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from courtside.errors import ModelError
from courtside.forecast.parts import Arrays, bytes_to_arrays, json_to_bytes

FORMAT = 1
MANIFEST = "manifest.json"
HASH_DIGITS = 8
Setting = bool | int | float | str | list[bool | int | float | str] | None
_Part = TypeVar("_Part")
_PART_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class DataSpan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The games that a model has learned from; dates as `2024-06-17`, seasons by the year they begin in."""

    first_date: _Date
    last_date: _Date
    games: Annotated[int, msgspec.Meta(ge=1)]
    seasons: Annotated[tuple[int, ...], msgspec.Meta(min_length=1)]


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What whoever trains a model says of it; the rest of the manifest follows from the parts.

    `courtside` is the version of Courtside that trained it, `metrics` what was measured on games that
    it had not seen, `settings` how each part was fitted, by part.
    """

    courtside: str
    data: DataSpan
    metrics: dict[str, float]
    settings: dict[str, dict[str, Setting]]


class PartFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    bytes: int


class Manifest(Description, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `manifest.json` says.

    `version` is the date of the last game and the beginning of a hash over all the rest, for example
    `2024-06-17-3fa9c1d2`: two models that differ in anything have different versions.
    """

    format: int
    version: str
    files: dict[str, PartFile]


class Bundle:
    """An opened bundle, all of it checked. What was checked is what is used: parts are kept in memory."""

    def __init__(self, folder: Path, manifest: Manifest, parts: Mapping[str, bytes]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.parts = parts

    @property
    def version(self) -> str:
        return self.manifest.version

    @classmethod
    def open(cls, folder: Path) -> "Bundle":
        """Check the format, that exactly the named files are there, and each one's hash.

        Raises `ModelError`.
        """
        manifest = read_manifest(folder)
        there = {path.name for path in folder.iterdir()} - {MANIFEST}
        _refuse_if(there - manifest.files.keys(), folder, "holds {names}, which its manifest does not name")
        _refuse_if(manifest.files.keys() - there, folder, "lacks {names}, which its manifest names")
        parts = {name: _read_part(folder, name, file) for name, file in manifest.files.items()}
        return cls(folder, manifest, parts)

    def part(self, name: str) -> bytes:
        """The bytes of one part. Raises `ModelError` where the bundle has none of that name."""
        try:
            return self.parts[name]
        except KeyError:
            raise ModelError(
                f"model {self.version} has no part {name}; "
                "it was trained by another version of courtside: train it again"
            ) from None

    def arrays(self, name: str) -> Arrays:
        """The arrays of a `.npz` part."""
        return bytes_to_arrays(self.part(name), f"{name} of model {self.version}")

    def json(self, name: str, kind: type[_Part]) -> _Part:
        """A `.json` part as the struct that it must be."""
        try:
            return msgspec.json.decode(self.part(name), type=kind)
        except msgspec.DecodeError as error:
            raise ModelError(
                f"{name} of model {self.version} is not what this courtside expects ({error}); train it again"
            ) from error


def shipped_folder() -> Path:
    """The folder of the model that comes with the package."""
    folder = resources.files("courtside.forecast").joinpath("shipped")
    if not isinstance(folder, Path):
        raise ModelError("courtside runs from inside an archive, where models cannot be opened; unpack it")
    return folder


def write_bundle(folder: Path, parts: Mapping[str, bytes], description: Description) -> Bundle:
    """Write a bundle and open it again; a bundle that is there already is replaced as a whole.

    Raises `ModelError` where the folder holds anything else, where a part's name is no plain file name,
    and where the description holds what JSON cannot (NaN).
    """
    manifest = _manifest_of(parts, description)
    refuse_other(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as work:
            fresh, old = Path(work) / "fresh", Path(work) / "old"
            fresh.mkdir()
            (fresh / MANIFEST).write_bytes(json_to_bytes(manifest))
            for name, data in parts.items():
                (fresh / name).write_bytes(data)
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
    except OSError as error:
        raise ModelError(
            f"the model cannot be written to {folder} ({error.strerror}); choose another"
        ) from error
    return Bundle.open(folder)


def refuse_other(folder: Path) -> None:
    """Raises `ModelError` where a bundle may not be written: the folder holds something else."""
    if (
        folder.exists()
        and not (folder / MANIFEST).is_file()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise ModelError(f"{folder} is there and is no model; choose another folder, or empty it")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle, itself checked, and nothing of the parts. Raises `ModelError`."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelError(
            f"there is no model in {folder}: no {MANIFEST}; 'courtside models list' has the models"
        ) from error
    except OSError as error:
        raise ModelError(
            f"{folder / MANIFEST} cannot be read ({error.strerror}); check the folder"
        ) from error
    try:
        found = msgspec.json.decode(data, type=_Head).format
        if found != FORMAT:
            raise ModelError(
                f"the model in {folder} has format {found}, and this courtside reads format {FORMAT}; "
                "use the courtside that wrote it, or train it again"
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{folder / MANIFEST} is no manifest ({error}); take the model again from where it came"
        ) from error
    if manifest.version != _version_of(manifest) or not all(map(_plain, manifest.files)):
        raise ModelError(
            f"{folder / MANIFEST} was changed after it was written; take the model again from where it came"
        )
    return manifest


class _Head(msgspec.Struct):
    format: int


def _manifest_of(parts: Mapping[str, bytes], description: Description) -> Manifest:
    odd = [name for name in parts if not _plain(name)]
    if odd:
        raise ModelError(f"{odd[0]!r} cannot be the name of a part; use a plain one such as linear.json")
    unmeasured = [name for name, value in description.metrics.items() if not math.isfinite(value)]
    if unmeasured:
        raise ModelError(f"metric {unmeasured[0]} of the model is no number; leave out what was not measured")
    told = {name: getattr(description, name) for name in Description.__struct_fields__}
    files = {name: PartFile(hashlib.sha256(data).hexdigest(), len(data)) for name, data in parts.items()}
    manifest = Manifest(**told, format=FORMAT, version="", files=files)
    try:
        # What is read again is what the version is made from: an int among the metrics comes back a float.
        kept = msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)
    except (msgspec.ValidationError, TypeError) as error:
        raise ModelError(f"the model's description cannot be kept ({error}); correct it") from error
    if kept != manifest:
        raise ModelError("a setting of the model is no number (NaN or infinite); JSON cannot keep that")
    return msgspec.structs.replace(kept, version=_version_of(kept))


def _version_of(manifest: Manifest) -> str:
    unnamed = msgspec.structs.replace(manifest, version="")
    digest = hashlib.sha256(msgspec.json.encode(unnamed, order="deterministic")).hexdigest()
    return f"{manifest.data.last_date}-{digest[:HASH_DIGITS]}"


def _plain(name: str) -> bool:
    return bool(_PART_NAME.fullmatch(name)) and name != MANIFEST


def _read_part(folder: Path, name: str, file: PartFile) -> bytes:
    path = folder / name
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size == file.bytes else b""
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); check the folder") from error
    if size != file.bytes or hashlib.sha256(data).hexdigest() != file.sha256:
        raise ModelError(
            f"{path} is not the file that the model was written with (its SHA-256 is another); "
            "take the model again from where it came"
        )
    return data


def _refuse_if(names: set[str], folder: Path, why: str) -> None:
    if names:
        said = why.format(names=", ".join(sorted(names)))
        raise ModelError(f"{folder} {said}; take the model again from where it came")
