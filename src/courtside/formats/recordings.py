"""A folder of recorded games: their final files, or every response with its receipt time."""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from courtside.errors import BadFeed, BadInput
from courtside.events import Play
from courtside.formats.captures import SCOREBOARD, Capture, RecordingWriter, captures_in, read_body
from courtside.formats.nba_live import ParsedBoxScore, ParsedPlayByPlay, parse_box_score, parse_play_by_play

__all__ = ["SCOREBOARD", "Capture", "RecordedGame", "RecordingWriter", "Recordings", "check_game"]

_FINAL_FILE = re.compile(r"(playbyplay|boxscore)_([A-Za-z0-9-]+)\.json(?:\.gz)?")
_GAME_FOLDER = re.compile(r"(playbyplay|boxscore)_([A-Za-z0-9-]+)")

Parsed = TypeVar("Parsed")


class RecordedGame(msgspec.Struct, frozen=True):
    """One game of a recording; `box` is its last box score, with teams, rosters and final score."""

    game_id: str
    start_ms: int
    """Scheduled tip-off, since the Unix epoch."""
    home_team_id: int
    away_team_id: int
    box: ParsedBoxScore
    captured: bool
    """Every response was kept, not only the last."""


class Recordings:
    """The recorded games of a folder, in tip-off order.

    `skipped` says by game id why a game of the folder cannot be played.
    """

    def __init__(
        self,
        folder: Path,
        finals: dict[str, Path],
        captures: dict[str, tuple[Capture, ...]],
        games: Iterable[RecordedGame],
        skipped: dict[str, str],
    ) -> None:
        self.folder = folder
        self.games = tuple(sorted(games, key=lambda game: (game.start_ms, game.game_id)))
        self.skipped = skipped
        self._finals = finals
        self._captures = captures
        self._by_id = {game.game_id: game for game in self.games}

    @classmethod
    def open(cls, path: Path | str) -> "Recordings":
        """Reads the folder's list and its box scores; raises `BadInput` where no game can be played."""
        folder = Path(path)
        try:
            entries = sorted(folder.iterdir())
            captures = {entry.name: captures_in(entry) for entry in entries if entry.is_dir()}
        except OSError as error:
            raise BadInput(
                f"cannot read the recordings folder {folder}: {error.strerror}; "
                "name one that `courtside record` wrote"
            ) from error
        captures = {name: found for name, found in captures.items() if found}
        finals = {entry.name.split(".")[0]: entry for entry in entries if _FINAL_FILE.fullmatch(entry.name)}
        names = [match.group(2) for name in (*finals, *captures) if (match := _GAME_FOLDER.fullmatch(name))]
        games: list[RecordedGame] = []
        skipped: dict[str, str] = {}
        for game_id in sorted(set(names)):
            try:
                games.append(_recorded_game(game_id, finals, captures))
            except BadInput as error:
                skipped[game_id] = str(error)
        if not games:
            reason = next(
                iter(skipped.values()),
                "it has neither playbyplay_<id>.json files nor playbyplay_<id>/ folders",
            )
            raise BadInput(f"no recorded game in {folder}: {reason}")
        return cls(folder, finals, captures, games, skipped)

    @property
    def game_ids(self) -> tuple[str, ...]:
        return tuple(game.game_id for game in self.games)

    def game(self, game_id: str) -> RecordedGame:
        """Raises `BadInput` for a game that is not in the folder."""
        try:
            return self._by_id[game_id]
        except KeyError:
            raise BadInput(
                f"no recorded game {game_id} in {self.folder}; it has {', '.join(self.game_ids[:5])} ..."
            ) from None

    def play_by_play(self, game_id: str) -> bytes:
        """The last good play-by-play body of a game; raises `BadFeed` where there is none."""
        return self._last_play_by_play(game_id)[0]

    def plays(self, game_id: str) -> tuple[Play, ...]:
        """The plays of `play_by_play`, in `order`."""
        return self._last_play_by_play(game_id)[1].observation.plays

    def box_score(self, game_id: str) -> bytes:
        """The last good box score body of a game."""
        self.game(game_id)
        return _last_box_score(game_id, self._finals, self._captures)[0]

    def captures(self, endpoint: str) -> tuple[Capture, ...]:
        """The kept responses of `playbyplay_<id>`, `boxscore_<id>`, `scoreboard` or `odds`, oldest first."""
        return self._captures.get(endpoint, ())

    def timeline(self, endpoints: Iterable[str]) -> Iterator[Capture]:
        """The kept responses of several endpoints, by receipt time."""
        return heapq.merge(*map(self.captures, endpoints), key=lambda capture: capture.received_ms)

    def _last_play_by_play(self, game_id: str) -> tuple[bytes, ParsedPlayByPlay]:
        game = self.game(game_id)

        def parse(body: bytes) -> ParsedPlayByPlay:
            parsed = parse_play_by_play(
                body,
                home_team_id=game.home_team_id,
                away_team_id=game.away_team_id,
                received_ms=0,
                source="replay",
            )
            check_game(parsed.game_id, game_id)
            return parsed

        return _last_good(f"playbyplay_{game_id}", self._finals, self._captures, parse)


def check_game(found: str, expected: str) -> None:
    """Raises `BadFeed` where a file is of another game than its name says."""
    if found != expected:
        raise BadFeed(
            "wrong_game", f"a file of game {found!r} where {expected!r} is expected; it is left out"
        )


def _recorded_game(
    game_id: str, finals: dict[str, Path], captures: dict[str, tuple[Capture, ...]]
) -> RecordedGame:
    play_by_play = f"playbyplay_{game_id}"
    if play_by_play not in finals and play_by_play not in captures:
        raise BadInput(f"no {play_by_play} in the recording; a game needs play-by-play and box score")
    box = _last_box_score(game_id, finals, captures)[1]
    if box.line.start_ms is None:
        raise BadInput(
            f"the box score of {game_id} has no gameTimeUTC; without it the game has no place in time"
        )
    return RecordedGame(
        game_id=game_id,
        start_ms=box.line.start_ms,
        home_team_id=box.home_team_id,
        away_team_id=box.away_team_id,
        box=box,
        captured=play_by_play in captures,
    )


def _last_good(
    name: str,
    finals: dict[str, Path],
    captures: dict[str, tuple[Capture, ...]],
    parse: Callable[[bytes], Parsed],
) -> tuple[bytes, Parsed]:
    """The newest body of an endpoint that parses, and what it parses to; `BadFeed` where none does."""
    files = [capture.path for capture in reversed(captures.get(name, ()))]
    if name in finals:
        files.append(finals[name])
    failure = BadFeed("missing_file", f"no {name} in the recording; a game needs play-by-play and box score")
    for file in files:
        try:
            body = read_body(file)
            return body, parse(body)
        except BadFeed as error:
            failure = BadFeed(error.kind, f"{file.name}: {error}")
    raise failure


def _last_box_score(
    game_id: str, finals: dict[str, Path], captures: dict[str, tuple[Capture, ...]]
) -> tuple[bytes, ParsedBoxScore]:
    def parse(body: bytes) -> ParsedBoxScore:
        parsed = parse_box_score(body, received_ms=0, source="replay")
        check_game(parsed.game_id, game_id)
        return parsed

    return _last_good(f"boxscore_{game_id}", finals, captures, parse)
