"""The box score as it stands after some actions: the recorded one with every count taken from the plays."""

from collections.abc import Mapping

import msgspec

from courtside.events import Side
from courtside.feed.body import Body, Part
from courtside.feed.box_statistics import Json, player_statistics, team_statistics
from courtside.feed.line import LIVE, Line, feed_clock
from courtside.feed.recording import Team
from courtside.feed.stamps import file_time
from courtside.feed.tally import Tallier, Tally
from courtside.game.players import PlayerState

_encode = msgspec.json.Encoder().encode

_DERIVED_GAME = ("duration", "gameStatusText", "gameStatus", "period", "gameClock")
_KNOWN_LATER = ("attendance", "sellout")
_MINUTE_MS = 60_000


class BoxScoreFile:
    """`boxscore_<id>.json` of one game; what the plays do not tell (arena, officials) is as recorded."""

    def __init__(self, request: str, box: Json, home: Team, away: Team, tallier: Tallier) -> None:
        self._request = request
        self._box = box
        self._home = home
        self._away = away
        self._tallier = tallier
        self._players: dict[int, tuple[_Source, bytes]] = {}

    def final(self, at_ms: int) -> Body:
        """The recorded file."""
        return Body([Part(self._head(at_ms)), Part(_encode(self._box)), Part(b"}")])

    def body(self, tally: Tally, line: Line, at_ms: int, tip_ms: int) -> Body:
        """The file after the actions of `tally`, written at `at_ms`."""
        # The real file keeps a clock of zero after the end.
        clock = line.clock or feed_clock(0)
        derived: Json = {
            "duration": (at_ms - tip_ms) // _MINUTE_MS,
            "gameStatusText": line.text,
            "gameStatus": line.status,
            "period": line.period,
            "gameClock": clock,
        }
        game: Json = {}
        for name, value in self._box.items():
            if name in ("homeTeam", "awayTeam") or (name in _KNOWN_LATER and line.status == LIVE):
                continue
            game[name] = derived[name] if name in _DERIVED_GAME else value
        head = self._head(at_ms) + _encode(game)[:-1]
        home, away = self._team("home", tally, line), self._team("away", tally, line)
        pieces = [head, b',"homeTeam":', *home, b',"awayTeam":', *away, b"}}"]
        return Body([Part(b"".join(pieces))])

    def _head(self, at_ms: int) -> bytes:
        meta = {"version": 1, "code": 200, "request": self._request, "time": file_time(at_ms)}
        return b'{"meta":' + _encode(meta) + b',"game":'

    def _team(self, side: Side, tally: Tally, line: Line) -> list[bytes]:
        team = self._home if side == "home" else self._away
        score, periods = (
            (line.score_home, line.periods_home) if side == "home" else (line.score_away, line.periods_away)
        )
        head = {
            "teamId": team.team_id,
            "teamName": team.team_name,
            "teamCity": team.team_city,
            "teamTricode": team.team_tricode,
            "score": score,
            "inBonus": str(int(self._tallier.in_bonus(tally, team.team_id))),
            "timeoutsRemaining": tally.count(team.team_id, "timeoutsRemaining"),
            "periods": period_rows(periods),
        }
        players = b",".join([self._player(player, tally) for player in team.players])
        statistics = _encode(team_statistics(tally, team, self._tallier))
        return [_encode(head)[:-1], b',"players":[', players, b'],"statistics":', statistics, b"}"]

    def _player(self, recorded: Json, tally: Tally) -> bytes:
        person_id = recorded["personId"]
        assert isinstance(person_id, int)  # read_game has parsed the roster
        state = tally.state.players.get(person_id)
        on_court = state is not None and state.on_court
        source = _Source(state, tally.of(person_id), tally.state.elapsed if on_court else None)
        known = self._players.get(person_id)
        if known is not None and source.same(known[0]):
            return known[1]
        player = {
            **recorded,
            "oncourt": str(int(on_court)),
            "played": str(int(on_court or (state is not None and state.played_before > 0))),
            "statistics": player_statistics(state, source.counts, tally.state.elapsed),
        }
        encoded = _encode(player)
        self._players[person_id] = source, encoded
        return encoded


class _Source(msgspec.Struct, frozen=True):
    """What a player's entry is written from."""

    state: PlayerState | None
    counts: Mapping[str, int]
    elapsed: int | None
    """None on the bench, where time stands still."""

    def same(self, other: "_Source") -> bool:
        return (
            self.state is other.state
            and self.elapsed == other.elapsed
            and (self.counts is other.counts or self.counts == other.counts)
        )


def period_rows(scores: tuple[int, ...]) -> list[Json]:
    return [
        {"period": period, "periodType": "REGULAR" if period <= 4 else "OVERTIME", "score": score}
        for period, score in enumerate(scores, 1)
    ]
