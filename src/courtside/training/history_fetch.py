"""Downloading finished games, one request at a time, into a folder of recordings.

stats.nba.com lists the games of a season; the plays come from the live feed's files, which the site keeps
after a game. (Its old play-by-play in the stats layout, playbyplayv2, has answered with nothing since
November 2025.) A file that is not kept any more is named, and the game left out.
"""

import asyncio
import gzip
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import msgspec

from courtside.clock import Clock
from courtside.errors import BadFeed, FeedUnavailable
from courtside.formats.nba_live import parse_box_score, parse_play_by_play

Kind = Literal["playbyplay", "boxscore"]
TRIES = 3
BACKOFF_SECONDS = 5.0
"""After a request that failed; twice as long after each further one."""

T = TypeVar("T")


class ListedGame(msgspec.Struct, frozen=True):
    game_id: str
    date: str


class Site(Protocol):
    """Where games come from. Calls block, and raise `FeedUnavailable` where no answer can be used."""

    def games(self, season: int, season_type: str) -> list[ListedGame]:
        """The finished games of a season, in the order of play."""
        ...

    def body(self, kind: Kind, game_id: str) -> bytes:
        """A file of the live feed, as it was received."""
        ...


class Fetched(msgspec.Struct, frozen=True):
    """What a download did; `missing` says by game id why a game could not be had."""

    new: int
    kept: int
    total: int
    missing: dict[str, str]


Progress = Callable[[str, int, int], None]
"""Name of a part, games done, games in all."""


async def fetch(
    site: Site,
    folder: Path,
    *,
    seasons: Sequence[int],
    season_types: Sequence[str],
    pause_seconds: float,
    clock: Clock,
    progress: Progress,
) -> Fetched:
    """Download what the folder has not yet; raises `FeedUnavailable` where the site does not answer."""
    folder.mkdir(parents=True, exist_ok=True)
    polite = _Polite(clock, pause_seconds)
    new = kept = 0
    missing: dict[str, str] = {}
    for season in seasons:
        for season_type in season_types:
            name = f"{season} {season_type}"
            listed = await polite.call(lambda s=season, t=season_type: site.games(s, t))  # type: ignore[misc]
            for done, game in enumerate(listed, start=1):
                if _path(folder, "boxscore", game.game_id).exists():
                    kept += 1
                else:
                    try:
                        await _fetch_game(site, folder, game.game_id, polite)
                        new += 1
                    except BadFeed as error:
                        missing[game.game_id] = f"{error.kind}: {error}"
                progress(name, done, len(listed))
    return Fetched(new, kept, len(list(folder.glob("boxscore_*.json.gz"))), missing)


async def _fetch_game(site: Site, folder: Path, game_id: str, polite: "_Polite") -> None:
    box_body = await polite.call(lambda: site.body("boxscore", game_id))
    box = parse_box_score(box_body, received_ms=0, source="nba")
    if box.line.status != "final":
        raise BadFeed("not_final", f"the game is {box.line.status}; fetch it when it is over")
    body = await polite.call(lambda: site.body("playbyplay", game_id))
    parse_play_by_play(
        body, home_team_id=box.home_team_id, away_team_id=box.away_team_id, received_ms=0, source="nba"
    )
    # The box score last: where it lies, the game is complete.
    _write(_path(folder, "playbyplay", game_id), body)
    _write(_path(folder, "boxscore", game_id), box_body)


class _Polite:
    """Requests with a pause between them, and a few tries each."""

    def __init__(self, clock: Clock, pause_seconds: float) -> None:
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._asked = False

    async def call(self, request: Callable[[], T]) -> T:
        wait = BACKOFF_SECONDS
        for attempt in range(1, TRIES + 1):
            if self._asked:
                await self._clock.sleep(self._pause_seconds)
            self._asked = True
            try:
                return await asyncio.to_thread(request)
            except FeedUnavailable as error:
                if attempt == TRIES:
                    raise FeedUnavailable(
                        f"{error}; tried {TRIES} times. What was downloaded is kept: "
                        "the same command goes on from there"
                    ) from error
            await self._clock.sleep(wait)
            wait *= 2
        raise AssertionError("unreachable")


def _path(folder: Path, kind: Kind, game_id: str) -> Path:
    return folder / f"{kind}_{game_id}.json.gz"


def _write(path: Path, body: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(gzip.compress(body, mtime=0))
    os.replace(new, path)
