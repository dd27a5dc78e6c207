"""An answer of `leaguedashteamstats` in the endpoint's documented layout. Its numbers are drawn, not the
league's."""

import json
import random

from courtside.sources.simulator_league import TEAMS

HEADERS = [
    "TEAM_ID", "TEAM_NAME", "GP", "W", "L", "W_PCT", "MIN", "FGM", "FGA", "FG_PCT",
    "FG3M", "FG3A", "FG3_PCT", "FTM", "FTA", "FT_PCT", "OREB", "DREB", "REB", "AST",
    "TOV", "STL", "BLK", "BLKA", "PF", "PFD", "PTS", "PLUS_MINUS",
]  # fmt: skip


def team_answer(*, season: str = "2031-32", mode: str = "PerGame") -> bytes:
    """All thirty teams after twenty games."""
    chance = random.Random(20)
    rows = []
    for tricode, team in sorted(TEAMS.items()):
        wins = chance.randint(3, 17)
        twos, threes, free = chance.uniform(24, 30), chance.uniform(9, 16), chance.uniform(14, 20)
        values: dict[str, object] = {header: round(chance.uniform(2, 40), 1) for header in HEADERS}
        values |= {
            "TEAM_ID": team.team_id,
            "TEAM_NAME": f"The {tricode} of a test",
            "GP": 20,
            "W": wins,
            "L": 20 - wins,
            "W_PCT": wins / 20,
            "MIN": 48.0,
            "FG_PCT": 0.47,
            "FG3_PCT": 0.36,
            "FT_PCT": None if tricode == "UTA" else 0.78,
            "PTS": round(2 * twos + 3 * threes + free, 1),
            "PLUS_MINUS": round(chance.uniform(-9, 9), 1),
        }
        rows.append([values[header] for header in HEADERS] + [1])
    answer = {
        "resource": "leaguedashteamstats",
        "parameters": {
            "MeasureType": "Base",
            "PerMode": mode,
            "Season": season,
            "SeasonType": "Regular Season",
        },
        "resultSets": [
            {"name": "LeagueDashTeamStats", "headers": [*HEADERS, "GP_RANK"], "rowSet": rows},
        ],
    }
    return json.dumps(answer).encode()
