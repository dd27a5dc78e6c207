"""A bundle is read back as it was written, and refused where anything about it is not as it should be."""

import hashlib
import io
import os
import re
import shutil
import time
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.forecast import bundle as bundle_module
from courtside.forecast.bundle import (
    FORMAT,
    MANIFEST,
    Bundle,
    DataSpan,
    Description,
    shipped_folder,
    write_bundle,
)
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays, json_to_bytes

SPAN = DataSpan(first_date="2013-10-29", last_date="2024-06-17", games=14126, seasons=(2013, 2023))
DESCRIPTION = Description(
    courtside="0.1.0",
    data=SPAN,
    metrics={"halftime_mae": 4.7, "games": 5},
    settings={"linear": {"ridge": 1.0, "features": ["lead", "elo"], "largest": 1e16, "seed": None}},
)


class Line(msgspec.Struct):
    slope: float


PARTS = {
    "linear.json": json_to_bytes(Line(0.5)),
    "library.npz": arrays_to_bytes({"patterns": np.arange(36, dtype=np.int8).reshape(2, 18)}),
    "lstm.onnx": b"\x08\x07",
}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return write_bundle(tmp_path / "model", PARTS, DESCRIPTION)


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as raised:
        Bundle.open(folder)
    text = str(raised.value)
    assert "\n" not in text and ";" in text
    return text


def rewrite(folder: Path, **changes: object) -> None:
    """Change the manifest as somebody would with an editor."""
    told = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=dict[str, object])
    (folder / MANIFEST).write_bytes(msgspec.json.encode(told | changes))


def test_what_was_written_is_read_again(bundle: Bundle) -> None:
    again = Bundle.open(bundle.folder)

    assert again.parts == PARTS
    assert again.json("linear.json", Line) == Line(0.5)
    assert again.arrays("library.npz")["patterns"].tolist()[1][0] == 18
    assert again.part("lstm.onnx") == b"\x08\x07"
    assert again.manifest.data == SPAN
    assert again.manifest.metrics == {"halftime_mae": 4.7, "games": 5.0}
    assert again.manifest.settings == DESCRIPTION.settings


def test_the_version_is_the_date_of_the_last_game_and_a_hash(bundle: Bundle) -> None:
    date, _, digest = bundle.version.rpartition("-")
    assert date == "2024-06-17"
    assert len(digest) == 8 and int(digest, 16) >= 0


def test_the_same_model_is_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    turned = dict(reversed(PARTS.items()))
    again = write_bundle(tmp_path / "again", turned, DESCRIPTION)

    for path in bundle.folder.iterdir():
        assert path.read_bytes() == (again.folder / path.name).read_bytes()
    assert again.version == bundle.version


@pytest.mark.parametrize(
    ("parts", "description"),
    [
        (PARTS | {"lstm.onnx": b"\x08\x08"}, DESCRIPTION),
        (PARTS, msgspec.structs.replace(DESCRIPTION, metrics={"halftime_mae": 4.6})),
        (PARTS, msgspec.structs.replace(DESCRIPTION, settings={})),
        (PARTS, msgspec.structs.replace(DESCRIPTION, courtside="0.2.0")),
    ],
)
def test_models_that_differ_in_anything_have_different_versions(
    bundle: Bundle, tmp_path: Path, parts: dict[str, bytes], description: Description
) -> None:
    assert write_bundle(tmp_path / "other", parts, description).version != bundle.version


def test_a_copied_bundle_stays_the_same(bundle: Bundle, tmp_path: Path) -> None:
    copy = write_bundle(tmp_path / "copy", bundle.parts, bundle.manifest)
    assert copy.manifest == bundle.manifest


def test_a_changed_file_is_refused_even_where_its_length_stays(bundle: Bundle) -> None:
    (bundle.folder / "lstm.onnx").write_bytes(b"\x08\x09")
    assert "lstm.onnx is not the file that the model was written with" in refusal(bundle.folder)
    (bundle.folder / "lstm.onnx").write_bytes(b"\x08")
    assert "lstm.onnx is not the file" in refusal(bundle.folder)


def test_a_missing_and_a_surplus_file_are_named(bundle: Bundle) -> None:
    (bundle.folder / "extra.json").write_bytes(b"{}")
    assert "holds extra.json, which its manifest does not name" in refusal(bundle.folder)
    (bundle.folder / "extra.json").unlink()
    (bundle.folder / "lstm.onnx").unlink()
    (bundle.folder / "linear.json").unlink()
    assert "lacks linear.json, lstm.onnx, which its manifest names" in refusal(bundle.folder)


