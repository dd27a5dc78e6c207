"""The conformance suite of journals: whatever database keeps it, a journal does all of this."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import psycopg
import pytest

from courtside.errors import BadConfig, JournalError
from courtside.events import AnyObservation, BoxScore, Play, PlayChanges, RosterEntry, ScoreLine
from courtside.messages import EncodedMessage
from courtside.store.journal import Entry, Journal, Position
from courtside.store.open import open_journal

GAME = "0022500776"
OTHER = "0022500777"
START_MS = 1_770_855_162_300


class Server(Protocol):
    url: str


OpenJournal = Callable[..., Journal]


def wipe(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS courtside CASCADE")


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return "sqlite:///:memory:"
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'courtside.db'}"
    server: Server = request.getfixturevalue("postgres")
    wipe(server.url)
    return server.url


@pytest.fixture
async def opened(url: str) -> AsyncIterator[OpenJournal]:
    """Opens the journal under test; all are closed in the end."""
    journals: list[Journal] = []

    def open_it(*, read_only: bool = False) -> Journal:
        journal = open_journal(url, read_only=read_only)
        journals.append(journal)
        return journal

    yield open_it
    for journal in journals:
        await journal.aclose()


@pytest.fixture
def journal(opened: OpenJournal) -> Journal:
    return opened()


@pytest.fixture
def lasting(url: str, opened: OpenJournal) -> OpenJournal:
    if url.endswith(":memory:"):
        pytest.skip("a journal in memory ends with its process")
    return opened


def play(number: int) -> Play:
    return Play(
        order=number * 10_000,
        play_id=number,
        period=1 + number // 100,
        remaining_tenths=7200 - number % 100 * 70,
        action="2pt",
        side="home",
        person_id=1_629_027,
        player="T. Young",
        made=True,
        score_home=2 * number,
        qualifiers=("pointsinthepaint",),
        description="T. Young driving floating Jump Shot (2 PTS) \u2014 \N{BASKETBALL AND HOOP}",
    )


def entry(
    number: int,
    *,
    game_id: str = GAME,
    epoch: str = "a",
    after: int | None = None,
    types: Sequence[str] = ("play", "score_update"),
    key: str | None = None,
    received_ms: int | None = None,
) -> Entry:
    """Entry `number`, with messages of these types after seq `after` (two a former entry unless said)."""
    first = (2 * (number - 1) if after is None else after) + 1
    observation = PlayChanges(
        game_id=game_id,
        received_ms=START_MS + number * 1000 if received_ms is None else received_ms,
        source="simulated",
        upserted=(play(number),),
    )
    messages = [
        EncodedMessage(game_id, epoch, seq, kind, f'{{"type":"{kind}","seq":{seq},"\u00e9":1}}'.encode())
        for seq, kind in enumerate(types, first)
    ]
    return Entry(observation, messages, epoch, key)


def said(entries: Sequence[Entry]) -> list[EncodedMessage]:
    return [message for entry in entries for message in entry.messages]


async def observed(journal: Journal, game_id: str = GAME) -> list[AnyObservation]:
    return [kept.observation async for kept in journal.observations(game_id)]


async def test_a_new_journal_holds_nothing(journal: Journal) -> None:
    assert await journal.positions() == []
    assert await observed(journal) == []
    assert await journal.messages(GAME) == []
    assert await journal.messages_of_types(frozenset({"result"})) == []
    assert await journal.idempotency_digest("key") is None
    assert "0 games, 0 observations, 0 messages" in await journal.check()


async def test_what_was_appended_comes_back_as_it_was(journal: Journal) -> None:
    entries = [entry(number) for number in range(1, 6)]
    await journal.append(entries[:1])
    await journal.append(entries[1:4])
    await journal.append([])
    await journal.append(entries[4:])

    assert await observed(journal) == [entry.observation for entry in entries]
    assert await journal.messages(GAME) == said(entries)
    assert await journal.positions() == [Position(GAME, "a", 10, START_MS + 5000, False)]
    assert "1 games, 5 observations, 10 messages" in await journal.check()


async def test_every_kind_of_observation_is_kept(journal: Journal) -> None:
    players = (RosterEntry(1, "Ann \u010c.", "home", True), RosterEntry(2, "Bo", "away", False))
    score = ScoreLine(
        game_id=GAME, received_ms=1, source="push", home_team="ATL", status="live", bonus_home=True
    )
    box = BoxScore(game_id=GAME, received_ms=2, source="nba", players=players)
    await journal.append([Entry(score, [], "a"), Entry(box, [], "a")])

    assert await observed(journal) == [score, box]
    assert await journal.positions() == [Position(GAME, "a", 0, 2, False)]


async def test_an_entry_may_say_nothing(journal: Journal) -> None:
    entries = [
        entry(1, types=()),
        entry(2, after=0, types=("play",)),
        entry(3, types=(), after=1),
        entry(4, after=1),
    ]
    for each in entries:
        await journal.append([each])

    assert [message.seq for message in await journal.messages(GAME)] == [1, 2, 3]
    assert [message.seq for message in await journal.messages(GAME, limit=2)] == [1, 2]
    assert len(await observed(journal)) == 4


async def test_messages_resume_anywhere(journal: Journal) -> None:
    entries = [entry(number) for number in range(1, 6)]
    await journal.append(entries)
    messages = said(entries)

    for seen in range(12):
        assert await journal.messages(GAME, after_seq=seen) == messages[seen:]
        assert await journal.messages(GAME, after_seq=seen, limit=3) == messages[seen : seen + 3]
    plays = await journal.messages(GAME, types=frozenset({"play"}), after_seq=2, limit=2)
    assert [message.seq for message in plays] == [3, 5]
    assert await journal.messages(GAME, types=frozenset()) == []
    assert await journal.messages(GAME, epoch="another") == []
    assert await journal.messages(GAME, limit=0) == []


async def test_games_are_kept_apart(journal: Journal) -> None:
    for number in range(1, 4):
        await journal.append([entry(number), entry(number, game_id=OTHER, epoch="b")])

    assert [position.game_id for position in await journal.positions()] == [GAME, OTHER]
    assert {message.game_id for message in await journal.messages(OTHER)} == {OTHER}
    assert {message.epoch for message in await journal.messages(OTHER)} == {"b"}
    assert len(await observed(journal, OTHER)) == 3


async def test_a_new_epoch_starts_at_one_and_is_the_one_that_counts(journal: Journal) -> None:
    await journal.append([entry(1), entry(1, game_id=OTHER)])
    await journal.append([entry(2), entry(3, epoch="b", after=0), entry(4, epoch="b", after=2)])

    assert [(each.epoch, each.seq) for each in await journal.messages(GAME)] == [
        ("b", seq) for seq in (1, 2, 3, 4)
    ]
    assert [each.seq for each in await journal.messages(GAME, epoch="a")] == [1, 2, 3, 4]
    assert [(each.game_id, each.epoch, each.seq) for each in await journal.positions()] == [
        (GAME, "b", 4),
        (OTHER, "a", 2),
    ]
    assert len(await observed(journal)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(entry(3), id="gap"),
        pytest.param(entry(1), id="again"),
        pytest.param(entry(3, epoch="b"), id="a new epoch that does not start at one"),
        pytest.param(
            Entry(entry(2).observation, said([entry(2, game_id=OTHER)]), "a"), id="a message of another game"
        ),
        pytest.param(
            Entry(entry(2).observation, said([entry(2)]), "b"), id="messages of another epoch than the entry"
        ),
    ],
)
async def test_an_entry_that_does_not_follow_is_refused_with_all_that_came_along(
    journal: Journal, wrong: Entry
) -> None:
    await journal.append([entry(1)])

    with pytest.raises(JournalError, match="does not follow"):
        await journal.append([entry(1, game_id=OTHER), wrong])

    assert await journal.positions() == [Position(GAME, "a", 2, START_MS + 1000, False)]
    assert await observed(journal, OTHER) == []
    await journal.append([entry(1, game_id=OTHER), entry(2)])
    assert len(await journal.messages(GAME)) == 4


async def test_a_game_does_not_go_back_to_an_earlier_epoch(journal: Journal) -> None:
    await journal.append([entry(1), entry(2, epoch="b", after=0)])

    with pytest.raises(JournalError, match="newest epoch"):
        await journal.append([entry(2)])
    with pytest.raises(JournalError, match="newest epoch"):
        await journal.append([entry(3, epoch="c", after=0), entry(4, epoch="b", after=2)])


async def test_a_frame_with_a_line_break_is_refused(journal: Journal) -> None:
    broken = EncodedMessage(GAME, "a", 1, "play", b'{"type":\n"play"}')

    with pytest.raises(JournalError, match="line break"):
        await journal.append([Entry(entry(1).observation, [broken], "a")])

    assert await journal.positions() == []


@pytest.mark.parametrize("types", [{"ml_prediction", "result"}, {"ml_prediction"}, {"play", "result"}])
async def test_the_log_of_some_types_runs_over_all_games_oldest_first(
    journal: Journal, types: set[str]
) -> None:
    entries = [
        entry(1, game_id=OTHER, types=("play", "ml_prediction"), received_ms=START_MS + 9000),
        entry(1, types=("score_update", "ml_prediction", "play")),
        entry(2, after=3, types=("play",)),
        entry(2, game_id=OTHER, types=("result",)),
        entry(3, after=4, types=("result", "result")),
    ]
    for each in entries:
        await journal.append([each])

    log = await journal.messages_of_types(frozenset(types))

    assert log == [message for message in said(entries) if message.type in types]


async def test_an_idempotency_key_counts_once(journal: Journal) -> None:
    assert await journal.idempotency_digest("call 1") is None
    await journal.append([entry(1, key="call 1")])
    assert await journal.idempotency_digest("call 1") is not None

    with pytest.raises(JournalError, match="idempotency key counts once"):
        await journal.append([entry(2, key="call 2"), entry(3, key="call 1")])
    with pytest.raises(JournalError, match="idempotency key counts once"):
        await journal.append([entry(2, key="call 3"), entry(3, key="call 3")])

    assert await journal.idempotency_digest("call 1") is not None
    assert await journal.idempotency_digest("call 2") is None
    assert await journal.idempotency_digest("call 3") is None
    assert len(await observed(journal)) == 1
    await journal.append([entry(2, key="call 2")])
    assert await journal.idempotency_digest("call 2") is not None


async def test_the_digest_of_a_call_is_kept_with_its_key(journal: Journal) -> None:
    named = msgspec.structs.replace(entry(1, key="call"), digest="ab12")
    await journal.append([named])
    assert await journal.idempotency_digest("call") == "ab12"


async def test_the_first_observation_of_every_game_is_known_whatever_its_epoch(journal: Journal) -> None:
    assert await journal.first_observations() == {}
    first = entry(1)
    await journal.append([first, entry(1, game_id=OTHER), entry(2), entry(3, epoch="b", after=0)])
    firsts = await journal.first_observations()
    assert list(firsts) == [GAME, OTHER]
    assert firsts[GAME] == first.observation


async def test_a_game_is_final_and_may_be_reopened(journal: Journal) -> None:
    await journal.append([entry(1)])
    await journal.mark_final("unknown", True)

    await journal.mark_final(GAME, True)
    assert [position.final for position in await journal.positions()] == [True]
    await journal.append([entry(2), entry(3, epoch="b", after=0)])
    assert [position.final for position in await journal.positions()] == [True]
    await journal.mark_final(GAME, False)
    assert [position.final for position in await journal.positions()] == [False]


async def test_forgotten_games_are_gone_whole_and_may_begin_anew(journal: Journal) -> None:
    other = "0022500002"
    await journal.append([entry(1), entry(1, game_id=other), entry(2)])
    await journal.forget([GAME, "never-there"])
    assert [position.game_id for position in await journal.positions()] == [other]
    assert await journal.messages(GAME) == []
    await journal.append([entry(1)])
    assert [message.seq for message in await journal.messages(GAME)] == [1, 2]


async def test_pruning_forgets_old_final_games_only(journal: Journal) -> None:
    old, live, young = "0022500001", "0022500002", "0022500003"
    await journal.append(
        [
            entry(1, game_id=old, key="old", types=("ml_prediction",)),
            entry(1, game_id=live),
            entry(1, game_id=young, received_ms=START_MS + 60_000, key="young"),
            entry(2, game_id=old, epoch="b", after=0),
        ]
    )
    for game_id in (old, young):
        await journal.mark_final(game_id, True)

    assert await journal.prune(START_MS) == []
    assert await journal.prune(START_MS + 30_000) == [old]
    assert await journal.prune(START_MS + 30_000) == []

    assert [position.game_id for position in await journal.positions()] == [live, young]
    assert await observed(journal, old) == []
    assert await journal.messages(old) == []
    assert await journal.messages_of_types(frozenset({"ml_prediction"})) == []
    assert await journal.idempotency_digest("old") is None
    assert await journal.idempotency_digest("young") is not None
    await journal.append([entry(1, game_id=old, epoch="c"), entry(2, game_id=live)])
    assert [position.game_id for position in await journal.positions()] == [live, young, old]
    assert "3 games, 4 observations" in await journal.check()


async def test_appends_and_reads_go_on_side_by_side(journal: Journal) -> None:
    games = [f"002250{number:04d}" for number in range(5)]

    async def write(game_id: str) -> None:
        for number in range(1, 21):
            await journal.append([entry(number, game_id=game_id)])
            await asyncio.sleep(0)

    async def read(game_id: str) -> None:
        seen = 0
        while seen < 40:
            messages = await journal.messages(game_id, after_seq=seen)
            assert [message.seq for message in messages] == list(range(seen + 1, seen + 1 + len(messages)))
            seen += len(messages)
            await asyncio.sleep(0)

    await asyncio.gather(*map(write, games), *map(read, games))

    assert [position.seq for position in await journal.positions()] == [40] * 5
    assert "5 games, 100 observations, 200 messages" in await journal.check()


async def test_a_closed_journal_says_so(journal: Journal) -> None:
    await journal.append([entry(1)])
    await journal.aclose()
    await journal.aclose()

    with pytest.raises(JournalError, match="is closed"):
        await journal.append([entry(2)])
    with pytest.raises(JournalError, match="is closed"):
        await journal.messages(GAME)
    with pytest.raises(JournalError, match="is closed"):
        await journal.positions()
    with pytest.raises(JournalError, match="is closed"):
        await journal.idempotency_digest("key")


async def test_an_opened_journal_goes_on_where_it_was_closed(lasting: OpenJournal) -> None:
    first = lasting()
    await first.append([entry(1, key="call"), entry(1, game_id=OTHER), entry(2)])
    await first.append([entry(3, epoch="b", after=0)])
    await first.mark_final(OTHER, True)
    positions = await first.positions()
    await first.aclose()

    second = lasting()
    assert await second.positions() == positions
    assert await second.idempotency_digest("call") is not None
    with pytest.raises(JournalError, match="does not follow"):
        await second.append([entry(4, epoch="b", after=0)])
    await second.append([entry(4, epoch="b", after=2), entry(2, game_id=OTHER)])
    assert [message.seq for message in await second.messages(GAME)] == [1, 2, 3, 4]
    assert len(await observed(second)) == 4


async def test_a_second_writer_is_refused_and_readers_are_welcome(lasting: OpenJournal) -> None:
    writer = lasting()
    await writer.append([entry(1)])

    with pytest.raises(JournalError, match="is being written by another courtside"):
        await lasting().positions()

    reader = lasting(read_only=True)
    assert len(await reader.messages(GAME)) == 2
    await writer.append([entry(2)])
    assert len(await reader.messages(GAME)) == 4
    assert [position.seq for position in await reader.positions()] == [4]
    assert "1 games, 2 observations" in await reader.check()
    with pytest.raises(JournalError, match="reading only"):
        await reader.append([entry(3)])
    with pytest.raises(JournalError, match="reading only"):
        await reader.mark_final(GAME, True)
    with pytest.raises(JournalError, match="reading only"):
        await reader.prune(START_MS)
    await writer.append([entry(3)])


@pytest.mark.parametrize(
    "wrong", ["courtside.db", "sqlite:", "sqlite:///", "mysql://ann:secret@host/db", "postgresql://h:port/db"]
)
def test_another_url_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(BadConfig, match="journal '") as raised:
        open_journal(wrong)
    assert "secret" not in str(raised.value)


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "courtside.store.postgres", None)

    with pytest.raises(JournalError, match=r"pip install 'courtside\[postgres\]'"):
        open_journal("postgresql://ann:secret@host/db")


async def test_its_size_is_known_unless_it_is_in_memory(journal: Journal) -> None:
    await journal.append([entry(1)])
    size = await journal.size_bytes()
    assert size is None or size > 1_000
