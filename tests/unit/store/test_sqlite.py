import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from courtside.errors import JournalError, JournalFull
from courtside.events import ScoreLine
from courtside.messages import EncodedMessage
from courtside.store import schema
from courtside.store.journal import Entry
from courtside.store.open import open_journal
from courtside.store.sqlite import SqliteJournal
from courtside.store.sqlite_file import connect, prepare

GAME = "0022500776"
PROGRAM = Path(__file__).parent / "appending_program.py"


def entry(seq: int, *, size: int = 100, received_ms: int | None = None, game_id: str = GAME) -> Entry:
    """An observation with one message of `size` bytes."""
    observation = ScoreLine(
        game_id=game_id, received_ms=seq if received_ms is None else received_ms, source="push"
    )
    return Entry(observation, [EncodedMessage(game_id, "a", seq, "play", b"x" * size)], "a")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "courtside.db"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal(str(path), checkpoint_bytes=200_000, busy_seconds=0.1)
    yield opened
    await opened.aclose()


def refusal(path: Path, *, read_only: bool = False) -> str:
    with pytest.raises(JournalError) as raised:
        open_journal(f"sqlite:///{path}", read_only=read_only)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def change(path: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, parameters)


async def seqs(journal: SqliteJournal, game_id: str = GAME) -> list[int]:
    return [message.seq for message in await journal.messages(game_id)]


