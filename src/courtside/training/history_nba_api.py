"""The NBA's sites through nba_api (extra `nba`): the only file that knows the library."""

import json
from typing import TYPE_CHECKING

from courtside.errors import BadConfig, BadFeed, FeedUnavailable
from courtside.training.history_fetch import Kind, ListedGame

if TYPE_CHECKING:
    from types import ModuleType

SEASON_TYPES = {"regular": "Regular Season", "playoffs": "Playoffs", "play-in": "PlayIn"}
TIMEOUT_SECONDS = 30
REFUSALS = (401, 429, 500, 502, 503, 504)


class NbaApi:
    """`Site` of the real sites. Refusals and lost connections are `FeedUnavailable`."""

    def __init__(self, stats: "ModuleType", live: "ModuleType") -> None:
        self._stats = stats
        self._live = live

    @classmethod
    def connect(cls) -> "NbaApi":
        """Raises `BadConfig` where nba_api is not installed; asks for nothing yet."""
        try:
            from nba_api.live.nba.library import http as live
            from nba_api.stats.library import http as stats
        except ImportError as error:
            raise BadConfig("downloading needs nba_api: pip install 'courtside[nba]'") from error
        return cls(stats, live)

    def games(self, season: int, season_type: str) -> list[ListedGame]:
        parameters = {
            "Counter": 0,
            "Direction": "ASC",
            "LeagueID": "00",
            "PlayerOrTeam": "T",
            "Season": f"{season}-{(season + 1) % 100:02d}",
            "SeasonType": SEASON_TYPES[season_type],
            "Sorter": "DATE",
            "DateFrom": "",
            "DateTo": "",
        }
        text = self._get(self._stats.NBAStatsHTTP(), "leaguegamelog", parameters)
        found: dict[str, ListedGame] = {}
        try:
            (table,) = json.loads(text)["resultSets"]
            columns = [table["headers"].index(name) for name in ("GAME_ID", "GAME_DATE", "WL")]
            for row in table["rowSet"]:
                game_id, date, won = (row[column] for column in columns)
                if won:
                    found[game_id] = ListedGame(game_id, date)
        except (ValueError, KeyError, TypeError) as error:
            raise FeedUnavailable(
                f"stats.nba.com did not answer with a list of games ({type(error).__name__}: {error})"
            ) from error
        return sorted(found.values(), key=lambda game: (game.date, game.game_id))

    def team_stats(self, season: int, season_type: str) -> bytes:
        """How every team did in a season, a game on average: the answer as it came."""
        from nba_api.stats.endpoints import leaguedashteamstats

        asked = leaguedashteamstats.LeagueDashTeamStats(
            season=f"{season}-{(season + 1) % 100:02d}",
            season_type_all_star=SEASON_TYPES[season_type],
            per_mode_detailed="PerGame",
            get_request=False,
        )
        text = self._get(self._stats.NBAStatsHTTP(), asked.endpoint, asked.parameters)
        return text.encode()

    def body(self, kind: Kind, game_id: str) -> bytes:
        text = self._get(self._live.NBALiveHTTP(), f"{kind}/{kind}_{game_id}.json", {})
        if "AccessDenied" in text[:1000]:
            raise BadFeed("access_denied", f"the NBA keeps no {kind} file of this game")
        return text.encode()

    def _get(self, http: object, endpoint: str, parameters: dict[str, object]) -> str:
        import requests

        try:
            answer = http.send_api_request(  # type: ignore[attr-defined]
                endpoint=endpoint, parameters=parameters, timeout=TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            host = error.request.url if error.request is not None else endpoint
            raise FeedUnavailable(
                f"no answer from {str(host).split('?')[0]} ({type(error).__name__}): "
                "this machine may have no way out, or the NBA refuses its address"
            ) from error
        text: str = answer.get_response()
        if answer._status_code in REFUSALS or text.lstrip()[:5].lower() in ("<html", "<!doc"):
            raise FeedUnavailable(
                f"the NBA refuses {endpoint} (HTTP {answer._status_code}): wait, or use a longer --pause"
            )
        return text
