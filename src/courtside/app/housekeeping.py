"""What leaves the memory, and the journal, as time goes by.

Ages are by the clock of this machine: since it last heard something new of a game. What observations
say of themselves may be another time altogether; a recording's is that of its night.
"""

import logging
from collections.abc import Callable

from courtside.app.pipeline import Pipeline
from courtside.clock import Clock
from courtside.errors import JournalError
from courtside.game.live import LiveGame
from courtside.settings import Settings
from courtside.store.journal import Journal, Position

log = logging.getLogger("courtside.app")

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
IN_MEMORY_MS = DAY_MS
"""A final game leaves the memory this long after its last word; the journal still has it."""
SIMULATED_KEPT_MS = 1_200_000
"""A simulated game that is over is forgotten after twenty minutes."""
FINALS_IN_MEMORY = 60
"""Of games that are over the newest so many stay in memory, however short ago they ended."""
EVERY_SECONDS = 60.0


def kept_ms(live: LiveGame) -> int:
    """How long after its last word a game that is over stays in memory."""
    return SIMULATED_KEPT_MS if live.source == "simulated" else IN_MEMORY_MS


class Housekeeping:
    """Tells the journal what is final, and lets go of what is old.

    `leave` is called for each game that has left the memory. A replay keeps all that it shows.
    """

    def __init__(
        self,
        journal: Journal,
        pipeline: Pipeline,
        leave: Callable[[str], None],
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._pipeline = pipeline
        self._leave = leave
        self._settings = settings
        self._clock = clock
        self._over: dict[str, bool] = {}
        """What the journal has been told."""

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            await self._clock.sleep(EVERY_SECONDS)
            try:
                await self.tidy()
            except JournalError as error:
                log.warning("housekeeping is put off: %s", error)

    def is_stale(self, position: Position, now_ms: int) -> bool:
        """Whether a game that the journal holds need not be brought back at a start."""
        return position.final and now_ms - position.last_received_ms > IN_MEMORY_MS

    async def tidy(self) -> None:
        """Once through; raises `JournalError`."""
        now_ms = self._clock.now_ms()
        heard_ms = self._pipeline.heard_ms
        finals = 0
        for live in sorted(self._pipeline.committed.values(), key=lambda live: -heard_ms[live.game_id]):
            over = live.status in ("final", "postponed")
            finals += over
            idle = self._is_idle(live, now_ms)
            await self._mark(live.game_id, over or idle)
            if idle or (over and self._is_old(live, finals, now_ms)):
                await self._let_go(live)
        if self._settings.retention_days > 0 and self._settings.source != "replay":
            for game_id in await self._journal.prune(now_ms - round(self._settings.retention_days * DAY_MS)):
                self._gone(game_id)
                self._pipeline.forget(game_id)
            self._pipeline.journal_writes()

    async def _mark(self, game_id: str, over: bool) -> None:
        if self._over.get(game_id) != over:
            await self._journal.mark_final(game_id, over)
            self._over[game_id] = over

    def _is_old(self, live: LiveGame, finals: int, now_ms: int) -> bool:
        if self._settings.source == "replay":
            return False
        idle_ms = now_ms - self._pipeline.heard_ms[live.game_id]
        return finals > FINALS_IN_MEMORY or idle_ms > kept_ms(live)

    def _is_idle(self, live: LiveGame, now_ms: int) -> bool:
        """Whether nobody goes on with a pushed game: its scraper died, or it was never played."""
        limit_ms = self._settings.push_idle_hours * HOUR_MS
        if live.source != "push" or live.status in ("final", "postponed") or limit_ms <= 0:
            return False
        since_ms = self._pipeline.heard_ms[live.game_id]
        if live.status == "scheduled":
            since_ms = max(since_ms, live.info.start_ms or 0)
        return now_ms - since_ms > limit_ms

    async def _let_go(self, live: LiveGame) -> None:
        async with self._pipeline.turn:
            if self._pipeline.committed.get(live.game_id) is not live:
                # Something new has come in the meantime.
                return
            if live.source == "simulated":
                await self._journal.forget([live.game_id])
                self._pipeline.forget(live.game_id)
            else:
                self._pipeline.put_to_sleep(live.game_id)
            self._gone(live.game_id)

    def _gone(self, game_id: str) -> None:
        self._over.pop(game_id, None)
        self._leave(game_id)
