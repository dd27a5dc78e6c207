"""One partition of the log, folded: its games, and what there is to tell of them. No I/O."""

import logging
from collections.abc import Sequence

import msgspec

from courtside.app.cluster.told import Answer, Line, Told, line, to_record
from courtside.app.encoding import encoded
from courtside.app.step_log import log_step
from courtside.bus.bus import Delivery, Record
from courtside.clock import stopwatch_ms
from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, LoggedGame, Outcome, decode_logged, take
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame
from courtside.messages import EncodedMessage
from courtside.monitor.metrics import Metrics

log = logging.getLogger("courtside.engine")


LARGEST_BYTES = 256_000
"""Of messages in one record, before it is cut: brokers refuse what is longer than a megabyte."""


class Tale(msgspec.Struct):
    """What a batch said of one game in one epoch."""

    live: LiveGame
    received_ms: int
    fresh: bool = False
    lines: list[Line] = []
    answers: list[Answer] = []
    messages: list[EncodedMessage] = []
    size: int = 0
    """Bytes of the messages so far."""

    @property
    def says(self) -> bool:
        return bool(self.fresh or self.lines or self.answers)


class Batch(msgspec.Struct):
    """What some deliveries of a partition came to."""

    records: list[Record] = []
    touched: dict[str, int] = {}
    """Games that were heard of, and when."""
    spoiled: list[tuple[Delivery, str]] = []
    """Deliveries that cannot be worked on, each with the reason."""


class Shard:
    """Folds from the oldest record on; what was published before it was taken over is not told again.

    `floor` is the position up to which everything has been told, None where nothing was. `end` is the
    newest record at that time. `renumber`: what was told was told by somebody who folds differently, so
    that nothing is told before each game has been given a new epoch.
    """

    def __init__(
        self, partition: int, maker: str, floor: str | None, end: str | None, *, renumber: bool
    ) -> None:
        self.partition = partition
        self.games: dict[str, LoggedGame] = {}
        self.heard_ms: dict[str, int] = {}
        self.asleep: set[str] = set()
        """Games that were let go of: a word of one needs the whole partition again."""
        self.position: str | None = None
        """Of the last record that was folded."""
        self.renumber = renumber
        self._silent: set[str] = set()
        """Games that must be renumbered before anything more is told of them."""
        self._maker = maker
        self._floor = end if renumber else floor
        self._end = end
        self._announced = False

    @property
    def ready(self) -> bool:
        """Whether it has come as far as the log was when it was taken over."""
        return self._end is None or (self.position is not None and self.position >= self._end)

    def becomes_ready(self) -> bool:
        """True once, when it is ready."""
        if self._announced or not self.ready:
            return False
        self._announced = True
        return True

    def fold(
        self,
        deliveries: Sequence[Delivery],
        forecaster: Forecaster,
        settings: EngineSettings,
        metrics: Metrics,
    ) -> Batch:
        batch = Batch()
        tales: dict[tuple[str, str], Tale] = {}
        floor = max(self.position or "", self._floor or "")
        for delivery in deliveries:
            self.position = delivery.position
            try:
                logged = decode_logged(delivery.value)
                started = stopwatch_ms()
                known = self.games.get(logged.game_id, LoggedGame())
                outcome = take(known, logged, forecaster, settings)
                took_ms = stopwatch_ms() - started
            except Exception as error:
                # One record that nobody can fold must not stop the other games.
                log.exception("a record was set aside", extra={"game_id": delivery.key})
                batch.spoiled.append((delivery, f"{type(error).__name__}: {error}"))
                continue
            self.games[logged.game_id] = outcome.game
            live = outcome.game.live
            received_ms = self.heard_ms.get(logged.game_id, 0)
            if logged.observation is not None:
                received_ms = logged.observation.received_ms
                self.heard_ms[logged.game_id] = received_ms
            if live is None:
                continue
            batch.touched[logged.game_id] = received_ms
            if delivery.position <= (self._floor or ""):
                if self.renumber:
                    self._silent.add(logged.game_id)
                continue
            if self._is_silent(outcome):
                continue
            metrics.step_seconds.observe(took_ms / 1000)
            key = live.game_id, live.epoch
            tale = tales.get(key)
            if tale is None:
                tale = tales[key] = Tale(live, received_ms)
            self._add(tale, delivery.position, logged, outcome, known.live, took_ms, metrics)
            if tale.size > LARGEST_BYTES:
                batch.records.append(self._record(tales.pop(key), floor))
        batch.records += [self._record(tale, floor) for tale in tales.values() if tale.says]
        return batch

    def _is_silent(self, outcome: Outcome) -> bool:
        live = outcome.game.live
        if live is None or live.game_id not in self._silent:
            return False
        if outcome.renumbered:
            self._silent.discard(live.game_id)
            return False
        return True

    def _add(
        self,
        tale: Tale,
        position: str,
        logged: Logged,
        outcome: Outcome,
        before: LiveGame | None,
        took_ms: float,
        metrics: Metrics,
    ) -> None:
        assert outcome.game.live is not None
        tale.live = outcome.game.live
        tale.received_ms = self.heard_ms[logged.game_id]
        if outcome.renumbered or (before is not None and before.epoch != tale.live.epoch):
            tale.fresh = True
        step = outcome.step
        if step is not None and step.kept is not None:
            messages = encoded(step.messages, took_ms)
            tale.messages += messages
            tale.size += sum(len(message.frame) for message in messages)
            tale.lines.append(line(position, step.kept, messages, logged.key, logged.digest))
            metrics.observations.labels(type(step.kept).__struct_config__.tag).inc()
            log_step(step, step.kept, took_ms)
        if logged.call:
            tale.answers.append(Answer.of(logged.call, outcome))

    def _record(self, tale: Tale, floor: str) -> Record:
        live = tale.live
        told = Told(
            maker=self._maker,
            floor=floor,
            epoch=live.epoch,
            first_seq=live.seq - len(tale.messages) + 1,
            status=live.status,
            source=live.source,
            teams=(live.info.home_team, live.info.away_team),
            received_ms=tale.received_ms,
            fresh=tale.fresh,
            lines=tale.lines,
            answers=tale.answers,
        )
        return to_record(live, told, tale.messages)
