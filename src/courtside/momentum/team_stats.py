"""How teams did in a season: rows of the NBA's `leaguedashteamstats` as messages of a topic of their own."""

from typing import Annotated

import msgspec
from msgspec import Meta

from courtside.errors import BadFeed
from courtside.sources.simulator_league import TEAMS

TEAM_TOPIC = "nba_team_stats"
SCHEMA_VERSION = 1
ENDPOINT = "leaguedashteamstats"

_TRICODES = {team.team_id: tricode for tricode, team in TEAMS.items()}

PerGame = Annotated[float, Meta(description="A game, on average")]
Share = Annotated[float | None, Meta(description="From 0 to 1; null where nothing was attempted")]


class TeamPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """One message of `nba_team_stats`, keyed by `team_id`: a team's season so far."""

    schema_version: int = SCHEMA_VERSION
    event_id: Annotated[
        str, Meta(description="`team_id/season/season_type/games_played`: the same again has the same id")
    ]
    fetched: Annotated[str, Meta(description="When it was asked for; ISO 8601, UTC")]
    season: Annotated[str, Meta(description="`2025-26`")]
    season_type: str
    team_id: int
    team: Annotated[str | None, Meta(description="Tricode, where it is known")]
    team_name: str
    games_played: int
    wins: int
    losses: int
    win_share: Share
    minutes: PerGame
    points: PerGame
    plus_minus: Annotated[float, Meta(description="Points for minus points against, a game")]
    field_goals_made: PerGame
    field_goals_attempted: PerGame
    field_goal_share: Share
    three_pointers_made: PerGame
    three_pointers_attempted: PerGame
    three_pointer_share: Share
    free_throws_made: PerGame
    free_throws_attempted: PerGame
    free_throw_share: Share
    rebounds_offensive: PerGame
    rebounds_defensive: PerGame
    rebounds: PerGame
    assists: PerGame
    turnovers: PerGame
    steals: PerGame
    blocks: PerGame
    fouls: PerGame


COLUMNS = {
    "team_id": "TEAM_ID",
    "team_name": "TEAM_NAME",
    "games_played": "GP",
    "wins": "W",
    "losses": "L",
    "win_share": "W_PCT",
    "minutes": "MIN",
    "points": "PTS",
    "plus_minus": "PLUS_MINUS",
    "field_goals_made": "FGM",
    "field_goals_attempted": "FGA",
    "field_goal_share": "FG_PCT",
    "three_pointers_made": "FG3M",
    "three_pointers_attempted": "FG3A",
    "three_pointer_share": "FG3_PCT",
    "free_throws_made": "FTM",
    "free_throws_attempted": "FTA",
    "free_throw_share": "FT_PCT",
    "rebounds_offensive": "OREB",
    "rebounds_defensive": "DREB",
    "rebounds": "REB",
    "assists": "AST",
    "turnovers": "TOV",
    "steals": "STL",
    "blocks": "BLK",
    "fouls": "PF",
}
"""Where each field stands in the answer."""


class _Table(msgspec.Struct):
    name: str
    headers: list[str]
    rowSet: list[list[int | float | str | None]]


class _Parameters(msgspec.Struct):
    Season: str
    SeasonType: str
    PerMode: str


class _Answer(msgspec.Struct):
    resource: str
    parameters: _Parameters
    resultSets: list[_Table]


_decoder = msgspec.json.Decoder(_Answer)


def team_performances(answer: bytes, fetched: str) -> list[TeamPerformance]:
    """Every team of an answer of `leaguedashteamstats` in `PerGame` mode. Raises `BadFeed`."""
    try:
        found = _decoder.decode(answer)
    except msgspec.DecodeError as error:
        raise BadFeed(
            "team_stats", f"this is no answer of {ENDPOINT} ({error}); save one as it came"
        ) from error
    asked = found.parameters
    tables = [table for table in found.resultSets if table.name == "LeagueDashTeamStats"]
    if found.resource != ENDPOINT or not tables:
        raise BadFeed("team_stats", f"this is an answer of {found.resource}, not of {ENDPOINT}")
    if asked.PerMode != "PerGame":
        raise BadFeed("team_stats", f"the answer is in mode {asked.PerMode}; ask for PerMode=PerGame")
    [table] = tables
    missing = [column for column in COLUMNS.values() if column not in table.headers]
    if missing:
        raise BadFeed("team_stats", f"the answer of {ENDPOINT} has no column {', '.join(missing)}")
    places = {field: table.headers.index(column) for field, column in COLUMNS.items()}
    return [_performance(row, places, asked, fetched) for row in table.rowSet]


def _performance(
    row: list[int | float | str | None], places: dict[str, int], asked: _Parameters, fetched: str
) -> TeamPerformance:
    try:
        values: dict[str, object] = {field: row[place] for field, place in places.items()}
        team_id = values["team_id"]
        values |= {
            "event_id": f"{team_id}/{asked.Season}/{asked.SeasonType}/{values['games_played']}",
            "fetched": fetched,
            "season": asked.Season,
            "season_type": asked.SeasonType,
            "team": _TRICODES.get(team_id) if isinstance(team_id, int) else None,
        }
        return msgspec.convert(values, TeamPerformance)
    except (msgspec.ValidationError, IndexError) as error:
        raise BadFeed("team_stats", f"a row of {ENDPOINT} cannot be used ({error})") from error
