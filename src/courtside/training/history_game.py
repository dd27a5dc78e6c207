"""One finished game of history: its plays, and what they fold to, in the form that is stored.

The fold is the one of live games. Everything that training needs often (score path, halftime, the state
at 18:00, players' lines) is kept beside the plays, so that it need not be folded again.
"""

import msgspec

from courtside.clock import REGULATION_PERIODS
from courtside.errors import BadHistory
from courtside.events import Play, RosterEntry, Side
from courtside.game.finished import season_of
from courtside.game.players import PlayerState
from courtside.game.state import GameState, fold, start
from courtside.game.stints import Floor, Stint

FIRST_MINUTES = 18
LONGEST_SILENCE_TENTHS = 3000
"""In a real game something is written down at least every few minutes of game time."""

SEASON_TYPES = {
    "1": "preseason",
    "2": "regular",
    "3": "all-star",
    "4": "playoffs",
    "5": "play-in",
    "6": "cup-final",
}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Which game it is. `date` is the Eastern day of the tip, None where nobody says it."""

    game_id: str
    date: str | None
    home_id: int
    home: str
    away_id: int
    away: str

    @property
    def season(self) -> int:
        return season_of(self.game_id)

    @property
    def season_type(self) -> str:
        return SEASON_TYPES[self.game_id[2]]


class GameFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A game as the games table has it. Scores and margins in points, times in tenths of a second.

    `path` is home minus away at the end of each minute. What ends in `_18` is as of exactly 18:00.
    """

    game_id: str
    season: int
    season_type: str
    date: str | None
    tip_ms: int | None
    home_id: int
    home: str
    away_id: int
    away: str
    home_score: int
    away_score: int
    home_half: int
    away_half: int
    periods: int
    path: list[int]
    home_18: int
    away_18: int
    possession_18: Side | None
    tip_winner: Side | None
    home_court_18: list[int]
    away_court_18: list[int]
    lead_changes: int
    ties: int
    biggest_lead_home: int
    biggest_lead_away: int
    biggest_run: int
    possessions: float
    """Of one team, on average of both."""
    plays: int
    roster: tuple[RosterEntry, ...] = ()
    """As a box score named it; empty where there was none, as in the stats layout."""

    @property
    def pattern(self) -> list[int]:
        """Home minus away at the end of minutes 1 to 18."""
        return self.path[:FIRST_MINUTES]

    @property
    def halftime_differential(self) -> int:
        return self.home_half - self.away_half

    @property
    def final_differential(self) -> int:
        return self.home_score - self.away_score


class PlayerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One player's game. Times are tenths of game time; `_18` as of 18:00."""

    game_id: str
    person_id: int
    name: str | None
    side: Side
    starter: bool | None
    played: int
    plus_minus: int
    points: int
    rebounds: int
    rebounds_offensive: int
    assists: int
    steals: int
    blocks: int
    turnovers: int
    fouls: int
    field_goals_made: int
    field_goals_attempted: int
    three_pointers_made: int
    three_pointers_attempted: int
    free_throws_made: int
    free_throws_attempted: int
    appeared_18: bool
    on_court_18: bool
    played_18: int
    plus_minus_18: int
    points_18: int
    fouls_18: int


class HistoryGame(msgspec.Struct, frozen=True):
    facts: GameFacts
    players: list[PlayerFacts]
    plays: tuple[Play, ...]
    stints: tuple[Stint, ...]


