"""One game in the poller's hands: its two files, what is known of it, and what was told of it."""

from random import Random

from courtside.events import BoxScore, Play
from courtside.sources.nba_endpoint import Endpoint
from courtside.sources.nba_gate import LineGate
from courtside.sources.nba_schedule import GameKnown, Plan, plan
from courtside.sources.nba_settings import NbaSettings


class GameEntry:
    """One game: what is known of it, its two files, and what was told of it."""

    def __init__(self, game_id: str, now_ms: int, settings: NbaSettings, random: Random) -> None:
        self._settings = settings
        self.known = GameKnown(game_id, now_ms)
        self.play_by_play = Endpoint("playbyplay", game_id, settings, random)
        self.box_score = Endpoint("boxscore", game_id, settings, random)
        self.lines = LineGate()
        self.plays: tuple[Play, ...] = ()
        self.roster: BoxScore | None = None
        self.plays_gone = 0
        self.plan: Plan | None = None
        self.had_teams = False
        """When it was planned."""
        self.listed = True
        """It is on the last scoreboard."""

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        return self.play_by_play, self.box_score

    def is_planned_otherwise(self, now_ms: int) -> bool:
        """What has become known since it was planned asks for another plan."""
        return self.had_teams != self.known.has_teams or self.plan != plan(self.known, now_ms, self._settings)
