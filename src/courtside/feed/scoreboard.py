"""The scoreboard file, and a game's entry in it."""

from collections.abc import Sequence
from datetime import date

import msgspec

from courtside.events import Side
from courtside.feed.body import Body, Part
from courtside.feed.box_score import period_rows
from courtside.feed.line import FINAL, LIVE, SCHEDULED, Line
from courtside.feed.recording import Team
from courtside.feed.stamps import eastern, file_utc, scoreboard_time
from courtside.feed.tally import Tallier, Tally
from courtside.formats.nba_live import SIMULATED_REQUEST

Json = dict[str, object]
_encode = msgspec.json.Encoder().encode
_COMMA = Part(b",")
_REQUEST = (
    "https://nba-prod-us-east-1-mediaops-stats.s3.amazonaws.com/NBA/liveData/scoreboard/"
    "todaysScoreboard_00.json"
)
_ORDER = {LIVE: 0, FINAL: 1, SCHEDULED: 2}


class Entry(msgspec.Struct, frozen=True):
    """One game on the scoreboard at one time."""

    game_id: str
    line: Line
    part: Part


class EntryMaker:
    """Writes a game's entry."""

    def __init__(
        self, game_id: str, game_code: str, scheduled_ms: int, home: Team, away: Team, tallier: Tallier
    ) -> None:
        self._game_id = game_id
        self._game_code = game_code
        self._scheduled_ms = scheduled_ms
        self._home = home
        self._away = away
        self._tallier = tallier

    def entry(self, line: Line, tally: Tally | None) -> Entry:
        """`tally` is None before the tip."""
        shown = None if line.status == SCHEDULED else tally
        tip = eastern(self._scheduled_ms)
        zone = tip.strftime("%z")
        # The real file gives Eastern times their offset while a game is live, and else a wrong `Z`.
        offset = f"{zone[:3]}:{zone[3:]}" if line.status == LIVE else "Z"
        game: Json = {
            "gameId": self._game_id,
            "gameCode": self._game_code,
            "gameStatus": line.status,
            "gameStatusText": line.text,
            "period": line.period,
            "gameClock": line.clock,
            "gameTimeUTC": file_utc(self._scheduled_ms),
            "gameEt": f"{tip:%Y-%m-%dT%H:%M:%S}{offset}",
            "regulationPeriods": 4,
            "ifNecessary": False,
            "seriesGameNumber": "",
            "gameLabel": "",
            "gameSubLabel": "",
            "seriesText": "",
            "seriesConference": "",
            "poRoundDesc": "",
            "gameSubtype": "",
            "isNeutral": False,
            "homeTeam": self._team(self._home, line.score_home, line.periods_home, shown),
            "awayTeam": self._team(self._away, line.score_away, line.periods_away, shown),
            "gameLeaders": {
                "homeLeaders": self._leaders(self._home, "home", shown),
                "awayLeaders": self._leaders(self._away, "away", shown),
            },
            "pbOdds": {"team": None, "odds": 0.0, "suspended": 0},
        }
        return Entry(self._game_id, line, Part(_encode(game)))

    def _team(self, team: Team, score: int, periods: tuple[int, ...], tally: Tally | None) -> Json:
        bonus = None if tally is None else str(int(self._tallier.in_bonus(tally, team.team_id)))
        return {
            "teamId": team.team_id,
            "teamName": team.team_name,
            "teamCity": team.team_city,
            "teamTricode": team.team_tricode,
            # A box score does not tell the season's record.
            "wins": None,
            "losses": None,
            "score": score,
            "seed": None,
            "inBonus": bonus,
            "timeoutsRemaining": 0 if tally is None else tally.count(team.team_id, "timeoutsRemaining"),
            "periods": period_rows(periods),
        }

    def _leaders(self, team: Team, side: Side, tally: Tally | None) -> Json:
        players = [] if tally is None else [p for p in tally.state.players.values() if p.side == side]
        leader = max(players, key=lambda player: (player.points, player.rebounds), default=None)
        if leader is None or not leader.points:
            return {
                "personId": 0,
                "name": "",
                "jerseyNum": "",
                "position": "",
                "teamTricode": team.team_tricode,
                "playerSlug": None,
                "points": 0,
                "rebounds": 0,
                "assists": 0,
            }
        recorded = next((row for row in team.players if row["personId"] == leader.person_id), {})
        return {
            "personId": leader.person_id,
            "name": recorded.get("name", leader.name),
            "jerseyNum": recorded.get("jerseyNum"),
            "position": recorded.get("position"),
            "teamTricode": team.team_tricode,
            "playerSlug": None,
            "points": leader.points,
            "rebounds": leader.rebounds,
            "assists": leader.assists,
        }


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Live games move to the front; the others stay in the order of their tips."""
    return sorted(entries, key=lambda entry: _ORDER[entry.line.status])


def scoreboard_body(entries: Sequence[Entry], day: date, at_ms: int, *, simulated: bool) -> Body:
    """`todaysScoreboard_00.json` with these games, written at `at_ms`; it says so where games in it are
    simulated."""
    request = f"{SIMULATED_REQUEST}/scoreboard" if simulated else _REQUEST
    meta = {"version": 1, "request": request, "time": scoreboard_time(at_ms), "code": 200}
    head = {"gameDate": day.isoformat(), "leagueId": "00", "leagueName": "National Basketball Association"}
    parts = [Part(b'{"meta":' + _encode(meta) + b',"scoreboard":' + _encode(head)[:-1] + b',"games":[')]
    for place, entry in enumerate(entries):
        if place:
            parts.append(_COMMA)
        parts.append(entry.part)
    parts.append(Part(b"]}}"))
    return Body(parts)
