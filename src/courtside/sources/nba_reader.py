"""Bodies of files into what they say that is new. Pure: no I/O, no clock."""

import logging
import re
from random import Random

import msgspec

from courtside.errors import BadFeed
from courtside.events import AnyObservation, BoxScore, ScoreLine
from courtside.formats.nba_live import (
    ParsedScoreboard,
    parse_box_score,
    parse_play_by_play,
    parse_scoreboard,
)
from courtside.formats.stamp import Stamp
from courtside.sources.nba_answer import Wire
from courtside.sources.nba_endpoint import Endpoint
from courtside.sources.nba_faults import FaultLog
from courtside.sources.nba_game import GameEntry
from courtside.sources.nba_gate import LineKind
from courtside.sources.nba_settings import NbaSettings

log = logging.getLogger("courtside.nba")

_GAME_ID = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)


class Reader:
    """Parses, checks against what was accepted before, and keeps what it accepts in `games`."""

    def __init__(self, settings: NbaSettings, faults: FaultLog, random: Random) -> None:
        self.games: dict[str, GameEntry] = {}
        self._settings = settings
        self._faults = faults
        self._random = random

    def open(self, game_id: str, now_ms: int) -> GameEntry:
        """The game, new if need be."""
        entry = self.games.get(game_id)
        if entry is None:
            entry = self.games[game_id] = GameEntry(game_id, now_ms, self._settings, self._random)
        return entry

    def read(self, endpoint: Endpoint, wire: Wire, body: bytes, now_ms: int) -> list[AnyObservation]:
        """What a body says that is new; raises `BadFeed` where it is not to be used."""
        try:
            return self._read(endpoint, wire, body, now_ms)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            # A defect of ours that only this body shows: it must not end fourteen other games.
            log.exception("%s: a body that cannot be read for a reason nobody thought of", endpoint.name)
            raise BadFeed(
                "unexpected", f"{type(error).__name__}: {error}; the response is dropped"
            ) from error

    def unchanged(self, endpoint: Endpoint, now_ms: int) -> list[AnyObservation]:
        """The file is still the accepted one: all it can do is confirm what was in doubt."""
        endpoint.stamps.confirm()
        said: list[AnyObservation] = []
        kind = endpoint.kind
        if kind == "playbyplay":
            return said
        for entry in [self.games[endpoint.game_id]] if endpoint.game_id else self.games.values():
            doubted = entry.lines.doubted(kind)
            if doubted is not None:
                said += self._line(entry, kind, doubted, now_ms)
        return said

    def _read(self, endpoint: Endpoint, wire: Wire, body: bytes, now_ms: int) -> list[AnyObservation]:
        if endpoint.kind == "scoreboard":
            return self._read_scoreboard(endpoint, wire, body, now_ms)
        entry = self.games[endpoint.game_id]
        if endpoint.kind == "boxscore":
            return self._read_box_score(entry, body, now_ms)
        return self._read_play_by_play(entry, body, now_ms)

    def _read_scoreboard(
        self, endpoint: Endpoint, wire: Wire, body: bytes, now_ms: int
    ) -> list[AnyObservation]:
        http_ms = wire.date_ms if wire.modified_ms is None else wire.modified_ms
        parsed = parse_scoreboard(body, received_ms=now_ms, source="nba", http_date_ms=http_ms)
        self._believe(endpoint, parsed.stamp, now_ms, is_behind=self._is_behind(parsed))
        said: list[AnyObservation] = []
        listed: set[str] = set()
        for game in parsed.games:
            game_id = game.line.game_id
            if not _GAME_ID.fullmatch(game_id):
                self._faults.count("bad_game_id", endpoint.name, f"game id {game_id[:60]!r}", now_ms)
                continue
            listed.add(game_id)
            entry = self.open(game_id, now_ms)
            self._note_teams(entry, game.home_team_id, game.away_team_id)
            said += self._line(entry, "scoreboard", game.line, now_ms)
        for game_id, entry in self.games.items():
            entry.listed = game_id in listed
        return said

    def _read_box_score(self, entry: GameEntry, body: bytes, now_ms: int) -> list[AnyObservation]:
        parsed = parse_box_score(body, received_ms=now_ms, source="nba")
        _same_game(parsed.game_id, entry)
        self._believe(entry.box_score, parsed.stamp, now_ms)
        self._note_teams(entry, parsed.home_team_id, parsed.away_team_id)
        said: list[AnyObservation] = []
        roster = parsed.observation
        if roster.players and not _same_roster(roster, entry.roster):
            entry.roster = roster
            entry.known.changed_ms = now_ms
            said.append(roster)
        return [*self._line(entry, "boxscore", parsed.line, now_ms), *said]

    def _read_play_by_play(self, entry: GameEntry, body: bytes, now_ms: int) -> list[AnyObservation]:
        known = entry.known
        if known.home_team_id is None or known.away_team_id is None:
            raise AssertionError("play-by-play is polled only when both teams are known")
        parsed = parse_play_by_play(
            body,
            home_team_id=known.home_team_id,
            away_team_id=known.away_team_id,
            received_ms=now_ms,
            source="nba",
            previous=entry.plays,
        )
        _same_game(parsed.game_id, entry)
        plays = parsed.observation.plays
        if entry.plays and not plays:
            entry.plays_gone += 1
            if entry.plays_gone < self._settings.disbelief_polls:
                raise BadFeed(
                    "plays_vanished", f"no play where there were {len(entry.plays)}; not believed yet"
                )
        self._believe(entry.play_by_play, parsed.stamp, now_ms)
        entry.plays_gone = 0
        if plays == entry.plays:
            return []
        reopened = known.plays_ended
        entry.plays = plays
        known.changed_ms = now_ms
        known.note_plays(plays, now_ms)
        if reopened and not known.plays_ended:
            log.info("game %s goes on after its end: polled again", known.game_id)
        return [parsed.observation]

    def _line(self, entry: GameEntry, kind: LineKind, line: ScoreLine, now_ms: int) -> list[AnyObservation]:
        known = entry.known
        known.start_ms = line.start_ms if line.start_ms is not None else known.start_ms
        news, verdict = entry.lines.take(kind, line, plays_ended=known.plays_ended)
        if verdict == "lagging":
            message = f"says otherwise than others about the status ({entry.lines.status}); not followed"
            self._faults.count("status_conflict", f"{kind} of {known.game_id}", message, now_ms)
        elif verdict == "reopen":
            log.info("game %s is reopened by the %s: polled again", known.game_id, kind)
        known.note_lines(entry.lines.status, entry.lines.all_final, now_ms)
        if news is None:
            return []
        known.changed_ms = now_ms
        known.note_clock(news.period, news.remaining_tenths)
        return [news]

    def _is_behind(self, board: ParsedScoreboard) -> bool:
        """Some of its games are behind what it said before, and none is ahead."""
        moves = {
            self.games[game.line.game_id].lines.moves("scoreboard", game.line)
            for game in board.games
            if game.line.game_id in self.games
        }
        return -1 in moves and 1 not in moves

    def _believe(self, endpoint: Endpoint, stamp: Stamp, now_ms: int, *, is_behind: bool = False) -> None:
        """Accepts the stamp of a file; raises `BadFeed` where the file is older than the accepted one."""
        name, gate = endpoint.name, endpoint.stamps
        verdict = gate.judge(stamp, is_behind=is_behind)
        last = gate.last.text if gate.last is not None else ""
        if verdict == "stale":
            raise BadFeed("stale", f"an older copy, of {stamp.text} after {last}; dropped")
        if verdict == "same":
            self._faults.count("same_stamp", name, f"other content under one stamp {last}", now_ms)
        elif verdict == "stepped_back":
            message = f"its clock went back from {last} to {stamp.text}; followed"
            self._faults.count("clock_stepped_back", name, message, now_ms)
        gate.accept(stamp)

    def _note_teams(self, entry: GameEntry, home_team_id: int, away_team_id: int) -> None:
        # Once there are plays their sides hang on the ids; before, a 'to be decided' may be decided.
        if home_team_id and away_team_id and not entry.plays:
            entry.known.home_team_id = home_team_id
            entry.known.away_team_id = away_team_id


def _same_game(game_id: str, entry: GameEntry) -> None:
    if game_id != entry.known.game_id:
        raise BadFeed(
            "wrong_game", f"the file of game {game_id[:60]!r} where {entry.known.game_id!r} was asked for"
        )


def _same_roster(roster: BoxScore, told: BoxScore | None) -> bool:
    return told is not None and roster == msgspec.structs.replace(told, received_ms=roster.received_ms)
