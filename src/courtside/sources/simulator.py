"""The source of simulated games: many at once, staggered, slate after slate without end."""

import asyncio
import heapq
import math
import random
from collections.abc import AsyncIterator, Iterator

import msgspec
from msgspec.structs import replace

from courtside.clock import REGULATION_PERIODS, Clock
from courtside.errors import BadConfig
from courtside.events import AnyObservation, BoxScore, Play, PlayByPlay, ScoreLine, SourceName, Status
from courtside.sources.simulator_edits import draw_edits, view
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.sources.simulator_league import TEAMS
from courtside.sources.simulator_squad import OVERTIME_TIMEOUTS, TIMEOUTS

SOURCE: SourceName = "simulated"
MOST_GAMES = len(TEAMS) // 2
BREAK_MS = 120_000
"""Game-day time from the end of a game to the announced start of the next in its place."""
FINAL_MS = 3_000
"""From the last row of the play-by-play to the score line that says `final`."""
FIRST_SLATE_SHARE = 0.9
"""At the start the first slate's games are spread over this share of a game, from just tipped off."""

Step = tuple[int, tuple[AnyObservation, ...]]
"""Game-day time in ms since the source started, and what is seen then (`received_ms` still open)."""


class SimulatorStats(msgspec.Struct):
    """Counts since the source started."""

    games_started: int = 0
    games_finished: int = 0
    observations: int = 0
    late_edits: int = 0


