"""One hub for all clients of the stream, over both transports.

Messages are encoded once and framed once; for a client that keeps up and wants everything a
delivery is one write of the same bytes. A client that does not keep up has a bounded backlog of its
own, so that it slows nobody.
"""

import time
from collections.abc import Callable, Sequence

from courtside.clock import Clock, WallClock
from courtside.messages import EncodedMessage
from courtside.monitor.metrics import Metrics
from courtside.serve.board import Board
from courtside.serve.frames import Batch
from courtside.serve.service import Service
from courtside.serve.settings import StreamSettings
from courtside.serve.subscriber import Connection, Subscriber

GOING_AWAY = 1001


class Hub:
    """`deliver` is called in the event loop right after a commit, with nothing awaited between.

    So `Service.position` and `Service.snapshots` say exactly what has been delivered.
    """

    def __init__(
        self,
        service: Service,
        metrics: Metrics | None = None,
        settings: StreamSettings | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.metrics = metrics if metrics is not None else Metrics()
        self.settings = settings if settings is not None else StreamSettings()
        self._clock: Clock = clock if clock is not None else WallClock()
        self._board = Board(service, self.settings, self.metrics)
        self._direct: dict[Subscriber, Callable[[bytes], None]] = {}
        self._others: dict[Subscriber, None] = {}

    def __len__(self) -> int:
        return len(self._direct) + len(self._others)

    @property
    def full(self) -> bool:
        return len(self) >= self.settings.max_clients

    def connect(self, connection: Connection, *, waits: bool = False) -> Subscriber:
        """A client has come; its transport calls `open` when it is ready to write.

        `waits`: it is told of no game until it subscribes.
        """
        subscriber = Subscriber(self._board, connection, self._place, waits=waits)
        self._others[subscriber] = None
        self.metrics.clients.labels(connection.transport).inc()
        return subscriber

    def deliver(self, messages: Sequence[EncodedMessage]) -> None:
        """Hand committed messages to every client; returns without waiting for any of them."""
        if not messages:
            return
        started = time.perf_counter()
        self._board.add(messages)
        batch = Batch(messages)
        # A write may pause its client and so move it to the others: both are copied before any write.
        writes, others = list(self._direct.values()), list(self._others)
        if writes:
            framed = batch.framed
            for write in writes:
                write(framed)
            self.metrics.messages_sent.labels("websocket").inc(len(writes) * len(messages))
        for subscriber in others:
            sent = subscriber.offer(batch)
            if sent:
                self.metrics.messages_sent.labels(subscriber.connection.transport).inc(sent)
        for message in messages:
            self.metrics.messages.labels(message.type).inc()
        self.metrics.fanout_seconds.observe(time.perf_counter() - started)

    def forget(self, game_id: str) -> None:
        """A game has left the memory of the program: it was forgotten, or is only in the journal.

        The next heartbeat says so.
        """
        self._board.forget(game_id)

    def heartbeat(self) -> None:
        """One `heartbeat` to every client."""
        heartbeats = self._board.heartbeats()
        for subscriber in [*self._direct, *self._others]:
            subscriber.beat(heartbeats)
            self.metrics.messages_coalesced.inc(subscriber.take_coalesced())
        waiting = [subscriber.waiting for subscriber in self._others]
        self.metrics.clients_behind.set(sum(1 for count in waiting if count))
        self.metrics.queue_depth.labels("clients").set(sum(waiting))

    async def run(self) -> None:
        """Send heartbeats until cancelled."""
        while True:
            await self._clock.sleep(self.settings.heartbeat_seconds)
            self.heartbeat()

    def close(self, reason: str = "the server is stopping; resume when it is back") -> None:
        """Close every client with 1001."""
        for subscriber in [*self._direct, *self._others]:
            subscriber.close(GOING_AWAY, reason)

    def _place(self, subscriber: Subscriber) -> None:
        """Sort a client among those that get the common bytes, the others, or the gone."""
        write = subscriber.connection.write_framed
        if subscriber.closed:
            known = subscriber in self._direct or subscriber in self._others
            self._direct.pop(subscriber, None)
            self._others.pop(subscriber, None)
            if known:
                self.metrics.clients.labels(subscriber.connection.transport).dec()
                self.metrics.messages_coalesced.inc(subscriber.take_coalesced())
        elif subscriber.direct and write is not None:
            self._others.pop(subscriber, None)
            self._direct[subscriber] = write
        else:
            self._direct.pop(subscriber, None)
            self._others[subscriber] = None
