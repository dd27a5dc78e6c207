"""A recordings folder straight into the engine, at any speed or as fast as it goes."""

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Literal

from msgspec.structs import replace

from courtside.clock import Clock
from courtside.errors import BadConfig, BadFeed
from courtside.events import AnyObservation, Play, PlayByPlay, ScoreLine, SourceName
from courtside.formats.nba_live import parse_box_score, parse_play_by_play, parse_scoreboard
from courtside.formats.recordings import SCOREBOARD, Capture, RecordedGame, Recordings, check_game
from courtside.formats.stamp import Stamp

Granularity = Literal["play", "game"]

YIELD_EVERY = 64
"""Observations after which a replay at full speed lets others run."""
IDLE_MS = 60_000
"""Of a time in which no game is on, a paced replay waits for this much."""


class ReplaySource:
    """Replays recorded games, interleaved by time; the same recording gives the same observations.

    Of a game with final files only, each play is shown from its own wall time on: score line, box
    score, one `PlayByPlay` a play (`granularity="game"`: one in all), and the final score line. A
    captured game is replayed response by response. `received_ms` is always recorded time. `speed`
    is recorded seconds a second, None as fast as it goes; the first tip-off is at once, and the
    hours between games are cut short. What cannot be used is left out and counted in `faults`.
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
        pace = None if self._speed is None else _Pace(self._speed, self._clock)
        streams = [self._from_final_files(game) for game in self.games if not game.captured]
        streams.append(self._from_captures([game for game in self.games if game.captured]))
        for observation in heapq.merge(*streams, key=_received_ms):
            if pace is not None:
                await self._sleep(pace.seconds_until(observation))
            elif self.observations % YIELD_EVERY == 0:
                await asyncio.sleep(0)
            if self._closed.is_set():
                return
            self.observations += 1
            yield observation

    async def _sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
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
            self.faults[error.kind] += 1
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
        followed = {game.game_id: game for game in games}
        left_out = {game.game_id for game in self._recordings.games} - followed.keys()
        seen = _Seen()
        files = [f"{kind}_{game_id}" for game_id in followed for kind in ("boxscore", "playbyplay")]
        for capture in self._recordings.timeline([SCOREBOARD, *files]):
            try:
                observations = self._observe(capture, followed, seen)
            except BadFeed as error:
                self.faults[error.kind] += 1
                continue
            for observation in observations:
                if observation.game_id in followed or (
                    self._every_game and observation.game_id not in left_out
                ):
                    yield observation

    def _observe(
        self, capture: Capture, followed: dict[str, RecordedGame], seen: "_Seen"
    ) -> list[AnyObservation]:
        """What a response says that was not known from the ones before it."""
        body, now_ms = capture.body(), capture.received_ms
        kind, _, game_id = capture.endpoint.partition("_")
        found: list[AnyObservation]
        if kind == "playbyplay":
            game = followed[game_id]
            parsed = parse_play_by_play(
                body,
                home_team_id=game.home_team_id,
                away_team_id=game.away_team_id,
                received_ms=now_ms,
                source=self.name,
                previous=seen.plays.get(game_id, ()),
            )
            check_game(parsed.game_id, game_id)
            stamp, found = parsed.stamp, [parsed.observation]
        elif kind == "boxscore":
            box = parse_box_score(body, received_ms=now_ms, source=self.name)
            check_game(box.game_id, game_id)
            stamp, found = box.stamp, [box.observation, box.line]
        else:
            board = parse_scoreboard(body, received_ms=now_ms, source=self.name, http_date_ms=now_ms)
            stamp, found = board.stamp, [game.line for game in board.games]
        if seen.is_stale(capture.endpoint, stamp):
            self.faults["stale"] += 1
            return []
        return [observation for observation in found if seen.is_news(capture.endpoint, observation)]


class _Seen:
    """What the captured responses so far have said: a later one may repeat it, or be older."""

    def __init__(self) -> None:
        self.plays: dict[str, tuple[Play, ...]] = {}
        self._stamps: dict[str, Stamp] = {}
        self._last: dict[tuple[str, str, type], AnyObservation] = {}

    def is_stale(self, endpoint: str, stamp: Stamp) -> bool:
        last = self._stamps.get(endpoint)
        if last is not None and stamp.compared_to(last) == "older":
            return True
        self._stamps[endpoint] = stamp
        return False

    def is_news(self, endpoint: str, observation: AnyObservation) -> bool:
        game_id = observation.game_id
        if isinstance(observation, PlayByPlay):
            known = self.plays.get(game_id)
            self.plays[game_id] = observation.plays
            return observation.plays is not known
        timeless = replace(observation, received_ms=0)
        if isinstance(timeless, ScoreLine):
            timeless = replace(timeless, observed_ms=None)
        key = (endpoint, game_id, type(observation))
        if self._last.get(key) == timeless:
            return False
        self._last[key] = timeless
        return True


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
            self._due_ms += (gap_ms if self._under_way else min(gap_ms, IDLE_MS)) / self._speed
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


def _received_ms(observation: AnyObservation) -> int:
    return observation.received_ms
