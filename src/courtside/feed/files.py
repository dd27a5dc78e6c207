"""The files of the site, each a sequence of versions in virtual time."""

import hashlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Literal, Protocol

from courtside.errors import BadFeed
from courtside.feed.body import Body, Part
from courtside.feed.game import PlayedGame
from courtside.feed.scoreboard import in_order, scoreboard_body
from courtside.feed.slate import Slate, day_before
from courtside.formats.captures import Capture

GameKind = Literal["playbyplay", "boxscore"]
KEPT_BODIES = 4


class File(Protocol):
    """A file of which version `v` holds from `written_ms(v)` on."""

    name: str

    def version(self, at_ms: int) -> int | None:
        """None while the file does not exist."""
        ...

    def written_ms(self, version: int) -> int: ...

    def body(self, version: int) -> Body: ...


class GameFile:
    """Play-by-play or box score of a game."""

    def __init__(self, kind: GameKind, game: PlayedGame) -> None:
        self.name = f"{kind}_{game.game_id}"
        self.game = game
        self._kind = kind

    def version(self, at_ms: int) -> int | None:
        return self.game.version(at_ms)

    def written_ms(self, version: int) -> int:
        return self.game.written_ms(version)

    def body(self, version: int) -> Body:
        if self._kind == "playbyplay":
            return self.game.play_by_play(version)
        return self.game.box_score(version)


class ScoreboardFile:
    """The scoreboard over all games of a slate: written anew whenever one of their files is."""

    name = "todaysScoreboard_00"

    def __init__(self, slate: Slate, seed: int) -> None:
        self._slate = slate
        self._seed = seed
        moments = {moment for game in slate.games for moment in game.timeline.times}
        moments |= {slate.start_ms, slate.yesterday_until_ms, *(turn for turn, _, _ in slate.days)}
        self._times = sorted(moment for moment in moments if moment >= slate.start_ms)
        self._turns = [turn for turn, _, _ in slate.days]
        self._kept: OrderedDict[int, Body] = OrderedDict()

    def version(self, at_ms: int) -> int | None:
        return max(0, bisect_right(self._times, at_ms) - 1)

    def written_ms(self, version: int) -> int:
        return self._times[version]

    def body(self, version: int) -> Body:
        body = self._kept.get(version)
        if body is None:
            body = self._kept[version] = self._write(version)
            if len(self._kept) > KEPT_BODIES:
                self._kept.popitem(last=False)
        return body

    def _write(self, version: int) -> Body:
        at_ms = self._times[version]
        place = max(0, bisect_right(self._turns, at_ms) - 1)
        _, day, games = self._slate.days[place]
        if at_ms < self._slate.yesterday_until_ms:
            day = day_before(day)
            earlier = self._slate.days[place - 1] if place else None
            games = earlier[2] if earlier is not None and earlier[1] == day else ()
        entries = [entry for game in games if (entry := game.entry(game.version(at_ms))) is not None]
        if self._slate.shuffled and at_ms < self._slate.settled_ms:
            Random(f"{self._seed}/shuffled/{version}").shuffle(entries)
        else:
            entries = in_order(entries)
        return scoreboard_body(entries, day, at_ms, simulated=any(game.simulated for game in games))


class CapturedFile:
    """A file of which every response was recorded: the last one received by then, byte for byte."""

    def __init__(self, name: str, captures: Sequence[Capture]) -> None:
        self.name = name
        self._captures = captures
        self._times = [capture.received_ms for capture in captures]
        self._kept: tuple[int, Body] | None = None

    def version(self, at_ms: int) -> int | None:
        version = bisect_right(self._times, at_ms) - 1
        return None if version < 0 else version

    def written_ms(self, version: int) -> int:
        return self._times[version]

    def body(self, version: int) -> Body:
        """Raises `BadFeed` where the capture's file is damaged."""
        if self._kept is None or self._kept[0] != version:
            self._kept = version, Body([Part(self._captures[version].body())])
        return self._kept[1]


class StoredFile:
    """A file that never changes."""

    def __init__(self, name: str, content: bytes, written_ms: int) -> None:
        self.name = name
        self._body = Body([Part(content)])
        self._written_ms = written_ms

    def version(self, at_ms: int) -> int | None:
        return 0 if at_ms >= self._written_ms else None

    def written_ms(self, version: int) -> int:
        return self._written_ms

    def body(self, version: int) -> Body:
        return self._body


def etag(file: File, version: int, seed: int) -> str:
    """An entity tag in the shape of S3's; the same version has the same one."""
    key = f"{seed}/{file.name}/{version}/{file.written_ms(version)}"
    return f'"{hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()}"'


def read_stored(path: Path) -> bytes | None:
    """A file's bytes; None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadFeed("damaged_file", f"cannot read {path}: {error.strerror}; take it away") from error