def test_a_part_that_is_no_file_is_refused(bundle: Bundle) -> None:
    (bundle.folder / "lstm.onnx").unlink()
    (bundle.folder / "lstm.onnx").mkdir()
    assert "lstm.onnx" in refusal(bundle.folder)


def test_another_format_is_refused_and_both_are_named(bundle: Bundle) -> None:
    (bundle.folder / MANIFEST).write_text('{"format": 99, "whatever": []}', encoding="utf-8")
    assert f"has format 99, and this courtside reads format {FORMAT}" in refusal(bundle.folder)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff\xfe", b'{"format": "1"}'])
def test_a_manifest_that_is_none_is_refused(bundle: Bundle, text: bytes) -> None:
    (bundle.folder / MANIFEST).write_bytes(text)
    assert "manifest.json is no manifest" in refusal(bundle.folder)


def test_a_manifest_that_was_edited_is_refused(bundle: Bundle) -> None:
    rewrite(bundle.folder, metrics={"halftime_mae": 1.0})
    assert "was changed after it was written" in refusal(bundle.folder)


def test_a_manifest_says_no_more_than_it_may(bundle: Bundle) -> None:
    rewrite(bundle.folder, code="import os")
    assert "is no manifest" in refusal(bundle.folder)


def test_a_manifest_cannot_name_a_file_elsewhere(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, "_plain", lambda name: True)
    (bundle.folder.parent / "secret.txt").write_bytes(b"secret")
    shutil.rmtree(bundle.folder)
    write = bundle_module._manifest_of({"../secret.txt": b"secret"}, DESCRIPTION)
    bundle.folder.mkdir()
    (bundle.folder / MANIFEST).write_bytes(json_to_bytes(write))
    monkeypatch.undo()
    assert "was changed after it was written" in refusal(bundle.folder)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    assert "there is no model in" in refusal(tmp_path)
    assert "there is no model in" in refusal(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "there is no model in" in refusal(tmp_path / "file")
    (tmp_path / MANIFEST).mkdir()
    assert "cannot be read (Is a directory)" in refusal(tmp_path)


def test_a_part_that_is_not_there_or_not_what_it_should_be_is_refused(bundle: Bundle) -> None:
    with pytest.raises(ModelError, match=r"has no part stern\.json; .* train it again"):
        bundle.part("stern.json")
    with pytest.raises(ModelError, match=r"linear\.json of model .* is not what this courtside expects"):
        bundle.json("linear.json", DataSpan)
    with pytest.raises(ModelError, match=r"lstm\.onnx of model .* holds no arrays"):
        bundle.arrays("lstm.onnx")


@pytest.mark.parametrize(
    "name", ["../up.json", "a/b.json", "", ".hidden.json", "plain", MANIFEST, "a\nb.json"]
)
def test_a_part_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="cannot be the name of a part"):
        write_bundle(tmp_path / "model", {name: b""}, DESCRIPTION)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metrics": {"mae": float("nan")}}, "metric mae of the model is no number"),
        ({"settings": {"linear": {"ridge": float("inf")}}}, "a setting of the model is no number"),
        ({"metrics": {"mae": np.float64(4.7)}}, "description cannot be kept"),
        ({"data": msgspec.structs.replace(SPAN, last_date="17 June")}, "description cannot be kept"),
        ({"data": msgspec.structs.replace(SPAN, games=0)}, "description cannot be kept"),
    ],
)
def test_what_a_manifest_cannot_say_is_refused_before_anything_is_written(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(ModelError, match=said):
        write_bundle(tmp_path / "model", PARTS, msgspec.structs.replace(DESCRIPTION, **changes))
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_is_replaced_as_a_whole_and_nothing_else_ever_is(bundle: Bundle, tmp_path: Path) -> None:
    fewer = write_bundle(bundle.folder, {"linear.json": PARTS["linear.json"]}, DESCRIPTION)
    assert {path.name for path in fewer.folder.iterdir()} == {MANIFEST, "linear.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]

    precious = tmp_path / "precious"
    precious.mkdir()
    write_bundle(precious, PARTS, DESCRIPTION)
    shutil.rmtree(precious)
    precious.mkdir()
    (precious / "thesis.tex").touch()
    for taken in (precious, precious / "thesis.tex"):
        with pytest.raises(ModelError, match="is there and is no model"):
            write_bundle(taken, PARTS, DESCRIPTION)
    assert [path.name for path in precious.iterdir()] == ["thesis.tex"]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"cannot be written to .*; choose another"):
        write_bundle(tmp_path / "file" / "model", PARTS, DESCRIPTION)


def test_equal_arrays_are_equal_bytes_whatever_their_order_in_memory_or_in_the_mapping() -> None:
    table = np.arange(6.0).reshape(2, 3)
    plain = arrays_to_bytes({"a": table, "b": np.array(1.5)})

    assert arrays_to_bytes({"b": np.array(1.5), "a": np.asfortranarray(table)}) == plain
    assert arrays_to_bytes({"a": table.astype(">f8"), "b": np.array(1.5)}) == plain
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "array",
    [
        np.array([1, 2], dtype=np.int16),
        np.zeros((0, 18), dtype=np.float32),
        np.array(3.5),
        np.array(["BOS", "DEN"]),
        np.array([True, False]),
        np.array([np.nan, np.inf]),
    ],
)
def test_arrays_come_back_with_their_type_and_shape(
    array: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
) -> None:
    [(name, back)] = bytes_to_arrays(arrays_to_bytes({"it": array}), "test").items()
    assert name == "it"
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


