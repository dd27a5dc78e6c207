"""Observation in, step, commit, publish: the one road from every source to every client.

The engine runs ahead of the journal only inside one turn of this loop. Where a commit fails the games
go back to what the journal holds, and nothing has been published.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from courtside.app.encoding import encoded
from courtside.app.rebuild import rebuild
from courtside.app.step_log import log_step
from courtside.clock import Clock, stopwatch_ms
from courtside.engine import Engine, Step
from courtside.engine.logged import refused
from courtside.errors import BadInput, JournalError
from courtside.events import AnyObservation
from courtside.game.live import LiveGame
from courtside.messages import EncodedMessage
from courtside.monitor.metrics import Metrics
from courtside.replies import Receipt
from courtside.sources.source import Source
from courtside.store.journal import Entry, Journal

log = logging.getLogger("courtside.pipeline")

QUEUE_LENGTH = 1_024
BATCH = 64
"""Most observations that share one commit."""
STOPPING = "the program is stopping and did not keep this; send it again when it is back"
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

Deliver = Callable[[Sequence[EncodedMessage]], None]
"""Takes committed messages; it must not block: it hands on and returns."""


class _Job:
    """An observation on its way; `done` is set for whoever waits for the commit."""

    __slots__ = ("digest", "done", "key", "observation")

    def __init__(
        self,
        observation: AnyObservation,
        key: str | None = None,
        digest: str = "",
        done: "asyncio.Future[Receipt] | None" = None,
    ) -> None:
        self.observation = observation
        self.key = key
        self.digest = digest
        self.done = done


class _Told(msgspec.Struct, frozen=True):
    """What an observation came to, on its way into the journal."""

    entry: Entry
    step: Step
    took_ms: float


class _Answer(msgspec.Struct, frozen=True):
    """For whoever waits, once the journal has what there is to keep."""

    done: "asyncio.Future[Receipt]"
    what: Receipt | BadInput


class Companion(Protocol):
    """Who knows more of games than their sources do."""

    def context(self, live: LiveGame, now_ms: int) -> AnyObservation | None:
        """What enters right after an observation of `live`; None where there is nothing new to say."""
        ...

    def learn(self, live: LiveGame) -> None:
        """A game as it stands after a commit."""
        ...

    def forget(self, game_id: str) -> None:
        """What was said of a game was not kept: say it again."""
        ...


class Pipeline:
    """Owns the engine; `committed` is every game in memory as of its last committed observation."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        deliver: Deliver,
        metrics: Metrics,
        clock: Clock,
        companion: Companion | None = None,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._deliver = deliver
        self._metrics = metrics
        self._clock = clock
        self._companion = companion
        self._queue: asyncio.Queue[_Job] = asyncio.Queue(QUEUE_LENGTH)
        self.committed: dict[str, LiveGame] = {}
        self.asleep: set[str] = set()
        """Games that only the journal knows; the first word of one brings it back."""
        self.heard_ms: dict[str, int] = {}
        """When each game in memory last said something new, by the clock of this machine."""
        self.turn = asyncio.Lock()
        """Held while observations are between engine and journal; no game may leave then."""
        self.trouble: str | None = None
        """Why new data is refused now; None while all is well."""
        self.set_aside = 0
        """Observations that the engine could not take; each is in the log."""
        self._retrying = False
        self._stopped = False

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def adopt(self, live: LiveGame, heard_ms: int | None = None) -> None:
        """Take over a game that was rebuilt from the journal; `heard_ms` is when it was last heard of."""
        now_ms = self._clock.now_ms()
        self._engine.games[live.game_id] = live
        self.committed[live.game_id] = live
        self.heard_ms[live.game_id] = now_ms if heard_ms is None else min(heard_ms, now_ms)

    def put_to_sleep(self, game_id: str) -> None:
        """Let a game go from memory; the journal still has it."""
        self.forget(game_id)
        self.asleep.add(game_id)

    def forget(self, game_id: str) -> None:
        """A game that the journal has forgotten."""
        self._engine.games.pop(game_id, None)
        self.committed.pop(game_id, None)
        self.heard_ms.pop(game_id, None)
        self.asleep.discard(game_id)

    async def wake(self, game_id: str) -> None:
        """Bring a sleeping game back from the journal; other games are left as they are."""
        if game_id not in self.asleep:
            return
        for position in await self._journal.positions():
            if position.game_id == game_id:
                live = await rebuild(self._journal, self._engine, position, self._clock.now_ms())
                if live is not None and game_id in self.asleep:
                    self.adopt(live, position.last_received_ms)
        self.asleep.discard(game_id)

    async def put(self, observation: AnyObservation) -> None:
        """From a source: waits while the pipeline is full, and is kept until the journal takes it."""
        await self._queue.put(_Job(observation))

    async def submit(self, observation: AnyObservation, key: str | None = None, digest: str = "") -> Receipt:
        """From a caller who waits: returns after the commit; raises `JournalError` where there is none.

        `digest` tells a repeated call under `key` (accepted once) from another one, which is refused
        with `BadInput`; a push for somebody else's game is refused with `OtherSource`.
        """
        if self.trouble is not None and self._retrying:
            raise JournalError(self.trouble)
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Job(observation, key, digest, done))
        if self._stopped:
            raise JournalError(STOPPING)
        return await done

    def journal_writes(self) -> None:
        """The journal has taken something: unless something else still waits for it, all is well."""
        if self.trouble is not None and not self._retrying:
            log.info("the journal takes data again")
            self.trouble = None

    async def drained(self) -> None:
        """Waits until everything that was put has been committed and published."""
        await self._queue.join()

    async def follow(self, source: Source) -> None:
        """Put all that a source tells; returns when it has no more to say and all is committed."""
        async for observation in source:
            await self.put(observation)
        await self.drained()

    async def run(self) -> None:
        """The loop; ends only when cancelled, and then tells callers who still wait."""
        try:
            while True:
                jobs = [await self._queue.get()]
                while len(jobs) < BATCH and not self._queue.empty():
                    jobs.append(self._queue.get_nowait())
                try:
                    async with self.turn:
                        await self._take(jobs)
                finally:
                    self._let_go(jobs)
        finally:
            self._stopped = True
            while not self._queue.empty():
                self._let_go([self._queue.get_nowait()])

    def _let_go(self, jobs: Sequence[_Job]) -> None:
        """Whoever still waits for one of these waits in vain: the program is stopping."""
        for job in jobs:
            if job.done is not None and not job.done.done():
                job.done.set_exception(JournalError(STOPPING))
            self._queue.task_done()

    async def _take(self, jobs: list[_Job]) -> None:
        attempt = 0
        while jobs:
            try:
                # Waking a game and looking a key up read the journal, which may not answer either.
                told, answers = await self._step_all(jobs)
                if told:
                    started = stopwatch_ms()
                    await self._journal.append([each.entry for each in told])
                    self._metrics.commit_seconds.observe((stopwatch_ms() - started) / 1000)
            except JournalError as error:
                jobs = self._refuse(jobs, error)
                self._retrying = bool(jobs)
                if jobs:
                    await self._clock.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                    attempt += 1
                continue
            self._retrying = False
            if told:
                self.journal_writes()
            self._publish(told)
            for answer in answers:
                if answer.done.done():
                    continue
                if isinstance(answer.what, Receipt):
                    answer.done.set_result(answer.what)
                else:
                    answer.done.set_exception(answer.what)
            return

    async def _step_all(self, jobs: Sequence[_Job]) -> tuple[list[_Told], list[_Answer]]:
        all_told: list[_Told] = []
        answers: list[_Answer] = []
        digests: dict[str, str] = {}
        for job in jobs:
            seen = job.observation
            known: str | None = None
            if job.key is not None:
                known = digests.get(job.key)
                if known is None:
                    known = await self._journal.idempotency_digest(job.key)
            await self.wake(seen.game_id)
            wrong = self._refused(job, known)
            told = None if wrong is not None or known is not None else self._step(job)
            if told is not None:
                all_told.append(told)
                if job.key is not None:
                    digests[job.key] = job.digest
            if wrong is None and self._companion is not None:
                beside = self._beside(seen)
                if beside is not None:
                    all_told.append(beside)
            if job.done is not None:
                live = self._engine.games.get(seen.game_id)
                receipt = Receipt(
                    seen.game_id,
                    told is not None,
                    live.epoch if live else "",
                    live.seq if live else 0,
                )
                answers.append(_Answer(job.done, wrong or receipt))
        return all_told, answers

    def _refused(self, job: _Job, known_digest: str | None) -> BadInput | None:
        """Why a call is wrong, whatever the journal says; a source is never refused."""
        if job.done is None:
            return None
        live = self._engine.games.get(job.observation.game_id)
        return refused(live, job.observation, known_digest, job.digest)

    def _step(self, job: _Job) -> _Told | None:
        seen = job.observation
        started = stopwatch_ms()
        try:
            step = self._engine.step(seen)
        except Exception:
            # One observation that the engine cannot take must not stop the other games.
            self.set_aside += 1
            log.exception("an observation was set aside", extra={"game_id": seen.game_id})
            return None
        took_ms = stopwatch_ms() - started
        self._metrics.step_seconds.observe(took_ms / 1000)
        if step.kept is None:
            return None
        entry = Entry(step.kept, encoded(step.messages, took_ms), step.live.epoch, job.key, job.digest)
        return _Told(entry, step, took_ms)

    def _beside(self, seen: AnyObservation) -> _Told | None:
        """What the companion has to say of the game that was just seen."""
        live = self._engine.games.get(seen.game_id)
        if live is None or self._companion is None:
            return None
        try:
            context = self._companion.context(live, seen.received_ms)
        except Exception:
            log.exception("nothing is known beside the game itself", extra={"game_id": seen.game_id})
            return None
        return None if context is None else self._step(_Job(context))

    def _refuse(self, jobs: list[_Job], error: JournalError) -> list[_Job]:
        """Go back to what the journal holds; callers are told, sources' observations stay to be tried."""
        for game_id in {job.observation.game_id for job in jobs}:
            if self._companion is not None:
                self._companion.forget(game_id)
            if game_id in self.committed:
                self._engine.games[game_id] = self.committed[game_id]
            else:
                self._engine.games.pop(game_id, None)
        if self.trouble is None:
            log.error("%s", error)
        self.trouble = str(error)
        for job in jobs:
            if job.done is not None and not job.done.done():
                job.done.set_exception(error)
        return [job for job in jobs if job.done is None]

    def _publish(self, told: Sequence[_Told]) -> None:
        messages: list[EncodedMessage] = []
        kinds: Counter[type[AnyObservation]] = Counter()
        now_ms = self._clock.now_ms()
        for each in told:
            live = each.step.live
            self.committed[live.game_id] = live
            self.heard_ms[live.game_id] = now_ms
            kinds[type(each.entry.observation)] += 1
            messages.extend(each.entry.messages)
            log_step(each.step, each.entry.observation, each.took_ms)
        for kind, count in kinds.items():
            self._metrics.observations.labels(kind.__struct_config__.tag).inc(count)
        if messages:
            self._deliver(messages)
        if self._companion is not None:
            for game_id in {each.step.live.game_id: None for each in told}:
                self._teach(self._companion, game_id)

    def _teach(self, companion: Companion, game_id: str) -> None:
        try:
            companion.learn(self.committed[game_id])
        except Exception:
            log.exception("nothing was learned from the game", extra={"game_id": game_id})
