"""The source that the settings ask for."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable

from courtside.clock import Clock
from courtside.errors import BadConfig
from courtside.events import AnyObservation, ScoreLine, SourceName
from courtside.formats.recordings import Recordings
from courtside.settings import Settings
from courtside.sources.nba_auto import nba_is_on
from courtside.sources.nba_live import NbaSource, PollWatcher
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator import SimulatorSource
from courtside.sources.source import Source

log = logging.getLogger("courtside.sources")

AUTO_ASKS_SECONDS = 60.0
"""How often a simulation asks whether a real game is on."""
REDOABLE: frozenset[SourceName] = frozenset({"replay", "simulated"})
"""What these showed can be shown again: they start afresh, whatever the journal holds of them."""


def nba_settings(settings: Settings) -> NbaSettings:
    return settings.part(NbaSettings, "nba_")


def check_source(settings: Settings) -> None:
    """Raises `BadConfig` for settings that no source can be made of, before anything is touched."""
    if settings.source == "replay" and settings.recordings is None:
        raise BadConfig("source is replay but there is nothing to replay; give --recordings DIR")
    if settings.source in ("simulate", "auto") and settings.speed is None:
        raise BadConfig("speed is max, but simulated games never end; give a number, e.g. --speed 10")


def make_source(
    settings: Settings, clock: Clock, unfinished: Iterable[str], on_poll: PollWatcher | None = None
) -> Source | None:
    """None for `push`, which waits for others to tell. `unfinished` are NBA games to go on with;
    `on_poll` hears of every poll of the live feed: file, outcome and seconds.
    """
    check_source(settings)
    match settings.source:
        case "push":
            return None
        case "nba":
            return NbaSource(nba_settings(settings), clock=clock, games=unfinished, on_poll=on_poll)
        case "simulate":
            return simulator(settings, clock)
        case "replay":
            assert settings.recordings is not None
            return ReplaySource(
                Recordings.open(settings.recordings),
                speed=settings.speed,
                games=settings.games,
                clock=clock,
            )
        case "auto":
            return AutoSource(settings, clock, unfinished, on_poll)


def simulator(settings: Settings, clock: Clock) -> SimulatorSource:
    check_source(settings)
    assert settings.speed is not None
    options = {} if settings.games is None else {"games": settings.games}
    return SimulatorSource(seed=settings.seed, speed=settings.speed, clock=clock, **options)


class AutoSource:
    """The NBA's live feed where it answers and a game is on; until then simulated games, which say so."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        unfinished: Iterable[str],
        on_poll: PollWatcher | None = None,
    ) -> None:
        self._on_poll = on_poll
        self._settings = settings
        self._clock = clock
        self._unfinished = tuple(unfinished)
        self._closed = False
        self._running: dict[str, ScoreLine] = {}
        self.current: NbaSource | SimulatorSource | None = None
        self.reason = "nobody has asked the feed yet"
        """What the NBA's feed said last, for people."""

    @property
    def name(self) -> SourceName:
        return "simulated" if self.current is None else self.current.name

    def __aiter__(self) -> AsyncIterator[AnyObservation]:
        return self._observations()

    async def aclose(self) -> None:
        self._closed = True
        if self.current is not None:
            await self.current.aclose()

    async def _ask(self) -> bool:
        answer = await nba_is_on(nba_settings(self._settings), clock=self._clock)
        self.reason = answer.reason
        return answer.is_on

    async def _observations(self) -> AsyncIterator[AnyObservation]:
        if self._closed:
            return
        if not await self._ask() and not self._closed:
            log.warning("%s: showing simulated games until one is", self.reason)
            self.current = simulator(self._settings, self._clock)
            watching = asyncio.create_task(self._watch(self.current))
            try:
                async for observation in self.current:
                    if isinstance(observation, ScoreLine):
                        self._running[observation.game_id] = observation
                        if observation.status == "final":
                            del self._running[observation.game_id]
                    yield observation
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
            if self._closed:
                return
            for called_off in self._call_off():
                yield called_off
        if self._closed:
            return
        log.info("%s: following the NBA's live feed", self.reason)
        self.current = NbaSource(
            nba_settings(self._settings),
            clock=self._clock,
            games=self._unfinished,
            on_poll=self._on_poll,
        )
        async for observation in self.current:
            yield observation

    async def _watch(self, simulation: SimulatorSource) -> None:
        while True:
            await self._clock.sleep(AUTO_ASKS_SECONDS)
            if await self._ask():
                await simulation.aclose()
                return

    def _call_off(self) -> Iterable[ScoreLine]:
        """Simulated games that were still on end here, so that nobody waits for them."""
        for game_id in self._running:
            yield ScoreLine(
                game_id=game_id,
                received_ms=self._clock.now_ms(),
                source="simulated",
                status="postponed",
            )
