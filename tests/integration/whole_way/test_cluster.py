"""Forty recorded games through a real broker and every role, while each part dies in turn."""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from courtside.messages import GameSnapshot
from tests.integration.whole_way.night import Night, agree, check_chances
from tools.kafka_server import KafkaServer
from tools.redis_server import RedisServer
from tools.servers.server import NotInstalled, Server

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(300)]

DEATHS = (
    "engine-1",
    "gateway-1",
    "ingest-1",
    "broker",
    "gateway-2",
    "engine-2",
    "ingest-2",
    "broker",
    "engine-1",
)


class Cluster:
    """Two of each role around one broker; every part can be killed and comes back as it was."""

    def __init__(self, night: Night, broker: Server, feed_url: str, stack: AsyncExitStack) -> None:
        self._night = night
        self._broker = broker
        self._feed_url = feed_url
        self._stack = stack
        self._parts: dict[str, Any] = {}
        self._ports: dict[str, tuple[object, ...]] = {}
        self.urls: dict[str, str] = {}
        self.streams: dict[str, str] = {}
        self.said = ""

    async def start(self, name: str) -> None:
        role = name.partition("-")[0]
        ports = self._ports.get(name, ("--http-port", 0, "--ws-port", 0))
        part = await self._stack.enter_async_context(
            self._night.courtside(
                "run",
                "--role",
                role,
                "--bus",
                self._broker.url,
                "--source",
                "nba",
                "--nba-url",
                self._feed_url,
                "--poll-seconds",
                0.2,
                *ports,
                folder=name,
            )
        )
        self._parts[name] = part
        self.urls[name] = await part.url("http")
        http_port = self.urls[name].rpartition(":")[2]
        if role == "gateway":
            self.streams[name] = await part.url("ws")
            self._ports[name] = ("--http-port", http_port, "--ws-port", self.streams[name].rpartition(":")[2])

    async def kill(self, name: str) -> None:
        """Without a word, and start it again."""
        if name == "broker":
            await asyncio.to_thread(self._broker.kill)
            await asyncio.to_thread(self._broker.start)
            return
        part = self._parts[name]
        assert await part.end(signal.SIGKILL) == -signal.SIGKILL, (name, part.text[-3000:])
        self.said += part.text
        await self.start(name)

    @property
    def text(self) -> str:
        return self.said + "".join(part.text for part in self._parts.values())


@pytest.fixture(params=[RedisServer, KafkaServer], ids=["redis", "kafka"])
def broker(request: pytest.FixtureRequest) -> Any:
    try:
        server: Server = request.param()
    except NotInstalled as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    with server:
        yield server


async def test_every_part_dies_in_turn_and_a_client_that_moves_misses_nothing(
    night: Night, broker: Server, check_game: Callable[[GameSnapshot, Any], None]
) -> None:
    chance = random.Random(7)
    feeding = ("feed", "--recordings", night.recordings, "--speed", 120, "--port", 0)
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(night.courtside(*feeding, folder="feed"))
        cluster = Cluster(night, broker, await feed.url("http"), stack)
        for name in ("gateway-1", "gateway-2", "engine-1", "engine-2", "ingest-1", "ingest-2"):
            await cluster.start(name)
        async with asyncio.TaskGroup() as tasks:
            listener = night.client(*cluster.streams.values(), stay=2_000)
            listening = tasks.create_task(listener.run())
            for name in DEATHS:
                await listener.more(chance.randint(200, 2_000), 60)
                await cluster.kill(name)
            games = await night.end(listener, cluster.urls["gateway-1"], 200)
            async with asyncio.timeout(30):
                # A last word may be told between the two looks.
                while games != (others := await night.end(listener, cluster.urls["gateway-2"], 20)):
                    games = await night.end(listener, cluster.urls["gateway-1"], 20)
            listening.cancel()
    assert listener.connections > len(cluster.streams)
    assert listener.not_recovered == []
    listener.check_numbers()
    assert {game_id for game_id, _ in listener.messages} == night.oracle.keys()
    assert len(listener.messages) == 40, "every game kept its epoch"
    assert games == others
    for game_id, game in games.items():
        check_game(game, night.oracle[game_id])
        agree(listener.messages[game_id, game.epoch], game)
        check_chances(listener.messages[game_id, game.epoch], game)
    assert "Traceback" not in cluster.text, cluster.text[-5000:]