def game_of(header: Header, plays: tuple[Play, ...], roster: tuple[RosterEntry, ...] = ()) -> HistoryGame:
    """Fold a whole game; raises `BadHistory` where the plays are not those of a finished game."""
    if len(header.game_id) != 10 or header.game_id[2] not in SEASON_TYPES:
        raise BadHistory("game_id", f"{header.game_id!r} is no id of an NBA game")
    _check(plays)
    state, stints = _fold(plays, roster)
    early = state.at_pattern
    if early is None or state.half is None or None in state.path:
        raise BadHistory("incomplete", "the plays do not reach the end of the first half")
    if state.differential == 0:
        raise BadHistory("tied", f"it ends {state.score_home}-{state.score_away}, a tie")
    possession, game = state.possession, state.momentum
    facts = GameFacts(
        game_id=header.game_id,
        season=header.season,
        season_type=header.season_type,
        date=header.date,
        tip_ms=next((play.at_ms for play in plays if play.at_ms is not None), None),
        home_id=header.home_id,
        home=header.home,
        away_id=header.away_id,
        away=header.away,
        home_score=state.score_home,
        away_score=state.score_away,
        home_half=state.half[0],
        away_half=state.half[1],
        periods=state.period,
        path=[minute for minute in state.path if minute is not None],
        home_18=early.score_home,
        away_18=early.score_away,
        possession_18=early.possession.holder,
        tip_winner=possession.tip_winner,
        home_court_18=_on_court(early, "home"),
        away_court_18=_on_court(early, "away"),
        lead_changes=game.lead_changes,
        ties=game.ties,
        biggest_lead_home=game.biggest_lead_home,
        biggest_lead_away=game.biggest_lead_away,
        biggest_run=game.biggest_run.points if game.biggest_run else 0,
        possessions=(possession.count_home + possession.count_away) / 2,
        plays=len(plays),
        roster=roster,
    )
    lines = [
        _line(header.game_id, player, state, early)
        for player in state.players.values()
        if player.played(state.elapsed) or player.starter is not None
    ]
    return HistoryGame(facts, lines, plays, stints)


def _fold(plays: tuple[Play, ...], roster: tuple[RosterEntry, ...]) -> tuple[GameState, tuple[Stint, ...]]:
    state = start(roster)
    floor = Floor(state)
    for play in plays:
        state = fold(state, play)
        floor.see(state)
    return state, floor.stints()


def _check(plays: tuple[Play, ...]) -> None:
    started: set[int] = set()
    ended: set[int] = set()
    last: tuple[int, int] | None = None
    for play in plays:
        if play.action == "period":
            (started if play.sub_type == "start" else ended).add(play.period)
        if (
            last is not None
            and last[0] == play.period
            and last[1] - play.remaining_tenths > (LONGEST_SILENCE_TENTHS)
        ):
            raise BadHistory(
                "gap",
                f"nothing between {_clock(*last)} and {_clock(play.period, play.remaining_tenths)}",
            )
        last = (play.period, play.remaining_tenths)
    periods = plays[-1].period if plays else 0
    missing = [number for number in range(1, max(periods, REGULATION_PERIODS) + 1) if number not in ended]
    if missing:
        raise BadHistory("incomplete", f"no end of period {missing[0]}")
    if len(started) < periods:
        absent = next(number for number in range(1, periods + 1) if number not in started)
        raise BadHistory("incomplete", f"no start of period {absent}")


def _clock(period: int, remaining: int) -> str:
    return f"{remaining // 600}:{remaining % 600 // 10:02d} of period {period}"


def _on_court(state: GameState, side: Side) -> list[int]:
    return sorted(
        player.person_id for player in state.players.values() if player.on_court and player.side == side
    )


def _line(game_id: str, player: PlayerState, state: GameState, early: GameState) -> PlayerFacts:
    then = early.players.get(player.person_id)
    played_18 = then.played(early.elapsed) if then else 0
    return PlayerFacts(
        game_id=game_id,
        person_id=player.person_id,
        name=player.name,
        side=player.side,
        starter=player.starter,
        played=player.played(state.elapsed),
        plus_minus=player.plus_minus(state.differential),
        points=player.points,
        rebounds=player.rebounds,
        rebounds_offensive=player.rebounds_offensive,
        assists=player.assists,
        steals=player.steals,
        blocks=player.blocks,
        turnovers=player.turnovers,
        fouls=player.fouls,
        field_goals_made=player.field_goals_made,
        field_goals_attempted=player.field_goals_attempted,
        three_pointers_made=player.three_pointers_made,
        three_pointers_attempted=player.three_pointers_attempted,
        free_throws_made=player.free_throws_made,
        free_throws_attempted=player.free_throws_attempted,
        appeared_18=then is not None and (played_18 > 0 or then.on_court),
        on_court_18=then is not None and then.on_court,
        played_18=played_18,
        plus_minus_18=then.plus_minus(early.differential) if then else 0,
        points_18=then.points if then else 0,
        fouls_18=then.fouls if then else 0,
    )
