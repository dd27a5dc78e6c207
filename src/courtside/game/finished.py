"""A finished game as far as ratings need it: who won by how much, everybody's line, and the stints."""

from collections.abc import Iterable, Sequence

import msgspec

from courtside.events import Play, RosterEntry, Side
from courtside.game.players import PlayerState
from courtside.game.state import GameState
from courtside.game.stints import Stint, stints


class PlayerLine(msgspec.Struct, frozen=True, gc=False):
    """One player's game; `played` in tenths of a second of game time."""

    person_id: int
    side: Side
    starter: bool
    played: int
    points: int
    field_goals_made: int
    field_goals_attempted: int
    three_pointers_made: int
    three_pointers_attempted: int
    free_throws_made: int
    free_throws_attempted: int
    rebounds: int
    rebounds_offensive: int
    assists: int
    steals: int
    blocks: int
    turnovers: int
    fouls: int


class FinishedGame(msgspec.Struct, frozen=True):
    """`date` is the Eastern day of the tip, `home` and `away` are tricodes, `margin` is home minus away.

    `players` are those who played, home first, by id; nobody where only scores are known.
    """

    game_id: str
    date: str
    home: str
    away: str
    margin: int
    players: tuple[PlayerLine, ...]
    stints: tuple[Stint, ...]

    @property
    def season(self) -> int:
        return season_of(self.game_id)


def season_of(game_id: str) -> int:
    """The year in which the season began: `0021300001` is of 2013."""
    short = int(game_id[3:5])
    return 2000 + short if short < 46 else 1900 + short


def finished_game(
    game_id: str,
    date: str,
    home: str,
    away: str,
    plays: Sequence[Play],
    roster: Sequence[RosterEntry],
    state: GameState,
) -> FinishedGame:
    """A live game at its end: `state` is the fold of `plays` from `roster`."""
    played = [player for player in state.players.values() if player.played(state.elapsed) > 0]
    return FinishedGame(
        game_id,
        date,
        home,
        away,
        state.differential,
        ordered(_line(player, state.elapsed) for player in played),
        stints(plays, roster),
    )


def ordered(lines: Iterable[PlayerLine]) -> tuple[PlayerLine, ...]:
    return tuple(sorted(lines, key=lambda line: (line.side == "away", line.person_id)))


def _line(player: PlayerState, elapsed: int) -> PlayerLine:
    return PlayerLine(
        person_id=player.person_id,
        side=player.side,
        starter=bool(player.starter),
        played=player.played(elapsed),
        points=player.points,
        field_goals_made=player.field_goals_made,
        field_goals_attempted=player.field_goals_attempted,
        three_pointers_made=player.three_pointers_made,
        three_pointers_attempted=player.three_pointers_attempted,
        free_throws_made=player.free_throws_made,
        free_throws_attempted=player.free_throws_attempted,
        rebounds=player.rebounds,
        rebounds_offensive=player.rebounds_offensive,
        assists=player.assists,
        steals=player.steals,
        blocks=player.blocks,
        turnovers=player.turnovers,
        fouls=player.fouls,
    )
