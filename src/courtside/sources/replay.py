"""A recordings folder straight into the engine, at any speed or as fast as it goes."""

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Literal

from msgspec.structs import replace

from courtside.clock import Clock
from courtside.errors import BadConfig, BadFeed
from courtside.events import AnyObservation, PlayByPlay, ScoreLine, SourceName
from courtside.formats.recordings import SCOREBOARD, Capture, RecordedGame, Recordings
from courtside.sources.nba_answer import Wire
from courtside.sources.nba_endpoint import Endpoint
from courtside.sources.nba_faults import FaultLog
from courtside.sources.nba_reader import Reader
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats

log = logging.getLogger("courtside.replay")

Granularity = Literal["play", "game"]

YIELD_SECONDS = 0.005
"""How long a replay at full speed, and who consumes it, may keep others from running."""
IDLE_MS = 60_000
"""Of a time in which no game is on, a paced replay waits for this much."""
LULL_MS = 30 * 60_000
"""A longer silence is no halftime: nothing was recorded then, although a game was on."""


class ReplaySource:
    """Replays recorded games, interleaved by time; the same recording gives the same observations.

    Of a game with final files only, each play is shown from its own wall time on: score line, box
    score, one `PlayByPlay` a play (`granularity="game"`: one in all), and the final score line. A
    captured game is replayed response by response, read as the `nba` source reads them.

    `received_ms` is always recorded time. `speed` is recorded seconds a second, None as fast as it
    goes; the first tip-off is at once, and the hours between games are cut short. What cannot be
    used is left out, counted in `faults`, and logged once a kind; `skipped` says of whole games why.
    """

    name: SourceName = "replay"

    def __init__(
        self,
        recordings: Recordings,
        *,
        speed: float | None = None,
        games: int | None = None,
        clock: Clock,
        granularity: Granularity = "play",
    ) -> None:
        """`games` is how many to play, in tip-off order. Raises `BadConfig` for what cannot be meant."""
        if speed is not None and not 0 < speed <= 1_000_000:
            raise BadConfig(f"replay speed {speed:g} is out of range; use more than 0, e.g. 1 or 60, or max")
        if games is not None and games < 1:
            raise BadConfig(f"{games} games are none to replay; ask for at least one")
        self.games = recordings.games[:games]
        self.faults: Counter[str] = Counter()
        self.skipped = recordings.skipped
        self.observations = 0
        self._recordings = recordings
        self._every_game = games is None
        self._speed = speed
        self._clock = clock
        self._granularity: Granularity = granularity
        self._closed = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[AnyObservation]:
        return self._replay()

    async def aclose(self) -> None:
        """Ends the iteration, also one that waits for the next play."""
        self._closed.set()

    async def _replay(self) -> AsyncIterator[AnyObservation]:
        for game_id, reason in self.skipped.items():
            log.warning("%s is not replayed: %s", game_id, reason)
        pace = None if self._speed is None else _Pace(self._speed, self._clock)
        streams = [self._from_final_files(game) for game in self.games if not game.captured]
        streams.append(self._from_captures([game for game in self.games if game.captured]))
        loop = asyncio.get_running_loop()
        yielded = loop.time()
        for observation in heapq.merge(*streams, key=_received_ms):
            seconds = 0.0 if pace is None else pace.seconds_until(observation)
            if seconds > 0:
                await self._sleep(seconds)
            elif loop.time() - yielded >= YIELD_SECONDS:
                await asyncio.sleep(0)
                yielded = loop.time()
            if self._closed.is_set():
                return
            self.observations += 1
            yield observation

    def _count(self, error: BadFeed) -> None:
        if not self.faults[error.kind]:
            log.warning("%s (%s; further ones are only counted)", error, error.kind)
        self.faults[error.kind] += 1

    async def _sleep(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
            if sleeping.done():
                sleeping.result()
        finally:
            sleeping.cancel()
            closing.cancel()
            await asyncio.gather(sleeping, closing, return_exceptions=True)

    def _from_final_files(self, game: RecordedGame) -> Iterator[AnyObservation]:
        box = game.box
        now_ms = game.start_ms
        yield ScoreLine(
            game_id=game.game_id,
            received_ms=now_ms,
            source=box.observation.source,
            home_team=box.line.home_team,
            away_team=box.line.away_team,
            home_name=box.line.home_name,
            away_name=box.line.away_name,
            status="scheduled",
            start_ms=game.start_ms,
        )
        yield replace(box.observation, received_ms=now_ms)
        try:
            plays = self._recordings.plays(game.game_id)
        except BadFeed as error:
            self._count(error)
            return
        for count, play in enumerate(plays, start=1):
            # Wall times go backwards now and then; what has been seen stays seen.
            now_ms = max(now_ms, play.at_ms or now_ms)
            if self._granularity == "play" or count == len(plays):
                yield PlayByPlay(
                    game_id=game.game_id,
                    received_ms=now_ms,
                    source=box.observation.source,
                    plays=plays[:count],
                )
        # The box score's own time is that of its last edit, hours later.
        yield replace(box.line, received_ms=now_ms, observed_ms=None)

    def _from_captures(self, games: list[RecordedGame]) -> Iterator[AnyObservation]:
        if not games:
            return
        followed = {game.game_id for game in games}
        left_out = {game.game_id for game in self._recordings.games} - followed
        # What a live source makes of a response is decided in one place, so a replay says the same.
        settings = NbaSettings()
        stats = NbaStats()
        stats.faults = self.faults
        reader = Reader(settings, FaultLog(stats, settings.polls_ms(1)), Random(0))
        endpoints = {SCOREBOARD: Endpoint("scoreboard", "", settings, Random(0))}
        for game in games:
            entry = reader.open(game.game_id, game.start_ms)
            entry.known.home_team_id, entry.known.away_team_id = game.home_team_id, game.away_team_id
            endpoints |= {endpoint.name: endpoint for endpoint in entry.endpoints}
        for capture in self._recordings.timeline(endpoints):
            try:
                observations = _read(reader, endpoints[capture.endpoint], capture)
            except BadFeed as error:
                self._count(error)
                continue
            for observation in observations:
                told = observation.game_id in followed
                if told or (self._every_game and observation.game_id not in left_out):
                    yield _as_replayed(observation)


class _Pace:
    """When each observation is due, by a wall clock: recorded gaps over speed, idle hours cut short."""

    def __init__(self, speed: float, clock: Clock) -> None:
        self._speed = speed
        self._clock = clock
        self._due_ms: float | None = None
        self._last_ms = 0
        self._under_way: set[str] = set()

    def seconds_until(self, observation: AnyObservation) -> float:
        """Seconds to wait before `observation` is told; not above 0 where it is due or late."""
        now_ms = self._clock.now_ms()
        if self._due_ms is None:
            self._due_ms = now_ms
        else:
            gap_ms = observation.received_ms - self._last_ms
            if not self._under_way or gap_ms > LULL_MS:
                gap_ms = min(gap_ms, IDLE_MS)
            self._due_ms += gap_ms / self._speed
        self._last_ms = observation.received_ms
        self._follow(observation)
        return (self._due_ms - now_ms) / 1000

    def _follow(self, observation: AnyObservation) -> None:
        if isinstance(observation, PlayByPlay) and observation.plays:
            playing = observation.plays[-1].action != "game"
        elif isinstance(observation, ScoreLine) and observation.status in ("live", "final"):
            playing = observation.status == "live"
        else:
            return
        if playing:
            self._under_way.add(observation.game_id)
        else:
            self._under_way.discard(observation.game_id)


def _read(reader: Reader, endpoint: Endpoint, capture: Capture) -> list[AnyObservation]:
    body, now_ms = capture.body(), capture.received_ms
    wire = Wire(data=body, date_ms=now_ms)
    if wire.same_body(endpoint.accepted):
        return reader.unchanged(endpoint, now_ms)
    observations = reader.read(endpoint, wire, body, now_ms)
    endpoint.accept(wire)
    return observations


def _as_replayed(observation: AnyObservation) -> AnyObservation:
    return observation if observation.source == "simulated" else replace(observation, source="replay")


def _received_ms(observation: AnyObservation) -> int:
    return observation.received_ms