async def test_nothing_acknowledged_is_lost_or_half_there_after_kill_9(path: Path) -> None:
    chance = random.Random(5)
    for _ in range(6):
        acknowledged: dict[str, int] = {}
        with subprocess.Popen(
            [sys.executable, str(PROGRAM), str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(1, 700)):
                game_id, seq = writer.stdout.readline().split()
                acknowledged[game_id] = int(seq)
            writer.kill()
            for line in writer.stdout:
                # What was said before the end counts too; the last line may be cut off.
                if line.endswith("\n"):
                    game_id, seq = line.split()
                    acknowledged[game_id] = int(seq)

        journal = SqliteJournal(str(path))
        assert not journal.lost_power
        assert "whole" in await journal.check()
        positions = {each.game_id: each.seq for each in await journal.positions()}
        assert positions.keys() >= acknowledged.keys()
        for game_id, reached in positions.items():
            assert acknowledged.get(game_id, 0) <= reached <= acknowledged.get(game_id, reached) + 6
            messages = await journal.messages(game_id)
            assert [message.seq for message in messages] == list(range(1, reached + 1))
            assert all(each.frame == b"{%d %s}" % (each.seq, b"x" * (each.seq % 700)) for each in messages)
            observed = [each.observation.received_ms async for each in journal.observations(game_id)]
            assert observed == list(range(1, reached + 1, 3))
        await journal.aclose()


async def test_a_full_disk_refuses_new_data_and_takes_it_again_once_there_is_space(
    journal: SqliteJournal,
) -> None:
    await journal.append([entry(1)])
    journal._writer.execute("PRAGMA max_page_count = 30")

    with pytest.raises(JournalFull, match=r"full.*free disk space"):
        await journal.append([entry(seq, size=20_000) for seq in range(2, 12)])
    assert await seqs(journal) == [1]
    with pytest.raises(JournalFull):
        await journal.append([entry(2, size=200_000)])

    journal._writer.execute("PRAGMA max_page_count = 100000")
    await journal.append([entry(seq, size=20_000) for seq in range(2, 12)])
    assert await seqs(journal) == list(range(1, 12))
    assert "whole" in await journal.check()


FILL_A_SMALL_DISK = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from appending_program import entry
from courtside.errors import JournalFull
from courtside.store.sqlite import SqliteJournal

async def main():
    folder = Path(sys.argv[1])
    (folder / "ballast").write_bytes(bytes(1_000_000))
    journal = SqliteJournal(str(folder / "courtside.db"), checkpoint_bytes=100_000)
    seq = 1
    try:
        while True:
            await journal.append([entry("0022500001", seq)])
            seq += 3
            await asyncio.sleep(0)
    except JournalFull as error:
        print(error)
    for _ in range(3):
        try:
            await journal.append([entry("0022500001", seq)])
            raise SystemExit("a full disk took data")
        except JournalFull:
            pass
    assert [each.seq for each in await journal.messages("0022500001")] == list(range(1, seq))
    (folder / "ballast").unlink()
    kept = seq + 200
    for _ in range(100):
        try:
            await journal.append([entry("0022500001", seq)])
            seq += 3
        except JournalFull:
            # The log has not been moved yet; a pipeline tries again.
            pass
        if journal._checkpoint:
            await journal._checkpoint
    assert seq > kept
    print(await journal.check(), seq)
    await journal.aclose()
    again = SqliteJournal(str(folder / "courtside.db"))
    assert [each.seq for each in await again.messages("0022500001")] == list(range(1, seq))
    await again.aclose()

asyncio.run(main())
"""


def test_a_disk_that_is_really_full_is_survived(tmp_path: Path) -> None:
    as_root = ["unshare", "--user", "--map-root-user", "--mount"]
    mount = f"mount -t tmpfs -o size=2m none {tmp_path}"
    try:
        subprocess.run([*as_root, "sh", "-c", mount], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a small disk")
    fill = f'{mount} && exec "$0" -W error -c "$1" {tmp_path} {PROGRAM.parent}'

    done = subprocess.run(
        [*as_root, "sh", "-c", fill, sys.executable, FILL_A_SMALL_DISK],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    refused, checked = done.stdout.splitlines()
    assert "cannot be written" in refused and "free disk space" in refused
    assert "whole" in checked


async def test_a_file_that_another_program_has_locked_refuses_new_data_until_it_lets_go(
    journal: SqliteJournal, path: Path
) -> None:
    await journal.append([entry(1)])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalFull, match="locked by another program"):
            await journal.append([entry(2)])
        with pytest.raises(JournalFull, match="locked by another program"):
            await journal.mark_final(GAME, True)
        assert await seqs(journal) == [1]

        patient = asyncio.create_task(journal.append([entry(2)]))
        await asyncio.sleep(0)
        assert not patient.done()
        other.execute("ROLLBACK")
        await patient

    assert await seqs(journal) == [1, 2]
    assert not (await journal.positions())[0].final


async def fill(journal: SqliteJournal, path: Path, seqs: range) -> list[int]:
    """Append, waiting for the log to be moved wherever that has begun; returns the log's sizes."""
    sizes = []
    for seq in seqs:
        await journal.append([entry(seq, size=2_000)])
        if journal._checkpoint is not None:
            await journal._checkpoint
        sizes.append(Path(f"{path}-wal").stat().st_size)
    return sizes


def moves(sizes: list[int]) -> int:
    return sum(after < before for before, after in pairwise(sizes))


async def test_the_write_ahead_log_is_moved_whenever_it_has_become_long(
    journal: SqliteJournal, path: Path
) -> None:
    sizes = await fill(journal, path, range(1, 1001))

    assert max(sizes) < 600_000
    assert 5 < moves(sizes) <= 1000 // 16
    assert path.stat().st_size > 1_000_000
    assert await seqs(journal) == list(range(1, 1001))


async def test_a_reader_in_the_log_does_not_make_it_be_moved_all_the_time(
    journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    monkeypatch.setattr(journal, "_move", lambda *, restart: begun.append(restart))
    await journal.append([entry(1)])
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM entries").fetchone()
        sizes = await fill(journal, path, range(2, 500))
        reader.execute("ROLLBACK")
    assert 2 <= len(begun) <= 2 * (sizes[-1] // 200_000)

    monkeypatch.undo()
    sizes = await fill(journal, path, range(500, 700))
    assert min(sizes) < 200_000
    assert await seqs(journal) == list(range(1, 700))


async def test_a_log_that_cannot_be_moved_is_reported_and_nothing_is_lost(
    journal: SqliteJournal, path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(journal, "_move", fail)
    for seq in range(1, 201):
        await journal.append([entry(seq, size=5_000)])
        await asyncio.sleep(0)
    assert journal._checkpoint is not None
    await journal._checkpoint

    assert caplog.text.count("write-ahead log stays long") == 1, "said once, however often it is tried"
    assert await seqs(journal) == list(range(1, 201))


async def test_closing_leaves_one_whole_file(path: Path) -> None:
    journal = SqliteJournal(str(path))
    await journal.append([entry(1)])
    await journal.aclose()

    assert sorted(each.name for each in path.parent.iterdir()) == ["courtside.db", "courtside.db.lock"]


async def test_a_machine_that_went_down_is_noticed(path: Path) -> None:
    journal = SqliteJournal(str(path))
    assert not journal.lost_power
    await journal.aclose()

    for key_of_start, lost in (("another start of the machine", True), ("", False)):
        change(path, schema.SET_META, "written_on", key_of_start)
        journal = SqliteJournal(str(path))
        assert journal.lost_power == lost
        await journal.aclose()


async def test_a_cancelled_prune_has_forgotten_a_game_whole_or_not_at_all(journal: SqliteJournal) -> None:
    games = [f"002250{number:04d}" for number in range(20)]
    for game_id in games:
        await journal.append([entry(seq, game_id=game_id) for seq in range(1, 200)])
        await journal.mark_final(game_id, True)

    pruning = asyncio.create_task(journal.prune(1_000_000))
    while len(await journal.positions()) == len(games):
        await asyncio.sleep(0)
    pruning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pruning

    left = [position.game_id for position in await journal.positions()]
    assert 0 < len(left) < len(games)
    for game_id in games:
        assert len(await journal.messages(game_id)) in ((199,) if game_id in left else (0,))
    assert await journal.prune(1_000_000) == left


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"shopping list\n" * 1000)

    assert "is not a sound SQLite database" in refusal(path)
    assert "is not a sound SQLite database" in refusal(path, read_only=True)
    assert path.read_bytes() == b"shopping list\n" * 1000


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    change(path, "CREATE TABLE entries (id INTEGER)")

    assert "is an SQLite database of another program" in refusal(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (1,)


async def test_a_journal_of_a_newer_courtside_is_refused(path: Path) -> None:
    await SqliteJournal(str(path)).aclose()
    change(path, schema.SET_META, "version", "99")

    assert f"written by a newer Courtside (schema 99, this one knows {len(schema.MIGRATIONS)})" in refusal(
        path
    )


async def test_an_older_journal_is_brought_up_to_date_by_its_writer(path: Path) -> None:
    journal = SqliteJournal(str(path))
    await journal.append([entry(1)])
    await journal.aclose()
    newer = (*schema.MIGRATIONS, ("ALTER TABLE streams ADD COLUMN note TEXT",))

    with (
        closing(connect(str(path), read_only=True)) as reader,
        pytest.raises(JournalError, match="run `courtside run` on it once"),
    ):
        prepare(reader, str(path), read_only=True, migrations=newer)
    with closing(connect(str(path))) as writer:
        for _ in range(2):
            prepare(writer, str(path), read_only=False, migrations=newer)
        assert writer.execute("SELECT game_id, note FROM streams").fetchall() == [(GAME, None)]
        broken = (*newer, ("ALTER TABLE streams ADD COLUMN more TEXT", "nonsense"))
        with pytest.raises(sqlite3.OperationalError):
            prepare(writer, str(path), read_only=False, migrations=broken)
        assert writer.execute(schema.GET_META, ("version",)).fetchone() == (str(len(newer)),)
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            writer.execute("SELECT more FROM streams")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot be written (" in refusal(tmp_path / "file" / "courtside.db")
    assert "there is no journal at" in refusal(tmp_path / "none.db", read_only=True)


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    await open_journal(f"sqlite:///{tmp_path / 'new' / 'er' / 'courtside.db'}").aclose()

    assert (tmp_path / "new" / "er" / "courtside.db").exists()


async def test_a_damaged_journal_does_not_pass_its_check(path: Path) -> None:
    journal = SqliteJournal(str(path))
    await journal.append([entry(seq, size=3_000) for seq in range(1, 200)])
    await journal.aclose()
    whole = path.read_bytes()

    damaged = bytearray(whole)
    middle = len(whole) // 2 // 4096 * 4096
    damaged[middle : middle + 4096 * 8] = b"\xff" * 4096 * 8
    path.write_bytes(damaged)
    reader = SqliteJournal(str(path), read_only=True)
    with pytest.raises(JournalError, match=r"damaged|not a sound"):
        await reader.check()
    await reader.aclose()

    path.write_bytes(whole)
    change(path, "DELETE FROM entries WHERE id = 100")
    reader = SqliteJournal(str(path), read_only=True)
    with pytest.raises(JournalError, match=f"misses messages of game {GAME}"):
        await reader.check()
    await reader.aclose()


async def test_an_observation_that_cannot_be_read_is_named_by_its_game(path: Path) -> None:
    journal = SqliteJournal(str(path))
    await journal.append([entry(1), entry(2)])
    await journal.aclose()
    change(path, "UPDATE entries SET observation = ? WHERE id = 2", b"nonsense")

    reader = SqliteJournal(str(path), read_only=True)
    with pytest.raises(JournalError, match=f"observation of game {GAME} in the journal cannot be read"):
        [each async for each in reader.observations(GAME)]
    await reader.aclose()


async def test_the_refusal_of_a_second_writer_names_the_first(journal: SqliteJournal, path: Path) -> None:
    program = f"from courtside.store.open import open_journal; open_journal('sqlite:///{path}')"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "is being written by another courtside (process " in done.stderr.splitlines()[-1]
    await journal.append([entry(1)])