def test_objects_are_neither_written_nor_read(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(ran),))

    evil = np.array([Evil()], dtype=object)
    with pytest.raises(ModelError, match="array evil cannot be part of a model"):
        arrays_to_bytes({"evil": evil})
    pickled = io.BytesIO()
    np.savez(pickled, evil=evil)
    with pytest.raises(ModelError, match="holds no arrays that can be read"):
        bytes_to_arrays(pickled.getvalue(), "evil.npz")
    assert not ran.exists()


def test_arrays_that_are_none_are_refused() -> None:
    one = io.BytesIO()
    np.save(one, np.zeros(3))
    huge = io.BytesIO()
    with zipfile.ZipFile(huge, "w") as archive:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }"
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("readme.txt", "hello")
    for data in (b"", one.getvalue(), huge.getvalue(), text.getvalue()):
        with pytest.raises(ModelError, match=r"^x\.npz holds "):
            bytes_to_arrays(data, "x.npz")


def test_arrays_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courtside.forecast.parts.LARGEST_ARRAYS_BYTES", 100)
    with pytest.raises(ModelError, match="unpacks to more than 100 bytes"):
        bytes_to_arrays(arrays_to_bytes({"a": np.zeros(20)}), "x.npz")


def test_damage_anywhere_in_arrays_is_a_model_error_or_nothing() -> None:
    compressed = io.BytesIO()
    np.savez_compressed(compressed, a=np.arange(20.0), b=np.arange(3))
    rng = np.random.default_rng(0)
    refused = 0
    for whole in (arrays_to_bytes({"a": np.arange(20.0), "b": np.arange(3)}), compressed.getvalue()):
        for _ in range(300):
            data = bytearray(whole)
            data[rng.integers(len(data))] = rng.integers(256)
            try:
                bytes_to_arrays(bytes(data), "x.npz")
            except ModelError:
                refused += 1
    assert refused > 200


def test_the_shipped_model_is_a_folder_of_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert shipped_folder() == Path(bundle_module.__file__).parent / "shipped"
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("shipped/manifest.json", "{}")
    monkeypatch.setattr("importlib.resources.files", lambda _: zipfile.Path(tmp_path / "package.zip"))
    with pytest.raises(ModelError, match="from inside an archive"):
        shipped_folder()


def test_opening_takes_less_than_fifty_milliseconds(tmp_path: Path) -> None:
    parts = {"library.npz": arrays_to_bytes({"a": np.zeros((15_000, 36), dtype=np.float64)})}
    folder = write_bundle(tmp_path / "model", parts, DESCRIPTION).folder
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        Bundle.open(folder)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.05


def test_the_program_of_the_page_writes_a_bundle_and_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
    program = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)[0]
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "docs/models.md", "exec"), {})
    written = Bundle.open(tmp_path / "trained" / "halftime")
    assert capsys.readouterr().out == f"{written.version}\n"


def test_the_manifest_can_be_read_by_people(bundle: Bundle) -> None:
    text = (bundle.folder / MANIFEST).read_text(encoding="utf-8")
    digest = hashlib.sha256(PARTS["lstm.onnx"]).hexdigest()
    assert text.startswith('{\n "courtside": "0.1.0",\n') and text.endswith("}\n")
    assert f'"sha256": "{digest}"' in text
