"""What only a journal on a server can meet: the server goes away, comes back, or does not answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import psycopg
import pytest

from courtside.errors import BadConfig, JournalError, JournalFull
from courtside.events import ScoreLine
from courtside.messages import EncodedMessage
from courtside.store import postgres as postgres_module
from courtside.store import schema
from courtside.store.journal import Entry
from courtside.store.ledger import Plan
from courtside.store.open import open_journal
from courtside.store.postgres import PostgresJournal
from courtside.store.postgres_link import Connection

pytestmark = pytest.mark.postgres

GAME = "0022500776"


class Server(Protocol):
    url: str

    def restart(self) -> None: ...

    def pause(self) -> None: ...


def entry(seq: int, *, epoch: str = "a", key: str | None = None) -> Entry:
    observation = ScoreLine(game_id=GAME, received_ms=seq, source="push")
    return Entry(observation, [EncodedMessage(GAME, epoch, seq, "play", b"{}")], epoch, key)


@pytest.fixture
def url(postgres: Server) -> str:
    execute(postgres.url, "DROP SCHEMA IF EXISTS courtside CASCADE")
    return postgres.url


def execute(url: str, statement: str, *parameters: object) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode(), parameters)


@pytest.fixture
async def journal(url: str) -> AsyncIterator[PostgresJournal]:
    opened = PostgresJournal(url)
    yield opened
    await opened.aclose()


async def seqs(journal: PostgresJournal) -> list[int]:
    return [message.seq for message in await journal.messages(GAME)]


async def refusal(url: str, *, read_only: bool = False) -> str:
    journal = open_journal(url, read_only=read_only)
    with pytest.raises(JournalError) as raised:
        await journal.positions()
    await journal.aclose()
    assert "\n" not in str(raised.value)
    return str(raised.value)


async def test_a_server_that_was_restarted_is_found_again(journal: PostgresJournal, postgres: Server) -> None:
    await journal.append([entry(1)])
    assert await seqs(journal) == [1]
    await asyncio.to_thread(postgres.restart)

    await journal.append([entry(2)])
    assert await seqs(journal) == [1, 2]
    await asyncio.to_thread(postgres.restart)
    assert await seqs(journal) == [1, 2]
    await journal.mark_final(GAME, True)
    assert "whole" in await journal.check()


async def test_a_server_that_is_away_refuses_in_one_line_until_it_is_back(
    journal: PostgresJournal, postgres: Server
) -> None:
    await journal.append([entry(1)])
    assert await seqs(journal) == [1]
    await asyncio.to_thread(postgres.pause)
    try:
        for _ in range(2):
            with pytest.raises(JournalError, match="cannot be reached") as raised:
                await journal.append([entry(2)])
            assert "\n" not in str(raised.value)
        with pytest.raises(JournalError, match="cannot be reached"):
            await journal.messages(GAME)
    finally:
        await asyncio.to_thread(postgres.restart)

    await journal.append([entry(2)])
    assert await seqs(journal) == [1, 2]


async def test_a_write_that_may_have_happened_is_taken_back(
    journal: PostgresJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await journal.append([entry(1, key="first")])
    insert = postgres_module._insert

    async def committed_but_nobody_heard(connection: Connection, plan: Plan) -> None:
        await insert(connection, plan)
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(postgres_module, "_insert", committed_but_nobody_heard)
        with pytest.raises(JournalError, match="did not answer"):
            await journal.append([entry(2, key="second"), entry(1, epoch="b", key="third")])

    assert [each.seq for each in await journal.positions()] == [1]
    assert await journal.idempotency_digest("second") is None
    assert await journal.idempotency_digest("first") is not None
    await journal.append([entry(2, key="second")])
    assert await seqs(journal) == [1, 2]
    assert "1 games, 2 observations, 2 messages" in await journal.check()


async def test_a_repeated_key_does_not_take_back_the_first_call(journal: PostgresJournal) -> None:
    await journal.append([entry(1, key="call")])

    with pytest.raises(JournalError, match="counts once"):
        await journal.append([entry(2, key="call")])
    await journal.append([entry(2)])

    assert await journal.idempotency_digest("call") is not None
    assert await seqs(journal) == [1, 2]


async def test_a_cancelled_append_leaves_nothing_behind(journal: PostgresJournal) -> None:
    await journal.append([entry(1)])
    for turns in range(60):
        appending = asyncio.create_task(journal.append([entry(seq) for seq in range(2, 50)]))
        for _ in range(turns):
            await asyncio.sleep(0)
        if appending.done():
            break
        appending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await appending
        assert [each.seq for each in await journal.positions()] == [1]

    if appending.cancelled():
        await journal.append([entry(2)])
    assert (await seqs(journal))[:2] == [1, 2]


async def test_a_server_that_does_not_answer_is_given_up(url: str) -> None:
    journal = PostgresJournal(url, answer_seconds=0.3)
    await journal.append([entry(1)])
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE courtside.entries IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(JournalError, match="did not answer within"):
            await journal.append([entry(2)])
    await journal.append([entry(2)])
    assert await seqs(journal) == [1, 2]
    await journal.aclose()


async def test_a_former_connection_that_lingers_is_ended(journal: PostgresJournal) -> None:
    await journal.append([entry(1)])
    lingering, journal._writer._connection = journal._writer._connection, None
    assert lingering is not None

    await journal.append([entry(2)])

    assert await seqs(journal) == [1, 2]
    with pytest.raises(psycopg.OperationalError):
        await lingering.execute("SELECT 1")
    await lingering.close()


async def test_a_server_that_takes_no_data_is_full(journal: PostgresJournal, url: str) -> None:
    await journal.append([entry(1)])
    execute(
        url,
        "CREATE FUNCTION courtside.refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$",
    )
    execute(
        url,
        "CREATE TRIGGER refuse BEFORE INSERT ON courtside.entries EXECUTE FUNCTION courtside.refuse()",
    )
    with pytest.raises(JournalFull, match=r"no space left.*free space on the database server"):
        await journal.append([entry(2)])

    execute(url, "DROP TRIGGER refuse ON courtside.entries")
    await journal.append([entry(2)])
    assert await seqs(journal) == [1, 2]


async def test_a_writer_that_was_replaced_meanwhile_does_not_go_on(
    journal: PostgresJournal, url: str, postgres: Server
) -> None:
    await journal.append([entry(1)])
    await asyncio.to_thread(postgres.restart)
    other = PostgresJournal(url)
    await other.append([entry(2)])

    with pytest.raises(JournalError, match="is being written by another courtside"):
        await journal.append([entry(2)])
    await other.aclose()
    with pytest.raises(JournalError, match="another courtside has written"):
        await journal.append([entry(2)])


async def test_a_journal_of_another_version_is_refused(url: str) -> None:
    assert "has schema 0" in await refusal(url, read_only=True)
    writer = PostgresJournal(url)
    await writer.append([entry(1)])
    await writer.aclose()

    execute(url, "UPDATE courtside.meta SET value = '99' WHERE key = 'version'")
    assert "written by a newer Courtside (schema 99" in await refusal(url)
    now = len(schema.MIGRATIONS)
    execute(url, f"UPDATE courtside.meta SET value = '{now}' WHERE key = 'version'")
    execute(url, "DELETE FROM courtside.entries")
    execute(
        url,
        "INSERT INTO courtside.entries SELECT 5, stream, 0, 5, 5, 0, 'play', '', '{}' FROM courtside.streams",
    )
    reader = PostgresJournal(url, read_only=True)
    with pytest.raises(JournalError, match=f"misses messages of game {GAME}"):
        await reader.check()
    await reader.aclose()


async def test_no_error_tells_the_password(url: str) -> None:
    password = url.split(":")[2].split("@")[0]
    for wrong in (
        url.replace(password, "sesame"),
        url.replace("127.0.0.1", "127.0.0.1:1,127.0.0.1", 1),
        url + "?no_such_option=1",
        url.replace("/postgres", "/nowhere"),
    ):
        with pytest.raises((JournalError, BadConfig)) as raised:
            await open_journal(wrong).positions()
        text = str(raised.value)
        assert "sesame" not in text and password not in text and "\n" not in text
