"""A game as it stands."""

import msgspec

from courtside.events import Side, SourceName, Status
from courtside.messages.forecasts import MlPrediction, RunningForecast
from courtside.messages.happenings import PlayData, PlayerLine, Run


class WindowSide(msgspec.Struct, frozen=True, gc=False):
    points: int
    field_goals_made: int
    field_goals_attempted: int
    three_pointers_made: int
    three_pointers_attempted: int
    free_throws_made: int
    free_throws_attempted: int
    possessions: float
    """Estimated: attempts + 0.44 free throws - offensive rebounds + turnovers."""


class Window(msgspec.Struct, frozen=True, gc=False):
    minutes: int
    home: WindowSide
    away: WindowSide
    pace: float | None
    """Possessions of one team in 48 minutes at this rate."""


class GameSnapshot(msgspec.Struct, frozen=True):
    """A game as it stands: what `GET /games/{id}` and the stream's `snapshot` give."""

    game_id: str
    source: SourceName
    status: Status
    home_team: str | None
    away_team: str | None
    home_name: str | None
    away_name: str | None
    start_time: str | None
    score_home: int | None
    score_away: int | None
    period: int | None
    game_clock: str | None
    elapsed_seconds: float | None
    possession: Side | None
    possession_arrow: Side | None
    """Who starts the next period with the ball, by the rule of the opening tip."""
    momentum: float | None
    lead_changes: int | None
    ties: int | None
    biggest_lead_home: int | None
    biggest_lead_away: int | None
    biggest_run: Run | None
    current_run: Run | None
    pattern: list[int | None]
    score_path: list[int | None]
    """Differential at the end of every game minute so far, overtime included."""
    windows: dict[str, Window]
    """Rolling windows of the last 1, 3 and 5 minutes, by their length in minutes."""
    last_plays: list[PlayData]
    """The last five plays, newest last."""
    timeouts_home: int | None
    timeouts_away: int | None
    bonus_home: bool | None
    bonus_away: bool | None
    team_fouls_home: int | None
    """Personal fouls of the current period."""
    team_fouls_away: int | None
    halftime_seconds: float | None
    """Real length of halftime, from the last action before it to the first one after it."""
    pace: float | None
    """Possessions of one team in 48 minutes, so far."""
    win_probability_home: float | None
    """To three decimals; exactly 0 or 1 when the game is over."""
    forecast: RunningForecast | None
    """The running forecast: how the game will probably go on."""
    prediction: MlPrediction | None
    """The halftime forecast at 18:00."""
    players: list[PlayerLine]
    play_by_play: bool
    """False where only scores are known."""
    updated: str
    epoch: str
    seq: int
