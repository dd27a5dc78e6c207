"""One client without a socket: a connection in memory that can be full."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from benchmarks.memory_service import MemoryService
from courtside.clock import ManualClock
from courtside.errors import JournalError
from courtside.events import ScoreLine
from courtside.messages import Alert, EncodedMessage, ScoreUpdate
from courtside.serve.frames import LongText
from courtside.serve.hub import Hub
from courtside.serve.settings import StreamSettings
from courtside.serve.subscriber import Subscriber, Transport

GAME = "0022500001"
Frame = dict[str, Any]


class MemoryConnection:
    """Takes payloads until it is told to be full."""

    transport: Transport = "websocket"
    write_framed: Callable[[bytes], None] | None = None

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send_all(self, payloads: Sequence[bytes]) -> None:
        self.payloads.extend(payloads)

    def send_long(self, text: LongText) -> None:
        self.payloads.append(text.payload)

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    @property
    def frames(self) -> list[Frame]:
        return [json.loads(payload) for payload in self.payloads]

    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if "seq" in frame]

    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.frames]


class World:
    def __init__(self, service: MemoryService, settings: StreamSettings) -> None:
        self.service = service
        self.hub = Hub(service, settings=settings, clock=ManualClock())
        service.subscribe(self.hub.deliver)

    def connect(self, **options: bool) -> tuple[Subscriber, MemoryConnection]:
        connection = MemoryConnection()
        subscriber = self.hub.connect(connection, **options)
        subscriber.open()
        return subscriber, connection

    def alert(self, number: int = 0) -> None:
        self.service.say(GAME, ("alert", Alert("drought", "home", "BOS", "x", number, 0.0, 0.0)))

    def score(self, home: int) -> None:
        update = ScoreUpdate("BOS", "CHI", home, 0, 1, "10:00", home, 0, False, 1.0, None, None)
        self.service.say(GAME, ("score_update", update))


async def world(service: MemoryService | None = None, **settings: Any) -> World:
    service = service if service is not None else MemoryService()
    await service.submit(ScoreLine(game_id=GAME, received_ms=1, source="push", home_team="BOS"))
    return World(service, StreamSettings(settle_seconds=0.0, **settings))


def op(subscriber: Subscriber, **fields: Any) -> None:
    subscriber.receive(json.dumps(fields))


async def turns(count: int = 10) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_full_connection_is_given_nothing_until_it_drains() -> None:
    here = await world()
    subscriber, connection = here.connect()
    await turns()
    subscriber.pause()
    before = len(connection.payloads)
    here.score(2)
    here.alert()
    here.score(4)
    assert len(connection.payloads) == before
    assert subscriber.waiting == 2
    subscriber.resume()
    assert connection.seqs() == [3, 4]
    here.alert()
    assert connection.seqs() == [3, 4, 5]


async def test_draining_stops_when_the_connection_is_full_again() -> None:
    here = await world(backlog_bytes=10**7, backlog_messages=10_000)
    subscriber, connection = here.connect()
    await turns()
    subscriber.pause()
    for number in range(1_000):
        here.alert(number)
    first = len(connection.payloads)
    take = connection.send_all

    def full(payloads: Sequence[bytes]) -> None:
        take(payloads)
        subscriber.pause()

    connection.send_all = full  # type: ignore[method-assign]
    subscriber.resume()
    assert 0 < len(connection.payloads) - first < 1_000
    while subscriber.waiting:
        subscriber.resume()
    assert connection.seqs() == list(range(2, 1_002))


async def test_past_its_bound_a_client_is_closed_with_1013_and_forgotten() -> None:
    here = await world(backlog_messages=3)
    subscriber, connection = here.connect()
    await turns()
    subscriber.pause()
    for number in range(5):
        here.alert(number)
    assert connection.closed is not None
    assert connection.closed[0] == 1013
    assert len(here.hub) == 0
    assert here.hub.metrics.value("courtside_clients_closed_total", reason="1013") == 1
    op(subscriber, op="ping")
    subscriber.resume()
    subscriber.close(1001, "again")
    subscriber.gone()
    assert connection.closed[0] == 1013
    assert here.hub.metrics.value("courtside_clients", transport="websocket") == 0


async def test_errors_count_against_the_bound_of_a_client_that_does_not_read() -> None:
    here = await world(backlog_messages=10)
    subscriber, connection = here.connect()
    subscriber.pause()
    for _ in range(11):
        subscriber.receive("nonsense")
    assert connection.closed is not None


async def test_a_replay_waits_for_a_full_connection_and_is_not_coalesced() -> None:
    here = await world()
    for number in range(600):
        here.score(number)
    subscriber, connection = here.connect(waits=True)
    subscriber.pause()
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 1}})
    await turns()
    assert connection.kinds() == ["hello"]
    subscriber.resume()
    await turns()
    assert connection.seqs() == list(range(2, 602))
    assert connection.kinds()[-1] == "subscribed"


async def test_a_client_that_goes_while_it_is_being_resumed_leaves_no_task() -> None:
    here = await world()
    subscriber, _ = here.connect(waits=True)
    subscriber.pause()
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    subscriber.gone()
    await turns()
    assert len(asyncio.all_tasks()) == 1


async def test_one_subscribe_may_wait_for_another_but_not_two() -> None:
    here = await world()
    subscriber, connection = here.connect(waits=True)
    subscriber.pause()
    for _ in range(3):
        op(subscriber, op="subscribe", types=["alert"], resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    subscriber.resume()
    await turns(30)
    assert connection.kinds().count("error") == 1
    assert connection.kinds().count("subscribed") == 2


async def test_what_the_journal_has_before_it_was_delivered_comes_live_and_once() -> None:
    class Ahead(MemoryService):
        held: EncodedMessage | None = None

        async def messages(self, *args: Any, **named: Any) -> list[EncodedMessage]:
            found = await super().messages(*args, **named)
            return found if self.held is None else [*found, self.held]

    service = Ahead()
    here = await world(service, ring_messages=1)
    here.alert()
    here.alert()
    # A commit that has reached the file, but not yet the hub.
    service.held = EncodedMessage(GAME, "e1", 4, "alert", b'{"type": "alert", "seq": 4}')
    subscriber, connection = here.connect(waits=True)
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    assert connection.seqs() == [1, 2, 3]
    here.alert()
    assert connection.seqs() == [1, 2, 3, 4]


async def test_a_game_that_only_the_journal_has_is_woken_to_be_resumed() -> None:
    class Asleep(MemoryService):
        awake = False

        def position(self, game_id: str) -> tuple[str, int] | None:
            return super().position(game_id) if self.awake else None

        def snapshots(self) -> Sequence[bytes]:
            return super().snapshots() if self.awake else []

        async def load(self, game_id: str) -> None:
            await super().load(game_id)
            self.awake = True

    service = Asleep()
    here = await world(service, ring_messages=1)
    here.alert()
    here.alert()
    subscriber, connection = here.connect(waits=True)
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    assert connection.seqs() == [1, 2, 3]
    assert connection.frames[-1]["data"]["resumed"] == [GAME]


async def test_a_journal_that_cannot_be_read_is_an_error_and_a_snapshot() -> None:
    class Broken(MemoryService):
        async def messages(self, *args: Any, **named: Any) -> list[EncodedMessage]:
            raise JournalError("the journal cannot be read: look at the disk")

    here = await world(Broken(), ring_messages=1)
    here.alert()
    here.alert()
    subscriber, connection = here.connect(waits=True)
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    assert connection.kinds() == ["hello", "error", "snapshot", "subscribed"]
    assert connection.frames[1]["data"]["field"] == f"resume.{GAME}"
    here.alert()
    assert connection.seqs() == [4]


async def test_a_mistake_of_the_server_while_resuming_closes_with_1011(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(MemoryService):
        async def messages(self, *args: Any, **named: Any) -> list[EncodedMessage]:
            raise ZeroDivisionError

    here = await world(Broken(), ring_messages=1)
    here.alert()
    subscriber, connection = here.connect(waits=True)
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 0}})
    await turns()
    assert connection.closed is not None
    assert connection.closed[0] == 1011
    assert "closed with 1011" in caplog.text


async def test_a_game_that_begins_anew_while_a_client_settles_comes_as_a_snapshot() -> None:
    here = await world()
    _, connection = here.connect()
    here.service.renew(GAME, "e2")
    here.alert()
    await turns()
    assert connection.kinds() == ["hello", "snapshot", "snapshot"]
    assert connection.frames[-1]["data"]["recovered"] is False
    here.alert()
    assert connection.frames[-1]["epoch"] == "e2"
    assert connection.seqs() == [2]


async def test_a_live_client_may_ask_to_resume_an_epoch_that_has_gone() -> None:
    here = await world()
    subscriber, connection = here.connect()
    await turns()
    here.service.renew(GAME, "e2")
    here.alert()
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e1", "seq": 1}})
    await turns()
    assert connection.kinds()[-2:] == ["snapshot", "subscribed"]
    op(subscriber, op="subscribe", resume={GAME: {"epoch": "e2", "seq": 0}})
    await turns()
    assert connection.frames[-1]["data"]["resumed"] == [GAME]


async def test_heartbeats_come_by_the_clock_and_name_no_position_before_a_client_is_live() -> None:
    here = await world(heartbeat_seconds=5.0)
    _, waiting = here.connect(waits=True)
    _, live = here.connect()
    await turns()
    here.alert()
    beating = asyncio.create_task(here.hub.run())
    await turns()
    beating.cancel()
    [first, *_] = [frame["data"]["positions"] for frame in live.frames if frame["type"] == "heartbeat"]
    assert first == {GAME: {"epoch": "e1", "seq": 2}}
    [first, *_] = [frame["data"]["positions"] for frame in waiting.frames if frame["type"] == "heartbeat"]
    assert first == {}


async def test_the_metrics_say_how_far_clients_are_behind() -> None:
    here = await world()
    subscriber, _ = here.connect()
    await turns()
    subscriber.pause()
    for home in range(4):
        here.score(home)
    here.hub.heartbeat()
    value = here.hub.metrics.value
    assert value("courtside_clients_behind") == 1
    assert value("courtside_queue_depth", queue="clients") == 2
    assert value("courtside_messages_coalesced_total") == 3
    assert value("courtside_messages_total", type="score_update") == 4
    assert value("courtside_clients", transport="websocket") == 1


async def test_delivering_nothing_is_nothing() -> None:
    here = await world()
    _, connection = here.connect()
    await turns()
    before = len(connection.payloads)
    here.hub.deliver([])
    assert len(connection.payloads) == before


class CountingService(MemoryService):
    """Counts how often messages are read from the journal."""

    reads = 0

    async def messages(
        self, game_id: str, *, epoch: str | None = None, after_seq: int = 0, limit: int | None = None
    ) -> list[EncodedMessage]:
        self.reads += 1
        return await super().messages(game_id, epoch=epoch, after_seq=after_seq, limit=limit)


async def test_the_messages_of_a_game_that_was_forgotten_are_no_longer_in_memory() -> None:
    service = CountingService()
    here = await world(service)
    for number in range(5):
        here.alert(number)
    resume = {GAME: {"epoch": "e1", "seq": 3}}
    for forgotten in (False, True):
        if forgotten:
            here.hub.forget(GAME)
        subscriber, connection = here.connect()
        op(subscriber, op="subscribe", resume=resume)
        await turns()
        assert connection.seqs() == [4, 5, 6]
        assert service.reads == int(forgotten)


async def test_a_long_snapshot_is_made_once_for_all_clients_that_connect_or_could_not_resume() -> None:
    service = MemoryService()
    name = "B" * 100_000
    await service.submit(ScoreLine(game_id=GAME, received_ms=1, source="push", home_team=name))
    here = World(service, StreamSettings(settle_seconds=0.0))
    sent: list[LongText] = []

    class Taking(MemoryConnection):
        def send_long(self, text: LongText) -> None:
            sent.append(text)

    for _ in range(2):
        subscriber = here.hub.connect(Taking(), waits=True)
        subscriber.open()
        op(subscriber, op="subscribe", resume={GAME: {"epoch": "lost", "seq": 3}})
        await turns()
        here.hub.connect(Taking()).open()
    lost, opening, lost_again, opening_again = sent
    assert lost is lost_again
    assert opening is opening_again
    here.alert()
    here.hub.connect(Taking()).open()
    assert json.loads(sent[-1].payload)["data"]["games"][0]["seq"] == 2


async def test_a_client_may_name_every_type_of_the_contract_sent_by_this_version_or_not() -> None:
    here = await world()
    subscriber, connection = here.connect()
    named = ["alert", "forecast", "win_probability", "odds_update", "edge", "hello", "snapshot", "heartbeat"]
    op(subscriber, op="subscribe", types=named)
    await turns()
    assert connection.frames[-1]["data"]["types"] == named
    here.alert()
    here.score(2)
    assert connection.seqs() == [2]


def told_gone(connection: MemoryConnection) -> list[str]:
    beats = [frame["data"] for frame in connection.frames if frame["type"] == "heartbeat"]
    return [game_id for beat in beats for game_id in beat["gone"]]


class Forgetting(MemoryService):
    """Knows no game any more after `forgotten` is set."""

    forgotten = False

    def position(self, game_id: str) -> tuple[str, int] | None:
        return None if self.forgotten else super().position(game_id)

    def snapshots(self) -> Sequence[bytes]:
        return [] if self.forgotten else super().snapshots()


async def test_a_game_that_was_forgotten_is_named_once_to_every_client_however_far_it_is() -> None:
    service = Forgetting()
    here = await world(service)
    _, live = here.connect()
    _, waiting = here.connect(waits=True)
    behind_one, behind = here.connect()
    await turns()
    behind_one.pause()
    here.alert()
    service.forgotten = True
    here.hub.forget(GAME)
    here.hub.heartbeat()
    here.hub.heartbeat()
    behind_one.resume()
    for connection in (live, waiting, behind):
        assert told_gone(connection) == [GAME]
        [first, *_] = [frame["data"] for frame in connection.frames if frame["type"] == "heartbeat"]
        assert first["positions"] == {}


async def test_a_game_that_came_back_before_the_heartbeat_is_not_gone() -> None:
    here = await world()
    _, connection = here.connect()
    await turns()
    here.hub.forget(GAME)
    here.alert()
    here.hub.heartbeat()
    assert told_gone(connection) == []
    assert connection.frames[-1]["data"]["positions"] == {GAME: {"epoch": "e1", "seq": 2}}
