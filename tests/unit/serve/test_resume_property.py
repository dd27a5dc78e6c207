"""Whatever happens to a connection, a client that resumes sees every message once and in order."""

import asyncio
import json
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.memory_service import MemoryService
from courtside.events import ScoreLine
from courtside.messages import Alert, EncodedMessage
from courtside.serve.frames import LongText
from courtside.serve.hub import Hub
from courtside.serve.settings import StreamSettings
from courtside.serve.subscriber import Subscriber, Transport

GAMES = ("g1", "g2", "g3")
ALERT = Alert("drought", "home", "BOS", "x", 0.0, 0.0, 0.0)


class SlowJournal(MemoryService):
    """Answers some turns of the loop after it was asked, as of when it was asked or as of now."""

    late = False

    async def messages(
        self, game_id: str, *, epoch: str | None = None, after_seq: int = 0, limit: int | None = None
    ) -> list[EncodedMessage]:
        found = await super().messages(game_id, epoch=epoch, after_seq=after_seq, limit=limit)
        for _ in range(3):
            await asyncio.sleep(0)
        if self.late:
            found = await super().messages(game_id, epoch=epoch, after_seq=after_seq, limit=limit)
        return found


class Client:
    """Applies what it is sent, and checks that every message follows the last of its game."""

    transport: Transport = "websocket"

    def __init__(self, hub: Hub, *, direct: bool) -> None:
        self._hub = hub
        self.write_framed: Callable[[bytes], None] | None = self._take_framed if direct else None
        self.last: dict[str, tuple[str, int]] = {}
        self.subscriber: Subscriber | None = None
        self._resuming: set[str] = set()
        self._waits = False
        self._fill: int | None = None
        self._taken = 0

    def connect(self, *, waits: bool, at_once: bool = True) -> None:
        self._resuming = set(self.last)
        self._waits = waits
        self._fill = None
        self.subscriber = self._hub.connect(self, waits=waits)
        self.subscriber.open()
        if at_once:
            self.subscribe()

    def subscribe(self) -> None:
        resume = {game: {"epoch": epoch, "seq": seq} for game, (epoch, seq) in self.last.items()}
        assert self.subscriber is not None
        self.subscriber.receive(json.dumps({"op": "subscribe", "resume": resume}))

    def disconnect(self) -> None:
        assert self.subscriber is not None
        self.subscriber.gone()

    def fill_up(self) -> None:
        """The next payload finds the connection full."""
        self._fill = self._taken + 1

    def drain(self) -> None:
        assert self.subscriber is not None
        self._fill = None
        if not self.subscriber.closed:
            self.subscriber.resume()

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed with {code} {reason}")

    def send_all(self, payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            self._take(payload)
        self._taken += len(payloads)
        if self._fill is not None and self._taken >= self._fill and self.subscriber is not None:
            self._fill = None
            self.subscriber.pause()

    def send_long(self, text: LongText) -> None:
        self.send_all([text.payload])

    def _take_framed(self, framed: bytes) -> None:
        payloads = []
        while framed:
            length, start = framed[1], 2
            if length == 126:
                length, start = int.from_bytes(framed[2:4], "big"), 4
            payloads.append(framed[start : start + length])
            framed = framed[start + length :]
        self.send_all(payloads)

    def _take(self, payload: bytes) -> None:
        frame = json.loads(payload)
        if frame["type"] == "snapshot":
            for game in frame["data"]["games"]:
                if game["game_id"] not in self._resuming or frame["data"]["recovered"] is False:
                    self.last[game["game_id"]] = (game["epoch"], game["seq"])
        elif frame["type"] == "error":
            raise AssertionError(frame)
        elif "game_id" in frame:
            before = self.last.get(frame["game_id"], None if self._waits else (frame["epoch"], 0))
            # Without a snapshot a game that was not known begins with its next message.
            if before is not None:
                assert before == (frame["epoch"], frame["seq"] - 1)
            self.last[frame["game_id"]] = (frame["epoch"], frame["seq"])


ACTIONS = (
    *("say", "say", "both", "both", "burst", "turn", "turns", "turns", "turns"),
    *("fill", "fill", "drain", "break", "break", "renew", "new game"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    actions=st.lists(st.sampled_from(ACTIONS), min_size=40, max_size=100),
    ring=st.sampled_from([1, 5, 1000]),
    late=st.booleans(),
    waits=st.booleans(),
    direct=st.booleans(),
)
def test_a_client_that_resumes_sees_every_message_once_and_in_order(
    actions: list[str], ring: int, late: bool, waits: bool, direct: bool
) -> None:
    asyncio.run(live_through(actions, ring, late=late, waits=waits, direct=direct))


async def live_through(actions: list[str], ring: int, *, late: bool, waits: bool, direct: bool) -> None:
    service = SlowJournal()
    service.late = late
    hub = Hub(
        service,
        settings=StreamSettings(
            settle_seconds=3600.0, ring_messages=ring, backlog_messages=10**6, backlog_bytes=10**9
        ),
    )
    service.subscribe(hub.deliver)
    known = list(GAMES[:2])
    for game in known:
        await service.submit(ScoreLine(game_id=game, received_ms=1, source="push"))
    client = Client(hub, direct=direct)
    # The first connection knows nothing, and so takes the snapshot.
    client.connect(waits=False)
    epochs = 1
    for number, action in enumerate(actions):
        game = known[number % len(known)]
        if action == "say":
            service.say(game, ALERT_MESSAGE)
        elif action == "burst":
            for _ in range(300):
                service.say(game, ALERT_MESSAGE)
        elif action == "both":
            for each in known:
                service.say(each, ALERT_MESSAGE, ALERT_MESSAGE)
        elif action in ("turn", "turns"):
            for _ in range(1 if action == "turn" else 20):
                await asyncio.sleep(0)
        elif action == "fill":
            client.fill_up()
        elif action == "drain":
            client.drain()
        elif action == "break":
            client.disconnect()
            client.connect(waits=waits)
        elif action == "renew":
            epochs += 1
            client.disconnect()
            service.renew(game, f"e{epochs}")
            service.say(game, ALERT_MESSAGE)
            client.connect(waits=waits)
        elif len(known) < len(GAMES):
            known.append(GAMES[len(known)])
            await service.submit(ScoreLine(game_id=known[-1], received_ms=1, source="push"))
    for _ in range(400):
        client.drain()
        await asyncio.sleep(0)
    # A client that left the snapshot out hears of a game that it does not know with its next message.
    for game in client.last:
        assert client.last[game] == service.position(game)
    if not waits:
        assert set(client.last) == set(known)
    client.disconnect()
    await asyncio.sleep(0)


ALERT_MESSAGE = ("alert", ALERT)
