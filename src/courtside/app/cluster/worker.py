"""The role `engine`: folds the partitions that it owns, and publishes what there is to tell of their games.

A game's state is not kept anywhere: whoever takes a partition over folds its log again, from the oldest
record. What that gives does not depend on who folds, so nothing is lost where a worker dies, and where two
tell the same for a moment readers drop one of them.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence

import msgspec

from courtside import __version__
from courtside.app.cluster.lessons import Lessons
from courtside.app.cluster.shard import Batch, Shard
from courtside.app.cluster.told import read_told
from courtside.app.housekeeping import kept_ms
from courtside.app.ratings import Ratings
from courtside.bus.bus import Bus, Delivery, Record, Stream, set_aside
from courtside.clock import Clock
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, LoggedGame, encode_logged
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame
from courtside.monitor.metrics import Metrics

log = logging.getLogger("courtside.engine")

GROUP = "engine"
BATCH = 512


def maker_of(forecaster: Forecaster, settings: EngineSettings) -> str:
    """Who folds alike says this alike: by another version, model or setting messages may differ."""
    return f"{__version__} {forecaster.version} {msgspec.json.encode(settings).decode()}"


class Worker:
    """Owns partitions of the log as long as the group gives them to it."""

    def __init__(
        self,
        bus: Bus,
        forecaster: Forecaster,
        settings: EngineSettings,
        ratings: Ratings,
        lessons: Lessons,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._bus = bus
        self._forecaster = forecaster
        self._settings = settings
        self._ratings = ratings
        self._lessons = lessons
        self._metrics = metrics
        self._clock = clock
        self._maker = maker_of(forecaster, settings)
        self._member = bus.member(GROUP, Stream.OBSERVATIONS)
        self._reader = bus.reader(Stream.OBSERVATIONS)
        self.shards: dict[int, Shard] = {}
        self._heard_ms: dict[str, int] = {}
        """When each game was last heard of, by the clock of this machine."""
        self.set_aside = 0
        """Records that nobody can fold; each is on the stream of dead letters."""

    @property
    def games(self) -> Iterable[LiveGame]:
        """All games of the partitions that are owned."""
        for shard in self.shards.values():
            for game in shard.games.values():
                if game.live is not None:
                    yield game.live

    async def run(self) -> None:
        """Until cancelled; then what it owns goes to the others at once."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._own(), name="engine-owns")
                tasks.create_task(self._read(), name="engine-reads")
        finally:
            await self._member.aclose()
            await self._reader.aclose()

    async def _own(self) -> None:
        while True:
            owned = await self._member.owned()
            for partition in self.shards.keys() - owned:
                self._reader.drop(partition)
                for game_id in self.shards.pop(partition).games:
                    self._let_go(game_id)
            for partition in sorted(owned - self.shards.keys()):
                await self._take_over(partition)
            log.info("%d of %d partitions", len(owned), self._bus.partitions(Stream.OBSERVATIONS))

    async def _take_over(self, partition: int, told_until: str | None = None) -> None:
        """Begin a partition from its oldest record; `told_until` is what this worker knows it has told."""
        last = await self._bus.last(Stream.MESSAGES, partition)
        end = await self._bus.last(Stream.OBSERVATIONS, partition)
        floor, renumber = told_until, False
        if last is not None and told_until is None:
            told = read_told(last)
            floor, renumber = told.floor or None, told.maker != self._maker
            if renumber:
                log.warning(
                    "partition %d was told by another version, model or setting: its games get new epochs",
                    partition,
                )
        self.shards[partition] = Shard(
            partition, self._maker, floor, None if end is None else end.position, renumber=renumber
        )
        self._reader.add(partition, None)
        if end is None:
            await self._settle(self.shards[partition])

    async def _read(self) -> None:
        while True:
            deliveries = await self._reader.read(BATCH)
            by_partition: dict[int, list[Delivery]] = {}
            for delivery in deliveries:
                by_partition.setdefault(delivery.partition, []).append(delivery)
            for partition, some in by_partition.items():
                shard = self.shards.get(partition)
                if shard is None:
                    continue
                if not shard.asleep.isdisjoint(delivery.key for delivery in some):
                    self._reader.drop(partition)
                    await self._take_over(partition, shard.position)
                    continue
                await self._work(shard, some)

    async def _work(self, shard: Shard, deliveries: Sequence[Delivery]) -> None:
        batch = shard.fold(deliveries, self._forecaster, self._settings, self._metrics)
        self._heard_ms.update(dict.fromkeys(batch.touched, self._clock.now_ms()))
        for delivery, reason in batch.spoiled:
            self.set_aside += 1
            await set_aside(self._bus, Stream.OBSERVATIONS, delivery, reason)
        if batch.records:
            await self._bus.publish(Stream.MESSAGES, batch.records)
        if self.shards.get(shard.partition) is not shard:
            return
        if shard.position is not None:
            await self._member.commit(shard.partition, shard.position)
        if shard.becomes_ready():
            await self._settle(shard)
        elif shard.ready:
            await self._say_and_learn(shard, batch)

    async def _settle(self, shard: Shard) -> None:
        """A partition is as it was: say of its games what only the ratings know, and renumber them if
        that has to be."""
        shard.becomes_ready()
        lives = [game.live for game in shard.games.values() if game.live is not None]
        if shard.renumber:
            epoch = f"{self._clock.now_ms():x}"
            await self._log([Logged(live.game_id, None, epoch=epoch) for live in lives])
        batch = Batch(touched={live.game_id: shard.heard_ms.get(live.game_id, 0) for live in lives})
        await self._say_and_learn(shard, batch)

    async def _say_and_learn(self, shard: Shard, batch: Batch) -> None:
        said: list[Logged] = []
        lives: list[LiveGame] = []
        for game_id, received_ms in batch.touched.items():
            live = shard.games.get(game_id, LoggedGame()).live
            if live is None:
                continue
            lives.append(live)
            context = self._ratings.context(live, received_ms)
            if context is not None:
                said.append(Logged(game_id, context))
        if said:
            await self._log(said)
        await self._lessons.teach(lives)

    async def _log(self, records: Sequence[Logged]) -> None:
        await self._bus.publish(
            Stream.OBSERVATIONS, [Record(logged.game_id, encode_logged(logged)) for logged in records]
        )

    def tidy(self) -> None:
        """Let go of games that are over and that nobody has spoken of for long; one that is spoken of
        again comes back from the log."""
        now_ms = self._clock.now_ms()
        for shard in self.shards.values():
            for game_id, game in list(shard.games.items()):
                live = game.live
                if live is None or live.status not in ("final", "postponed"):
                    continue
                if now_ms - self._heard_ms.get(game_id, now_ms) > kept_ms(live):
                    del shard.games[game_id]
                    shard.asleep.add(game_id)
                    self._let_go(game_id)

    def _let_go(self, game_id: str) -> None:
        self._heard_ms.pop(game_id, None)
        self._ratings.forget(game_id)