class SimulatorSource:
    """Simulated games, `games` at a time, each followed by another; `speed` seconds of a game a second.

    The games of the first slate are already under way, each at another stage, and their plays so far
    come at once; the later ones are announced before they start. Every game gives its score line and
    rosters, then all plays so far at each play, and a final score line. `edits_a_game` plays of a game
    are first shown wrong and corrected later.

    The same seed gives the same games in the same order; times follow the clock. Game ids are `9`,
    four digits of the seed, and the number of the game from `first_number` on: a program that goes on
    with a stored day passes the first number that is still free. The league's own ids begin with 0.
    """

    name: SourceName = SOURCE

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        games: int = 10,
        speed: float = 1.0,
        edits_a_game: float = 1.0,
        first_number: int = 1,
    ) -> None:
        """Raises `BadConfig` for what cannot be meant."""
        if not 1 <= games <= MOST_GAMES:
            raise BadConfig(
                f"{games} simulated games at once are out of range; use 1 to {MOST_GAMES}: there are 30 teams"
            )
        if not (math.isfinite(speed) and speed > 0):
            raise BadConfig(f"simulation speed {speed:g} is out of range; use more than 0, e.g. 1 or 10")
        if not (math.isfinite(edits_a_game) and edits_a_game >= 0):
            raise BadConfig(f"{edits_a_game:g} late edits a game are out of range; use 0 or more")
        if first_number < 1:
            raise BadConfig(f"first game number {first_number} is out of range; use 1 or more")
        self.stats = SimulatorStats()
        self._clock = clock
        self._seed = seed
        self._games = games
        self._speed = speed
        self._edits_a_game = edits_a_game
        self._number = first_number
        self._rng = random.Random(f"slates of {seed}")
        self._free_teams = sorted(TEAMS)
        self._started_ms = 0
        self._closed = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[AnyObservation]:
        return self._watch()

    async def aclose(self) -> None:
        """Ends the iteration, also one that waits for the next play."""
        self._closed.set()

    async def _watch(self) -> AsyncIterator[AnyObservation]:
        self._started_ms = self._clock.now_ms()
        places = [self._place(stage) for stage in self._stages()]
        due: list[tuple[int, int, tuple[AnyObservation, ...]]] = []
        for number, steps in enumerate(places):
            when, seen = next(steps)
            heapq.heappush(due, (when, number, seen))
        while not self._closed.is_set():
            when, number, seen = due[0]
            await self._wait_until(self._wall_ms(when))
            for observation in seen:
                if self._closed.is_set():
                    return
                self.stats.observations += 1
                yield replace(observation, received_ms=self._clock.now_ms())
            when, seen = next(places[number])
            heapq.heapreplace(due, (when, number, seen))

    def _stages(self) -> list[float]:
        """How much of its first game each place has behind it at the start."""
        share = FIRST_SLATE_SHARE / self._games
        stages = [share * (number + 0.5 * self._rng.random()) for number in range(self._games)]
        self._rng.shuffle(stages)
        return stages

    def _wall_ms(self, when: int) -> int:
        return self._started_ms + round(when / self._speed)

    async def _wait_until(self, wall_ms: int) -> None:
        seconds = (wall_ms - self._clock.now_ms()) / 1000
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleeping, closing):
                task.cancel()
            await asyncio.gather(sleeping, closing, return_exceptions=True)

    def _place(self, stage: float) -> Iterator[Step]:
        """One place of the slate: game after game, the first with `stage` of it already played."""
        game = self._next_game()
        tipped, ended = _at_ms(game.plays[0]), _at_ms(game.plays[-1])
        start = -(tipped + round(stage * (ended - tipped)))
        announced = 0
        while True:
            yield from self._show(game, start, announced)
            self._free_teams += [game.home.tricode, game.away.tricode]
            self.stats.games_finished += 1
            announced = start + _at_ms(game.plays[-1]) + FINAL_MS
            start = announced + BREAK_MS
            game = self._next_game()

    def _next_game(self) -> SimulatedGame:
        """Two teams that do not play now; nothing of a game depends on when it is drawn."""
        home, away = self._rng.sample(sorted(self._free_teams), 2)
        self._free_teams.remove(home)
        self._free_teams.remove(away)
        number, self._number = self._number, self._number + 1
        self.stats.games_started += 1
        return simulate_game(
            f"{self._seed}/{number}",
            home,
            away,
            game_id=f"9{self._seed % 10_000:04d}{number % 100_000:05d}",
        )

    def _show(self, game: SimulatedGame, start: int, announced: int) -> Iterator[Step]:
        """`start` is the game's announced start in game-day time; `announced` is when it is told."""
        yield announced, self._announcement(game, start)
        plays = [replace(play, at_ms=self._wall_ms(start + _at_ms(play))) for play in game.plays]
        whens = [start + _at_ms(play) for play in game.plays]
        edits = draw_edits(plays, random.Random(f"edits of {self._seed} {game.game_id}"), self._edits_a_game)
        self.stats.late_edits += len(edits)
        said = list(_said(plays))
        told: _Said | None = None
        for place, when in enumerate(whens):
            if place + 1 < len(whens) and whens[place + 1] <= max(when, announced):
                continue
            seen = PlayByPlay(
                game_id=game.game_id, received_ms=0, source=SOURCE, plays=view(plays, place + 1, edits)
            )
            news = () if said[place] == told else (self._line(game, *said[place]),)
            yield max(when, announced), (*news, seen)
            told = said[place]
        _, timeouts_home, timeouts_away = said[-1]
        final = self._line(game, "final", timeouts_home, timeouts_away, score=game.score)
        yield whens[-1] + FINAL_MS, (final,)

    def _announcement(self, game: SimulatedGame, start: int) -> tuple[AnyObservation, ...]:
        home, away = game.home, game.away
        line = ScoreLine(
            game_id=game.game_id,
            received_ms=0,
            source=SOURCE,
            home_team=home.tricode,
            away_team=away.tricode,
            home_name=home.full_name,
            away_name=away.full_name,
            status="scheduled",
            start_ms=self._wall_ms(start),
        )
        box = BoxScore(
            game_id=game.game_id,
            received_ms=0,
            source=SOURCE,
            players=game.roster,
            home_team=home.tricode,
            away_team=away.tricode,
            home_name=home.full_name,
            away_name=away.full_name,
        )
        return line, box

    def _line(
        self,
        game: SimulatedGame,
        status: Status | None,
        timeouts_home: int | None,
        timeouts_away: int | None,
        score: tuple[int, int] | None = None,
    ) -> ScoreLine:
        return ScoreLine(
            game_id=game.game_id,
            received_ms=0,
            source=SOURCE,
            home_team=game.home.tricode,
            away_team=game.away.tricode,
            status=status,
            score_home=None if score is None else score[0],
            score_away=None if score is None else score[1],
            timeouts_home=timeouts_home,
            timeouts_away=timeouts_away,
        )


_Said = tuple[Status | None, int | None, int | None]
"""Status and both teams' timeouts, as a score line has them."""


def _said(plays: list[Play]) -> Iterator[_Said]:
    """What a score line says after each play."""
    timeouts = {"home": TIMEOUTS, "away": TIMEOUTS}
    status: Status = "live"
    for play in plays:
        if play.action == "period" and play.sub_type == "end":
            status = "halftime" if play.period == 2 else "break"
        elif play.action == "period":
            status = "live"
            if play.period > REGULATION_PERIODS:
                timeouts = {"home": OVERTIME_TIMEOUTS, "away": OVERTIME_TIMEOUTS}
        elif play.action == "timeout" and play.side is not None:
            timeouts[play.side] -= 1
        yield status, timeouts["home"], timeouts["away"]


def _at_ms(play: Play) -> int:
    return play.at_ms or 0


__all__ = ["SimulatedGame", "SimulatorSource", "SimulatorStats", "simulate_game"]
