from pathlib import Path

import pytest

from courtside.client.outbox import Call
from courtside.client.spool import COMPACT_BYTES, Spool
from courtside.errors import CourtsideError


def call(number: int, body: bytes = b'{"score_home":1}') -> Call:
    return Call(f"key-{number}", "/games/g/scores", body)


def test_unanswered_calls_are_there_again_after_a_crash_in_order(tmp_path: Path) -> None:
    crashed = Spool(tmp_path / "calls.spool")
    for number in range(4):
        crashed.add(call(number))
    crashed.answered("key-0")
    crashed.answered("key-2")
    crashed.close()
    spool = Spool(tmp_path / "calls.spool")
    assert spool.waiting == [call(1), call(3)]
    spool.close()


def test_a_line_torn_by_the_crash_is_cut_off_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "calls.spool"
    first = Spool(path)
    first.add(call(1))
    first.close()
    path.write_bytes(path.read_bytes() + b'["+","key-2","/ga')
    second = Spool(path)
    assert second.waiting == [call(1)]
    second.add(call(3))
    second.close()
    third = Spool(path)
    assert third.waiting == [call(1), call(3)]
    third.close()


@pytest.mark.parametrize("text", ["my notes\n", "my notes", "[1, 2]\n"])
def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(CourtsideError, match="is not a spool"):
        Spool(path)
    assert path.read_text() == text


def test_two_adapters_cannot_share_a_spool(tmp_path: Path) -> None:
    first = Spool(tmp_path / "calls.spool")
    with pytest.raises(CourtsideError, match="in use by another adapter"):
        Spool(tmp_path / "calls.spool")
    first.close()
    Spool(tmp_path / "calls.spool").close()


def test_a_path_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourtsideError, match="choose a path"):
        Spool(tmp_path / "file" / "calls.spool")


def test_an_empty_queue_empties_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "calls.spool"
    spool = Spool(path)
    spool.add(call(1, b'"' + b"x" * COMPACT_BYTES + b'"'))
    spool.answered("key-1")
    assert path.stat().st_size == 0
    spool.close()


def test_what_was_all_answered_leaves_an_empty_file_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "calls.spool"
    first = Spool(path)
    first.add(call(1))
    first.answered("key-1")
    first.close()
    assert path.stat().st_size > 0
    Spool(path).close()
    assert path.stat().st_size == 0


def test_a_full_disk_refuses_the_call_and_leaves_no_half_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    spool = Spool.__new__(Spool)
    with pytest.raises(CourtsideError, match="free some space"):
        _write_to_full_device(spool, full)


def _write_to_full_device(spool: Spool, full: Path) -> None:
    from io import FileIO

    class Full(FileIO):
        """The device that is always full, with a position and an end as a file has them."""

        def tell(self) -> int:
            return 0

        def truncate(self, size: int | None = None) -> int:
            return 0

    spool.path = full
    spool._file = Full(full, "r+")
    spool._waiting = {}
    try:
        spool.add(call(1))
    finally:
        assert spool.waiting == []
        spool.close()
