"""Simulated recordings, and the feed's site without sockets, for tests."""

import gzip
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import msgspec

from courtside.feed import FeedSettings
from courtside.feed.game import PlayedGame
from courtside.feed.pages import SCOREBOARD_PATH, game_path
from courtside.feed.response import Request, Response
from courtside.feed.site import Site
from courtside.feed.slate import make_slate
from courtside.formats.recordings import Recordings
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording

NOW_MS = 1_770_855_162_300
FIRST_START_MS = 1_738_540_800_000
HOUR_MS = 3_600_000
GAMES = (("9000000001", "BOS", "LAL"), ("9000000002", "DEN", "NYK"), ("9000000003", "MIA", "GSW"))
"""Id and teams of games half an hour apart; the first goes into overtime, the others do not."""


def write_games(folder: Path) -> Path:
    for place, (game_id, home, away) in enumerate(GAMES):
        start_ms = FIRST_START_MS + place * HOUR_MS // 2
        games = (simulate_game(seed, home, away, game_id=game_id, start_ms=start_ms) for seed in count())
        periods = 5 if place == 0 else 4
        write_recording(folder, next(game for game in games if game.plays[-1].period == periods))
    return folder


class File(msgspec.Struct, frozen=True):
    """What a test reads of a file of the feed."""

    meta: dict[str, object]
    game: dict[str, object] = {}
    scoreboard: dict[str, object] = {}

    @property
    def actions(self) -> list[dict[str, object]]:
        return msgspec.convert(self.game["actions"], list[dict[str, object]])

    @property
    def games(self) -> list[dict[str, object]]:
        return msgspec.convert(self.scoreboard["games"], list[dict[str, object]])


def parse(body: bytes) -> File:
    return msgspec.json.decode(body, type=File)


def recorded(folder: Path, name: str) -> File:
    """A final file of the recordings folder."""
    return parse(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))


class Playback:
    """A site to ask at any virtual time, without a socket."""

    def __init__(
        self,
        folder: Path,
        *,
        faults: tuple[str, ...] = (),
        fault_rate: float = 0.1,
        seed: int = 0,
        games: int | None = None,
        stagger_seconds: float = 600.0,
        as_recorded: bool = False,
    ) -> None:
        settings = FeedSettings(
            recordings=folder,
            faults=faults,
            fault_rate=fault_rate,
            seed=seed,
            games=games,
            stagger_seconds=stagger_seconds,
            as_recorded=as_recorded,
        )
        recordings = Recordings.open(folder)
        self.slate = make_slate(recordings, settings, NOW_MS)
        self.site = Site(recordings, self.slate, settings)

    @property
    def game(self) -> PlayedGame:
        return self.slate.games[0]

    def ask(
        self,
        path: str,
        at_ms: int,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        real_ms: int = 0,
    ) -> Response:
        return self.site.respond(Request(method, path, headers or {}), at_ms, real_ms)

    def scoreboard(self, at_ms: int) -> File:
        return parse(self.ask(SCOREBOARD_PATH, at_ms).body)

    def play_by_play(self, at_ms: int, game: PlayedGame | None = None) -> File:
        return parse(self.ask(game_path("playbyplay", (game or self.game).game_id), at_ms).body)

    def box_score(self, at_ms: int, game: PlayedGame | None = None) -> File:
        return parse(self.ask(game_path("boxscore", (game or self.game).game_id), at_ms).body)


def header(response: Response, name: str) -> str | None:
    return next((value for known, value in response.headers if known.lower() == name.lower()), None)
