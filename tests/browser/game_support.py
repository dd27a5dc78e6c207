"""A game that is told to the program as far as a test wants it, and what the page shows of it."""

import functools
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from courtside.app.run import App
from courtside.events import BoxScore, Play, PlayByPlay, RosterEntry, ScoreLine, Status
from courtside.sources.simulator_game import SimulatedGame, simulate_game

Watched = Any
GAME_ID = "0029900007"
START_MS = 1_770_850_800_000
SCORES = "[...document.querySelectorAll('.board-team .score')].map((each) => each.innerText)"
"""Away first, as they are listed."""
LOOKING = "document.querySelector('.game.looking') !== null"


@functools.cache
def simulated() -> SimulatedGame:
    return simulate_game(7, "DEN", "MIA", game_id=GAME_ID, start_ms=START_MS)


class Told:
    """One game as the league's feed would tell it, without the feed."""

    def __init__(self, app: App, game_id: str = GAME_ID) -> None:
        self.app = app
        self.game_id = game_id

    async def status(self, status: Status, home: str = "DEN", away: str = "MIA") -> None:
        line = ScoreLine(
            game_id=self.game_id,
            received_ms=self.app.program.now_ms(),
            source="nba",
            home_team=home,
            away_team=away,
            status=status,
            start_ms=START_MS,
        )
        await self.app.program.submit(line)

    async def roster(self, players: Sequence[RosterEntry]) -> None:
        received_ms = self.app.program.now_ms()
        await self.app.program.submit(
            BoxScore(game_id=self.game_id, received_ms=received_ms, source="nba", players=tuple(players))
        )

    async def plays(self, plays: Sequence[Play]) -> None:
        received_ms = self.app.program.now_ms()
        await self.app.program.submit(
            PlayByPlay(game_id=self.game_id, received_ms=received_ms, source="nba", plays=tuple(plays))
        )

    async def played(self, period: int, *, step: int = 40) -> Sequence[Play]:
        """The simulated game until the end of a period, some plays at a time; those that are told."""
        game = simulated()
        await self.status("live")
        await self.roster(game.roster)
        until = [place for place, play in enumerate(game.plays, 1) if play.period <= period][-1]
        for count in [*range(step, until, step), until]:
            await self.plays(game.plays[:count])
        return game.plays[:until]

    async def ended(self) -> None:
        await self.played(99)
        await self.status("final")


def only(data_dir: Path, game_id: str, folder: Path) -> Path:
    """A folder of recordings with this game alone."""
    for name in ("playbyplay", "boxscore"):
        shutil.copy(data_dir / "cdn" / "games" / f"{name}_{game_id}.json.gz", folder)
    return folder


async def asked(app_url: str, path: str) -> Any:
    async with httpx.AsyncClient(base_url=app_url) as http:
        answer = await http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def made_up(count: int, words: str = "") -> list[Play]:
    """So many plays in four quarters, home and away scoring in turn."""
    each = count // 4 + 1
    plays: list[Play] = []
    home = away = 0
    for number in range(count):
        period, place = divmod(number, each)
        points = 2 if number % 5 == 0 else 0
        side = "home" if number % 2 else "away"
        home, away = (home + points, away) if side == "home" else (home, away + points)
        plays.append(
            Play(
                order=10 * (number + 1),
                play_id=number + 1,
                period=period + 1,
                remaining_tenths=7200 - place * 7200 // each,
                action="2pt" if points else "rebound",
                side="home" if side == "home" else "away",
                player="A. Player",
                made=True if points else None,
                score_home=home,
                score_away=away,
                description=f"play number {number + 1} {words}".strip(),
            )
        )
    return plays


Row = TypeVar("Row", Play, RosterEntry)


def changed(row: Row, **fields: object) -> Row:
    return msgspec.structs.replace(row, **fields)


async def open_game(watched: Watched, app: App, query: str = "", game_id: str = GAME_ID) -> None:
    await watched.page.goto(f"{app.http_url}/#/game/{game_id}{query}")
    await watched.until("document.querySelector('.game .score') !== null")


async def look_at(watched: Watched, seconds: float) -> None:
    """Moves the bar to a moment of the game."""
    await watched.page.locator(".scrub input").fill(str(round(seconds)))
    await watched.until(LOOKING)
